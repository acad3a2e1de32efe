import csv
from collections import Counter
from importlib.resources import files
from typing import NamedTuple

from warehouse.known import known, known_doc_types


class Unit(NamedTuple):
    name: str
    level: str


def table() -> list[dict[str, str]]:
    text = files("warehouse").joinpath("data/units.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def test_the_table_has_every_commune_of_the_country_since_the_merger() -> None:
    communes = [row for row in table() if row["level"] == "commune"]
    assert Counter(row["name"].split()[0] for row in communes) == {"xã": 2621, "phường": 687, "đặc": 13}
    per_province = Counter(row["parent"] for row in communes)
    assert (per_province["20"], per_province["66"], per_province["68"]) == (65, 102, 124)
    assert {row["valid_from"] for row in communes} == {"2025-07-01"}


def test_communes_bear_their_codes_of_today() -> None:
    names = {row["code"]: row["name"] for row in table() if not row["valid_to"]}
    assert names["06184"] == "xã Đồng Đăng"
    assert names["05986"] == "phường Tam Thanh"
    assert names["05983"] == "phường Lương Văn Tri"
    assert names["24373"] == "xã Ea Kar"
    assert names["22015"] == "phường Tuy Hòa"
    assert names["22924"] == "phường Phú Thủy"


def test_a_code_names_one_unit_a_day_and_its_parent_is_in_force_with_it() -> None:
    rows = table()
    assert len({(row["code"], row["valid_from"]) for row in rows}) == len(rows)
    in_force = [row["code"] for row in rows if not row["valid_to"]]
    assert len(set(in_force)) == len(in_force)
    assert {row["parent"] for row in rows} - {""} <= set(in_force)


def test_provinces_that_were_merged_ended_the_day_before() -> None:
    provinces = [row for row in table() if row["level"] == "province"]
    assert sum(not row["valid_to"] for row in provinces) == 34
    ended = {row["code"]: row["name"] for row in provinces if row["valid_to"] == "2025-06-30"}
    assert {code: ended[code] for code in ("54", "60", "67")} == {
        "54": "tỉnh Phú Yên",
        "60": "tỉnh Bình Thuận",
        "67": "tỉnh Đắk Nông",
    }
    assert "20" not in ended


def test_known_names_come_from_the_units_of_the_site() -> None:
    names = known([Unit("xã Đồng Đăng", "commune"), Unit("Sở Tư pháp tỉnh Đắk Lắk", "department")])
    assert "Ủy ban nhân dân xã Đồng Đăng" in names.agencies
    assert "Sở Tư pháp tỉnh Đắk Lắk" in names.agencies
    assert names.places == ("Đồng Đăng",)


def test_known_types_are_those_of_the_decree_and_those_of_results() -> None:
    types = known_doc_types()
    assert {"Tờ trình", "Công văn", "Giấy khai sinh"} <= set(types)
    assert len(set(types)) == len(types)
