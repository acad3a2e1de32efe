"""One officer's, holder's or record's trail as a file that verifies itself, without a site.

Lines of JSON: what the file is and how it is checked; entries of the trail with their text; between them all others
by their digest alone, in the order of the chain (warehouse/chain.py); where the chain ends. It begins before the
trail's first entry and ends at the log's head. That nothing of the trail was left out among the digests it cannot
prove: that would show other people's entries.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Row, and_, func, or_, select

from warehouse.audit import found_by, write_entry
from warehouse.chain import BEGINNING, Head, digest_of
from warehouse.database import Database
from warehouse.rights import Actor, require
from warehouse.sealing import seal_all
from warehouse.tables import audit, parties, party_ids, records
from warehouse.trail import may_see

FORMAT = "khoso-trail-1"
HOW = {
    "vi": "digest = SHA-256(nội dung mục, UTF-8). hash = SHA-256(hash trước + LF + số mục + LF + digest), ASCII, "
    "số thập lục phân chữ thường. Đi từ «begin»; dòng có «entry» là mục của tệp này; «digests» là các mục khác, "
    "lần lượt; «hash» là kết quả sau dòng; cuối cùng phải bằng «end». Chỉ khi một mỏ neo (khoso audit anchor) giữ "
    "ở nơi khác cũng khớp thì mới chắc không ai tính lại cả chuỗi.",
    "en": "digest = SHA-256(an entry's text in UTF-8). hash = SHA-256(previous hash + LF + seq + LF + digest), ASCII, "
    "hexadecimal digits in lower case. Go from `begin`; lines with `entry` are this file's own entries; `digests` are "
    "the others, in order; `hash` is what comes out behind a line; the last must be `end`. Only an anchor (khoso "
    "audit anchor) that was kept elsewhere and agrees makes sure that nobody made the whole chain anew.",
}
AT_ONCE = 1000

Kind = Literal["user", "holder", "record"]
Sealed = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class About:
    """Whose trail. `name`: a login or `client:…`, a holder's identity number, a record's public id.

    Its entries are those of one of `actors`, or that were done to one of `subjects`.
    """

    kind: Kind
    name: str
    actors: frozenset[str] = frozenset()
    subjects: frozenset[str] = frozenset()

    def concerns(self, entry: dict[str, Any]) -> bool:
        """Whether this entry belongs to the trail."""
        return entry["who"] in self.actors or entry["subject"] in self.subjects

    def condition(self) -> ColumnElement[bool]:
        """The same on rows of `audit`."""
        return or_(
            audit.c.actor.in_(sorted(map(found_by, self.actors))),
            audit.c.subject.in_(sorted(map(found_by, self.subjects))),
        )


def about(connection: Connection, kind: Kind, name: str) -> About:
    """Whose trail: an officer's is what he did and what was done to his account; a holder's, about his records."""
    if kind == "user":
        who = name if ":" in name else f"user:{name}"
        return About(kind, who, frozenset({who}), frozenset({who}))
    if kind == "record":
        return About(kind, name.upper(), subjects=frozenset({name.upper()}))
    theirs = (
        select(records.c.public_id)
        .join(parties, parties.c.record_id == records.c.id)
        .join(party_ids, party_ids.c.party_id == parties.c.id)
        .where(party_ids.c.value == name)
    )
    return About(kind, name, subjects=frozenset({name, *connection.scalars(theirs)}))


def export_trail(database: Database, actor: Actor, kind: Kind, name: str) -> Iterator[str]:
    """The file's lines. That it is written out is an entry itself, made before the first line is given."""
    require(actor, "audit")
    with database.write(durable=True) as connection:
        whose = about(connection, kind, name)
        write_entry(connection, actor, "export_trail", whose.name, kind=kind)
    end = seal_all(database)
    with database.read() as connection:
        own = and_(whose.condition(), may_see(actor), audit.c.seq <= end.seq)
        first = connection.scalar(select(func.min(audit.c.seq)).where(own)) or end.seq + 1
        before = select(audit.c.seq, audit.c.hash).where(audit.c.seq == first - 1)
        begin = Head(*connection.execute(before).one()) if first > 1 else BEGINNING
    return _lines(database, whose, own, begin, end)


def _lines(
    database: Database, whose: About, own: ColumnElement[bool], begin: Head, end: Head
) -> Iterator[str]:
    yield _line(
        format=FORMAT,
        about={
            "kind": whose.kind,
            "name": whose.name,
            "actors": sorted(whose.actors),
            "subjects": sorted(whose.subjects),
        },
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        how=HOW,
        begin=begin._asdict(),
    )
    count = 0
    for rows in _pieces(database, own, begin, end):
        others: list[Sealed] = []
        for row in rows:
            if row.own:
                yield from _others(others)
                others = []
                yield _line(seq=row.seq, entry=row.entry, hash=row.hash)
                count += 1
            else:
                others.append(row)
        yield from _others(others)
    yield _line(end=end._asdict(), own=count)


def _pieces(
    database: Database, own: ColumnElement[bool], begin: Head, end: Head
) -> Iterator[Sequence[Sealed]]:
    query = select(audit.c.seq, audit.c.hash, audit.c.entry, own.label("own")).order_by(audit.c.seq)
    for after in range(begin.seq, end.seq, AT_ONCE):
        last = min(after + AT_ONCE, end.seq)
        with database.read() as connection:
            yield connection.execute(query.where(audit.c.seq > after, audit.c.seq <= last)).all()


def _others(rows: Sequence[Sealed]) -> Iterator[str]:
    if rows:
        yield _line(seq=rows[0].seq, digests=[digest_of(row.entry) for row in rows], hash=rows[-1].hash)


def _line(**told: object) -> str:
    return json.dumps(told, ensure_ascii=False) + "\n"
