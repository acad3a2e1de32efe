"""Who issued the paper, and under whom: the lines above the number (NĐ 30/2020, Annex I)."""

import re
from collections.abc import Sequence

from ocr.fields.evidence import DOUBTFUL, LIKELY, borne_out, found
from ocr.fields.lines import Line
from ocr.fields.spelling import agency_case, as_elsewhere, nearest
from ocr.fields.voting import Spellings
from warehouse.records import FieldValue, Known

HEADS = re.compile(
    r"(uy ban|ubnd|hoi dong|hdnd|so|bo|ban|phong|cuc|tong cuc|chi cuc|vu|van phong|trung tam|truong|vien"
    r"|hoc vien|dai hoc|benh vien|chi nhanh|cong an|thanh tra|kho bac|toa an|doan|hoi|dai|bao|cong ty"
    r"|tong cong ty|ngan hang|quy|tram|chinh phu|thu tuong|quoc hoi|lien doan|bao hiem|doi|to)\b"
)
UNFINISHED = re.compile(r"(\b(va|cua|van phong|chi nhanh|ban|so|bo)|[-,&])$")
NUMBER = re.compile(r"^\W*s[o0]\W*[:.;\d]|.*/\s?\w+-\w")
FEW = 3  # letters: with fewer a line is a rule, a stroke or a piece of the motto
SIGNS = re.compile(r"[^\w\s,&.-]|(?<!\w)[^\w\s]+(?!\w)|\s[^\w\s]+$")


def agencies(left: Sequence[Line], paper: str, spellings: Spellings, known: Known) -> list[FieldValue]:
    """issuing_agency, and parent_agency where a superior stands above it."""
    blocks = _blocks(_capitals(left))
    names = ["issuing_agency", "parent_agency"]
    return [
        _agency(name, lines, paper, spellings, known)
        for name, lines in zip(names, reversed(blocks), strict=False)
    ]


def _capitals(left: Sequence[Line]) -> list[Line]:
    """Lines in capitals from the first one that opens an agency's name, up to the number."""
    taken: list[Line] = []
    for line in left:
        if sum(map(str.isalpha, line.text)) < FEW:
            continue
        if NUMBER.match(line.plain) or (taken and not line.shouts):
            break
        if line.shouts and (taken or HEADS.match(_clean(line.plain))):
            taken.append(line)
    return taken


def _blocks(lines: Sequence[Line]) -> list[list[Line]]:
    """One block an agency: a new one begins where a line opens a name and the last one is finished."""
    blocks: list[list[Line]] = []
    for line in lines:
        before = _clean(blocks[-1][-1].plain) if blocks else ""
        if not blocks or (HEADS.match(_clean(line.plain)) and not UNFINISHED.search(before)):
            blocks.append([])
        blocks[-1].append(line)
    return blocks


def _agency(name: str, lines: list[Line], paper: str, spellings: Spellings, known: Known) -> FieldValue:
    """The known agency it is; else its own words, with marks and case as the paper has them elsewhere."""
    words = [word for line in lines for word in line.words]
    text = agency_case(_clean(" ".join(spellings.respell(words))))
    if hit := nearest(text, known.agencies):
        value = found(name, hit[0], lines, LIKELY)
        return borne_out(value) if hit[1] == 100 else value
    elsewhere = as_elsewhere(text, paper)
    if elsewhere and elsewhere.lower() == text.lower():
        return found(name, elsewhere[:1].upper() + elsewhere[1:], lines, LIKELY)
    return found(name, text, lines, DOUBTFUL)


def _clean(text: str) -> str:
    return " ".join(SIGNS.sub(" ", text).split())
