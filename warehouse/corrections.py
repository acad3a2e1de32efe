"""What a person says of a record's fields: corrected, confirmed, a proposal taken or rejected.

A person's word goes before every list and reading, whenever these come. All that was ever said stays as
versions. An approved record stays approved; its revision tells whoever reused it that it has changed.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy import Connection, RowMapping, select, update

from warehouse.audit import write_entry
from warehouse.availability import lock_in_use, require_reason
from warehouse.catalogue import count_pages
from warehouse.classification import type_of
from warehouse.codes.fields import MISMATCHES, check_field, mismatches
from warehouse.errors import Conflict, NotFound, Refused, UsageError
from warehouse.numbers import repeated_number
from warehouse.records import FIELD_NAMES, Box, FieldValue
from warehouse.registry import take_values
from warehouse.rights import Actor
from warehouse.tables import proposals, records
from warehouse.text import without_controls
from warehouse.values import HUMAN, LIST_FIELDS, Values, values_of
from warehouse.versions import versions_of

READ = ("needs_review", "ready")
OF_A_FIELD = ("conflict", "missing", "doubtful")
"""Review reasons that speak of one field: `conflict:holder_name`."""
READ_FROM_PAPER = ("qr", "text_layer", "ocr")
MOST_VALUES = 20


@dataclass(frozen=True, slots=True)
class Correction:
    """What a field holds: one value, several in order for a list field, none if the paper does not say it.

    `page` (numbered inside the record) and `box`: where it stands on the paper, if the person showed it.
    """

    name: str
    values: tuple[str, ...]
    page: int | None = None
    box: Box | None = None


def correct(
    connection: Connection,
    actor: Actor,
    record_name: str,
    correction: Correction,
    reason: str,
    revision: int | None = None,
) -> bool:
    """Set one field; False if a person has said the same before. Raises Refused for a value its field refuses."""
    why = require_reason(reason)
    record = lock_in_use(connection, actor, record_name, "correct", revision)
    return bool(enter(connection, actor, "correct", {record["id"]: record}, correction, why))


def confirm(
    connection: Connection, actor: Actor, record_name: str, field: str, revision: int | None = None
) -> bool:
    """The value shown is what the paper says: it becomes a person's, with the place where it was read.

    False if a person has said so before.
    """
    record = lock_in_use(connection, actor, record_name, "confirm", revision)
    shown = values_of(connection, [record["id"]])[record["id"]].shown(field)
    if not shown:
        raise Conflict("nothing_to_confirm", record=record["public_id"], field=field)
    theirs = [replace(value, origin=HUMAN, confidence=1.0) for value in shown]
    return bool(_take(connection, actor, "confirm", {record["id"]: record}, {record["id"]: theirs}))


def decide_proposal(
    connection: Connection,
    actor: Actor,
    record_name: str,
    proposal_id: int,
    take: bool,
    reason: str,
    revision: int | None = None,
) -> None:
    """Take what a later list said of a settled record, or reject it: then no list proposes it again."""
    why = require_reason(reason)
    record = lock_in_use(connection, actor, record_name, "correct", revision)
    query = select(proposals).where(
        proposals.c.id == proposal_id, proposals.c.record_id == record["id"], proposals.c.decision.is_(None)
    )
    proposal = connection.execute(query).mappings().one_or_none()
    if proposal is None:
        raise NotFound("unknown_proposal", proposal=proposal_id, record=record["public_id"])
    decided = {
        "decision": "taken" if take else "rejected",
        "decided_by": actor.who,
        "decided_at": datetime.now(UTC),
    }
    connection.execute(update(proposals).where(proposals.c.id == proposal_id).values(decided))
    if take:
        correction = Correction(proposal["name"], (proposal["value"],))
        enter(connection, actor, "take_proposal", {record["id"]: record}, correction, why)
    else:
        write_entry(connection, actor, "reject_proposal", record["public_id"], field=proposal["name"],
                    reason=why, revision=record["revision"])  # fmt: skip


def enter(
    connection: Connection,
    actor: Actor,
    action: str,
    locked: Mapping[int, RowMapping],
    correction: Correction,
    reason: str,
) -> set[int]:
    """Set one field of records (by id) that are locked; returns those of which nobody had said so before."""
    values = checked(correction)
    if correction.page is not None:
        for record_id in locked:
            _require_page(connection, record_id, correction.page)
    known = values_of(connection, list(locked))
    theirs = {record_id: _with_consequences(known[record_id], values) for record_id in locked}
    return _take(connection, actor, action, locked, theirs, reason)


def checked(correction: Correction) -> list[FieldValue]:
    """The values in their normal spelling; no value is an empty one. Raises UsageError or Refused."""
    name, texts = correction.name, [without_controls(text) for text in correction.values]
    if name not in FIELD_NAMES:
        raise UsageError("no_such_field", field=name)
    if len(texts) > (MOST_VALUES if name in LIST_FIELDS else 1):
        raise UsageError("one_value", field=name)
    found = []
    for ordinal, text in enumerate([text for text in texts if text.strip()] or [""]):
        verdict = check_field(name, text) if text else None
        if verdict and verdict.reason:
            raise Refused(verdict.reason, value=text, column=name)
        value, precision = (verdict.value or "", verdict.precision) if verdict else ("", "")
        page, box = (correction.page, correction.box) if value else (None, None)
        found.append(FieldValue(name, value, HUMAN, 1.0, page, box, ordinal, precision))
    return found


def _with_consequences(known: Values, new: Sequence[FieldValue]) -> list[FieldValue]:
    theirs = [*new, *_emptied(known, new)]
    return [*theirs, *_type_that_follows(known.told(theirs), new[0].name)]


def _emptied(known: Values, new: Sequence[FieldValue]) -> list[FieldValue]:
    """A list that got shorter: what a person had put behind its new end is taken back."""
    before = [value for value in known.shown(new[0].name) if value.origin == HUMAN]
    return [replace(value, value="", page=None, box=None) for value in before if value.ordinal >= len(new)]


def _type_that_follows(values: Values, corrected: str) -> list[FieldValue]:
    """The code of the type of result, where a corrected name or subject of the paper gives another.

    A list's code stays: the two are then a conflict, for a person to decide.
    """
    shown = values.one("result_type")
    if corrected not in {"doc_type", "subject"} or (shown and shown.origin not in (*READ_FROM_PAPER, HUMAN)):
        return []
    uncoded = values.told([FieldValue("result_type", "", HUMAN)])
    rule = type_of(uncoded)
    code = rule.code if rule else ""
    return [FieldValue("result_type", code, HUMAN)] if code != (shown.value if shown else "") else []


def _take(
    connection: Connection,
    actor: Actor,
    action: str,
    locked: Mapping[int, RowMapping],
    theirs: Mapping[int, Sequence[FieldValue]],
    reason: str | None = None,
) -> set[int]:
    """Keep what a person says, and what follows: facts, review reasons; one audit entry a record."""
    changed = take_values(connection, theirs, actor.who, reason)
    shown = values_of(connection, sorted(changed))
    versions = versions_of(connection, changed)
    for record_id in sorted(changed):
        record = locked[record_id]
        names = sorted({value.name for value in theirs[record_id]})
        _settle_review(connection, record, shown[record_id], names)
        write_entry(connection, actor, action, record["public_id"], version=versions[record_id],
                    fields=names, reason=reason, revision=record["revision"] + 1)  # fmt: skip
    return changed


def _settle_review(
    connection: Connection, record: RowMapping, values: Values, names: Collection[str]
) -> None:
    """Of fields that a person has settled nothing is doubtful; what they say against one another is."""
    kept = [reason for reason in record["review"] if not _is_answered(reason, names)]
    texts = {name: text for name in FIELD_NAMES if (text := values.text(name)) is not None}
    review = [*kept, *mismatches(texts), *repeated_number(connection, record["id"])]
    work = record["work"]
    if work in READ:
        work = "needs_review" if review else "ready"
    connection.execute(update(records).where(records.c.id == record["id"]).values(review=review, work=work))


def _is_answered(reason: str, names: Collection[str]) -> bool:
    """Whether a review reason is settled by these fields, or is found again from what they say now."""
    kind, _, about = reason.partition(":")
    return kind in (*MISMATCHES, "repeated_number") or (kind in OF_A_FIELD and about in names)


def _require_page(connection: Connection, record_id: int, page: int) -> None:
    count = count_pages(connection, record_id)
    if not 1 <= page <= count:
        raise UsageError("no_such_page", page=page, pages=count)
