"""The names reading may lean on: agencies, places and types of papers."""

from collections.abc import Iterable
from typing import Protocol

from warehouse.codes.references import DOC_TYPE_ABBREVIATIONS
from warehouse.records import Known
from warehouse.result_types import result_types


class NamedUnit(Protocol):
    """A unit as far as names go; level is province, commune or department."""

    @property
    def name(self) -> str: ...
    @property
    def level(self) -> str: ...


def known(units: Iterable[NamedUnit]) -> Known:
    """What is known of a site's units, handed to the reader as data."""
    rows = tuple(units)
    return Known(known_agencies(rows), known_doc_types(), known_places(rows))


def known_agencies(units: Iterable[NamedUnit]) -> tuple[str, ...]:
    """The bodies that issue papers: each unit's people's committee and council, each department."""
    names: list[str] = []
    for unit in units:
        if unit.level == "department":
            names.append(unit.name)
        else:
            names += [f"Ủy ban nhân dân {unit.name}", f"Hội đồng nhân dân {unit.name}"]
    return tuple(dict.fromkeys(names))


def known_places(units: Iterable[NamedUnit]) -> tuple[str, ...]:
    """Names of places without their type, as they stand before the date."""
    return tuple(dict.fromkeys(bare_place(unit.name) for unit in units if unit.level != "department"))


def known_doc_types() -> tuple[str, ...]:
    """Names of types of papers: those of NĐ 30/2020 art. 7 and those of results."""
    results = [name for row in result_types() for name in (row.name, *row.aliases)]
    return tuple(dict.fromkeys([*DOC_TYPE_ABBREVIATIONS.values(), "Công văn", "Thư công", *results]))


def bare_place(name: str) -> str:
    """A place's name without its kind: xã Đồng Đăng is Đồng Đăng."""
    for kind in ("thành phố", "tỉnh", "phường", "xã", "đặc khu"):
        name = name.removeprefix(f"{kind} ")
    return name
