"""Scans of a record: those handed in to take another's place, the parts of former ones; pictures of pages."""

from sqlalchemy import JSON, Column, ForeignKey, Integer, String, Table, UniqueConstraint

from warehouse.database import UTCDateTime, metadata

scans = Table(
    "scans",  # each an item of a batch, whose outcome tells whether triage took it
    metadata,
    Column("item_id", ForeignKey("items.id"), primary_key=True),
    Column("record_id", ForeignKey("records.id"), nullable=False, index=True),
    Column("asked_at", UTCDateTime, nullable=False),
    Column("asked_by", String(100), nullable=False),
    Column("taken_at", UTCDateTime),  # from then on it was the record's scan
)

former_parts = Table(
    "former_parts",  # as in `parts`; `scan` counts a record's scans from 1
    metadata,
    Column("id", Integer, primary_key=True),
    Column("record_id", ForeignKey("records.id"), nullable=False),
    Column("scan", Integer, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("file_id", ForeignKey("files.id"), nullable=False, index=True),
    Column("page_from", Integer, nullable=False),
    Column("page_to", Integer, nullable=False),
    Column("region", JSON),
    UniqueConstraint("record_id", "scan", "ordinal"),
)

page_images = Table(
    "page_images",  # by file and page, so that they outlive a record's revision
    metadata,
    Column("file_id", ForeignKey("files.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("kind", String(10), primary_key=True),  # image | thumbnail
    Column("turn", Integer, primary_key=True),  # quarter turns that reading had added
    Column("sha256", ForeignKey("objects.sha256"), nullable=False),
    Column("made_at", UTCDateTime, nullable=False),
)
