#!/usr/bin/env bash
# RabbitMQ for development and tests, a node, user and virtual host of its own on 127.0.0.1: start | stop | kill | status.
set -euo pipefail
name=rabbitmq
port=${KHOSO_RABBITMQ_PORT:-15672}
source "$(dirname "$0")/../service.sh"

mark="-home $folder "
bin=/usr/lib/rabbitmq/bin  # Debian's wrappers allow root and rabbitmq alone

# Erlang's port mapper and its channel between nodes have ports of their own too, all on loopback.
export HOME=$folder ERL_EPMD_ADDRESS=127.0.0.1 ERL_EPMD_PORT=$((port + 1))
export RABBITMQ_NODENAME=khoso@localhost RABBITMQ_DIST_PORT=$((port + 2))
export RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="-kernel inet_dist_use_interface {127,0,0,1}"
export RABBITMQ_CONFIG_FILE=$folder/rabbitmq RABBITMQ_CONF_ENV_FILE=/dev/null
export RABBITMQ_ENABLED_PLUGINS_FILE=$folder/plugins
export RABBITMQ_MNESIA_BASE=$folder/data RABBITMQ_LOG_BASE=$folder/log RABBITMQ_PID_FILE=$folder/pid

create() {
    install -d -m 700 "$folder"
    [[ -e $folder/password ]] || (umask 077 && openssl rand -hex 16 >"$folder/password")
    echo "[]." >"$folder/plugins"
    (umask 077 && cat >"$folder/rabbitmq.conf") <<CONF
listeners.tcp.1 = 127.0.0.1:$port
default_vhost = khoso
default_user = khoso
default_pass = $(<"$folder/password")
CONF
}

start() {
    need_servers rabbitmq-server
    need_packages openssl
    create
    running || "$bin/rabbitmq-server" -detached >&2
    timeout 90 "$bin/rabbitmqctl" --quiet wait --timeout 80 "$folder/pid" >&2 || stop "no answer, see $folder/log"
    echo "export KHOSO_TEST_RABBITMQ_URL=amqp://khoso:$(<"$folder/password")@127.0.0.1:$port/khoso"
}

halt() {
    ! running || "$bin/rabbitmqctl" --quiet shutdown >&2
    epmd -port "$ERL_EPMD_PORT" -kill >/dev/null 2>&1 || true  # ours alone uses this port
}

version() {
    "$bin/rabbitmqctl" version
}

act "$@"
