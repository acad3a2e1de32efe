"""From the catalogue's rows to documents: a handful of queries for any number of records."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, RowMapping, select

from search.document import Document
from warehouse.cases.disputed import is_disputed
from warehouse.records import OUT_OF_USE
from warehouse.rights import opens_to_holders
from warehouse.tables import (
    dossiers,
    items,
    locations,
    migrated,
    pages,
    parties,
    parts,
    party_ids,
    records,
    units,
)
from warehouse.validity import Validity
from warehouse.values import Values, values_of

PLACES = (locations.c.fonds, locations.c.list, locations.c.box, locations.c.folder, locations.c.sheet)


class Found(NamedTuple):
    """Records as they are now: all revisions by row id, all public ids, and what is to be found."""

    revisions: dict[int, int]
    public_ids: list[str]
    documents: list[Document]


def read_records(connection: Connection, record_ids: Sequence[int]) -> Found:
    """Read everything that search knows of these records."""
    rows = connection.execute(_head.where(records.c.id.in_(record_ids))).mappings().all()
    open_rows = [row for row in rows if row["work"] not in OUT_OF_USE]
    ids = [row["id"] for row in open_rows]
    shown, text = values_of(connection, ids), _texts(connection, ids)
    names, numbers = _parties(connection, ids)
    documents = [
        _document(row, shown[row["id"]], names[row["id"]], numbers[row["id"]], text[row["id"]])
        for row in open_rows
    ]
    return Found({row["id"]: row["revision"] for row in rows}, [row["public_id"] for row in rows], documents)


_head = (
    select(
        records,
        units.c.code.label("unit"),
        is_disputed.label("disputed"),
        items.c.path,
        dossiers.c.code.label("dossier_code"),
        *PLACES,
        migrated.c.source_id,
    )
    .join(units, units.c.id == records.c.custodian_id)
    .outerjoin(items, items.c.id == records.c.item_id)
    .outerjoin(dossiers, dossiers.c.id == records.c.dossier_id)
    .outerjoin(locations, locations.c.record_id == records.c.id)
    .outerjoin(migrated, migrated.c.record_id == records.c.id)
)


def _texts(connection: Connection, record_ids: Sequence[int]) -> dict[int, str]:
    """The read pages of each record in the order of its parts."""
    query = (
        select(parts.c.record_id, pages.c.text)
        .join(pages, pages.c.file_id == parts.c.file_id)
        .where(parts.c.record_id.in_(record_ids), pages.c.number.between(parts.c.page_from, parts.c.page_to))
        .order_by(parts.c.record_id, parts.c.ordinal, pages.c.number)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for record_id, text in connection.execute(query):
        found[record_id].append(text)
    return {record_id: "\n".join(found[record_id]) for record_id in record_ids}


def _parties(
    connection: Connection, record_ids: Sequence[int]
) -> tuple[dict[int, list[str]], dict[int, list[str]]]:
    """The names and the identity numbers of each record's parties."""
    query = (
        select(parties.c.record_id, parties.c.name, party_ids.c.value)
        .outerjoin(party_ids, party_ids.c.party_id == parties.c.id)
        .where(parties.c.record_id.in_(record_ids))
        .order_by(parties.c.record_id, parties.c.ordinal, party_ids.c.id)
    )
    names: dict[int, list[str]] = defaultdict(list)
    numbers: dict[int, list[str]] = defaultdict(list)
    for record_id, name, number in connection.execute(query):
        names[record_id].append(name)
        if number is not None:
            numbers[record_id].append(number)
    return names, numbers


def _document(
    row: RowMapping, shown: Values, names: Sequence[str], numbers: Sequence[str], text: str
) -> Document:
    own_number = shown.text("holder_id")
    return Document(
        record=row["public_id"],
        revision=row["revision"],
        unit_id=row["custodian_id"],
        unit=row["unit"],
        kind=row["kind"],
        state=row["work"],
        availability=row["availability"],
        sensitivity=row["sensitivity"],
        field_of_activity=row["field_of_activity"],
        open_to=tuple(dict.fromkeys(numbers)) if opens_to_holders(row) else (),
        disputed=row["disputed"],
        reference_number=shown.text("reference_number"),
        doc_type=shown.text("doc_type"),
        issuing_agency=shown.text("issuing_agency"),
        issued_on=shown.text("issued_on"),
        subject=shown.text("subject"),
        signer=shown.text("signer"),
        holder_name=shown.text("holder_name"),
        party_names=tuple(dict.fromkeys(names)),
        holder_ids=tuple(dict.fromkeys([*numbers, *([own_number] if own_number else [])])),
        result_type=shown.text("result_type"),
        dossier_code=row["dossier_code"] or shown.text("dossier_code"),
        validity=Validity(
            row["valid_kind"], row["valid_from"], row["valid_to"], row["ended_on"], row["ended_how"]
        ),
        location={place.name: row[place.name] for place in PLACES if row[place.name]},
        register=_register(shown),
        source_id=row["source_id"],
        path=row["path"],
        text=text,
    )


def _register(shown: Values) -> str | None:
    """The place in a register of civil status as one phrase."""
    names = ("register_kind", "register_year", "register_book", "register_entry")
    return " ".join(text for name in names if (text := shown.text(name))) or None
