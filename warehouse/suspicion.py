"""Is a list shifted? A batch whose list and whose papers say different things is suspect.

A list pasted a row too low gives every paper its neighbour's name, and nobody sees it in any single record.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from rapidfuzz import fuzz
from sqlalchemy import Connection, RowMapping, select, update

from warehouse.audit import write_entry
from warehouse.codes.fields import comparable
from warehouse.errors import Conflict, NotFound, UsageError
from warehouse.reasons import message
from warehouse.records import DATE_FIELDS
from warehouse.rights import Actor, scope_of
from warehouse.tables import batches, fields, manifest_rows
from warehouse.text import fold

COMPARED = ("holder_name", "holder_id", "reference_number", "issued_on")
READ_ORIGINS = ("qr", "text_layer", "ocr")
SURE = 0.8
"""A value read with less confidence says nothing against the list."""
MOST_DISAGREEING = 0.2
LEAST_ASTRAY = 2
"""One wrong row is a wrong row: its own record goes to review."""
SHIFTS = (-1, 1, -2, 2, -3, 3)
LEAST_SHIFTED = 3
"""So many rows that another place of the list explains are no accident."""
ALIKE = 85
"""Names so alike (of 100) are one name that was misread or misspelt."""

Said = Mapping[str, str]
"""What list or reading says of a paper: fields of COMPARED in the form of `said`."""


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Of `readable` rows so many disagree with their papers; of these, so many papers agree with the row
    `best_shift` further down the list (0: no shift explains them)."""

    readable: int
    disagreeing: int
    best_shift: int
    agreeing_at_shift: int

    def as_json(self) -> dict[str, Any]:
        """Its figures and a sentence, as accounts show them."""
        figures = asdict(self)
        reason = "list_shifted" if self.best_shift else "list_disagrees"
        return {**figures, "message": message(reason, {name: str(value) for name, value in figures.items()})}


def said(values: Mapping[str, str]) -> Said:
    """Fields in the form in which they are compared."""
    found = {name: comparable(name, values[name]) for name in COMPARED if name in values}
    if "holder_name" in found:
        found["holder_name"] = fold(found["holder_name"])
    return found


def judge(listed: Mapping[int, Said], read: Mapping[int, Said]) -> Suspicion | None:
    """Compare a list with readings, both by place in the list; None if nothing is odd.

    Not every place needs a reading: a sample shows a shift as well.
    """
    verdicts = {place: _agrees(listed.get(place, {}), paper) for place, paper in read.items()}
    readable = sum(verdict is not None for verdict in verdicts.values())
    astray = [place for place, verdict in verdicts.items() if verdict is False]
    fits = {
        shift: sum(_agrees(listed.get(place + shift, {}), read[place]) is True for place in astray)
        for shift in SHIFTS
    }
    best = max(SHIFTS, key=fits.__getitem__)
    if fits[best] >= LEAST_SHIFTED and fits[best] * 2 > len(astray):
        return Suspicion(readable, len(astray), best, fits[best])
    if len(astray) >= LEAST_ASTRAY and len(astray) > MOST_DISAGREEING * readable:
        return Suspicion(readable, len(astray), 0, 0)
    return None


def suspicion(connection: Connection, batch_id: int) -> Suspicion | None:
    """What is odd about a batch's list, as far as its papers have been read by now."""
    of_batch = (
        select(manifest_rows.c.record_id, manifest_rows.c["values"])
        .where(manifest_rows.c.batch_id == batch_id)
        .order_by(manifest_rows.c.row)
    )
    listed: dict[int, Said] = {}
    place_of: dict[int, int] = {}
    for place, (record_id, values) in enumerate(connection.execute(of_batch)):
        listed[place] = said({name: values[name][0] for name in COMPARED if name in values})
        if record_id is not None:
            place_of[record_id] = place
    if not place_of:
        return None
    return judge(listed, {place_of[id_]: paper for id_, paper in _read(connection, batch_id)})


def find_batch(connection: Connection, actor: Actor, batch_id: int) -> RowMapping:
    """The batch's row; raises NotFound all the same if there is none or the actor may not see it."""
    mine = scope_of(actor, "take_in").allows_unit(batches.c.unit_id)
    row = connection.execute(select(batches).where(batches.c.id == batch_id, mine)).mappings().one_or_none()
    if row is None:
        raise NotFound("unknown_batch", batch=batch_id)
    return row


def confirm_batch(connection: Connection, actor: Actor, batch_id: int, note: str) -> None:
    """A person compared a suspect batch with its papers and stands by its list; the note says why.

    Raises Conflict if there is nothing to confirm: nobody can vouch for a list in advance.
    """
    if not note.strip():
        raise UsageError("note_missing")
    find_batch(connection, actor, batch_id)
    found = suspicion(connection, batch_id)
    if found is None:
        raise Conflict("not_suspect", batch=batch_id)
    connection.execute(
        update(batches)
        .where(batches.c.id == batch_id)
        .values(confirmed_at=datetime.now(UTC), confirmed_by=actor.who, confirm_note=note.strip())
    )
    write_entry(connection, actor, "confirm", f"batch {batch_id}", note=note.strip(), **asdict(found))


def _read(connection: Connection, batch_id: int) -> Iterator[tuple[int, Said]]:
    """What was surely read of the papers of a batch's rows, by record."""
    query = (
        select(fields.c.record_id, fields.c.name, fields.c.origin, fields.c.value, fields.c.confidence)
        .join(manifest_rows, manifest_rows.c.record_id == fields.c.record_id)
        .where(manifest_rows.c.batch_id == batch_id)
        .where(fields.c.name.in_(COMPARED), fields.c.origin.in_(READ_ORIGINS))
        .order_by(fields.c.version)
    )
    newest: dict[int, dict[tuple[str, str], tuple[str, float]]] = defaultdict(dict)
    for row in connection.execute(query):
        newest[row.record_id][row.origin, row.name] = row.value, row.confidence
    for record_id, values in newest.items():
        best_last = sorted(values.items(), key=lambda item: -READ_ORIGINS.index(item[0][0]))
        yield record_id, said({name: text for (_, name), (text, sure) in best_last if sure >= SURE})


def _agrees(listed: Said, read: Said) -> bool | None:
    """Whether more of what both say is the same than not; None if they speak of different fields."""
    same = [_is_same(name, listed[name], read[name]) for name in listed.keys() & read.keys()]
    return sum(same) * 2 > len(same) if same else None


def _is_same(name: str, one: str, other: str) -> bool:
    if name in DATE_FIELDS:
        return one.startswith(other) or other.startswith(one)
    return one == other or (name == "holder_name" and fuzz.ratio(one, other) >= ALIKE)
