# Sourced by the scripts of services/: what is the same for every engine. A script sets `name` and `port`, and `mark`,
# which stands on its process's command line and on no other's; it defines `start` and `version`, and ends with `act`.
source "$(dirname "${BASH_SOURCE[0]}")/packages.sh"

services=${KHOSO_SERVICES:-$HOME/.cache/khoso-services}
folder=$services/$name
END_TRIES=600  # tenths of a second

running() {  # the process of the pid file is this engine, not one that got its number later
    local pid
    pid=$(cat "$folder/pid" 2>/dev/null) && [[ $(tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline") == *"$mark"* ]]
}

ended() {  # nothing of the process is left
    local tries
    for ((tries = 0; tries < END_TRIES; tries++)); do
        [[ -e /proc/$1 ]] || return 0
        sleep 0.1
    done
    stop "process $1 does not end"
}

halt() {
    local pid
    running || return 0
    pid=$(<"$folder/pid")
    kill "$pid"
    ended "$pid"
}

crash() {  # as a power cut would
    local pid
    running || return 0
    pid=$(<"$folder/pid")
    kill -9 "$pid"
    ended "$pid"
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
