"""One deed over many records: approved, or one field corrected, 500 in a transaction.

What was asked of each record, and what came of it, is kept: asked = done + unchanged + refused + waiting. A run
that was cut off goes on where it stopped, and its account can be read at any time by who began it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import Connection, RowMapping, Select, bindparam, func, insert, select, update

from warehouse import corrections
from warehouse.approval import READ, ready_of, require_trust, sign_off, surely
from warehouse.availability import require_reason
from warehouse.corrections import Correction
from warehouse.errors import Changed, Conflict, Forbidden, KhosoError, NotFound
from warehouse.reasons import message
from warehouse.records import OUT_OF_USE
from warehouse.rights import Act, Actor, require, require_unit, scope_of
from warehouse.suspicion import find_batch
from warehouse.tables import batches, bulk_rows, bulk_runs, records
from warehouse.values import values_of

MOST = 5000
"""Records that one run takes."""
AT_ONCE = 500
OUTCOMES = ("done", "unchanged", "refused", "waiting")

Deed = Literal["approve", "correct"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A record, by its public id, and the revision of it that was looked at."""

    record: str
    revision: int


def begin_approvals(connection: Connection, actor: Actor, wanted: Sequence[Wanted]) -> int:
    """A run that approves these; its number. Of a batch whose list is suspect all are refused."""
    require(actor, "approve")
    return _begin(
        connection, actor, "approve", {}, wanted, refused=_of_suspect_batches(connection, actor, wanted)
    )


def begin_approvals_of_batch(
    connection: Connection, actor: Actor, batch_id: int, min_confidence: float | None = None
) -> int:
    """A run that approves what is ready of a batch now; the records less sure than `min_confidence` are left out."""
    batch = find_batch(connection, actor, batch_id)
    require_unit(actor, "approve", batch["unit_id"])
    require_trust(connection, batch)
    ready = connection.execute(ready_of(actor, batch_id, most=MOST + 1)).mappings().all()
    sure = surely(connection, ready[:MOST], min_confidence)
    return _begin(connection, actor, "approve", {}, list(map(_wanted, sure)), more=len(ready) > MOST)


def begin_corrections(
    connection: Connection, actor: Actor, wanted: Sequence[Wanted], correction: Correction, reason: str
) -> int:
    """A run that sets one field of these to the same value; its number."""
    require(actor, "correct")
    return _begin(connection, actor, "correct", _request(correction, reason), wanted)


def begin_corrections_of_batch(
    connection: Connection, actor: Actor, batch_id: int, was: str, correction: Correction, reason: str
) -> int:
    """The same for the records of a batch that show the value `was`."""
    request = _request(correction, reason)
    require_unit(actor, "correct", find_batch(connection, actor, batch_id)["unit_id"])
    found: list[Wanted] = []
    last = 0
    while len(found) <= MOST and (
        page := connection.execute(_in_use(actor, batch_id, last)).mappings().all()
    ):
        shown = values_of(connection, [record["id"] for record in page])
        found += [_wanted(row) for row in page if shown[row["id"]].text(correction.name) == was]
        last = page[-1]["id"]
    return _begin(connection, actor, "correct", request, found[:MOST], more=len(found) > MOST)


def work_off(connection: Connection, actor: Actor, run_id: int) -> bool:
    """Do the next 500 of a run, all in the caller's transaction; whether any are left."""
    run = connection.execute(_run(actor, run_id).with_for_update()).mappings().one_or_none()
    if run is None:
        raise NotFound("unknown_run", run=run_id)
    waiting = select(bulk_rows).where(bulk_rows.c.run_id == run_id, bulk_rows.c.outcome == "waiting")
    rows = connection.execute(waiting.order_by(bulk_rows.c.ordinal).limit(AT_ONCE)).mappings().all()
    locked = _locked(connection, actor, [row["record"] for row in rows], run["act"])
    verdicts = {row["record"]: _refusal(run["act"], row, locked.get(row["record"])) for row in rows}
    todo = {locked[name]["id"]: locked[name] for name, refusal in verdicts.items() if refusal is None}
    changed = (
        _approve(connection, actor, todo)
        if run["act"] == "approve"
        else _correct(connection, actor, todo, run["request"])
    )
    _note(connection, run_id, rows, {
        name: refusal or ("done" if locked[name]["id"] in changed else "unchanged")
        for name, refusal in verdicts.items()
    })  # fmt: skip
    return len(rows) == AT_ONCE


def account(connection: Connection, actor: Actor, run_id: int) -> dict[str, Any]:
    """What came of a run, exact to the record; each refused one says why and what to do."""
    run = connection.execute(_run(actor, run_id)).mappings().one_or_none()
    if run is None:
        raise NotFound("unknown_run", run=run_id)
    of_run = bulk_rows.c.run_id == run_id
    by_outcome = select(bulk_rows.c.outcome, func.count()).where(of_run).group_by(bulk_rows.c.outcome)
    counts: dict[str, int] = dict(connection.execute(by_outcome).all())
    refused = select(bulk_rows).where(of_run, bulk_rows.c.outcome == "refused").order_by(bulk_rows.c.ordinal)
    return {
        "run": run_id,
        "act": run["act"],
        "at": run["at"],
        "asked": sum(counts.values()),
        **{outcome: counts.get(outcome, 0) for outcome in OUTCOMES},
        "more": run["more"],
        "refusals": [
            {
                "record": row["record"],
                "reason": row["reason"],
                "message": message(row["reason"], row["detail"]),
            }
            for row in connection.execute(refused).mappings()
        ],
    }


def _request(correction: Correction, reason: str) -> dict[str, Any]:
    """What a run keeps of a correction; raises if no record could take it."""
    corrections.checked(correction)
    return {"name": correction.name, "values": list(correction.values), "reason": require_reason(reason)}


def _begin(
    connection: Connection,
    actor: Actor,
    act: Deed,
    request: Mapping[str, Any],
    wanted: Sequence[Wanted],
    *,
    more: bool = False,
    refused: Mapping[str, KhosoError] | None = None,
) -> int:
    run = {"act": act, "who": actor.who, "request": request, "more": more, "at": datetime.now(UTC)}
    run_id = connection.execute(insert(bulk_runs).values(run).returning(bulk_runs.c.id)).scalar_one()
    asked: set[str] = set()
    rows = []
    for ordinal, each in enumerate(wanted):
        error = (refused or {}).get(each.record)
        if each.record in asked:
            error = Conflict("asked_twice", record=each.record)
        asked.add(each.record)
        rows.append({"run_id": run_id, "ordinal": ordinal, **asdict(each), **_outcome(error or "waiting")})
    if rows:
        connection.execute(insert(bulk_rows), rows)
    return int(run_id)


def _outcome(verdict: KhosoError | str) -> dict[str, Any]:
    if isinstance(verdict, KhosoError):
        return {"outcome": "refused", "reason": verdict.reason, "detail": verdict.detail}
    return {"outcome": verdict, "reason": None, "detail": None}


def _run(actor: Actor, run_id: int) -> Select[Any]:
    return select(bulk_runs).where(bulk_runs.c.id == run_id, bulk_runs.c.who == actor.who)


def _wanted(record: RowMapping) -> Wanted:
    return Wanted(record["public_id"], record["revision"])


def _in_use(actor: Actor, batch_id: int, after: int) -> Select[Any]:
    of_batch = (records.c.batch_id == batch_id) & (records.c.id > after) & records.c.work.not_in(OUT_OF_USE)
    allowed = scope_of(actor, "correct").allows_record()
    return select(records).where(of_batch, allowed).order_by(records.c.id).limit(AT_ONCE)


def _of_suspect_batches(
    connection: Connection, actor: Actor, wanted: Sequence[Wanted]
) -> dict[str, KhosoError]:
    """Which of the records belong to batches whose lists do not fit, by public id."""
    query = (
        select(records.c.public_id, records.c.batch_id)
        .where(records.c.public_id.in_([each.record for each in wanted]))
        .where(scope_of(actor, "approve").allows_record())
    )
    batch_of: dict[str, int] = dict(connection.execute(query).all())
    suspect: dict[int, KhosoError] = {}
    of_these = select(batches).where(batches.c.id.in_(set(batch_of.values())))
    for batch in connection.execute(of_these).mappings().all():
        try:
            require_trust(connection, batch)
        except Conflict as refusal:
            suspect[batch["id"]] = refusal
    return {name: suspect[batch_id] for name, batch_id in batch_of.items() if batch_id in suspect}


def _locked(connection: Connection, actor: Actor, names: Iterable[str], act: Act) -> dict[str, RowMapping]:
    """Those of the records that the actor may read, by public id; nobody else changes them from now on."""
    query = (
        select(records, scope_of(actor, act).allows_record().label("act_allowed"))
        .where(records.c.public_id.in_(list(names)), scope_of(actor).allows_record())
        .order_by(records.c.id)
        .with_for_update(of=records)
    )
    return {row["public_id"]: row for row in connection.execute(query).mappings()}


def _refusal(act: Deed, row: RowMapping, record: RowMapping | None) -> KhosoError | None:
    """Why this record does not get what was asked for; None if it does, or has it already."""
    if record is None:
        return NotFound("unknown_record", record=row["record"])
    if not record["act_allowed"]:
        return Forbidden("no_right", act=act)
    name = record["public_id"]
    if record["revision"] != row["revision"]:
        return Changed("record_changed", record=name, seen=row["revision"], now=record["revision"])
    if record["work"] in OUT_OF_USE:
        return Conflict("not_in_use", record=name, state=record["work"])
    if act == "approve" and record["work"] not in ("ready", "approved"):
        awaits_review = record["work"] in READ
        return Conflict(
            "review_first" if awaits_review else "not_approvable", record=name, state=record["work"]
        )
    return None


def _approve(connection: Connection, actor: Actor, todo: Mapping[int, RowMapping]) -> set[int]:
    new = [record for record in todo.values() if record["work"] != "approved"]
    sign_off(connection, actor, new)
    return {record["id"] for record in new}


def _correct(
    connection: Connection, actor: Actor, todo: Mapping[int, RowMapping], request: Mapping[str, Any]
) -> set[int]:
    correction = Correction(request["name"], tuple(request["values"]))
    return corrections.enter(connection, actor, "correct", todo, correction, request["reason"])


def _note(
    connection: Connection,
    run_id: int,
    rows: Sequence[RowMapping],
    verdicts: Mapping[str, KhosoError | str],
) -> None:
    if not rows:
        return
    its_row = (bulk_rows.c.run_id == run_id) & (bulk_rows.c.ordinal == bindparam("at"))
    statement = (
        update(bulk_rows)
        .where(its_row)
        .values(
            outcome=bindparam("new_outcome"), reason=bindparam("new_reason"), detail=bindparam("new_detail")
        )
    )
    connection.execute(statement, [
        {"at": row["ordinal"]} | {f"new_{name}": value for name, value in _outcome(verdicts[row["record"]]).items()}
        for row in rows
    ])  # fmt: skip
