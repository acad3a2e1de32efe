#!/usr/bin/env bash
# Set-up on a Debian or Ubuntu machine: system packages, .venv, the locked Python packages, khoso itself.
# Safe to repeat and quick when nothing changed. PYTHON=python3.12 chooses another interpreter.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(make python3-venv tesseract-ocr tesseract-ocr-vie poppler-utils fonts-liberation2)
stamp=.venv/khoso-setup

stop() {
    echo "setup: $*" >&2
    exit 1
}

missing_packages() {
    local package
    for package in "${packages[@]}"; do
        [[ $(dpkg-query -W -f '${Status}' "$package" 2>/dev/null) == *" installed" ]] || echo "$package"
    done
}

install_packages() {
    local as_root=() advice="as an administrator, run: apt-get install $*"
    if [[ $(id -u) != 0 ]]; then
        command -v sudo >/dev/null || stop "neither root nor sudo; $advice"
        as_root=(sudo)
    fi
    echo "setup: installing $*"
    local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300)
    "${apt[@]}" update || echo "setup: the package lists could not be renewed, going on with the old ones" >&2
    "${apt[@]}" install -y --no-install-recommends "$@" >/dev/null || stop "apt-get failed; $advice"
}

# The first interpreter of a supported version that can make virtual environments.
find_python() {
    local candidate
    for candidate in ${PYTHON:-python3 /usr/bin/python3 python3.13 python3.12 python3.11}; do
        if "$candidate" -c 'import ensurepip, sys, venv
sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    stop "Python 3.11, 3.12 or 3.13 with venv is needed, and ${PYTHON:-python3} is" \
        "$("${PYTHON:-python3}" --version 2>&1 || true); install one, then run: PYTHON=python3.12 make demo"
}

install_locked() {
    local python
    if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
        python=$(find_python)
        "$python" -m venv --clear .venv
    fi
    echo "setup: installing the Python packages of requirements.lock into .venv (a minute or two)"
    export PIP_USER=0 PIP_DISABLE_PIP_VERSION_CHECK=1
    .venv/bin/python -m pip install --quiet --require-hashes -r requirements.lock
    .venv/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .
}

command -v dpkg-query >/dev/null || stop "this set-up knows Debian and Ubuntu only"
mapfile -t missing < <(missing_packages)
[[ ${#missing[@]} == 0 ]] || install_packages "${missing[@]}"
wanted="$PWD $(cat requirements.lock pyproject.toml | sha256sum)"
if [[ $(cat "$stamp" 2>/dev/null) != "$wanted" ]]; then
    install_locked
    echo "$wanted" >"$stamp"
fi
