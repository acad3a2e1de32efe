"""What officers do with records: notes, returns, and runs over many records at once."""

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Integer, String, Table, Text

from warehouse.database import UTCDateTime, metadata

record_notes = Table(
    "record_notes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("record_id", ForeignKey("records.id"), nullable=False, index=True),
    Column("text", Text, nullable=False),
    Column("who", String(100), nullable=False),
    Column("at", UTCDateTime, nullable=False),
)

returns = Table(
    "returns",  # papers that went back to be scanned again; the newest row tells why one is `returned`
    metadata,
    Column("id", Integer, primary_key=True),
    Column("record_id", ForeignKey("records.id"), nullable=False, index=True),
    Column("reason", Text, nullable=False),
    Column("pages", JSON, nullable=False),  # numbers inside the record; none: all of it
    Column("who", String(100), nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Column("ended_how", String(12)),  # rescanned | resubmitted
    Column("ended_by", String(100)),
    Column("ended_at", UTCDateTime),
)

bulk_runs = Table(
    "bulk_runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("act", String(10), nullable=False),  # approve | correct
    Column("who", String(100), nullable=False, index=True),
    Column("request", JSON, nullable=False),  # field, value and reason of a correction
    Column("more", Boolean, nullable=False),  # its batch held more than one run takes
    Column("at", UTCDateTime, nullable=False),
)

bulk_rows = Table(
    "bulk_rows",  # what was asked of each record, and what came of it
    metadata,
    Column("run_id", ForeignKey("bulk_runs.id"), primary_key=True),
    Column("ordinal", Integer, primary_key=True),
    Column("record", String(12), nullable=False),  # as it was asked for: there may be no such record
    Column("revision", Integer, nullable=False),
    Column("outcome", String(10), nullable=False),  # waiting | done | unchanged | refused
    Column("reason", String(40)),
    Column("detail", JSON),
)
