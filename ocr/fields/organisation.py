"""The company or cooperative a licence is given to, and its tax code."""

import re
from collections.abc import Sequence

from ocr.fields.evidence import DOUBTFUL, LIKELY, borne_out, found
from ocr.fields.lines import Line, running
from warehouse.codes.identities import parse_tax_code
from warehouse.records import FieldValue

_KIND = r"(?:tong cong ty|cong ty|hop tac xa|doanh nghiep tu nhan)"
_CODE = r"\bma so (?:thue|doanh nghiep)[^:\d]{0,30}\W{0,3}(?P<code>\d{10}(?:\s?-\s?\d{3})?)\b"
LABELLED = re.compile(
    rf"^\W*(?:\d{{1,2}}\W+)?(?:ten )?(?:co so|doanh nghiep|to chuc|chu dau tu)[^:]{{0,30}}?\s?: (?P<name>{_KIND}\b.+)"
)
IN_PROSE = re.compile(rf"\b(?P<name>{_KIND} [^,;.:]{{3,80}}), (?:co )?{_CODE}")
CODE = re.compile(_CODE)


def organisation(pages: Sequence[list[Line]]) -> list[FieldValue]:
    """holder_name and holder_id of the organisation a form's label or one sentence names."""
    for lines in pages:
        for place, line in enumerate(lines):
            if label := LABELLED.search(line.plain):
                return [_name(line.part(*label.span("name"))), *_code(running(lines[place:]))]
    told = [
        (text, hit) for text in map(running, filter(None, pages)) for hit in IN_PROSE.finditer(text.plain)
    ]
    if len({hit["code"] for _, hit in told}) != 1:
        return []
    text, hit = told[0]
    return [_name(text.part(*hit.span("name"))), *_code(text.part(*hit.span()))]


def _name(part: Line) -> FieldValue:
    return found("holder_name", part.text.strip(" ,;"), [part], LIKELY)


def _code(text: Line) -> list[FieldValue]:
    """The tax code; its check digit bears it out, without that it was misread."""
    hit = CODE.search(text.plain)
    if hit is None:
        return []
    part, code = text.part(*hit.span("code")), parse_tax_code(hit["code"])
    if code is None:
        return [found("holder_id", hit["code"], [part], DOUBTFUL)]
    return [borne_out(found("holder_id", code, [part], LIKELY))]
