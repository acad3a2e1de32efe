import unicodedata
from pathlib import Path

import pytest

from ingest.manifest import Manifest, read_manifest
from ingest.manifest_rows import ManifestRow
from warehouse.errors import UsageError

pytestmark = pytest.mark.engineless

HEADER = (
    "Tên tệp;Trang;Số, ký hiệu;NGÀY BAN HÀNH;Loại giấy tờ;Mã kết quả;Họ tên chủ giấy tờ;Số định danh;Ngày sinh;"
    "Trích yếu;Người ký;Cơ quan ban hành;Hiệu lực đến;Mã hồ sơ;Mã thủ tục;Hộp;Cặp"
)


def read(folder: Path, text: str, encoding: str = "utf-8") -> Manifest:
    path = folder / "danh-muc.csv"
    path.write_bytes(text.encode(encoding))
    return read_manifest(path)


def refusal(folder: Path, content: bytes) -> UsageError:
    path = folder / "danh-muc.csv"
    path.write_bytes(content)
    with pytest.raises(UsageError) as refused:
        read_manifest(path)
    return refused.value


def reasons_of(manifest: Manifest) -> list[tuple[int | None, str | None, str]]:
    return [(problem.row, problem.column, problem.reason) for problem in manifest.problems]


def test_a_row_gives_its_file_pages_values_and_place(tmp_path: Path) -> None:
    manifest = read(
        tmp_path,
        f"{HEADER}\nQuyển 1\\a.pdf;1-2;12/QĐ-UBND;06/01/2025;QĐ;KQ.G15.000031;Nguyễn Thị Hòa;020 185 001234;1985;"
        "Về việc cấp đất;Trần Văn B;UBND xã Đồng Đăng;Không thời hạn;H37.15-250106-0001;1.001234;07;3\n",
        "utf-8-sig",
    )
    assert manifest.problems == []
    assert manifest.rows == [
        ManifestRow(
            row=2,
            cell="Quyển 1/a.pdf",
            pages=(1, 2),
            values={
                "reference_number": "12/QĐ-UBND",
                "issued_on": "2025-01-06",
                "doc_type": "Quyết định",
                "result_type": "KQ.G15.000031",
                "holder_name": "Nguyễn Thị Hòa",
                "holder_id": "020185001234",
                "holder_birth_date": "1985",
                "subject": "Về việc cấp đất",
                "signer": "Trần Văn B",
                "issuing_agency": "UBND xã Đồng Đăng",
                "valid_until": "unlimited",
                "dossier_code": "H37.15-250106-0001",
                "procedure_code": "1.001234",
            },
            precisions={"issued_on": "day", "holder_birth_date": "year"},
            location={"box": "07", "folder": "3"},
        )
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize(
    "header", ["file|reference_number|subject", "TEN TEP|so ky hieu|trich yeu", "Tệp tin|Số|Nội dung"]
)
def test_the_delimiter_and_the_language_of_the_header_are_found(
    tmp_path: Path, delimiter: str, header: str
) -> None:
    text = delimiter.join(header.split("|")) + f'\na.pdf{delimiter}1/BC-UBND{delimiter}"x, y; z\tt"\n'
    manifest = read(tmp_path, text)
    assert manifest.rows[0].values == {"reference_number": "1/BC-UBND", "subject": "x, y; z t"}
    assert manifest.problems == []


def test_headers_and_names_are_the_same_composed_or_not(tmp_path: Path) -> None:
    text = unicodedata.normalize("NFD", "tên tệp,họ và tên\nGiấy tờ.pdf,Nguyễn Hòa\n")
    assert read(tmp_path, text).rows == [ManifestRow(2, "Giấy tờ.pdf", values={"holder_name": "Nguyễn Hòa"})]


def test_rows_are_counted_as_in_the_sheet_with_blank_rows_and_cells_of_many_lines(tmp_path: Path) -> None:
    manifest = read(tmp_path, 'file,subject\na.pdf,"hai\ndòng"\n\n,\nb.pdf,một\n')
    assert [(row.row, row.cell, row.values["subject"]) for row in manifest.rows] == [
        (2, "a.pdf", "hai dòng"),
        (5, "b.pdf", "một"),
    ]
    assert manifest.problems == []


def test_a_bad_value_is_left_out_and_reported_and_the_rest_of_the_row_stands(tmp_path: Path) -> None:
    manifest = read(tmp_path, "file,Ngày cấp,Số CCCD,subject,pages\na.pdf,31/02/2025,123,tốt,3-1\n")
    assert manifest.rows == [ManifestRow(2, "a.pdf", values={"subject": "tốt"})]
    assert reasons_of(manifest) == [
        (2, "Ngày cấp", "bad_date"),
        (2, "Số CCCD", "bad_personal_id"),
        (2, "pages", "bad_pages"),
    ]
    assert [problem.value for problem in manifest.problems] == ["31/02/2025", "123", "3-1"]
    assert "31/02/2025" in manifest.problems[0].message["vi"]
    assert not any(problem.warning for problem in manifest.problems)


def test_a_doubtful_value_stands_with_a_warning(tmp_path: Path) -> None:
    manifest = read(
        tmp_path, "file,holder_id,holder_birth_date\na.pdf,020185001234,1986\nb.pdf,200185001234,\n"
    )
    assert [row.values["holder_id"] for row in manifest.rows] == ["020185001234", "200185001234"]
    assert reasons_of(manifest) == [
        (2, "holder_birth_date", "birth_year_mismatch"),
        (3, "holder_id", "unknown_province_code"),
    ]
    assert all(problem.warning for problem in manifest.problems)


def test_unknown_columns_are_reported_once_and_usual_idle_ones_are_not(tmp_path: Path) -> None:
    manifest = read(tmp_path, "STT,file,Màu giấy,Ghi chú,\n1,a.pdf,xanh,x,\n2,b.pdf,đỏ,,\n")
    assert reasons_of(manifest) == [(1, "Màu giấy", "unknown_column")]
    assert manifest.problems[0].warning


def test_a_byte_order_mark_is_no_part_of_the_first_header(tmp_path: Path) -> None:
    manifest = read(tmp_path, '"Màu, giấy",file\nxanh,a.pdf\n', "utf-8-sig")
    assert reasons_of(manifest) == [(1, "Màu, giấy", "unknown_column")]


def test_of_two_columns_for_one_field_the_first_filled_counts(tmp_path: Path) -> None:
    manifest = read(tmp_path, "file,CMND,CCCD\na.pdf,,020185001234\nb.pdf,083456789,020185001234\n")
    assert [row.values["holder_id"] for row in manifest.rows] == ["020185001234", "083456789"]
    assert reasons_of(manifest) == [(1, "CCCD", "repeated_column")]


def test_a_row_with_a_cell_too_many_keeps_its_file_alone(tmp_path: Path) -> None:
    manifest = read(tmp_path, "file,subject,signer\na.pdf,Về đất, nhà ở,Trần Văn B\n")
    assert manifest.rows == [ManifestRow(2, "a.pdf")]
    assert reasons_of(manifest) == [(2, None, "extra_cells")]


def test_a_row_without_a_file_name_is_a_row_too_unless_nothing_in_it_is_understood(tmp_path: Path) -> None:
    manifest = read(tmp_path, "file,subject,Màu giấy\n,Về việc,\n,,xanh\n")
    assert manifest.rows == [ManifestRow(2, "", values={"subject": "Về việc"})]
    assert reasons_of(manifest)[1:] == [(3, None, "nothing_understood")]


@pytest.mark.parametrize(
    ("text", "pages"),
    [("3", (3, 3)), ("1-2", (1, 2)), ("1 – 2", (1, 2)), ("từ trang 1 đến 2", (1, 2)), ("tr. 4", (4, 4))],
)
def test_pages_are_one_or_a_range(tmp_path: Path, text: str, pages: tuple[int, int]) -> None:
    assert read(tmp_path, f"file,pages\na.pdf,{text}\n").rows[0].pages == pages


@pytest.mark.parametrize("text", ["0", "2-1", "0-3", "1;3", "hai", "-1"])
def test_pages_that_are_no_range_are_left_out(tmp_path: Path, text: str) -> None:
    manifest = read(tmp_path, f"file,pages\na.pdf,{text}\n")
    assert manifest.rows[0].pages is None
    assert reasons_of(manifest) == [(2, "pages", "bad_pages")]


def test_a_row_may_say_that_its_paper_is_a_component(tmp_path: Path) -> None:
    manifest = read(tmp_path, "file,kind\na.pdf,Thành phần\nb.pdf,kết quả\nc.pdf,\nd.pdf,gì đó\n")
    assert [row.kind for row in manifest.rows] == ["component", "result", "result", "result"]
    assert reasons_of(manifest) == [(5, "kind", "bad_kind")]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "manifest_no_header"),
        (b"a.pdf;b\nx;y\n", "manifest_no_header"),
        (b"file\na\0b\n", "manifest_not_a_list"),
        (b"PK\x03\x04\xff\xfe", "manifest_damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "manifest_damaged"),
        ("file,subject\na.pdf,x".encode("utf-16")[:-1], "manifest_damaged"),
        (b'file,subject\na.pdf,x\nb.pdf,"open\nc.pdf,y\n', "manifest_not_csv"),
        (b"file\n" + b"x" * 200_000, "manifest_not_csv"),
        (b"x" * 200_000, "manifest_not_csv"),
        (b"file,subject\na.pdf" + b",x" * 300, "manifest_too_many_columns"),
    ],
)
def test_what_is_no_list_is_refused_with_a_sentence(tmp_path: Path, content: bytes, reason: str) -> None:
    error = refusal(tmp_path, content)
    assert error.reason == reason
    assert "?" not in error.message["vi"].replace(str(tmp_path), "")


def test_a_broken_quote_is_told_with_its_row(tmp_path: Path) -> None:
    assert refusal(tmp_path, b'file,subject\na.pdf,"x\ny"\nb.pdf,"open\n').detail["row"] == "3"


def test_a_list_that_is_not_there_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(UsageError) as refused:
            read_manifest(path)
        assert refused.value.reason == "bad_path"
