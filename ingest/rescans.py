"""A paper that was scanned twice: found when it is filed, shown to an officer, never dropped.

Candidates are records of the same custodian that share a mark (ingest.prints). A mark that many papers bear
tells nothing and is passed over, so that the work of a filing does not grow with the archive.
"""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Exists, bindparam, delete, exists, insert, or_, select

from ingest.prints import Likeness, Print, likeness, may_be_one_paper, print_of
from warehouse.catalogue import pages_of
from warehouse.codes.fields import agree
from warehouse.database import upsert
from warehouse.records import OUT_OF_USE
from warehouse.rights import Actor, scope_of
from warehouse.tables import parts, prints, records, rescans, units
from warehouse.text import fold
from warehouse.values import Values, values_of

COMMON = 20
"""Papers that may bear a mark before it counts as common."""
MOST_CANDIDATES = 3
FIRST_PAGES = 3
"""The pages whose text and picture speak for a paper."""
TELLING = ("reference_number", "holder_id", "issued_on", "holder_name")
SURE = 0.85

# Built once, and asked mark by mark: one query for all of them takes longer to build than to run.
_BEARERS = (
    select(prints.c.record_id)
    .where(prints.c.custodian_id == bindparam("custodian"), prints.c.mark == bindparam("mark"))
    .limit(COMMON + 1)
)


def find_rescans(connection: Connection, record_id: int) -> list[str]:
    """Keep a record's marks, and the pairs it makes with papers that it may be another scan of.

    Called when its text and fields are there; may be repeated. Returns review reasons
    (`possible_duplicate:PUBLICID`); a pair that the other record was told of is not told twice.
    """
    own, custodian = _print(connection, record_id), _custodian(connection, record_id)
    _keep_marks(connection, record_id, custodian, own)
    connection.execute(delete(rescans).where(rescans.c.record_id == record_id))
    candidates = _candidates(connection, record_id, custodian, own)
    values = values_of(connection, [record_id, *candidates])
    found = {}
    for other_id in candidates:
        other = _print(connection, other_id)
        if may_be_one_paper(own, other) and not _contradict(values[record_id], values[other_id]):
            found[other_id] = likeness(own, other)
    told = _told_of(connection, record_id)
    new = {other_id: how for other_id, how in found.items() if other_id not in told}
    _keep_pairs(connection, record_id, new)
    return [f"possible_duplicate:{candidates[other_id]}" for other_id in new]


def rescans_of(connection: Connection, actor: Actor, record_id: int) -> list[dict[str, Any]]:
    """The papers that a record may be another scan of, or they of it, as far as the actor may read them."""
    pair = or_(
        (rescans.c.record_id == record_id) & (rescans.c.other_id == records.c.id),
        (rescans.c.other_id == record_id) & (rescans.c.record_id == records.c.id),
    )
    query = (
        select(records.c.public_id.label("record"), rescans.c.image_distance, rescans.c.text_similarity)
        .join(rescans, pair)
        .where(records.c.work.not_in(OUT_OF_USE), scope_of(actor).allows_record())
        .order_by(records.c.id)
    )
    return [dict(row) for row in connection.execute(query).mappings()]


def _print(connection: Connection, record_id: int) -> Print:
    """The print of a paper's first pages; the picture is that of the first page that is not blank."""
    seen = [page.row for page in pages_of(connection, record_id) if page.row["status"] == "ok"][:FIRST_PAGES]
    text = "\n".join(row["text"] for row in seen)
    return print_of(text, next((row["image_hash"] for row in seen), None))


def _custodian(connection: Connection, record_id: int) -> int:
    """Locked: two scans of its papers that are filed at the same moment would not see each other's marks."""
    query = select(units.c.id).join(records, records.c.custodian_id == units.c.id)
    query = query.where(records.c.id == record_id).with_for_update(of=units, key_share=True)
    return int(connection.execute(query).scalar_one())


def _keep_marks(connection: Connection, record_id: int, custodian: int, own: Print) -> None:
    connection.execute(delete(prints).where(prints.c.record_id == record_id))
    rows = [{"record_id": record_id, "custodian_id": custodian, "mark": mark} for mark in sorted(own.marks)]
    if rows:
        connection.execute(insert(prints), rows)


def _candidates(connection: Connection, record_id: int, custodian: int, own: Print) -> dict[int, str]:
    """Public ids by record id of the few papers of the custodian that share most marks."""
    shared: Counter[int] = Counter()
    for mark in own.marks:
        bearers = connection.scalars(_BEARERS, {"custodian": custodian, "mark": mark}).all()
        if len(bearers) <= COMMON:
            shared.update(bearers)
    del shared[record_id]
    if not shared:
        return {}
    query = select(records.c.id, records.c.public_id).where(
        records.c.id.in_(sorted(shared)),
        records.c.custodian_id == custodian,
        records.c.work.not_in(OUT_OF_USE),
        ~_shares_a_page(record_id),
    )
    found = {row.id: row.public_id for row in connection.execute(query)}
    best = sorted(found, key=lambda other_id: (-shared[other_id], other_id))[:MOST_CANDIDATES]
    return {other_id: found[other_id] for other_id in best}


def _shares_a_page(record_id: int) -> Exists:
    """Whether a record has a page in common with this one: one page of a register may serve two papers."""
    own, its = parts.alias(), parts.alias()
    return exists().where(
        own.c.record_id == record_id,
        its.c.record_id == records.c.id,
        its.c.file_id == own.c.file_id,
        its.c.page_from <= own.c.page_to,
        its.c.page_to >= own.c.page_from,
    )


def _contradict(one: Values, other: Values) -> bool:
    """Whether their fields say that they are two papers: one that both are sure of, or two of them."""
    differing = [
        min(a.confidence, b.confidence)
        for name in TELLING
        if (a := one.one(name)) and (b := other.one(name)) and not _same(name, a.value, b.value)
    ]
    return len(differing) > 1 or any(confidence >= SURE for confidence in differing)


def _same(name: str, one: str, other: str) -> bool:
    """A tone mark or a full stop read otherwise makes no other name."""
    if name == "holder_name":
        return fold(one).strip(" .,") == fold(other).strip(" .,")
    return agree(name, one, other)


def _told_of(connection: Connection, record_id: int) -> set[int]:
    query = select(rescans.c.record_id).where(rescans.c.other_id == record_id)
    return set(connection.scalars(query))


def _keep_pairs(connection: Connection, record_id: int, found: dict[int, Likeness]) -> None:
    now = datetime.now(UTC)
    rows = [
        {
            "record_id": record_id,
            "other_id": other_id,
            "image_distance": how.image_distance,
            "text_similarity": how.text_similarity,
            "found_at": now,
        }
        for other_id, how in found.items()
    ]
    upsert(connection, rescans, rows, ["record_id", "other_id"])
