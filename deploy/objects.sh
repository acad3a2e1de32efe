# Sourced by the scripts of both object stores: folder, keys, and how a process of theirs is started and ended.
# A script sets `name` and `port`, and defines `command` (an array) before it calls `launch`, and `version`.

services=${KHOSO_SERVICES:-$HOME/.cache/khoso-services}
folder=$services/$name
bucket=khoso-test
python=$(dirname "${BASH_SOURCE[0]}")/../.venv/bin/python

stop() {
    echo "$name: $*" >&2
    exit 1
}

# Both stores take the same keys, so that the tests need one pair.
make_keys() {
    install -d -m 700 "$services" "$folder"
    [[ -e $services/s3-secret ]] ||
        (umask 077 && od -An -N 16 -t x1 /dev/urandom | tr -d ' \n' >"$services/s3-secret")
    access=khoso
    secret=$(<"$services/s3-secret")
}

running() {  # the process of the pid file is this server, not one that got its number later
    local pid
    pid=$(cat "$folder/pid" 2>/dev/null) && [[ $(tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline") == *"$folder/data"* ]]
}

launch() {
    running && return
    setsid "${command[@]}" >"$folder/log" 2>&1 </dev/null &
    echo $! >"$folder/pid"
}

wait_for() {  # until this address answers
    local tries
    for ((tries = 0; tries < 300; tries++)); do
        curl --silent --fail --output /dev/null "$1" && return
        running || break
        sleep 0.1
    done
    stop "no answer, see $folder/log"
}

make_bucket() {
    "$python" - "127.0.0.1:$port" "$access" "$secret" "$bucket" <<'PYTHON'
import sys

from minio import Minio

endpoint, access, secret, bucket = sys.argv[1:]
client = Minio(endpoint, access, secret, secure=False)
if not client.bucket_exists(bucket):
    client.make_bucket(bucket)
PYTHON
}

tell() {  # the line that the tests need, on stdout alone
    echo "export $1=s3://$bucket?endpoint=http://127.0.0.1:$port KHOSO_S3_ACCESS_KEY=$access KHOSO_S3_SECRET_KEY=$secret"
}

halt() {
    local tries
    running || return 0
    kill "$(<"$folder/pid")"
    for ((tries = 0; tries < 300; tries++)); do
        running || return 0
        sleep 0.1
    done
    stop "process $(<"$folder/pid") does not end"
}

crash() {  # as a power cut would
    local pid
    running || return 0
    pid=$(<"$folder/pid")
    kill -9 "$pid"
    while [[ -e /proc/$pid ]]; do sleep 0.1; done
}

act() {
    case ${1:-} in
        start) start ;;
        stop) halt ;;
        kill) crash ;;
        status) running && echo "$name: $(version) running on 127.0.0.1:$port" || echo "$name: stopped" ;;
        *) stop "start | stop | kill | status" ;;
    esac
}
