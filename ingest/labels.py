"""`khoso batch labels`: one label a box of the archive, eight on an A4 page."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from natsort import natsorted
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from sqlalchemy import Connection, RowMapping, func, select

from ingest.payload import write_payload
from ingest.sheets_to_print import BOLD, REGULAR, cells, draw_lines, draw_qr, sheets
from warehouse.audit import write_entry
from warehouse.errors import NotFound, UsageError
from warehouse.rights import Actor, scope_of
from warehouse.tables import batches, locations, parts, records, units
from warehouse.values import values_of

ACROSS, DOWN = 2, 4
LABEL = (A4[0] / ACROSS, A4[1] / DOWN)
INSET = 6 * mm
QR_SIDE = 30 * mm
VALUES_AT_ONCE = 500


@dataclass(slots=True)
class Box:
    """What stands on a label; `place` is (fonds, list, box), None where nobody gave one."""

    unit: str
    batch: int
    place: tuple[str | None, str | None, str | None]
    folders: set[str] = field(default_factory=set)
    years: set[str] = field(default_factory=set)
    records: int = 0
    pages: int = 0


def boxes_of(connection: Connection, actor: Actor, batch_id: int) -> list[Box]:
    """The boxes that a batch's papers lie in; raises NotFound, or UsageError if no paper has a place."""
    unit = connection.scalar(
        select(units.c.name)
        .join(batches, batches.c.unit_id == units.c.id)
        .where(batches.c.id == batch_id, scope_of(actor).allows_unit(batches.c.unit_id))
    )
    if unit is None:
        raise NotFound("unknown_batch", batch=batch_id)
    write_entry(connection, actor, "view", f"labels of batch {batch_id}")
    boxes: dict[tuple[str | None, ...], Box] = {}
    papers = _papers(connection, batch_id)
    years = _years(connection, [paper["id"] for paper in papers])
    for paper in papers:
        place = (paper["fonds"], paper["list"], paper["box"])
        box = boxes.setdefault(place, Box(unit, batch_id, place))
        box.records += 1
        box.pages += paper["pages"] or 0
        box.folders |= {paper["folder"]} if paper["folder"] else set()
        box.years |= years.get(paper["id"], set())
    if not boxes:
        raise UsageError("no_places", batch=batch_id)
    return natsorted(boxes.values(), key=lambda box: [name or "" for name in box.place])


def print_labels(out: Path, boxes: Iterable[Box]) -> None:
    """Writes a PDF of labels to cut out; raises UsageError if it cannot be written."""
    with sheets(out, "Nhãn hộp") as canvas:
        for box, x, y in cells(canvas, boxes, ACROSS, DOWN):
            _draw(canvas, box, x, y)


def _papers(connection: Connection, batch_id: int) -> list[RowMapping]:
    count = (
        select(func.sum(parts.c.page_to - parts.c.page_from + 1))
        .where(parts.c.record_id == records.c.id)
        .scalar_subquery()
    )
    place = (locations.c.fonds, locations.c.list, locations.c.box)
    query = (
        select(records.c.id, *place, locations.c.folder, count.label("pages"))
        .join(locations, locations.c.record_id == records.c.id)
        .where(records.c.batch_id == batch_id, func.coalesce(*place).is_not(None))
        .order_by(records.c.id)
    )
    return list(connection.execute(query).mappings())


def _years(connection: Connection, record_ids: list[int]) -> dict[int, set[str]]:
    """The year of issue of each paper that has one."""
    found: dict[int, set[str]] = defaultdict(set)
    for start in range(0, len(record_ids), VALUES_AT_ONCE):
        for record_id, values in values_of(connection, record_ids[start : start + VALUES_AT_ONCE]).items():
            if issued := values.text("issued_on"):
                found[record_id].add(issued[:4])
    return found


def _draw(canvas: Canvas, box: Box, x: float, y: float) -> None:
    wide, high = LABEL
    named = {name: text for name, text in zip(("fonds", "list", "box"), box.place, strict=True) if text}
    draw_qr(canvas, write_payload(named), x + wide - QR_SIDE - INSET / 2, y + INSET / 2, QR_SIDE)
    unit = box.unit[:1].upper() + box.unit[1:]
    top = draw_lines(canvas, unit, (x + INSET, y + high - INSET - 9, wide - 2 * INSET), BOLD, 11)
    top = draw_lines(canvas, f"HỘP {box.place[2] or '–'}", (x + INSET, top - 13, wide - 2 * INSET), BOLD, 22)
    for line in _lines(box):
        top = draw_lines(canvas, line, (x + INSET, top, wide - QR_SIDE - 2 * INSET), REGULAR, 10)


def _lines(box: Box) -> Iterator[str]:
    fonds, register, _ = box.place
    if fonds:
        yield f"Phông: {fonds}"
    if register:
        yield f"Mục lục: {register}"
    if box.folders:
        yield f"Cặp: {_span(box.folders)}"
    if box.years:
        yield f"Năm: {_span(box.years)}"
    yield f"{box.records} hồ sơ, {box.pages} trang"
    yield f"Lô {box.batch}"


def _span(names: set[str]) -> str:
    ordered = natsorted(names)
    return " – ".join(dict.fromkeys([ordered[0], ordered[-1]]))
