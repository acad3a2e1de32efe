#!/usr/bin/env bash
# PostgreSQL for development and tests, a cluster of its own on 127.0.0.1: start | stop | kill | status.
set -euo pipefail
name=postgresql
port=${KHOSO_POSTGRESQL_PORT:-15432}
source "$(dirname "$0")/../service.sh"

owner=$(id -un)
if [[ $owner == root ]]; then  # PostgreSQL refuses to run as root, and root's home is closed to others
    owner=postgres
    own=${KHOSO_SERVICES:-}
    folder=/var/lib/postgresql/khoso-services${own//\//-}
fi
export PG_CLUSTER_CONF_ROOT=$folder/etc

newest_version() {
    local versions=(/usr/lib/postgresql/*)
    printf '%s\n' "${versions[@]##*/}" | sort -V | tail -1
}

create() {
    local version
    version=$(newest_version)
    install -d -m 711 -o "$owner" "$folder"
    install -d -m 700 -o "$owner" "$PG_CLUSTER_CONF_ROOT" "$folder/socket"
    (umask 077 && openssl rand -hex 16 >"$folder/password")
    # by the network with a password; the socket lies in a folder that its owner alone can enter
    pg_createcluster --user "$owner" --datadir "$folder/data" --socketdir "$folder/socket" \
        --logfile "$folder/log" --port "$port" --start-conf manual "$version" khoso -- \
        --auth-host scram-sha-256 --auth-local trust >&2
    pg_conftool "$version" khoso set max_connections 200  # workers, importers and tests side by side
    launch
    PGHOST=$folder/socket psql --quiet --port "$port" --username "$owner" --dbname postgres --command \
        "CREATE ROLE khoso LOGIN CREATEDB PASSWORD '$(<"$folder/password")'"
}

launch() {
    pg_ctlcluster "$(<"$folder/data/PG_VERSION")" khoso start >&2
}

running() {
    [[ -e $folder/data/PG_VERSION ]] && pg_ctlcluster "$(<"$folder/data/PG_VERSION")" khoso status >/dev/null 2>&1
}

start() {
    need_servers postgresql
    need_packages openssl
    [[ -e $folder/data/PG_VERSION ]] || create
    running || launch
    echo "export KHOSO_TEST_POSTGRESQL_URL=postgresql+psycopg://khoso:$(<"$folder/password")@127.0.0.1:$port/postgres"
}

crash() {  # the server and its children by their numbers, as a power cut would
    local pid
    running || return 0
    pid=$(head -1 "$folder/data/postmaster.pid")
    kill -9 "$pid" $(pgrep -P "$pid")
    ended "$pid"
}

version() {
    "/usr/lib/postgresql/$(<"$folder/data/PG_VERSION")/bin/postgres" --version | awk '{ print $3 }'
}

halt() {
    ! running || pg_ctlcluster "$(<"$folder/data/PG_VERSION")" khoso stop --mode fast >&2
}

act "$@"
