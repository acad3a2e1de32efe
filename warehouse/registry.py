"""Registering and filing: how a paper becomes a record and how what was read enters it.

Every function here runs inside the caller's transaction and may be repeated without harm.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime

from sqlalchemy import Connection, delete, insert, select, update

from warehouse import migrated, person_keys
from warehouse.audit import write_entry
from warehouse.classification import facts_of, type_of
from warehouse.codes.dossiers import is_agency_code
from warehouse.codes.fields import NAME_LENGTH
from warehouse.codes.public_ids import new_public_id
from warehouse.database import upsert
from warehouse.numbers import number_key, repeated_number
from warehouse.records import FieldValue, Secrecy
from warehouse.rights import Actor
from warehouse.tables import dossiers, former_parts, locations, outbox, parties, parts, party_ids, records
from warehouse.values import Values, add_values, values_of
from warehouse.versions import version_of

UNSETTLED = ("registered", "reading", "needs_review", "ready")
"""States that reading may still change; what an officer has settled it may not."""


@dataclass(frozen=True, slots=True)
class NewPart:
    """Pages of a file that belong to a paper, both ends inclusive; `ordinal` orders a paper's parts."""

    file_id: int
    page_from: int
    page_to: int
    ordinal: int = 0


@dataclass(frozen=True, slots=True)
class NewRecord:
    """One paper as triage knows it: where its pages are and what list, path and batch say of it.

    Without parts it is known by its metadata only. `secrecy`: the list says that it bears such a mark.
    """

    parts: Sequence[NewPart]
    item_id: int | None
    batch_id: int
    unit_id: int
    kind: str
    hidden: bool
    values: Sequence[FieldValue] = ()
    location: Mapping[str, str] = field(default_factory=dict)
    migrated: Mapping[str, str] | None = None
    secrecy: Secrecy | None = None


def register(connection: Connection, actor: Actor, papers: Sequence[NewRecord]) -> list[int]:
    """Create records with their parts, fields, party, place and index entry; their ids in the same order."""
    if not papers:
        return []
    new = insert(records).returning(records.c.id, sort_by_parameter_order=True)
    ids = list(connection.scalars(new, [_record_row(paper) for paper in papers]))
    pairs = list(zip(ids, papers, strict=True))
    add_parts(connection, [(record_id, part) for record_id, paper in pairs for part in paper.parts])
    migrated.remember(connection, {id_: paper.migrated for id_, paper in pairs if paper.migrated})
    placed = [{"record_id": record_id, **paper.location} for record_id, paper in pairs if paper.location]
    for row in placed:
        connection.execute(insert(locations), row)
    take_values(connection, {record_id: paper.values for record_id, paper in pairs})
    touch(connection, [record_id for record_id, paper in pairs if not paper.values])
    for batch_id in dict.fromkeys(paper.batch_id for paper in papers):
        made = [record_id for record_id, paper in pairs if paper.batch_id == batch_id]
        write_entry(connection, actor, "register", f"batch {batch_id}", records=made)
    return ids


def add_parts(connection: Connection, new: Sequence[tuple[int, NewPart]]) -> None:
    """Pages that belong to records (by id); a part that is there already stays as it is."""
    rows = [{"record_id": record_id, **asdict(part)} for record_id, part in new]
    upsert(connection, parts, rows, ["record_id", "ordinal"])


def add_listed_parts(connection: Connection, new: Sequence[tuple[int, NewPart]]) -> None:
    """The same for papers whose other files came before; if another scan took their place, it goes to them."""
    query = select(former_parts.c.record_id).where(former_parts.c.record_id.in_([id_ for id_, _ in new]))
    rescanned = set(connection.scalars(query))
    add_parts(connection, [(record_id, part) for record_id, part in new if record_id not in rescanned])
    rows = [{"record_id": id_, "scan": 1, **asdict(part)} for id_, part in new if id_ in rescanned]
    upsert(connection, former_parts, rows, ["record_id", "scan", "ordinal"])


def add_scan(connection: Connection, record_id: int, part: NewPart, item_id: int) -> None:
    """A file of a paper that is a record already; what was metadata alone gets its scan."""
    add_listed_parts(connection, [(record_id, part)])
    connection.execute(
        update(records)
        .where(records.c.id == record_id, records.c.work == "metadata_only")
        .values(work="registered", item_id=item_id)
    )
    touch(connection, {record_id})


def take_values(
    connection: Connection,
    additions: Mapping[int, Sequence[FieldValue]],
    who: str | None = None,
    reason: str | None = None,
) -> set[int]:
    """Add what a list or a person says, and what follows from it; returns the records that changed."""
    changed = add_values(connection, additions, who, reason)
    if not changed:
        return changed
    shown = values_of(connection, sorted(changed))
    for record_id in changed:
        _set_holder(connection, record_id, shown[record_id])
        _settle_facts(connection, record_id, shown[record_id])
    touch(connection, changed)
    return changed


def start_reading(connection: Connection, file_id: int) -> None:
    """The file's records are being read from now on."""
    of_file = select(parts.c.record_id).where(parts.c.file_id == file_id)
    started = connection.scalars(
        update(records)
        .where(records.c.id.in_(of_file), records.c.work == "registered")
        .values(work="reading")
        .returning(records.c.id)
    )
    touch(connection, set(started))


def file_record(
    connection: Connection,
    actor: Actor,
    record_id: int,
    values: Sequence[FieldValue],
    judge: Callable[[Values], list[str]],
) -> None:
    """Enter what was read. `judge` says why an officer must look (nothing: the record is ready).

    A record an officer has settled keeps its state.
    """
    add_values(connection, {record_id: values})
    shown = values_of(connection, [record_id])[record_id]
    add_values(connection, {record_id: _result_type(shown)})
    _set_holder(connection, record_id, shown)
    _settle_facts(connection, record_id, shown)
    review = [*judge(shown), *repeated_number(connection, record_id)]
    connection.execute(
        update(records)
        .where(records.c.id == record_id, records.c.work.in_(UNSETTLED))
        .values(work="needs_review" if review else "ready", review=review, read_at=datetime.now(UTC))
    )
    migrated.honour_approval(connection, record_id)
    touch(connection, {record_id})
    public_id = connection.scalar(select(records.c.public_id).where(records.c.id == record_id)) or ""
    write_entry(
        connection, actor, "file", public_id, version=version_of(connection, record_id), review=review
    )


def touch(connection: Connection, record_ids: Collection[int]) -> None:
    """A change: the revision rises, persons' keys follow and the index is told, in the same transaction."""
    if not record_ids:
        return
    person_keys.follow(connection, record_ids)
    changed = connection.execute(
        update(records)
        .where(records.c.id.in_(sorted(record_ids)))
        .values(revision=records.c.revision + 1)
        .returning(records.c.id, records.c.revision)
    )
    now = datetime.now(UTC)
    rows = [{"record_id": row.id, "revision": row.revision, "changed_at": now} for row in sorted(changed)]
    upsert(connection, outbox, rows, ["record_id"], ["revision", "changed_at"])


def _result_type(values: Values) -> list[FieldValue]:
    """The code of the type of result, which follows from the type of paper if nobody gave it."""
    rule, doc_type = type_of(values), values.one("doc_type")
    if rule is None or not rule.code or doc_type is None or values.one("result_type"):
        return []
    return [replace(doc_type, name="result_type", value=rule.code)]


def _record_row(paper: NewRecord) -> dict[str, object]:
    known = "registered" if paper.parts else "metadata_only"
    return {
        "public_id": new_public_id(),
        "kind": paper.kind,
        "batch_id": paper.batch_id,
        "item_id": paper.item_id,
        "digitised_by_id": paper.unit_id,
        "custodian_id": paper.unit_id,
        "work": "quarantined" if paper.secrecy else known,
        "secrecy": paper.secrecy,
        "availability": "hidden" if paper.hidden else "released",
        "review": [],
        "revision": 0,
        "received_at": datetime.now(UTC),
        "valid_kind": "UNKNOWN",
    }


def _settle_facts(connection: Connection, record_id: int, values: Values) -> None:
    """What follows from the shown values: validity, type, field, class, the key of the paper's number, the dossier."""
    facts = {**facts_of(values), "number_key": number_key(values)}
    connection.execute(update(records).where(records.c.id == record_id).values(facts))
    _join_dossier(connection, record_id, values)


def _set_holder(connection: Connection, record_id: int, values: Values) -> None:
    """The holder, as shown, is a party; a changed list, a reading or a correction changes it."""
    name = values.one("holder_name")
    its_holder = (parties.c.record_id == record_id) & (parties.c.ordinal == 0)
    if name is None:
        if values.is_settled("holder_name"):
            connection.execute(delete(parties).where(its_holder))
        return
    party = {
        "record_id": record_id,
        "ordinal": 0,
        "role": "holder",
        "name": name.value[:NAME_LENGTH],
        "birth_date": values.text("holder_birth_date"),
        "origin": name.origin,
    }
    upsert(connection, parties, [party], ["record_id", "ordinal"], ["name", "birth_date", "origin"])
    party_id = connection.scalar(select(parties.c.id).where(its_holder))
    connection.execute(delete(party_ids).where(party_ids.c.party_id == party_id))
    if number := values.text("holder_id"):
        row = {"party_id": party_id, "scheme": _scheme(number), "value": number}
        connection.execute(insert(party_ids), row)


def _scheme(number: str) -> str:
    """CCCD/số định danh has 12 digits, the old CMND 9; other lengths are tax codes."""
    if is_agency_code(number):
        return "agency_code"
    return {12: "personal_id", 9: "old_id_card"}.get(len(number), "tax_code")


def _join_dossier(connection: Connection, record_id: int, values: Values) -> None:
    code = values.text("dossier_code")
    if code is None:
        if values.is_settled("dossier_code"):
            connection.execute(update(records).where(records.c.id == record_id).values(dossier_id=None))
        return
    unit_id = connection.scalar(select(records.c.custodian_id).where(records.c.id == record_id))
    row = {"code": code, "procedure_code": values.text("procedure_code"), "unit_id": unit_id}
    upsert(connection, dossiers, [row], ["code"])
    dossier_id = select(dossiers.c.id).where(dossiers.c.code == code).scalar_subquery()
    connection.execute(update(records).where(records.c.id == record_id).values(dossier_id=dossier_id))
