"""A record read from one scan, and other scans to take its place."""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw
from sqlalchemy import RowMapping, select

from ingest.importing import Request, run_import
from ingest.reader import Reader
from ingest.replacing import Receipt, replace_scan
from ingest.services import Services
from ingest.worker import Worker
from tests.ingest.conftest import FONT, UNIT
from warehouse.catalogue import describe
from warehouse.rights import Actor
from warehouse.scans import scans_of
from warehouse.tables import records

OPERATOR = Actor("cli:tester")
HEAD = (
    "ỦY BAN NHÂN DÂN XÃ ĐỒNG ĐĂNG",
    "Số: 12/QĐ-UBND",
    "Đồng Đăng, ngày 06 tháng 01 năm 2025",
    "QUYẾT ĐỊNH",
)
SIGNED = "Ông Nguyễn Văn Bình"


def scan(*lines: str, pages: int = 1, kind: str = "PDF") -> bytes:
    """The bytes of a scan with these lines on its first page."""
    drawn = [_page(lines if number == 0 else (f"trang {number + 1}",)) for number in range(pages)]
    out = io.BytesIO()
    more = {"save_all": True, "append_images": drawn[1:]} if pages > 1 else {}
    drawn[0].save(out, kind, resolution=200, dpi=(200, 200), **more)
    return out.getvalue()


def _page(lines: tuple[str, ...]) -> Image.Image:
    page = Image.new("L", (1000, max(400, 120 + 60 * len(lines))), 255)
    ImageDraw.Draw(page).multiline_text((60, 50), "\n".join(lines), 0, FONT, spacing=24)
    return page


@dataclass
class Desk:
    """One site and what is done at it."""

    services: Services
    folder: Path

    def take_in(self, content: bytes, name: str = "a.pdf") -> str:
        """Import a file, not read yet; the record that came last."""
        path = self.folder / name
        path.write_bytes(content)
        run_import(self.services, OPERATOR, Request(path, UNIT, None, "stock"))
        with self.services.database.read() as connection:
            return str(connection.scalar(select(records.c.public_id).order_by(records.c.id.desc())))

    def work(self) -> None:
        """Do all that is queued."""
        with Reader(self.services.settings.limits) as reader:
            Worker(self.services, reader).run(until_empty=True)

    def read_in(self, content: bytes, name: str = "a.pdf") -> str:
        """Import a file and read it."""
        record = self.take_in(content, name)
        self.work()
        return record

    def replace(self, record: str, content: bytes, name: str = "mới.pdf", actor: Actor = OPERATOR,
                revision: int | None = None) -> Receipt:  # fmt: skip
        """Hand in another scan."""
        spooled = self.services.store.spool(io.BytesIO(content))
        try:
            return replace_scan(self.services, actor, record, spooled, name, revision)
        finally:
            self.services.store.discard(spooled)

    def row(self, record: str) -> RowMapping:
        """The record's row."""
        with self.services.database.read() as connection:
            return connection.execute(select(records).where(records.c.public_id == record)).mappings().one()

    def shown(self, record: str) -> dict[str, Any]:
        """What is told of it."""
        with self.services.database.write() as connection:
            return describe(connection, OPERATOR, record)

    def scans(self, record: str) -> dict[str, Any]:
        """Its scans."""
        with self.services.database.write() as connection:
            return scans_of(connection, OPERATOR, record)
