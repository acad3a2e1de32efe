#!/usr/bin/env bash
# Redis for development and tests, with a password on 127.0.0.1: start | stop | kill | status.
set -euo pipefail
name=redis
port=${KHOSO_REDIS_PORT:-16379}
mark="redis-server 127.0.0.1:$port"
source "$(dirname "$0")/../service.sh"

ask() {
    REDISCLI_AUTH=$(<"$folder/password") redis-cli -h 127.0.0.1 -p "$port" "$@" 2>/dev/null
}

create() {
    install -d -m 700 "$folder"
    [[ -e $folder/password ]] || (umask 077 && openssl rand -hex 16 >"$folder/password")
    (umask 077 && cat >"$folder/redis.conf") <<CONF
bind 127.0.0.1
port $port
daemonize yes
dir $folder
pidfile $folder/pid
logfile $folder/log
requirepass $(<"$folder/password")
# a message that was accepted survives a restart
appendonly yes
CONF
}

start() {
    need_servers redis-server
    need_packages openssl
    create
    running || redis-server "$folder/redis.conf" >&2
    for _ in {1..100}; do
        [[ $(ask ping) != PONG ]] || break
        sleep 0.1
    done
    [[ $(ask ping) == PONG ]] || stop "no answer on port $port, see $folder/log"
    echo "export KHOSO_TEST_REDIS_URL=redis://:$(<"$folder/password")@127.0.0.1:$port/0"
}

version() {
    redis-server --version | sed 's/.* v=\([^ ]*\).*/\1/'
}

act "$@"
