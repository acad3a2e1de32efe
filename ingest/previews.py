"""Pictures of pages for the eye, made when first asked for and kept; the same page of a file is made once."""

import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, select

from ingest.papers import keep_objects
from ingest.reader import Reader
from ingest.reading_room import Counter
from ingest.services import Services
from warehouse.database import upsert
from warehouse.originals import PageInFile
from warehouse.records import PageToShow
from warehouse.store import Spooled
from warehouse.tables import objects, page_images

Kind = Literal["image", "thumbnail"]
MEDIA_TYPE = "image/webp"
SIZES: dict[Kind, tuple[int, int]] = {"image": (2000, 150_000), "thumbnail": (320, 15_000)}
"""Pixels of the long side, bytes: at most."""


@dataclass(frozen=True, slots=True)
class Made:
    """An object that the store keeps."""

    sha256: str
    size: int


def page_image(services: Services, counter: Counter, page: PageInFile, kind: Kind) -> Made:
    """The picture of a page; raises Refused if the page cannot be shown, Busy if too many wait."""
    if kept := _kept(services, page, kind):
        return kept
    with counter.reader() as reader:
        return _kept(services, page, kind) or _make(services, reader, page, kind)  # who came before made it


def _make(services: Services, reader: Reader, page: PageInFile, kind: Kind) -> Made:
    with services.store.fetch(page.sha256) as path, tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "page.webp"
        reader.preview(PageToShow(path, page.number, page.turn, page.password), *SIZES[kind], out)
        with out.open("rb") as picture:
            spooled = services.store.spool(picture)
    services.store.put(spooled)
    with services.database.write(durable=True) as connection:
        _keep(connection, page, kind, spooled)
    return Made(spooled.sha256, spooled.size)


def _keep(connection: Connection, page: PageInFile, kind: Kind, spooled: Spooled) -> None:
    """Another process may have made it at the same moment: both are as good."""
    keep_objects(connection, [spooled])
    row = {**_of(page, kind), "sha256": spooled.sha256, "made_at": datetime.now(UTC)}
    upsert(connection, page_images, [row], list(_of(page, kind)), ["sha256", "made_at"])


def _kept(services: Services, page: PageInFile, kind: Kind) -> Made | None:
    named = [page_images.c[name] == value for name, value in _of(page, kind).items()]
    query = select(objects.c.sha256, objects.c.size).join(page_images).where(*named)
    with services.database.read() as connection:
        row = connection.execute(query).one_or_none()
    return Made(*row) if row else None


def _of(page: PageInFile, kind: Kind) -> dict[str, object]:
    """Reading may find that a page lies on its side: then it is shown otherwise from then on."""
    return {"file_id": page.file_id, "number": page.number, "kind": kind, "turn": page.turn}
