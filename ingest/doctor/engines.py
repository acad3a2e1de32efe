"""The engines, each by itself: reached, opened by our keys, of the right version, with the right clock."""

from email.utils import parsedate_to_datetime
from pathlib import Path

import urllib3
from sqlalchemy import select

from ingest.bell import LOCAL
from ingest.doctor.finding import Findings, fine
from ingest.doctor.reaching import CONNECT_SECONDS, Address, clock, reached, split
from search.index import open_index
from warehouse import schema, standing
from warehouse.database import Database, database_now
from warehouse.errors import Unavailable, UsageError
from warehouse.s3_url import Bucket, bucket_of
from warehouse.settings import Settings
from warehouse.store import open_store

ENCRYPTING = {"require", "verify-ca", "verify-full"}  # sslmode; less takes no encryption for an answer
STORE_SECONDS = 2.0
PORTS = {"http": 80, "https": 443, "redis": 6379, "rediss": 6379, "amqp": 5672, "amqps": 5671}


def database(settings: Settings) -> Findings:
    """Its tables are of this program's version; leases come from its clock."""
    opened = Database(settings.database_url)
    url, dialect = opened.url, opened.engine.dialect
    if opened.is_missing():
        raise UsageError("not_initialised")
    if url.host:
        encrypted = url.query.get("sslmode") in ENCRYPTING
        port, locked = url.port or 5432, bool(url.password)
        yield from reached(Address("KHOSO_DATABASE_URL", url.host, port, encrypted, locked))
    with opened.read() as connection:
        theirs = connection.execute(select(database_now())).scalar_one()
    engine = " ".join([dialect.name, ".".join(map(str, dialect.server_version_info or ()))])
    yield from clock(engine, theirs)
    schema.require_current(opened)
    with opened.read() as connection:
        standing.require_open(connection)
    opened.close()
    yield fine("database_ok", engine=engine, schema=schema.HEAD)


def store(settings: Settings) -> Findings:
    """What `khoso init` asks, after the clock: a server refuses the right key at the wrong time."""
    opened = open_store(settings.model_copy(update={"s3_timeout_seconds": STORE_SECONDS}))
    engine = settings.store_url
    if engine.startswith("s3:"):
        bucket = bucket_of(settings)
        scheme = "https" if bucket.secure else "http"
        parts = split("KHOSO_STORE_URL", f"{scheme}://{bucket.endpoint}")
        port = parts.port or PORTS[scheme]
        yield from reached(Address("KHOSO_STORE_URL", parts.hostname or "", port, bucket.secure, locked=True))
        engine, theirs = _introduced(bucket, parts.geturl())
        yield from clock(engine, theirs)
    elif not Path(engine.removeprefix("file:")).is_dir():  # to look by writing would make it
        raise UsageError("not_initialised")
    opened.check()
    yield fine("store_ok", engine=engine)


def index(settings: Settings) -> Findings:
    """Its mapping is of this program's version."""
    opened = open_index(settings.index_url, settings.index_access)
    if settings.index_url.startswith("http"):
        parts = split("KHOSO_INDEX_URL", settings.index_url)
        access = settings.index_access
        locked = bool(access.api_key or access.user)
        port = parts.port or 9200
        yield from reached(
            Address("KHOSO_INDEX_URL", parts.hostname or "", port, parts.scheme == "https", locked)
        )
    checked = opened.check()
    opened.close()
    if checked.clock is not None:
        yield from clock(checked.engine, checked.clock)
    yield fine("index_ok", engine=checked.engine)


def broker(settings: Settings) -> Findings:
    """It takes our password."""
    if settings.queue_url == LOCAL:
        yield fine("broker_none")
        return
    parts = split("KHOSO_QUEUE_URL", settings.queue_url)
    encrypted, port = (
        parts.scheme.endswith("s") and parts.scheme != "redis",
        parts.port or PORTS[parts.scheme],
    )
    yield from reached(
        Address("KHOSO_QUEUE_URL", parts.hostname or "localhost", port, encrypted, bool(parts.password))
    )
    yield fine("broker_ok", engine=_broker_version(settings.queue_url))


def _introduced(bucket: Bucket, url: str) -> tuple[str, float]:
    """What the server calls itself, and its clock: it tells both to anybody."""
    try:
        answer = urllib3.request("GET", url, timeout=CONNECT_SECONDS, retries=False)
    except urllib3.exceptions.HTTPError as error:
        raise Unavailable("store_away", endpoint=bucket.endpoint, error=error) from error
    headers = answer.headers
    if "Date" not in headers:
        raise Unavailable("store_error", error="what answers there is no S3 server: it tells no date")
    return headers.get("Server", "S3"), parsedate_to_datetime(headers["Date"]).timestamp()


def _broker_version(url: str) -> str:
    from kombu import Connection  # slow to import
    from kombu.exceptions import OperationalError

    connection = Connection(url, connect_timeout=CONNECT_SECONDS)
    try:
        with connection:
            connection.connect()
            if connection.transport.driver_type == "redis":
                return f"Redis {connection.default_channel.client.info('server')['redis_version']}"
            told = connection.connection.server_properties
            return f"{told['product']} {told['version']}"
    except (OperationalError, *connection.connection_errors, *connection.channel_errors) as error:
        raise Unavailable("broker_refuses", error=error) from error
