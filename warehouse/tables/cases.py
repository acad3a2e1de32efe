"""Correction cases: somebody says that a record, or what is kept of a person, is wrong."""

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from warehouse.database import UTCDateTime, metadata

cases = Table(
    "cases",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("public_id", String(12), nullable=False, unique=True),
    Column("unit_id", ForeignKey("units.id"), nullable=False),  # where it was opened, whose number it bears
    Column("year", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("holder", String(50)),  # an identity number: all of that person's papers; none: one record
    Column("kind", String(20), nullable=False),  # warehouse.cases.terms
    Column("channel", String(10), nullable=False),  # desk | post | online | one_stop
    Column("requester_name", String(200), nullable=False),
    Column("requester_contact", String(500), nullable=False),
    Column("relation", String(15), nullable=False),  # to the holder
    Column("description", Text, nullable=False),
    Column("field", String(30)),  # whose value is said to be wrong
    Column("opened_at", UTCDateTime, nullable=False),
    Column("opened_by", String(100), nullable=False),
    Column("due_on", Date, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("decision", String(10)),  # accepted | partly | rejected; none while it is open
    Column("ground", Text),
    Column("decided_at", UTCDateTime),
    Column("decided_by", String(100)),
    Column("reply", Text),  # what the letter says besides the decision and its ground
    Column("reply_number", String(50)),  # the letter's own, given by the agency's clerk
    Column("signer", String(200)),
    Column("signing_capacity", String(200)),
    UniqueConstraint("unit_id", "year", "number"),
    Index("ix_cases_due", "due_on", "public_id"),
)

case_records = Table(
    "case_records",  # the records of a case; while one of its cases is open a record is disputed
    metadata,
    Column("case_id", ForeignKey("cases.id"), primary_key=True),
    Column("record_id", ForeignKey("records.id"), primary_key=True, index=True),
    Column("wrong_since", UTCDateTime, nullable=False),  # whoever used it since then may have been misled
)
