"""What the HTTP API remembers: answers to requests that may come again."""

from sqlalchemy import Column, String, Table, Text

from warehouse.database import UTCDateTime, metadata

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("key", String(64), primary_key=True),  # SHA-256 of who asked, method, path and the asker's key
    Column("body", String(64), nullable=False),  # SHA-256
    Column("answer", Text),  # JSON; NULL while the first request is at it
    Column("created_at", UTCDateTime, nullable=False, index=True),
    info={"copied": False},
)
