"""The audit log: the exact text that will be hashed, written in the action's own transaction."""

from sqlalchemy import Column, Integer, String, Table, Text

from warehouse.database import UTCDateTime, metadata

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UTCDateTime, nullable=False, index=True),
    Column("entry", Text, nullable=False),  # canonical JSON
    Column("seq", Integer, unique=True),  # given by the sealer
    Column("hash", String(64)),
)
