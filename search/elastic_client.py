"""The way to Elasticsearch: its address, how we prove who we are, and its errors in our words."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import elasticsearch
from elasticsearch import Elasticsearch

from warehouse.errors import Away, KhosoError, Unavailable, UsageError
from warehouse.settings import Access

DEFAULT_PORT = 9200
REQUEST_SECONDS = 30
OVERLOADED = (429, 502, 503, 504)  # it will answer again by itself

_ALIAS = re.compile("[a-z][a-z0-9_-]{0,99}")


def connect(url: str, access: Access) -> tuple[Elasticsearch, str]:
    """The client and the alias that the URL names; nothing is asked of the engine yet."""
    parts = urlsplit(url)
    alias = parts.path.removeprefix("/")
    if not parts.hostname or not _ALIAS.fullmatch(alias) or parts.query or parts.fragment:
        raise wrong_url("write http(s)://HOST:9200/NAME, the name in small letters and digits")
    if parts.username or parts.password:
        raise wrong_url("user and password have settings of their own, so that no log shows them")
    try:
        port = parts.port or DEFAULT_PORT
    except ValueError as error:
        raise wrong_url(str(error)) from error
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    _check(access)
    tls: dict[str, Any] = {"ca_certs": str(access.ca_file)} if access.ca_file else {}
    logging.getLogger("elastic_transport").setLevel(logging.ERROR)  # each try's traceback: we say it once
    client = Elasticsearch(
        f"{parts.scheme}://{host}:{port}",
        api_key=access.api_key or None,
        basic_auth=(access.user, access.password) if access.user else None,
        request_timeout=REQUEST_SECONDS,
        **tls,
    )
    return client, alias


def _check(access: Access) -> None:
    if access.api_key and access.user:
        error = "set either this or KHOSO_ELASTICSEARCH_USER"
        raise UsageError("bad_setting", name="KHOSO_ELASTICSEARCH_API_KEY", error=error)
    if access.ca_file and not access.ca_file.is_file():
        error = f"there is no file {access.ca_file}"
        raise UsageError("bad_setting", name="KHOSO_ELASTICSEARCH_CA_FILE", error=error)


def wrong_url(error: str) -> UsageError:
    """What is wrong with the index's URL."""
    return UsageError("bad_setting", name="KHOSO_INDEX_URL", error=error)


@contextmanager
def translated() -> Iterator[None]:
    """The client's errors as ours."""
    try:
        yield
    except (elasticsearch.AuthenticationException, elasticsearch.AuthorizationException) as error:
        raise UsageError("index_access", error=_reason(error)) from error
    except elasticsearch.UnsupportedProductError as error:
        raise wrong_url("what answers there is not Elasticsearch") from error
    except elasticsearch.ApiError as error:
        raise failed(error.status_code, _reason(error)) from error
    except elasticsearch.TransportError as error:
        raise Away("index_away", error=error.message) from error


def failed(status: int, error: str) -> KhosoError:
    """What an answer of this HTTP status means."""
    return (
        Away("index_away", error=error) if status in OVERLOADED else Unavailable("index_error", error=error)
    )


def reason_of(error: Any) -> str:
    """The first cause in the engine's words: of a request, of one search, of one item."""
    while isinstance(error, dict) and error.get("root_cause"):
        error = error["root_cause"][0]
    return f"{error['type']}: {error.get('reason')}" if isinstance(error, dict) else str(error)


def _reason(error: elasticsearch.ApiError) -> str:
    """Without the request."""
    told = error.body.get("error") if isinstance(error.body, dict) else None
    return reason_of(told or error)
