"""Who signed, and as what: the block on the right beside `Nơi nhận` (NĐ 30/2020, Annex I, II.7)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ocr.fields.evidence import DOUBTFUL, LIKELY, borne_out, found, legibility
from ocr.fields.lines import Line
from ocr.fields.names import person_name
from ocr.fields.spelling import nearest
from warehouse.records import FieldValue
from warehouse.text import fold

AUTHORITY = re.compile(r"^\W*(TM|KT|TL|TUQ|TUN|PTL|Q)\s?[.,]\s?(?=\w)")
RECIPIENTS = re.compile(r"^\W*n\w{1,2} nh\w{1,2}\b")
POSITIONS = (
    "CHỦ TỊCH", "PHÓ CHỦ TỊCH", "BỘ TRƯỞNG", "THỨ TRƯỞNG", "GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", "TỔNG GIÁM ĐỐC",
    "PHÓ TỔNG GIÁM ĐỐC", "CHÁNH VĂN PHÒNG", "PHÓ CHÁNH VĂN PHÒNG", "CỤC TRƯỞNG", "PHÓ CỤC TRƯỞNG",
    "CHI CỤC TRƯỞNG", "PHÓ CHI CỤC TRƯỞNG", "TỔNG CỤC TRƯỞNG", "PHÓ TỔNG CỤC TRƯỞNG", "VỤ TRƯỞNG",
    "PHÓ VỤ TRƯỞNG", "TRƯỞNG PHÒNG", "PHÓ TRƯỞNG PHÒNG", "TRƯỞNG BAN", "PHÓ TRƯỞNG BAN", "CHÁNH THANH TRA",
    "PHÓ CHÁNH THANH TRA", "HIỆU TRƯỞNG", "PHÓ HIỆU TRƯỞNG", "VIỆN TRƯỞNG", "THỦ TƯỚNG", "PHÓ THỦ TƯỚNG",
    "TRƯỞNG CÔNG AN", "PHÓ TRƯỞNG CÔNG AN", "CHỈ HUY TRƯỞNG", "ỦY BAN NHÂN DÂN", "HỘI ĐỒNG NHÂN DÂN",
    "CHÍNH PHỦ", "THƯỜNG TRỰC", "CÔNG CHỨC TƯ PHÁP - HỘ TỊCH",
)  # fmt: skip
RIGHT = 0.42  # of the page's width: where the signing column begins at the earliest
SCRAWL = 0.3  # less legible than this it was a signature, not a name
ROOM = 0.3  # of the page's height: seal and signature stand between position and name


@dataclass(frozen=True, slots=True)
class Closing:
    """The signing column of one page: the lines of authority and position, and the lines below them."""

    capacities: list[Line]
    below: list[Line]


def signature(pages: Sequence[list[Line]]) -> list[FieldValue]:
    """signer and signing_capacity, from the first page (its lines) that closes the paper."""
    closing = next(filter(None, map(_closing, pages)), None)
    if closing is None:
        return []
    capacities = [_capacity(line, ordinal) for ordinal, line in enumerate(closing.capacities)]
    return [*capacities, *_signer(closing)]


def _closing(lines: Sequence[Line]) -> Closing | None:
    right = [line for line in lines if _in_signing_column(line)]
    places = [place for place, line in enumerate(right) if _is_capacity(line)]
    if places:
        start = _first_of_last_run(right, places)
        capacities = [right[place] for place in places if place >= start]
        return Closing(capacities, right[places[-1] + 1 :])
    recipients = next((line for line in lines if RECIPIENTS.match(line.plain)), None)
    if recipients is None:
        return None
    return Closing([], [line for line in right if line.box[3] > recipients.box[1]])


def _in_signing_column(line: Line) -> bool:
    if line.words[0].zone in ("footer_right", "footer_left"):
        return line.words[0].zone == "footer_right"
    return line.box[0] > RIGHT * line.page.width and line.words[0].zone == "body"


def _is_capacity(line: Line) -> bool:
    """In capitals, and either by someone's authority (KT., TM. …) or a position, maybe with its office."""
    if not line.shouts:
        return False
    position = _bare(line.text)
    return bool(AUTHORITY.match(line.text) or nearest(position, POSITIONS) or _names_office(position))


def _names_office(position: str) -> bool:
    """«GIÁM ĐỐC SỞ NỘI VỤ», «CHỦ TỊCH UBND XÃ»."""
    return any(fold(position).startswith(f"{fold(usual)} ") for usual in POSITIONS)


def _first_of_last_run(right: Sequence[Line], places: Sequence[int]) -> int:
    """Of two signing blocks on a page the lower one: lines of one block stand close together."""
    start = places[-1]
    for place in reversed(places):
        if right[start].box[1] - right[place].box[3] > 3 * right[start].height:
            break
        start = place
    return start


def _capacity(line: Line, ordinal: int) -> FieldValue:
    authority = AUTHORITY.match(line.text)
    position = _bare(line.text[authority.end() :] if authority else line.text)
    prefix = f"{authority[1]}. " if authority else ""
    hit = nearest(position, POSITIONS)
    if hit is None:
        trust = LIKELY if _names_office(position) else DOUBTFUL
        return found("signing_capacity", prefix + position, [line], trust, ordinal=ordinal)
    return borne_out(found("signing_capacity", prefix + hit[0], [line], LIKELY, ordinal=ordinal))


def _signer(closing: Closing) -> list[FieldValue]:
    """The first line below the position that is a name with a usual surname, else one that may be a name."""
    top = closing.capacities[-1].box[3] if closing.capacities else 0
    near = [line for line in closing.below if not top or line.box[1] - top < ROOM * line.page.height]
    names = [(line, name) for line in near if (name := person_name(line))]
    names = [(line, name) for line, name in names if legibility(name.words) > SCRAWL]
    if not names:
        return []
    line, name = next((each for each in names if each[1].usual), names[0])
    trust = LIKELY if name.usual and closing.capacities else DOUBTFUL
    return [found("signer", name.text, [line], trust, name.words)]


def _bare(text: str) -> str:
    """Words and dashes without the strokes around them."""
    return " ".join(re.findall(r"[^\W\d_]+|(?<=\s)-(?=\s)", text))
