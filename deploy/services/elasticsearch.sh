#!/usr/bin/env bash
# Elasticsearch for development and tests, a node of its own on 127.0.0.1: start | stop | kill | status.
# The server's jars come from Maven Central, each checked against elasticsearch/jars.sha256; Java 21 or newer runs them.
set -euo pipefail
cd "$(dirname "$0")/elasticsearch"
name=elasticsearch
port=${KHOSO_ELASTICSEARCH_PORT:-19200}
source ../../service.sh

version=9.5.3
mark="Launcher.java $folder/home"
heap=${KHOSO_ELASTICSEARCH_HEAP:-1g}
central=${KHOSO_MAVEN_CENTRAL:-https://repo1.maven.org/maven2}
jars=$folder/jars-$version

find_java() {  # a JDK, since it compiles the launcher; the newest Debian package may lie beside an older default
    local java feature
    for java in ${JAVA_HOME:+"$JAVA_HOME/bin/java"} /usr/lib/jvm/*/bin/java java; do
        feature=$("$java" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p') || continue
        if [[ ${feature:-0} -ge 21 && -x $(command -v "${java%java}javac") ]]; then
            echo "$java"
            return
        fi
    done
    stop "a JDK 21 or newer is needed: set JAVA_HOME, or install openjdk-21-jdk-headless"
}

download() {
    local hash path file
    install -d -m 700 "$folder" "$jars"
    while read -r hash path; do
        file=$jars/${path##*/}
        if [[ ! -e $file ]]; then
            echo "elasticsearch: fetching ${file##*/}" >&2
            curl --fail --silent --show-error --location --retry 3 --output "$file.part" "$central/$path"
            mv "$file.part" "$file"
        fi
        echo "$hash  $file"
    done <jars.sha256 | sha256sum --check --quiet >&2 || stop "a download is not what it should be: remove $jars"
}

arrange() {  # HTTP is a module of the server: its jars lie apart from the class path, with a descriptor
    local module=$folder/home/modules/transport-netty4
    rm -rf "$folder/home/modules" "$folder/home/lib"
    mkdir -p "$module" "$folder/home/config" "$folder/home/plugins" "$folder/home/lib"
    ln -s "$jars"/*.jar "$folder/home/lib"
    mv "$folder/home/lib"/{netty-,transport-netty4-}* "$module"
    printf '%s\n' name=transport-netty4 description=HTTP version=$version elasticsearch.version=$version \
        java.version=21 classname=org.elasticsearch.transport.netty4.Netty4Plugin >"$module/plugin-descriptor.properties"
}

answers() {
    curl --fail --silent --max-time 5 "http://127.0.0.1:$port/_cluster/health" >/dev/null
}

launch() {
    local java
    java=$(find_java)
    arrange
    # netty and Lucene reach behind Java's own fences: said here, so that the log tells of real trouble only
    nohup setsid "$java" "-Xms$heap" "-Xmx$heap" -cp "$folder/home/lib/*" --enable-native-access=ALL-UNNAMED \
        --add-modules jdk.incubator.vector -XX:+ExitOnOutOfMemoryError \
        Launcher.java "$folder/home" "$port" >"$folder/log" 2>&1 </dev/null &
    echo $! >"$folder/pid"
}

start() {
    download
    running || launch
    for _ in {1..240}; do  # seconds; a machine at work on other things starts it slowly
        ! answers || break
        running || stop "it ended, see $folder/log"
        sleep 1
    done
    answers || stop "no answer on port $port, see $folder/log"
    echo "elasticsearch: node $version from Maven Central" >&2
    echo "export KHOSO_TEST_ELASTICSEARCH_URL=http://127.0.0.1:$port/khoso"
}

version() {
    echo "$version"
}

act "$@"
