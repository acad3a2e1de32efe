"""The samples hold what they promise."""

import csv
import json
import re
from collections import Counter
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from PIL import Image
from stdnum.vn import mst

import samples.fonts
import samples.plan
from samples.layout import LEFT, RIGHT, compose
from samples.make import make, truth
from samples.manifest import DIALECTS, VIETNAMESE
from samples.plan import Sample
from warehouse.records import FIELD_NAMES

FEW = Path(samples.fonts.__file__).parent / "few"
PLAN = list(samples.plan.samples())


def truth_of(sample: Sample) -> dict[str, Any]:
    papers = sample.papers()
    return truth(sample, papers, [compose(paper) for paper in papers])


TRUTHS = [truth_of(sample) for sample in PLAN]


def flat(text: str) -> str:
    return " ".join(text.split())


def records(told: dict[str, Any]) -> list[dict[str, Any]]:
    return [record["fields"] for record in told.get("records", [told])]


def test_there_are_sixty_files_of_three_communes_with_about_a_hundred_pages() -> None:
    assert Counter(told["unit"] for told in TRUTHS) == {"06184": 20, "24373": 20, "22924": 20}
    assert 95 <= sum(len(told["pages"]) for told in TRUTHS) <= 105


def test_there_are_twelve_types_and_every_kind_and_quality() -> None:
    assert len({fields["doc_type"] for told in TRUTHS for fields in records(told)}) >= 12
    assert {told["kind"] for told in TRUTHS} == {"pdf", "jpg", "png", "tiff", "born_digital", "mixed"}
    assert {told["quality"] for told in TRUTHS} == {"clean", "light", "heavy", "phone", "bitonal"}


def test_every_truth_has_the_fields_of_a_record_and_the_first_lines_of_its_pages() -> None:
    for told in TRUTHS:
        for fields in records(told):
            assert set(fields) == set(FIELD_NAMES)
            assert fields["reference_number"]
            assert fields["signer"]
            assert fields["signing_capacity"]
        assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc" in told["pages"][0]


def test_what_the_truth_says_of_a_paper_is_printed_on_it() -> None:
    for told in TRUTHS:
        text = flat(" ".join(told["pages"])).casefold()
        for fields in records(told):
            for name in ("reference_number", "holder_name", "holder_id", "signer", "subject", "dossier_code"):
                assert (fields[name] or "").casefold() in text
            for name in ("holder_birth_date", "valid_until"):
                year, month, day = (fields[name] or "--").split("-")
                assert f"{day}/{month}/{year}".strip("/") in text


def test_each_page_has_words_that_no_other_page_of_the_commune_has() -> None:
    for unit in DIALECTS:
        pages = [flat(page) for told in TRUTHS if told["unit"] == unit for page in told["pages"]]
        phrases = [phrase for told in TRUTHS if told["unit"] == unit for phrase in told["phrases"]]
        for page, phrase in zip(pages, phrases, strict=True):
            assert [phrase in other for other in pages].count(True) == 1
            assert phrase in page


def test_ids_fit_birth_year_and_tax_codes_have_their_check_digit() -> None:
    for fields in (fields for told in TRUTHS for fields in records(told) if fields["holder_id"]):
        number, born = fields["holder_id"], fields["holder_birth_date"]
        if len(number) == 10:
            assert mst.is_valid(number)
        else:
            assert re.fullmatch(r"(020|066|060)[0-3]\d{8}", number)
            assert born is None or 1900 + 100 * (int(number[3]) // 2) + int(number[4:6]) == int(born[:4])


def test_an_agency_uses_a_number_once_a_year() -> None:
    used = Counter(
        (fields["issuing_agency"], fields["issued_on"][:4], fields["reference_number"])
        for told in TRUTHS
        for fields in records(told)
    )
    assert set(used.values()) == {1}


def test_no_text_runs_over_the_margin() -> None:
    for sample in PLAN:
        for sheet in (sheet for paper in sample.papers() for sheet in compose(paper)):
            for run in sheet.runs:
                end = run.x + samples.fonts.width(run.text, run.style, run.size)
                assert LEFT - 6 <= run.x < end <= RIGHT + 0.01, run


def test_four_files_contradict_their_manifest_each_in_another_field() -> None:
    conflicts = [conflict for told in TRUTHS for conflict in told["conflicts"]]
    assert {conflict["name"] for conflict in conflicts} == {
        "holder_name",
        "holder_id",
        "reference_number",
        "issued_on",
    }
    assert len(conflicts) == 4
    assert all(conflict["paper"] != conflict["manifest"] for conflict in conflicts)


def test_besides_the_conflicts_the_manifests_say_what_the_papers_say() -> None:
    for told in TRUTHS:
        wrong = {conflict["name"] for conflict in told["conflicts"]}
        for row, fields in zip(told["manifest"], records(told), strict=bool(told["manifest"])):
            shared = set(row) & set(FIELD_NAMES) - {"procedure_code"} - wrong
            assert {name: row[name] for name in shared} == {name: fields[name] for name in shared}


def test_about_fifteen_files_have_no_row_and_one_file_has_two() -> None:
    rows = Counter(len(told["manifest"]) for told in TRUTHS)
    assert 13 <= rows[0] <= 17
    assert rows[2] == 1


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("made")
    make(out, only=8)
    return out


def digests(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest() for path in files}


def test_the_same_plan_makes_the_same_bytes_a_second_time(made: Path, tmp_path: Path) -> None:
    make(tmp_path, only=8, processes=1)
    assert digests(made) == digests(tmp_path)


def pages_of(path: Path) -> int:
    if path.suffix == ".pdf":
        with pikepdf.open(path) as pdf:
            return len(pdf.pages)
    with Image.open(path) as image:
        return getattr(image, "n_frames", 1)


@pytest.mark.parametrize("folder", ["made", "few"])
def test_each_truth_names_a_file_with_that_many_pages(folder: str, request: pytest.FixtureRequest) -> None:
    root = request.getfixturevalue("made") if folder == "made" else FEW
    listed = list(root.glob("*/truth/*.json"))
    assert len(listed) == len(list(root.glob("*/scans/*")))
    for path in listed:
        told = json.loads(path.read_text(encoding="utf-8"))
        assert pages_of(path.parents[1] / "scans" / told["file"]) == len(told["pages"])


def test_a_scan_is_one_a4_image_at_200_dpi(made: Path) -> None:
    with pikepdf.open(next(made.glob("06184/scans/01-*"))) as pdf:
        page = pdf.pages[0]
        assert [round(float(side)) for side in page.mediabox[2:]] == [595, 842]
        (image,) = page.get_images().values()
        assert (int(image.Width), int(image.Height)) == (1654, 2339)
        assert Image.open(BytesIO(image.read_raw_bytes())).format == "JPEG"


def test_a_born_digital_page_carries_its_text(made: Path) -> None:
    (path,) = made.glob("24373/scans/05-*")
    pdf = pypdfium2.PdfDocument(path)
    assert "QUYẾT ĐỊNH" in pdf[0].get_textpage().get_text_bounded()


def test_manifests_parse_and_one_names_a_file_that_is_not_there(made: Path) -> None:
    missing = []
    for unit, dialect in DIALECTS.items():
        with (made / unit / "manifest.csv").open(encoding=dialect.encoding, newline="") as file:
            rows = list(csv.DictReader(file, delimiter=dialect.delimiter))
        column = VIETNAMESE["file"] if dialect.vietnamese else "file"
        missing += [row[column] for row in rows if not (made / unit / "scans" / row[column]).exists()]
    assert missing == ["99-giay-khong-co-tep.pdf"]


def test_the_manifests_are_written_in_three_dialects(made: Path) -> None:
    first = {unit: (made / unit / "manifest.csv").read_bytes().split(b"\r\n")[0] for unit in DIALECTS}
    assert first["06184"].startswith("\ufefftên tệp;trang;số ký hiệu;ngày ban hành;".encode())
    assert first["22924"].startswith("tên tệp,trang,số ký hiệu,".encode())
    assert first["24373"].startswith(b"file,pages,reference_number,issued_on,")


def test_the_committed_samples_are_the_first_of_the_plan_and_small() -> None:
    listed = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in FEW.glob("*/truth/*")}
    assert listed == {f"{told['file']}.json": told for told in TRUTHS[: len(listed)]}
    assert len(listed) == 12
    assert sum(path.stat().st_size for path in FEW.rglob("*") if path.is_file()) <= 4_500_000


def test_a_missing_font_is_named_with_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(samples.fonts, "FOLDERS", (tmp_path,))
    samples.fonts.embedded.cache_clear()
    with pytest.raises(SystemExit, match="apt-get install fonts-liberation2"):
        samples.fonts.embedded("Bold")
    samples.fonts.embedded.cache_clear()
