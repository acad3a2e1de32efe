"""Approving: an officer has compared records with the paper and signs them off."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, func, select, update

from warehouse.audit import write_entry
from warehouse.catalogue import find_record, lock_record
from warehouse.codes.dates import today
from warehouse.errors import Conflict
from warehouse.registry import touch
from warehouse.rights import Actor, require_unit, scope_of
from warehouse.suspicion import find_batch, suspicion
from warehouse.tables import records
from warehouse.values import Values, values_of
from warehouse.versions import versions_of

READ = ("needs_review", "ready")
AT_ONCE = 500


def approve(connection: Connection, actor: Actor, names: Sequence[str], revision: int | None = None) -> int:
    """Approve single records, also such as await review; raises Conflict if one has not been read.

    Returns how many were not approved before: that of others is no change.
    """
    found = [find_record(connection, actor, name, "approve") for name in names]
    in_order = sorted({record["id"]: record["public_id"] for record in found}.items())
    locked = [lock_record(connection, actor, public_id, "approve", revision) for _, public_id in in_order]
    for record in locked:
        if record["work"] not in (*READ, "approved"):
            raise Conflict("not_approvable", record=record["public_id"], state=record["work"])
    todo = [record for record in locked if record["work"] in READ]
    sign_off(connection, actor, todo)
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
    require_unit(actor, "approve", batch["unit_id"])
    if after == 0:
        require_trust(connection, batch)
    ids = [record["id"] for record in connection.execute(ready_of(actor, batch_id, after)).mappings()]
    still = select(records).where(records.c.id.in_(ids), records.c.work == "ready").order_by(records.c.id)
    ready = connection.execute(still.with_for_update()).mappings().all()
    sure = surely(connection, ready, min_confidence)
    sign_off(connection, actor, sure)
    return len(sure), ids[-1] if len(ids) == AT_ONCE else None


def require_trust(connection: Connection, batch: RowMapping) -> None:
    """Raise Conflict if the batch's list does not fit its papers and nobody has confirmed it."""
    found = suspicion(connection, batch["id"]) if batch["confirmed_at"] is None else None
    if found:
        raise Conflict(
            "batch_suspect", batch=batch["id"], readable=found.readable, disagreeing=found.disagreeing
        )


def ready_of(actor: Actor, batch_id: int, after: int = 0, most: int = AT_ONCE) -> Select[Any]:
    """The next records of a batch that are ready and that the actor may approve, in the order of their ids."""
    ready = (records.c.batch_id == batch_id) & (records.c.work == "ready") & (records.c.id > after)
    allowed = scope_of(actor, "approve").allows_record()
    return select(records).where(ready, allowed).order_by(records.c.id).limit(most)


def surely(
    connection: Connection, found: Sequence[RowMapping], min_confidence: float | None
) -> list[RowMapping]:
    """Those of which no shown value is less sure."""
    if min_confidence is None:
        return list(found)
    values = values_of(connection, [record["id"] for record in found])
    return [record for record in found if _lowest(values[record["id"]]) >= min_confidence]


def sign_off(connection: Connection, actor: Actor, found: Sequence[RowMapping]) -> None:
    """Records that are locked and were read are approved from now on."""
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


def _lowest(values: Values) -> float:
    return min((value.confidence for value in values.all_shown()), default=0.0)
