"""A made-up province for bench.api: 200 units, their papers as rows and in the index, people who may see them.

Rows are copied in, not registered one by one: that takes a minute instead of hours. Left in a folder, a site is
only asked again the next time.
"""

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import JSON, Column, DateTime, MetaData, Table, Text, insert, select

from bench.search import UNITS, documents
from ingest.services import SYSTEM, Services, make_site, open_engines
from samples.people import GIVEN, MIDDLE
from search.document import Document
from warehouse.accounts.passwords import new_first_code
from warehouse.accounts.posts import NewPost
from warehouse.accounts.rules import Rules
from warehouse.accounts.users import add_user
from warehouse.database import Database, UTCDateTime
from warehouse.person_keys import name_keys, place_key
from warehouse.result_types import type_key
from warehouse.rights import ORDINARY, Role
from warehouse.settings import Settings
from warehouse.tables import (
    batches,
    fields,
    files,
    objects,
    parties,
    parts,
    party_ids,
    person_keys,
    records,
    units,
)

PROVINCE = "79"
"""Of all provinces it has most communes; made-up departments make them 200."""
FIELD = "civil_status"
AT_ONCE = 5_000  # papers
SURNAMES = (
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Hoàng",
    "Huỳnh",
    "Phan",
    "Vũ",
    "Võ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
)
WEIGHTS = (38, 11, 10, 7, 5, 5, 5, 4, 4, 2, 2, 1, 1, 1)
BEGAN = datetime(2024, 1, 1, tzinfo=UTC)

Rows = list[dict[str, Any]]


class Person(NamedTuple):
    """A holder of one paper: names repeat as they do in Viet Nam, numbers do not."""

    name: str
    born: date
    number: str


class Paper(NamedTuple):
    """One paper: the row ids of its record, file and party, and what it says."""

    number: int
    document: Document
    holder: Person


@dataclass(frozen=True)
class Made:
    """A made site: logins by what they stand for, the code of the ordinary unit, the number of papers."""

    users: dict[str, str]
    unit: str
    records: int


def site_of(settings: Settings, records_wanted: int) -> Made:
    """The site, made now unless it was."""
    mark = settings.home / "bench-site.json"
    if not mark.exists():
        make_site(settings)
        services = open_engines(settings)
        made = _fill(services, records_wanted)
        services.index.close()
        services.database.close()
        mark.write_text(json.dumps(made.__dict__), encoding="utf-8")
    return Made(**json.loads(mark.read_text(encoding="utf-8")))


def people(count: int) -> Iterator[Person]:
    """The holders of so many papers, the same each time."""
    chance = random.Random(3)
    for number in range(count):
        sex = chance.choice(("nam", "nữ"))
        words = (chance.choices(SURNAMES, WEIGHTS)[0], chance.choice(MIDDLE[sex]), chance.choice(GIVEN[sex]))
        born = date(1940, 1, 1) + timedelta(days=chance.randrange(80 * 365))
        yield Person(" ".join(words), born, f"079{number:09}")


def _fill(services: Services, count: int) -> Made:
    database = services.database
    held_by = _units(database)
    first_code = new_first_code(Rules())
    with database.write(durable=True) as connection:
        posts: dict[str, tuple[Role, str]] = {
            "clerk": ("clerk", held_by[0][1]),
            "officer": ("officer", held_by[0][1]),
            "province": ("officer", PROVINCE),
        }
        for login, (role, unit) in posts.items():
            add_user(connection, SYSTEM, login, "Hoàng Thị Lan", NewPost(unit, role), first_code)
    services.index.rebuild(_copied_in(database, _papers(count, held_by), _batches(database, held_by)))
    database.settle_in()
    return Made({login: login for login in posts}, held_by[0][1], count)


def _units(database: Database) -> list[tuple[int, str]]:
    """Ids and codes of the province's communes and departments."""
    with database.write() as connection:
        query = select(units).where(units.c.valid_to.is_(None))
        province = connection.execute(query.where(units.c.code == PROVINCE)).one()
        below = query.where(units.c.parent_id == province.id).order_by(units.c.code)
        missing = UNITS - len(connection.execute(below).all())
        made = [
            {"code": f"H29.{number:02}", "name": f"Sở {number}", "level": "department", "parent_id": province.id,
             "valid_from": province.valid_from}
            for number in range(missing)
        ]  # fmt: skip
        connection.execute(insert(units), made)
        return [(row.id, row.code) for row in connection.execute(below)]


def _batches(database: Database, held_by: Sequence[tuple[int, str]]) -> dict[int, int]:
    """One batch a unit, by the unit's id."""
    common = {"source": "/bench", "manner": "stock", "created_at": BEGAN, "created_by": "bench"}
    with database.write() as connection:
        rows = [{"unit_id": unit, **common} for unit, _ in held_by]
        connection.execute(insert(batches), rows)
        return {row.unit_id: row.id for row in connection.execute(select(batches.c.id, batches.c.unit_id))}


def _papers(count: int, held_by: Sequence[tuple[int, str]]) -> Iterator[Paper]:
    """The papers of bench.search, each held by one of our units and about one of our people."""
    for number, (document, holder) in enumerate(zip(documents(count), people(count), strict=True), start=1):
        unit_id, code = held_by[document.unit_id]
        ours = replace(
            document, unit_id=unit_id, unit=code, sensitivity=ORDINARY, field_of_activity=FIELD,
            holder_name=holder.name, party_names=(holder.name,), holder_ids=(holder.number,),
        )  # fmt: skip
        yield Paper(number, ours, holder)


def _copied_in(database: Database, papers: Iterator[Paper], batch_of: dict[int, int]) -> Iterator[Document]:
    """What the index is built from, once its rows are in the database."""
    while some := list(islice(papers, AT_ONCE)):
        _copy_in(database, _rows(some, batch_of))
        yield from (paper.document for paper in some)


def _rows(papers: Sequence[Paper], batch_of: dict[int, int]) -> dict[Table, Rows]:
    """Every table's rows of some papers, in the order in which tables refer to each other."""
    made: dict[Table, Rows] = {
        table: [] for table in (objects, files, records, parts, fields, parties, party_ids, person_keys)
    }
    for number, paper, holder in papers:
        at = BEGAN + timedelta(minutes=5 * number)
        sha = sha256(f"bench {number}".encode()).hexdigest()
        made[objects].append({"sha256": sha, "size": 200_000, "stored_at": at})
        made[files].append(
            {"id": number, "unit_id": paper.unit_id, "sha256": sha, "state": "registered", "pages": 2,
             "media_type": "application/pdf", "received_at": at}
        )  # fmt: skip
        made[records].append(_record(number, paper, batch_of[paper.unit_id], at))
        made[parts].append(
            {"record_id": number, "ordinal": 0, "file_id": number, "page_from": 1, "page_to": 2}
        )
        made[fields] += _fields(number, paper, holder, at)
        made[parties].append(
            {"id": number, "record_id": number, "ordinal": 0, "role": "holder", "name": holder.name,
             "birth_date": holder.born.isoformat(), "origin": "manifest"}
        )  # fmt: skip
        made[party_ids].append({"party_id": number, "scheme": "personal_id", "value": holder.number})
        made[person_keys].append(
            {"party_id": number, "record_id": number, "custodian_id": paper.unit_id, "role": "holder",
             **name_keys(holder.name)._asdict(), "birth_year": holder.born.year,
             "places": place_key(paper.issuing_agency or "")}
        )  # fmt: skip
    return made


def _record(number: int, paper: Document, batch_id: int, at: datetime) -> dict[str, Any]:
    return {
        "id": number, "public_id": paper.record, "kind": "result", "batch_id": batch_id,
        "digitised_by_id": paper.unit_id, "custodian_id": paper.unit_id, "work": "ready",
        "availability": "released", "review": "[]", "revision": 1, "received_at": at, "read_at": at,
        "type_key": type_key(paper.doc_type or "", date(2026, 1, 1)), "field_of_activity": FIELD,
        "sensitivity": ORDINARY, "secrecy_cleared": False, "valid_kind": "UNLIMITED",
        "valid_from": paper.issued_first,
    }  # fmt: skip


def _fields(number: int, paper: Document, holder: Person, at: datetime) -> Iterator[dict[str, Any]]:
    values = {
        "reference_number": paper.reference_number, "doc_type": paper.doc_type,
        "issuing_agency": paper.issuing_agency, "issued_on": paper.issued_on, "subject": paper.subject,
        "signer": paper.signer, "holder_name": holder.name, "holder_id": holder.number,
        "holder_birth_date": holder.born.isoformat(),
    }  # fmt: skip
    for name, value in values.items():
        yield {
            "record_id": number, "name": name, "group": "", "ordinal": 0, "origin": "manifest", "version": 1,
            "value": value, "precision": "day", "confidence": 1.0, "created_at": at,
        }  # fmt: skip


def _copy_in(database: Database, made: dict[Table, Rows]) -> None:
    for table, rows in made.items():
        names = list(rows[0])
        database.copy_in(_only(table, names), [[_stored(row[name]) for name in names] for row in rows])


def _only(table: Table, names: Sequence[str]) -> Table:
    """The table as far as these columns go, with JSON and instants as they are stored."""
    kinds = {JSON: Text, UTCDateTime: DateTime}
    columns = [Column(name, kinds.get(type(table.c[name].type), table.c[name].type)) for name in names]
    return Table(table.name, MetaData(), *columns)


def _stored(value: object) -> object:
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value
