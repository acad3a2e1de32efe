#!/usr/bin/env bash
# An OpenID provider for tests, npm's oidc-provider on Node 18 or newer, on 127.0.0.1: start | stop | kill | status.
set -euo pipefail
name=oidc
port=${KHOSO_OIDC_PORT:-18085}
mark="provider.mjs $port"
source "$(dirname "$0")/../service.sh"
source_folder=$(cd "$(dirname "$0")/oidc" && pwd)
issuer=http://127.0.0.1:$port

install_provider() {  # the versions of package-lock.json, checked by their hashes
    install -d -m 700 "$folder"
    cp "$source_folder/provider.mjs" "$folder/"
    cmp -s "$source_folder/package-lock.json" "$folder/installed.json" && return
    cp "$source_folder"/package*.json "$folder/"
    (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund >&2)
    cp "$folder/package-lock.json" "$folder/installed.json"
}

answers() {
    curl -fsS -m 5 -o /dev/null "$issuer/.well-known/openid-configuration" 2>/dev/null
}

start() {
    command -v node >/dev/null && command -v npm >/dev/null || need_packages nodejs npm
    need_packages curl openssl
    install_provider
    [[ -e $folder/secret ]] || (umask 077 && openssl rand -hex 32 >"$folder/secret")
    if ! running; then
        setsid node "$folder/provider.mjs" "$port" "$folder/secret" >"$folder/log" 2>&1 </dev/null &
        echo $! >"$folder/pid"
    fi
    for _ in {1..100}; do
        ! answers || break
        sleep 0.1
    done
    answers || stop "no answer on port $port, see $folder/log"
    echo "export KHOSO_TEST_OIDC_ISSUER=$issuer KHOSO_TEST_OIDC_CLIENT_SECRET=$(<"$folder/secret")"
}

version() {
    sed -n 's/.*"oidc-provider": "\(.*\)".*/\1/p' "$folder/package.json"
}

act "$@"
