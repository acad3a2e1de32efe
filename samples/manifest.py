"""The list a commune sends with its scans: in its own dialect, with gaps, and here and there wrong."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random

from samples.papers import Paper
from samples.plan import Sample
from warehouse.records import DATE_FIELDS

Row = dict[str, str]
VIETNAMESE = {
    "file": "tên tệp", "pages": "trang", "reference_number": "số ký hiệu", "issued_on": "ngày ban hành",
    "doc_type": "loại giấy tờ", "result_type": "mã kết quả", "holder_name": "họ tên chủ giấy tờ",
    "holder_id": "số định danh", "holder_birth_date": "ngày sinh", "subject": "trích yếu", "signer": "người ký",
    "issuing_agency": "cơ quan ban hành", "valid_until": "hiệu lực đến", "dossier_code": "mã hồ sơ",
    "procedure_code": "mã thủ tục", "box": "hộp", "folder": "cặp",
}  # fmt: skip
COLUMNS = tuple(VIETNAMESE)
ALWAYS = frozenset({"file", "pages", "result_type", "holder_name", "holder_id", "box", "folder"})
FILE_THAT_IS_NOT_THERE: Row = {
    "file": "99-giay-khong-co-tep.pdf",
    "holder_name": "Đinh Văn Vắng",
    "box": "07",
}


@dataclass(frozen=True)
class Dialect:
    """How a commune writes its CSV."""

    vietnamese: bool
    delimiter: str
    encoding: str
    day: str
    extra: tuple[Row, ...] = ()


DIALECTS = {
    "06184": Dialect(True, ";", "utf-8-sig", "%d/%m/%Y"),
    "24373": Dialect(False, ",", "utf-8", "%Y-%m-%d", (FILE_THAT_IS_NOT_THERE,)),
    "22924": Dialect(True, ",", "utf-8", "%d/%m/%Y"),
}


def rows(sample: Sample, papers: list[Paper]) -> list[Row]:
    """The manifest's rows about one file, one a paper; days still YYYY-MM-DD, empty values left out."""
    if not sample.in_manifest:
        return []
    rng = Random(1000 + sample.number)
    made = [row(sample, paper, rng) for paper in papers]
    if len(papers) > 1:
        for page, entry in enumerate(made, start=1):
            entry["pages"] = f"{page}-{page}"
    if sample.conflict:
        made[0][sample.conflict] = altered(sample.conflict, papers[0].text(sample.conflict))
    return made


def row(sample: Sample, paper: Paper, rng: Random) -> Row:
    """What a clerk typed: the holder always, a quarter of the rest forgotten."""
    known = {name: value for name, value in paper.fields.items() if isinstance(value, str)}
    known |= {
        "file": sample.name,
        "procedure_code": paper.procedure_code or "",
        "box": f"{1 + sample.number // 8:02}",
        "folder": f"{1 + sample.number % 8}",
    }
    kept = (name for name in COLUMNS if name in ALWAYS or rng.random() < 0.75)
    return {name: known[name] for name in kept if known.get(name)}


def altered(name: str, value: str) -> str:
    """A value as it comes out when the clerk slips, still of the right form."""
    if name == "issued_on":
        return (date.fromisoformat(value) + timedelta(days=9)).isoformat()
    if name == "holder_name":
        first, *_, last = value.split()
        return f"{first} Khánh {last}"
    at = next(index for index in reversed(range(len(value))) if value[index].isdigit())
    return f"{value[:at]}{(int(value[at]) + 5) % 10}{value[at + 1 :]}"


def write_manifest(path: Path, unit: str, entries: Iterable[Row]) -> None:
    """The CSV of one commune."""
    dialect = DIALECTS[unit]
    with path.open("w", encoding=dialect.encoding, newline="") as file:
        writer = csv.writer(file, delimiter=dialect.delimiter)
        writer.writerow(VIETNAMESE.values() if dialect.vietnamese else COLUMNS)
        for entry in [*entries, *dialect.extra]:
            writer.writerow(printed(entry.get(name, ""), name, dialect) for name in COLUMNS)


def printed(value: str, name: str, dialect: Dialect) -> str:
    """Days in the commune's own notation."""
    return date.fromisoformat(value).strftime(dialect.day) if value and name in DATE_FIELDS else value
