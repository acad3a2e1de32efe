"""Deciding a case: what follows from it, and who was misled meanwhile."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import Connection, select, update

from warehouse.audit import write_entries
from warehouse.cases.finding import described, find_case
from warehouse.errors import Changed, Conflict, Forbidden, UsageError
from warehouse.registry import touch
from warehouse.rights import Actor
from warehouse.tables import case_records, cases, records

Outcome = Literal["accepted", "partly", "rejected"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided and how it is told to the requester.

    `ground`: why not, or not wholly; needed unless all is accepted. `reply`: what the letter says besides.
    `reply_number`, `signer`, `signing_capacity` (one or more lines): of the letter, left blank if not known yet.
    """

    decision: Outcome
    ground: str = ""
    reply: str = ""
    reply_number: str = ""
    signer: str = ""
    signing_capacity: str = ""


def decide_case(
    connection: Connection, actor: Actor, case: str, decision: Decision, revision: int | None = None
) -> dict[str, Any]:
    """Decide a case: its records are disputed no longer, unless by another one.

    `revision`: of the case, as the actor saw it. Raises Conflict if it is decided, Forbidden if the actor opened
    it: two people look at each. Correcting the record is a deed of its own.
    """
    if decision.decision != "accepted" and not decision.ground.strip():
        raise UsageError("case_ground_missing")
    row = find_case(connection, actor, case, "decide_case")
    connection.execute(select(cases.c.id).where(cases.c.id == row["id"]).with_for_update())
    row = find_case(connection, actor, case, "decide_case")
    if revision is not None and row["revision"] != revision:
        raise Changed("case_changed", case=row["public_id"], seen=revision, now=row["revision"])
    if row["decided_at"] is not None:
        raise Conflict("case_decided", case=row["public_id"])
    if row["opened_by"] == actor.who:
        raise Forbidden("case_own")
    connection.execute(
        update(cases)
        .where(cases.c.id == row["id"])
        .values(
            **asdict(decision),
            decided_at=datetime.now(UTC),
            decided_by=actor.who,
            revision=row["revision"] + 1,
        )
    )
    _settle(connection, actor, row["id"], row["public_id"], decision.decision)
    return described(connection, find_case(connection, actor, case))


def _settle(connection: Connection, actor: Actor, case_id: int, case: str, outcome: Outcome) -> None:
    """Its records change: whether they are disputed is told anew."""
    covered = connection.execute(
        select(records.c.id, records.c.public_id)
        .join(case_records, case_records.c.record_id == records.c.id)
        .where(case_records.c.case_id == case_id)
        .order_by(records.c.id)
        .with_for_update(of=records)
    ).all()
    touch(connection, [record.id for record in covered])
    about = [f"case {case}", *(record.public_id for record in covered)]
    write_entries(
        connection, actor, "decide_case", [(name, None) for name in about], case=case, decision=outcome
    )
