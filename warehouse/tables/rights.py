"""Rights beyond posts: access sessions, decisions on custody, looks at full identity numbers."""

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from warehouse.database import UTCDateTime, metadata

access_sessions = Table(
    "access_sessions",  # an officer may read one person's papers for one dossier, for a while
    metadata,
    Column("id", Integer, primary_key=True),
    Column("user_id", ForeignKey("users.id"), nullable=False),  # the officer
    Column("holder_number", String(50), nullable=False),
    Column("procedure_code", String(40), nullable=False),
    Column("dossier_code", String(50), nullable=False),
    Column("opened_at", UTCDateTime, nullable=False),
    Column("opened_by", String(100), nullable=False),
    Column("until", UTCDateTime, nullable=False),
    Index("ix_access_sessions_open", "user_id", "until"),
)

custody_moves = Table(
    "custody_moves",  # decisions by which records went from one custodian to another
    metadata,
    Column("id", Integer, primary_key=True),
    Column("from_id", ForeignKey("units.id"), nullable=False),
    Column("to_id", ForeignKey("units.id"), nullable=False),
    Column("decision", String(100), nullable=False),
    Column("decided_on", Date, nullable=False),
    Column("note", Text, nullable=False),
    Column("begun_at", UTCDateTime, nullable=False),
    Column("begun_by", String(100), nullable=False),
    UniqueConstraint("from_id", "to_id", "decision", "decided_on"),
)

looks = Table(
    "looks",  # what of a record (its numbers, its pages) an account has seen today and what for: noted once
    metadata,
    Column("day", Date, primary_key=True),
    Column("who", String(100), primary_key=True),
    Column("purpose", String(64), primary_key=True),  # SHA-256 of what was seen and what for
    Column("record", String(12), primary_key=True),  # public id
    info={"copied": False},
)
