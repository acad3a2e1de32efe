"""One web process: `python -m api.web SOCKET PARENT`, two open descriptors that `khoso serve` hands down.

It ends when told to (SIGTERM), after the requests in hand, and when its parent is gone.
"""

import os
import socket
import sys
from threading import Thread

import uvicorn

from api import logs
from api.app import create_app
from ingest.services import Services, open_services
from warehouse.settings import load_settings

GRACE_SECONDS = 30
KEEP_ALIVE_SECONDS = 75
"""Longer than a proxy keeps an unused connection, so that it never sends a request into a closed one."""


def main(listener: int, parent: int) -> None:
    """Serve until told to stop."""
    logs.configure()
    services = open_services(load_settings())
    server = uvicorn.Server(_config(services))
    Thread(target=_end_with_parent, args=(parent, server), daemon=True).start()
    server.run(sockets=[socket.socket(fileno=listener)])


def _config(services: Services) -> uvicorn.Config:
    return uvicorn.Config(
        create_app(services),
        log_config=None,
        access_log=False,  # it would write paths and queries, which hold names
        server_header=False,
        forwarded_allow_ips=services.settings.trusted_proxies,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


def _end_with_parent(parent: int, server: uvicorn.Server) -> None:
    """Nothing is ever written there: reading ends when the parent's end is closed."""
    os.read(parent, 1)
    server.should_exit = True


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
