"""Approving: an officer has compared records with the paper and signs them off."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection, RowMapping, func, select, update

from warehouse.audit import write_entry
from warehouse.catalogue import find_record
from warehouse.codes.dates import today
from warehouse.errors import Conflict
from warehouse.registry import touch
from warehouse.rights import Actor
from warehouse.suspicion import find_batch, suspicion
from warehouse.tables import records
from warehouse.values import Values, values_of
from warehouse.versions import versions_of

READ = ("needs_review", "ready")
AT_ONCE = 500


def approve(connection: Connection, actor: Actor, public_ids: Sequence[str]) -> int:
    """Approve single records, also such as await review; raises Conflict if one has not been read."""
    found = [find_record(connection, actor, public_id, "approve") for public_id in public_ids]
    for record in found:
        if record["work"] not in (*READ, "approved"):
            raise Conflict("not_approvable", record=record["public_id"], state=record["work"])
    todo = [record for record in found if record["work"] in READ]
    _approve(connection, actor, todo)
    return len(todo)


def approve_batch(
    connection: Connection, actor: Actor, batch_id: int, min_confidence: float | None, after: int = 0
) -> tuple[int, int | None]:
    """Approve up to 500 records of a batch that are ready; in bulk none that awaits review.

    `min_confidence`: leave out a record if any shown value is less sure. Returns how many were approved
    and the id to go on after, None at the end. Raises Conflict, before the first, if the batch's list does not
    fit its papers and nobody has confirmed it.
    """
    batch = find_batch(connection, actor, batch_id)
    if after == 0 and batch["confirmed_at"] is None:
        _require_trust(connection, batch_id)
    query = (
        select(records)
        .where(records.c.batch_id == batch_id, records.c.work == "ready", records.c.id > after)
        .order_by(records.c.id)
        .limit(AT_ONCE)
    )
    ready = connection.execute(query).mappings().all()
    values = values_of(connection, [record["id"] for record in ready])
    sure = [record for record in ready if _lowest(values[record["id"]]) >= (min_confidence or 0.0)]
    _approve(connection, actor, sure)
    return len(sure), ready[-1]["id"] if len(ready) == AT_ONCE else None


def _approve(connection: Connection, actor: Actor, found: Sequence[RowMapping]) -> None:
    ids = [record["id"] for record in found]
    connection.execute(
        update(records)
        .where(records.c.id.in_(ids))
        .values(
            work="approved",
            approved_at=datetime.now(UTC),
            approved_by=actor.who,
            digitised_on=func.coalesce(records.c.digitised_on, today()),  # a rescanned one keeps its day
        )
    )
    touch(connection, ids)
    signed = versions_of(connection, ids)
    for record in found:
        write_entry(
            connection, actor, "approve", record["public_id"],
            version=signed[record["id"]], revision=record["revision"] + 1,
        )  # fmt: skip


def _require_trust(connection: Connection, batch_id: int) -> None:
    found = suspicion(connection, batch_id)
    if found:
        raise Conflict(
            "batch_suspect", batch=batch_id, readable=found.readable, disagreeing=found.disagreeing
        )


def _lowest(values: Values) -> float:
    return min((value.confidence for value in values.all_shown()), default=0.0)
