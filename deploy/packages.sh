# Sourced: Debian packages that a script needs. Nothing is asked of apt while all are there.

# The root prefix for commands, empty for root itself.
as_root=()
[[ $(id -u) == 0 ]] || as_root=(sudo)

stop() {
    echo "$(basename "$0" .sh): $*" >&2
    exit 1
}

missing_packages() {
    local package
    for package in "$@"; do
        [[ $(dpkg-query -W -f '${Status}' "$package" 2>/dev/null) == *" installed" ]] || echo "$package"
    done
}

need_packages() {
    local missing apt advice
    command -v dpkg-query >/dev/null || stop "this set-up knows Debian and Ubuntu only"
    mapfile -t missing < <(missing_packages "$@")
    [[ ${#missing[@]} == 0 ]] && return
    advice="as an administrator, run: apt-get install ${missing[*]}"
    [[ $(id -u) == 0 ]] || command -v sudo >/dev/null || stop "neither root nor sudo; $advice"
    echo "$(basename "$0" .sh): installing ${missing[*]}" >&2
    apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300)
    "${apt[@]}" update >&2 || echo "the package lists could not be renewed, going on with the old ones" >&2
    "${apt[@]}" install -y --no-install-recommends "${missing[@]}" >/dev/null || stop "apt-get failed; $advice"
}

# As need_packages, for servers: Debian would start each as soon as it is installed, and at every boot.
need_servers() {
    local policy=/usr/sbin/policy-rc.d server
    [[ -n $(missing_packages "$@") ]] || return 0
    if [[ ! -e $policy ]]; then
        trap '"${as_root[@]}" rm -f /usr/sbin/policy-rc.d' EXIT
        printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" install -m 755 /dev/stdin "$policy"
    fi
    need_packages "$@"
    for server in "$@"; do
        "${as_root[@]}" systemctl disable "$server" >/dev/null 2>&1 || true  # no systemd: nothing starts it
    done
}
