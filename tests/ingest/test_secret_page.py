"""A page with a secrecy mark takes its paper out of the index in the step that read it."""

from datetime import date
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from ingest.pipeline import Desk, read
from ingest.reader import Reader
from ingest.services import Services
from search.query import Query, clauses_of
from warehouse.ledger import Ledger
from warehouse.records import Limits
from warehouse.rights import Scope

BOLD = "/usr/share/fonts/truetype/liberation2/LiberationSerif-Bold.ttf"
RED, MM = (206, 28, 40), 200 / 25.4


def test_paper_found_by_its_name_is_gone_as_soon_as_its_mark_was_read(
    services: Services, tmp_path: Path, take_in
):
    page = Image.new("RGB", (1654, 2339), "white")
    draw, font = ImageDraw.Draw(page), ImageFont.truetype(BOLD, 44)
    draw.rectangle((1100, 420 - 4 * MM, 1300, 420 + 4 * MM), outline=RED, width=4)
    draw.text((1200, 420), "MẬT", RED, font, anchor="mm")
    draw.multiline_text(
        (150, 700), "Căn cứ Luật Hộ tịch, xét đề nghị của công chức\n" * 12, 0, font, spacing=24
    )
    page.save(tmp_path / "dongdang.png", dpi=(200, 200))
    take_in(services, tmp_path / "dongdang.png")
    assert found(services) == 1
    job = Ledger(services.database, "a worker", services.settings.lease_seconds, unit_cap=4).claim()
    assert job is not None
    with Reader(Limits()) as reader:
        read(Desk(services, reader), job)
    assert found(services) == 0


def found(services: Services) -> int:
    asked = Query(clauses_of("dongdang"), on=date(2026, 1, 1))
    return services.index.search(asked, Scope(everything=True))["total"]
