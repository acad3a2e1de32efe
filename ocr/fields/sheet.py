"""The parts of a paper: the columns of its header, its body, and the pages it ends on."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import dropwhile

from rapidfuzz import fuzz

from ocr.fields.lines import Line, lines_of, split_at
from warehouse.records import PageReading

NATION = "cong hoa xa hoi chu nghia viet nam"
MOTTO = "doc lap - tu do - hanh phuc"
FEW = 12  # words: a page with no more than that before the paper is a divider or a stain
LIKE = 80  # of 100: a seal or a stamp over the motto still leaves this much of it
HEADER_DEPTH = 0.15  # of the page's height below the date: an official letter's subject ends above it


@dataclass(frozen=True, slots=True)
class Sheet:
    """The first page of a paper. Where the header has one centred column, left and right are empty."""

    left: list[Line]
    right: list[Line]
    body: list[Line]


def paper_pages(pages: Sequence[PageReading]) -> list[PageReading]:
    """The pages of the first paper of a file: an attached draft begins with a header of its own."""
    read = [page for page in pages if page.status == "ok"]
    read = list(dropwhile(lambda page: len(page.words) < FEW, read))
    for place, page in enumerate(read[1:], 1):
        if _motto(_top(lines_of(page))) is not None:
            return read[:place]
    return read


def sheet_of(page: PageReading) -> Sheet:
    """Header columns and body of a page, by the reader's zones or else by where the motto stands."""
    lines = lines_of(page)
    zoned = [line for line in lines if line.words[0].zone in ("header_left", "header_right")]
    if zoned:
        left = [line for line in zoned if line.words[0].zone == "header_left"]
        right = [line for line in zoned if line.words[0].zone == "header_right"]
        return _without_title(Sheet(left, right, [line for line in lines if line not in zoned]))
    motto = _motto(_top(lines))
    if motto is None or motto.box[0] < 0.35 * page.width:
        return Sheet([], [], lines)
    return _split(lines, motto)


def _without_title(sheet: Sheet) -> Sheet:
    """A wide title that was cut in two by the columns above it goes back, whole, to the body."""
    dated = next((line.box[3] for line in sheet.right if "thang" in line.plain), None)
    late = [line for line in sheet.right if dated is not None and line.box[1] > dated]
    halves = [(_beside(line, sheet.left), line) for line in late]
    whole = [Line(right.page, (left.words if left else ()) + right.words) for left, right in halves]
    taken = [left for left, _ in halves]
    return Sheet(
        [line for line in sheet.left if line not in taken],
        [line for line in sheet.right if line not in late],
        [*whole, *sheet.body],
    )


def _beside(line: Line, others: Sequence[Line]) -> Line | None:
    """The line on the other side of the same row."""
    middle = (line.box[1] + line.box[3]) / 2
    return next((other for other in others if other.box[1] < middle < other.box[3]), None)


def _top(lines: Sequence[Line]) -> list[Line]:
    return [line for line in lines if line.box[1] < 0.35 * line.page.height]


def _motto(lines: Sequence[Line]) -> Line | None:
    """The words of the nation's name or motto, even where the agency stands on the same line."""
    for line in lines:
        for start in range(len(line.words)):
            rest = Line(line.page, line.words[start:])
            if max(fuzz.ratio(rest.plain, NATION), fuzz.ratio(rest.plain, MOTTO)) >= LIKE:
                return _without_neighbour(rest)
    return None


def _without_neighbour(line: Line) -> Line:
    """Words to the left may be the end of the agency's name: the fewest words that are still the motto."""
    tails = [Line(line.page, line.words[start:]) for start in range(len(line.words))]
    return max(tails, key=lambda tail: max(fuzz.ratio(tail.plain, NATION), fuzz.ratio(tail.plain, MOTTO)))


def _split(lines: Sequence[Line], motto: Line) -> Sheet:
    """Left and right of the motto's edge down to the date; then the left goes on until a line crosses."""
    edge = motto.box[0] - motto.height
    date_bottom = _date_bottom(lines, motto)
    sheet, crossed = Sheet([], [], []), False
    for line in lines:
        left, right = split_at(line, edge)
        below = line.box[1] > date_bottom
        crossed = crossed or (below and left is not None and right is not None)
        if crossed or (below and left is None) or line.box[1] > date_bottom + HEADER_DEPTH * line.page.height:
            sheet.body.append(line)
            continue
        sheet.left.extend([left] if left else [])
        sheet.right.extend([right] if right else [])
    return sheet


def _date_bottom(lines: Sequence[Line], motto: Line) -> float:
    """Where the line "..., ngày ... tháng ... năm ..." ends, or a twentieth of the page below the motto."""
    lowest = motto.box[3] + 0.08 * motto.page.height
    dates = [line.box[3] for line in lines if "thang" in line.plain and motto.box[1] < line.box[1] < lowest]
    return min(dates, default=motto.box[3] + 0.05 * motto.page.height)
