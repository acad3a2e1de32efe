"""The way to an engine: does its name lead anywhere, does anybody listen, is it safe, does its clock agree?"""

import ipaddress
import socket
import time
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from ingest.doctor.finding import Findings, warned, wrong
from warehouse.errors import Unavailable, UsageError

CONNECT_SECONDS = 3
APART_SECONDS = 10
"""Times that several machines write would no longer be in order."""
REFUSED_SECONDS = 15 * 60
"""S3-compatible servers refuse what is signed by a clock so far from theirs."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where an engine listens, and whether others on the way can read along or come in."""

    setting: str
    host: str
    port: int
    encrypted: bool
    locked: bool


def split(setting: str, url: str) -> SplitResult:
    """The parts of a URL; never shows any of it, since a password may lie anywhere in a wrong one."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  (this is where urllib looks at it)
    except ValueError:
        how = "write scheme://user:password@host:port, with %40 %2F %23 for @ / #"
        raise UsageError("bad_setting", name=setting, error=how) from None
    return parts


def reached(address: Address) -> Findings:
    """Yields a warning if it lies open; raises Unavailable if nobody answers there."""
    place = {"host": address.host, "port": address.port, "name": address.setting}
    try:
        found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unavailable("host_unknown", **place) from error
    addresses = [ipaddress.ip_address(str(each[4][0]).partition("%")[0]) for each in found]
    if not all(each.is_loopback for each in addresses):
        if not address.encrypted:
            yield warned("engine_not_encrypted", **place)
        if not address.locked:
            yield warned("engine_without_password", **place)
    try:
        socket.create_connection((address.host, address.port), CONNECT_SECONDS).close()
    except ConnectionRefusedError as error:
        raise Unavailable("port_refused", **place) from error
    except OSError as error:
        raise Unavailable("port_silent", **place, error=error) from error


def clock(engine: str, theirs: float) -> Findings:
    """Yields something only if their clock (seconds since 1970) is far from ours."""
    apart = abs(time.time() - theirs)
    if apart > REFUSED_SECONDS:
        yield wrong(Unavailable("clock_far", engine=engine, seconds=round(apart)))
    elif apart > APART_SECONDS:
        yield warned("clock_apart", engine=engine, seconds=round(apart))
