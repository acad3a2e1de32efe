"""Records for tests of the audit log: the fewest rows that a record needs."""

from datetime import UTC, datetime

from sqlalchemy import Connection, insert

from warehouse.tables import batches, records


def add_record(connection: Connection, public_id: str, unit_id: int) -> int:
    """A record that a unit holds; its id."""
    now = datetime.now(UTC)
    batch = insert(batches).values(
        unit_id=unit_id, source="/", manner="stock", created_at=now, created_by="an"
    )
    [batch_id] = connection.execute(batch).inserted_primary_key
    record = insert(records).values(
        public_id=public_id, kind="result", batch_id=batch_id, digitised_by_id=unit_id, custodian_id=unit_id,
        work="ready", availability="released", review=[], revision=1, received_at=now, valid_kind="UNKNOWN",
    )  # fmt: skip
    [record_id] = connection.execute(record).inserted_primary_key
    return record_id
