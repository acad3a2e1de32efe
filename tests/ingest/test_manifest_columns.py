"""What a list says besides the usual fields: registers, secrecy, older systems; ids that lost zeros; old fonts."""

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.columns import column_named, header_key
from ingest.manifest import Manifest, read_manifest
from ingest.manifest_rows import ManifestProblem
from warehouse.errors import KhosoError
from warehouse.reasons import reasons

pytestmark = pytest.mark.engineless

QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def read(folder: Path, text: str | bytes) -> Manifest:
    path = folder / "danh-muc.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_manifest(path)


def told(manifest: Manifest) -> list[str]:
    return [problem.reason for problem in manifest.problems]


def test_an_entry_of_a_register_has_kind_year_book_and_number(tmp_path: Path) -> None:
    manifest = read(
        tmp_path,
        "Tên tệp,Loại sổ,Năm,Quyển số,Số thứ tự trong sổ\na.pdf,Khai sinh,2019,01,Số 45a\n"
        "b.pdf,Kết hôn,2999,quyển,x\n",
    )
    assert manifest.rows[0].values == {
        "register_kind": "Khai sinh", "register_year": "2019", "register_book": "01", "register_entry": "45a",
    }  # fmt: skip
    assert manifest.rows[1].values == {"register_kind": "Kết hôn"}
    assert told(manifest) == ["bad_register_year", "bad_register_number", "bad_register_number"]


def test_headers_that_differ_by_their_marks_alone_are_told_apart() -> None:
    assert column_named("Năm") == "register_year"
    assert column_named("Nam") is None
    assert (column_named("Sổ"), column_named("Số")) == ("register_kind", "reference_number")


def test_a_units_own_header_is_read_by_its_map(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("Ảnh quét,Tên bà con\na.pdf,Nguyễn Hòa\n")
    called = {header_key("Ảnh quét"): "file", header_key("tên bà con"): "holder_name"}
    [row] = read_manifest(path, None, called).rows
    assert (row.cell, row.values) == ("a.pdf", {"holder_name": "Nguyễn Hòa"})


@pytest.mark.parametrize(
    ("cell", "mark"),
    [("Mật", "mat"), ("TỐI MẬT", "toi_mat"), ("tuyệt mật", "tuyet_mat"), ("Thường", None), ("không", None)],
)
def test_a_degree_of_secrecy_is_read(tmp_path: Path, cell: str, mark: str | None) -> None:
    manifest = read(tmp_path, f"file,Độ mật\na.pdf,{cell}\n")
    assert (manifest.rows[0].secrecy, manifest.problems) == (mark, [])


def test_a_mark_that_nobody_understands_hides_the_paper(tmp_path: Path) -> None:
    manifest = read(tmp_path, "file,Độ mật\na.pdf,x\n")
    assert manifest.rows[0].secrecy == "mat"
    assert told(manifest) == ["bad_secrecy"]


def test_a_record_of_an_older_system_names_system_and_id(tmp_path: Path) -> None:
    manifest = read(
        tmp_path,
        "Hệ thống cũ,Mã cũ,Ngày số hóa,Ngày duyệt,Người duyệt,Họ tên\niGate,77,05/03/2019,06/03/2019,Lê Duyệt,Hòa\n"
        "iGate,,,,,Bình\niGate,78,2019,,,Đức\n",
    )
    assert [row.migrated for row in manifest.rows] == [
        {
            "source_system": "iGate",
            "source_id": "77",
            "digitised_on": "2019-03-05",
            "approved_on": "2019-03-06",
            "approved_by": "Lê Duyệt",
        },
        None,
        {"source_system": "iGate", "source_id": "78"},
    ]
    assert told(manifest) == ["origin_incomplete", "not_a_day"]


@pytest.mark.parametrize(
    ("header", "cell", "born", "proposal"),
    [
        ("Số CCCD", "20185001234", "", "020185001234"),
        ("Số CCCD", "20185001234", "1985", "020185001234"),
        ("Số CCCD", "1085001234", "", "001085001234"),
        ("Số CCCD", "20185001234.0", "", "020185001234"),
        ("CMND", "83456789", "", "083456789"),
        ("Mã số thuế", "100109106", "", "0100109106"),
    ],
)
def test_a_number_that_lost_its_zeros_comes_back_as_a_proposal(
    tmp_path: Path, header: str, cell: str, born: str, proposal: str
) -> None:
    manifest = read(tmp_path, f"file,{header},Ngày sinh\na.pdf,{cell},{born}\n")
    assert "holder_id" not in manifest.rows[0].values
    assert manifest.rows[0].proposals == {"holder_id": (proposal, "leading_zero")}
    [problem] = manifest.problems
    assert (problem.reason, problem.value, problem.proposal) == ("leading_zero", cell, proposal)
    assert f"{cell} → {proposal}" in problem.message["vi"]
    assert problem.as_row()["value"] == f"{cell} → {proposal}"


@pytest.mark.parametrize(
    ("header", "cell", "born"),
    [
        ("Số CCCD", "20185001234", "1986"),  # another year of birth
        ("Số CCCD", "30985001234", ""),  # no such sex and century for 2026
        ("Số CCCD", "5185001234", ""),  # no province 005
        ("Số CCCD", "1234567", ""),
        ("Mã số thuế", "100109107", ""),
        ("Số CCCD", "2,0185E+10", ""),
    ],
)
def test_a_number_that_no_zeros_make_right_is_not_guessed(
    tmp_path: Path, header: str, cell: str, born: str
) -> None:
    manifest = read(tmp_path, f"file;{header};Ngày sinh\na.pdf;{cell};{born}\n")
    assert manifest.rows[0].proposals == {}


def test_a_number_cell_that_may_be_tax_code_or_shortened_id_is_neither(tmp_path: Path) -> None:
    manifest = read(tmp_path, "file,Số định danh\na.pdf,1085001234.0\nb.pdf,1085001234\n")
    assert [row.values for row in manifest.rows] == [{}, {"holder_id": "1085001234"}]
    assert told(manifest) == ["ambiguous_id"]


TCVN3 = "Tªn tÖp,Hä tªn,Ghi,TrÝch yÕu\na.pdf,NguyÔn V¨n §øc,x,VÒ viÖc cÊp ®Êt\nb.pdf,TrÇn ThÞ Hµ,y,Hµ\n"


def test_columns_in_old_fonts_are_converted_and_both_spellings_shown(tmp_path: Path) -> None:
    manifest = read(tmp_path, TCVN3.encode("latin-1"))
    assert [row.values for row in manifest.rows] == [
        {"holder_name": "Nguyễn Văn Đức", "subject": "Về việc cấp đất"},
        {"holder_name": "Trần Thị Hà", "subject": "Hà"},
    ]
    shown = [problem for problem in manifest.problems if problem.reason == "converted_encoding"]
    assert [(problem.row, problem.column, problem.value, problem.proposal) for problem in shown] == [
        (1, "Họ tên", "NguyÔn V¨n §øc", "Nguyễn Văn Đức"),
        (1, "Trích yếu", "VÒ viÖc cÊp ®Êt", "Về việc cấp đất"),
    ]
    assert all(problem.warning for problem in shown)


def test_a_column_in_unicode_stays_beside_one_in_old_fonts(tmp_path: Path) -> None:
    manifest = read(tmp_path, "file,Họ tên,Trích yếu\na.pdf,Nguyễn Văn Đức,VÒ viÖc cÊp ®Êt\nb.pdf,Hà Bé,Hµ\n")
    assert [row.values["holder_name"] for row in manifest.rows] == ["Nguyễn Văn Đức", "Hà Bé"]
    assert [row.values["subject"] for row in manifest.rows] == ["Về việc cấp đất", "Hà"]


@pytest.mark.parametrize(
    ("name", "encoding"), [("NguyÔn V¨n §øc", "latin-1"), ("Nguyeãn Vaên Ñöùc", "latin-1"),
                           ("Nguye^~n Va(n DDu+'c", "ascii"), ("Nguyê\u0303n Văn Đư\u0301c", "cp1258")],
)  # fmt: skip
def test_each_encoding_is_found_in_a_list(tmp_path: Path, name: str, encoding: str) -> None:
    manifest = read(tmp_path, f"file,holder\na.pdf,{name}\n".encode(encoding))
    assert manifest.rows[0].values == {"holder_name": "Nguyễn Văn Đức"}
    assert told(manifest) == ["converted_encoding"]


def test_bytes_of_an_encoding_that_cannot_be_told_are_reported(tmp_path: Path) -> None:
    manifest = read(tmp_path, b"file,subject\na.pdf,\xff\xfe\xfd\n")
    [problem] = manifest.problems
    assert (problem.reason, problem.warning) == ("unknown_encoding", False)


@QUICK
@given(st.binary(max_size=400))
def test_any_bytes_are_a_list_or_refused(tmp_path: Path, content: bytes) -> None:
    with suppress(KhosoError):
        rows = [row.row for row in read(tmp_path, b"file,subject\n" + content).rows]
        assert all(1 < row <= 1 + len(content.splitlines()) for row in rows)
        assert len(set(rows)) == len(rows)


CELLS = st.one_of(
    st.text(st.characters(blacklist_characters="\0", blacklist_categories=("Cs",)), max_size=12),
    st.sampled_from(
        ["a.pdf", "20185001234", "1E+11", "31/12/30", "Tổng cộng", "Người lập", "(1)", "mật", "3-5"]
    ),
)
COLUMNS = [
    "Tên tệp", "Trang", "Số CCCD", "Ngày sinh", "Hiệu lực đến", "Độ mật", "Mã cũ", "Hệ thống cũ", "Năm sổ",
]  # fmt: skip


@QUICK
@given(st.lists(st.lists(CELLS, min_size=1, max_size=10), max_size=12))
def test_no_row_of_any_table_is_lost_in_silence(tmp_path: Path, rows: list[list[str]]) -> None:
    lines = [",".join(f'"{cell}"' for cell in map(quoted, row)) for row in [COLUMNS, *rows]]
    manifest = read(tmp_path, "\n".join(lines) + "\n")
    filled = {number for number, row in enumerate(rows, 2) if any(quoted(cell).strip() for cell in row)}
    found = {row.row for row in manifest.rows}
    assert filled == found | {problem.row for problem in manifest.problems if (problem.row or 0) > 1}
    assert len(manifest.rows) == len(found)


def quoted(cell: str) -> str:
    """One line of a cell: what breaks lines is tested by name."""
    return " ".join(cell.replace('"', '""').split())


def test_every_problem_of_a_list_has_its_sentence() -> None:
    codes = {
        "unknown_column", "repeated_column", "extra_cells", "bad_pages", "bad_kind", "too_long", "bad_secrecy",
        "row_left_out", "nothing_understood", "converted_encoding", "unknown_encoding", "leading_zero", "not_a_day",
        "ambiguous_id", "lost_digits", "two_digit_year", "origin_incomplete", "sheet_without_header", "hidden_sheet",
    }  # fmt: skip
    assert codes <= set(reasons())
    for code in codes:
        told_of = ManifestProblem(2, "a.pdf", "Ngày", "1", code, proposal="2").message
        assert "?" not in told_of["vi"] + told_of["en"]
