"""s3://bucket?endpoint=http(s)://host:port[&region=…&prefix=…]: where the objects of a site lie."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from warehouse.errors import UsageError
from warehouse.settings import Settings
from warehouse.store import wrong_url

FORM = "s3://bucket?endpoint=http(s)://host:port[&region=…&prefix=…]"


@dataclass(frozen=True, slots=True)
class Bucket:
    """One bucket of one server; `endpoint` is host:port, `prefix` is empty or ends with a slash."""

    name: str
    endpoint: str
    secure: bool
    region: str | None
    prefix: str


def bucket_of(settings: Settings) -> Bucket:
    """What the store's URL names; raises UsageError for any other form and for missing keys."""
    url = urlsplit(settings.store_url)
    wanted = parse_qs(url.query)
    endpoint = urlsplit(wanted.get("endpoint", [""])[0])
    prefix = wanted.get("prefix", [""])[0].strip("/")
    if (
        not re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", url.netloc)
        or url.path
        or not wanted.keys() <= {"endpoint", "region", "prefix"}
        or endpoint.scheme not in ("http", "https")
        or not re.fullmatch(r"[A-Za-z0-9.-]+(:\d+)?|\[[0-9A-Fa-f:]+\](:\d+)?", endpoint.netloc)
        or endpoint.path.strip("/")
        or not re.fullmatch(r"[A-Za-z0-9/_-]*", prefix)
    ):
        raise wrong_url(f"the form is {FORM}")
    for name, value in (
        ("KHOSO_S3_ACCESS_KEY", settings.s3_access_key),
        ("KHOSO_S3_SECRET_KEY", settings.s3_secret_key.get_secret_value()),
    ):
        if not value:
            raise UsageError("bad_setting", name=name, error="an s3: store needs it")
    return Bucket(
        name=url.netloc,
        endpoint=endpoint.netloc,
        secure=endpoint.scheme == "https",
        region=wanted.get("region", [None])[0],
        prefix=f"{prefix}/" if prefix else "",
    )
