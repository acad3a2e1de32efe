"""Papers taken in, and read where that matters, for tests of what the API does with them."""

import io
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from sqlalchemy import select

from ingest.importing import Request, run_import
from ingest.reader import Reader
from ingest.services import Services
from ingest.worker import Worker
from warehouse.rights import Actor
from warehouse.tables import records

FONT = ImageFont.truetype("/usr/share/fonts/truetype/liberation2/LiberationSerif-Regular.ttf", 30)
UNIT = "06184"
OPERATOR = Actor("cli:tester")
LINES = ("QUYẾT ĐỊNH", "Số: 12/QĐ-UBND", "Ông Nguyễn Văn Bình")


def scan(*lines: str, pages: int = 1, kind: str = "PDF") -> bytes:
    """The bytes of a scan with these lines, quickly read."""
    page = Image.new("L", (1000, max(400, 120 + 60 * len(lines))), 255)
    ImageDraw.Draw(page).multiline_text((60, 50), "\n".join(lines or LINES), 0, FONT, spacing=24)
    out, others = io.BytesIO(), [page] * (pages - 1)
    more = {"save_all": True, "append_images": others} if others else {}
    page.save(out, kind, resolution=200, dpi=(200, 200), **more)
    return out.getvalue()


def take_in(services: Services, content: bytes, name: str = "a.pdf", unit: str = UNIT) -> str:
    """Import a file that is not read yet; its record."""
    path = Path(services.settings.home) / "scans" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    run_import(services, OPERATOR, Request(path, unit, None, "stock"))
    with services.database.read() as connection:
        return str(connection.scalar(select(records.c.public_id).order_by(records.c.id.desc())))


def work(services: Services) -> None:
    """Do all that is queued."""
    with Reader(services.settings.limits) as reader:
        Worker(services, reader).run(until_empty=True)


def revision_of(services: Services, record: str) -> int:
    """The record's revision now."""
    with services.database.read() as connection:
        query = select(records.c.revision).where(records.c.public_id == record)
        return int(connection.scalar(query) or 0)
