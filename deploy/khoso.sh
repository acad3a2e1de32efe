#!/bin/sh
# khoso with the site's settings, as the site's user; install it as /usr/local/bin/khoso and run: sudo khoso status
set -a
. /etc/khoso/khoso.env
set +a
exec setpriv --reuid=khoso --regid=khoso --init-groups /opt/khoso/.venv/bin/khoso "$@"
