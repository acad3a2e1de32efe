"""Records of two units, made through the registry, for tests of what happens to them afterwards."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from hashlib import sha256

from sqlalchemy import Connection, RowMapping, insert, select, update

from warehouse.database import Database
from warehouse.records import FieldValue
from warehouse.registry import NewPart, NewRecord, register
from warehouse.rights import ACTS, USUAL_CLASSES, Act, Actor, Grant, Reach, Role
from warehouse.tables import batches, files, items, objects, records, units

NOW = datetime(2026, 11, 1, tzinfo=UTC)
OPERATOR = Actor("cli:tester")


@dataclass
class Held:
    """A database with two units (ids 1 and 2), one batch each."""

    database: Database
    _made: int = field(default=0)

    def __post_init__(self) -> None:
        with self.database.write() as connection:
            for code in ("a", "b"):
                unit = {"code": code, "name": code, "level": "commune", "valid_from": date(2025, 7, 1)}
                unit_id = connection.execute(insert(units).returning(units.c.id), unit).scalar_one()
                batch = {"unit_id": unit_id, "source": "x", "manner": "stock", "created_at": NOW,
                         "created_by": "x"}  # fmt: skip
                connection.execute(insert(batches), batch)

    def record(self, unit: int = 1, work: str = "approved", **values: str) -> str:
        """A new record of one page with these field values; its public id."""
        with self.database.write() as connection:
            part = NewPart(self.file(connection, unit), 1, 1)
            said = [FieldValue(name, value, "manifest") for name, value in values.items()]
            new = NewRecord([part], connection.scalar(select(items.c.id).where(items.c.file_id == part.file_id)),
                            unit, unit, "result", False, said)  # fmt: skip
            [record_id] = register(connection, OPERATOR, [new])
            connection.execute(update(records).where(records.c.id == record_id).values(work=work))
            return str(connection.scalar(select(records.c.public_id).where(records.c.id == record_id)))

    def file(self, connection: Connection, unit: int, pages: int = 1) -> int:
        """A registered file with its object and item."""
        self._made += 1
        name = sha256(str(self._made).encode()).hexdigest()
        connection.execute(insert(objects), {"sha256": name, "size": 1, "stored_at": NOW})
        file = {"unit_id": unit, "sha256": name, "state": "registered", "pages": pages, "received_at": NOW,
                "media_type": "application/pdf"}  # fmt: skip
        file_id = connection.execute(insert(files).returning(files.c.id), file).scalar_one()
        item = {"batch_id": unit, "path": f"{name[:8]}.pdf", "source_path": name, "outcome": "stored",
                "file_id": file_id}  # fmt: skip
        connection.execute(insert(items), item)
        return int(file_id)

    def row(self, public_id: str) -> RowMapping:
        """The record as it is now."""
        with self.database.read() as connection:
            found = connection.execute(select(records).where(records.c.public_id == public_id))
            return found.mappings().one()


def of_role(role: Role, *unit_ids: int, who: str = "user:tester") -> Actor:
    """Somebody with a post of this role in these units."""
    return who_may(ACTS[role], *unit_ids, who=who)


def who_may(acts: frozenset[Act], *unit_ids: int, who: str = "user:tester") -> Actor:
    """Somebody who may do just these acts there, with papers of the usual classes."""
    grant = Grant(acts, Reach(frozenset(unit_ids), classes=USUAL_CLASSES))
    return Actor(who, unit_ids[0], grants=(grant,))
