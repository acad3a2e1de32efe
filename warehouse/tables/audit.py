"""The audit log: the exact text that is hashed, written in the action's own transaction; its chain and anchors."""

from sqlalchemy import Column, Index, Integer, String, Table, Text

from warehouse.database import UTCDateTime, metadata

LOOKED_UP = 200
"""Letters of a name that are kept beside the text to find entries by: an index takes no longer ones."""

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UTCDateTime, nullable=False, index=True),
    Column("entry", Text, nullable=False),  # canonical JSON; all other columns but seq and hash repeat it
    Column("seq", Integer, unique=True),  # given by the sealer
    Column("hash", String(64)),
    Column("actor", String(LOOKED_UP), nullable=False),
    Column("unit_id", Integer),  # the actor's; no reference: an entry stands for itself
    Column("action", String(LOOKED_UP), nullable=False),
    Column("subject", String(LOOKED_UP), nullable=False),
    Index("ix_audit_actor", "actor", "id"),
    Index("ix_audit_action", "action", "id"),
    Index("ix_audit_subject", "subject", "id"),
)
Index(
    "ix_audit_unsealed",
    audit.c.id,
    sqlite_where=audit.c.seq.is_(None),
    postgresql_where=audit.c.seq.is_(None),
)

audit_head = Table(
    "audit_head",  # one row: where the chain ends; who seals locks it
    metadata,
    Column("id", Integer, primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
)

audit_anchors = Table(
    "audit_anchors",  # heads that were written out, and where to
    metadata,
    Column("id", Integer, primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Column("sent_to", Text, nullable=False),
)
