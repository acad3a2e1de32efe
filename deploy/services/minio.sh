#!/usr/bin/env bash
# MinIO, built from its source where Go is, with keys of its own on 127.0.0.1: start | stop | kill | status.
set -euo pipefail
name=minio
port=${KHOSO_MINIO_PORT:-18343}
source "$(dirname "$0")/../objects.sh"

version=v0.0.0-20260212201848-7aac2a2c5b7c  # the last commit of the archived repository
program=$folder/$version/minio
go=$(command -v go || echo /usr/local/go/bin/go)

build() {  # some minutes, once; the checksum database vouches for the source
    [[ -x $program ]] && return
    echo "minio: building $version" >&2
    GOBIN=$(dirname "$program") "$go" install "github.com/minio/minio@$version" >&2
}

start() {
    make_keys
    build
    export MINIO_ROOT_USER=$access MINIO_ROOT_PASSWORD=$secret MINIO_BROWSER=off MINIO_UPDATE=off
    command=("$program" server --quiet --address "127.0.0.1:$port" "$folder/data")
    launch
    wait_for "http://127.0.0.1:$port/minio/health/live"
    make_bucket
    tell KHOSO_TEST_MINIO_URL
}

version() {
    echo "$version"
}

if [[ ! -x $program && ! -x $go ]]; then
    echo "MinIO: not run, no Go" >&2
    exit
fi
act "$@"
