"""The two files that spreadsheets open with their Vietnamese intact; both are written row by row."""

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from io import TextIOWrapper
from typing import IO, Literal

from warehouse.spreadsheets import harmless

Form = Literal["csv", "xlsx"]
Row = Sequence[str]
WIDTH = 22  # of a column, in figures
SHEET = "Kết quả tìm kiếm"


def write_csv(file: IO[bytes], rows: Iterable[Row]) -> None:
    """With the mark by which Excel knows UTF-8."""
    text = TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerows([harmless(value) for value in row] for row in rows)
    text.detach()


def write_xlsx(file: IO[bytes], rows: Iterable[Row]) -> None:
    """Every cell a text, so that no number loses its zeros; one row in memory at a time."""
    import xlsxwriter  # few processes ever write one

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        sheet = book.add_worksheet(SHEET)
        heading = book.add_format({"bold": True, "text_wrap": True})
        sheet.freeze_panes(1, 0)
        for number, row in enumerate(rows):
            if number == 0:
                sheet.set_column(0, len(row) - 1, WIDTH)
            for column, value in enumerate(row):
                sheet.write_string(number, column, value, heading if number == 0 else None)


WRITERS: Mapping[Form, Callable[[IO[bytes], Iterable[Row]], None]] = {"csv": write_csv, "xlsx": write_xlsx}
