#!/usr/bin/env bash
# The server engines for development and tests, all on 127.0.0.1: start | stop | status.
# `start` prints the variables the tests read: eval "$(bash deploy/services.sh start)".
set -euo pipefail
cd "$(dirname "$0")/services"

source ../packages.sh

case ${1:-} in
    start)
        need_packages faketime  # tests give processes a wrong clock
        for service in *.sh; do bash "$service" start; done
        ;;
    status) for service in *.sh; do bash "$service" status; done ;;
    stop)
        failed=0
        for service in *.sh; do bash "$service" stop || failed=1; done  # one that hangs keeps no other running
        exit "$failed"
        ;;
    *)
        echo "services: start | stop | status" >&2
        exit 1
        ;;
esac
