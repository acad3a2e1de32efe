"""Where each word of a paper stands on A4 after NĐ 30/2020, annex I, in points from the top left."""

from dataclasses import dataclass, field
from typing import Literal

from samples.fonts import Style, width
from samples.papers import Issuer, Paper
from samples.rows import BODY_SIZE, SPACE, TAB, Word, broken, length, word_width, words, wrapped
from warehouse.records import Zone

WIDTH, HEIGHT = 595.28, 841.89
LEFT, RIGHT, TOP, BOTTOM = 82.0, 549.0, 58.0, 780.0
LEFT_COLUMN, RIGHT_COLUMN = 168.0, 405.0
LEADING = 1.46
DISPATCH = "Công văn"
"""The one type whose name is not printed; its subject stands under the number."""
ORDER: tuple[Zone, ...] = ("header_left", "header_right", "body", "footer_left", "footer_right")


@dataclass(frozen=True)
class Run:
    """Text on one baseline."""

    text: str
    x: float
    y: float
    style: Style
    size: float


@dataclass
class Sheet:
    """One page: text, rules (x0, x1, y), and where the middle of the seal comes, if it is signed."""

    runs: list[Run] = field(default_factory=list)
    rules: list[tuple[float, float, float]] = field(default_factory=list)
    seal: tuple[float, float] | None = None
    lines: dict[Zone, list[str]] = field(default_factory=lambda: {zone: [] for zone in ORDER})

    @property
    def text(self) -> str:
        """The lines in reading order: both halves of the header, the body, both halves of the footer."""
        return "\n".join(line for zone in ORDER for line in self.lines[zone])

    def centred(self, zone: Zone, text: str, middle: float, y: float, style: Style, size: float) -> None:
        """One line about a vertical axis."""
        self.runs.append(Run(text, middle - width(text, style, size) / 2, y, style, size))
        self.lines[zone].append(text)

    def rule(self, middle: float, length: float, y: float) -> None:
        """A thin line about a vertical axis."""
        self.rules.append((middle - length / 2, middle + length / 2, y))


Align = Literal["left", "justified", "centred"]


def compose(paper: Paper) -> list[Sheet]:
    """All pages of a paper; the signature closes the last one where no `@sign` stands earlier."""
    sheets = []
    for number, lines in enumerate(paper.pages, start=1):
        sheet = Sheet()
        y = first_page_head(sheet, paper) if number == 1 else page_number(sheet, number)
        for line in lines:
            y = signature(sheet, paper, y) if line == "@sign" else block(sheet, line, y)
        sheets.append(sheet)
    if not any("@sign" in page for page in paper.pages):
        signature(sheets[-1], paper, y)
    return sheets


def page_number(sheet: Sheet, number: int) -> float:
    """The number over the second and later pages; returns where the text goes on."""
    sheet.centred("body", str(number), (LEFT + RIGHT) / 2, TOP - 10, "Regular", BODY_SIZE)
    return TOP + 16


def first_page_head(sheet: Sheet, paper: Paper) -> float:
    """All above the body of the first page; returns where the body begins."""
    y = max(header_left(sheet, paper), header_right(sheet, paper)) + 34
    if paper.text("doc_type") != DISPATCH:
        y = title(sheet, paper, y)
    middle = (LEFT + RIGHT) / 2
    for line in wrapped(paper.authority, 420, "Bold", 13):
        sheet.centred("body", line, middle, y + 14, "Bold", 13)
        y += 18
    if paper.addressee:
        sheet.centred("body", f"Kính gửi: {paper.addressee}", middle, y + 10, "Regular", 13.5)
        y += 18
    return y + 20


def title(sheet: Sheet, paper: Paper, y: float) -> float:
    """Type and subject with the rule under them."""
    middle = (LEFT + RIGHT) / 2
    for line in wrapped(paper.text("doc_type").upper(), 380, "Bold", 15):
        sheet.centred("body", line, middle, y, "Bold", 15)
        y += 20
    for line in wrapped(paper.text("subject"), 340, "Bold", 13):
        sheet.centred("body", line, middle, y, "Bold", 13)
        y += 17
    sheet.rule(middle, 90, y - 10)
    return y


def header_left(sheet: Sheet, paper: Paper) -> float:
    """Agency block, rule, number; a công văn has its subject here."""
    y = TOP
    for text, style in agency_lines(paper.issuer):
        for line in wrapped(text, 180, style, 12.5):
            sheet.centred("header_left", line, LEFT_COLUMN, y, style, 12.5)
            y += 15.5
    sheet.rule(LEFT_COLUMN, 60, y - 9)
    y += 9
    sheet.centred("header_left", f"Số: {paper.text('reference_number')}", LEFT_COLUMN, y, "Regular", 13)
    if paper.text("doc_type") == DISPATCH:
        for line in wrapped(paper.text("subject"), 172, "Regular", 12):
            y += 15.5
            sheet.centred("header_left", line, LEFT_COLUMN, y, "Regular", 12)
    return y


def agency_lines(issuer: Issuer) -> list[Word]:
    """The committee above in regular capitals, the agency itself in bold ones."""
    if issuer.office:
        return [(f"UBND {issuer.area.upper()}", "Regular"), (issuer.office.upper(), "Bold")]
    return [("ỦY BAN NHÂN DÂN", "Bold"), (issuer.area.upper(), "Bold")]


def header_right(sheet: Sheet, paper: Paper) -> float:
    """National title and motto with its rule, place and date in italics."""
    sheet.centred("header_right", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", RIGHT_COLUMN, TOP, "Bold", 12.5)
    sheet.centred("header_right", "Độc lập - Tự do - Hạnh phúc", RIGHT_COLUMN, TOP + 16, "Bold", 13.5)
    sheet.rule(RIGHT_COLUMN, 166, TOP + 22)
    day = f"{paper.text('place')}, ngày {paper.day:%d} tháng {paper.day:%m} năm {paper.day.year}"
    sheet.centred("header_right", day, RIGHT_COLUMN, TOP + 44, "Italic", 13)
    return TOP + 44


MARKS: dict[str, tuple[Style, Align, float]] = {
    "## ": ("Bold", "left", 0),
    "# ": ("Bold", "centred", 0),
    "= ": ("Italic", "centred", 0),
    "~ ": ("Italic", "justified", 28),
    "> ": ("Regular", "left", 0),
}


def block(sheet: Sheet, line: str, y: float) -> float:
    """One line of the form, wrapped; returns where the next one begins."""
    if line == ">":
        return y + 8
    mark = next((mark for mark in MARKS if line.startswith(mark)), "")
    style, align, indent = MARKS.get(mark, ("Regular", "justified", 28.0))
    rows = broken(words(line.removeprefix(mark), style), RIGHT - LEFT, indent)
    for index, row in enumerate(rows):
        stretched = align == "justified" and index < len(rows) - 1
        centred = (RIGHT - LEFT - length(row)) / 2
        start = centred if align == "centred" else indent * (index == 0)
        place_row(sheet, row, LEFT + start, y, stretched)
        y += BODY_SIZE * LEADING
    return y + 5


def place_row(sheet: Sheet, row: list[Word], x: float, y: float, stretched: bool) -> None:
    """Words on a baseline, spread to the right margin if stretched."""
    if y > BOTTOM:
        raise ValueError(f"the form has too much text for a page: {row[0][0]}")
    gap = SPACE + (RIGHT - x - length(row)) / (len(row) - 1) if stretched and len(row) > 1 else SPACE
    sheet.lines["body"].append(" ".join(text for text, _ in row if text != TAB))
    for text, style in row:
        if text != TAB:
            sheet.runs.append(Run(text, x, y, style, BODY_SIZE))
        x += word_width((text, style)) + gap


def signature(sheet: Sheet, paper: Paper, y: float) -> float:
    """Recipients on the left; capacity, room for the hand and the seal, and the name on the right."""
    y += 14
    capacity = paper.fields["signing_capacity"] or []
    for index, line in enumerate(capacity):
        sheet.centred("footer_right", line, RIGHT_COLUMN + 10, y + index * 16, "Bold", 13)
    name_at = y + len(capacity) * 16 + 84
    sheet.seal = (RIGHT_COLUMN - 34, name_at - 46)
    sheet.centred("footer_right", paper.text("signer"), RIGHT_COLUMN + 10, name_at, "Bold", 13.5)
    sheet.runs.append(Run("Nơi nhận:", LEFT, y, "BoldItalic", 12))
    sheet.lines["footer_left"].append("Nơi nhận:")
    for index, recipient in enumerate(paper.recipients, start=1):
        text = f"- {recipient}{'.' if index == len(paper.recipients) else ';'}"
        sheet.runs.append(Run(text, LEFT, y + index * 14, "Regular", 11))
        sheet.lines["footer_left"].append(text)
    return name_at + 24
