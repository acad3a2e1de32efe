"""What came in: batches, their items and lists, objects, files and pages."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from warehouse.database import UTCDateTime, metadata

batches = Table(
    "batches",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("unit_id", ForeignKey("units.id"), nullable=False),
    Column("source", Text, nullable=False),
    Column("manner", String(10), nullable=False),  # stock: handed over before | flow: still to be
    Column("manifest_sha256", String(64)),
    Column("plan", JSON, nullable=False, server_default="{}"),  # ingest.plan: how its files become papers
    Column("password", Text),  # of its encrypted PDFs
    Column("created_at", UTCDateTime, nullable=False),
    Column("created_by", String(100), nullable=False),
    Column("confirmed_at", UTCDateTime),  # a person looked at a suspect list and stands by it
    Column("confirmed_by", String(100)),
    Column("confirm_note", Text),
    Index("ix_batches_source", "unit_id", "source"),
)

items = Table(
    "items",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("batch_id", ForeignKey("batches.id"), nullable=False),
    Column("path", Text, nullable=False),  # NFC, as shown to people
    Column("source_path", Text, nullable=False),  # as the folder or ZIP spells it
    Column("outcome", String(10), nullable=False),  # waiting | stored | duplicate | rejected
    Column("reason", String(40)),
    Column("detail", JSON),
    Column("file_id", ForeignKey("files.id"), index=True),
    UniqueConstraint("batch_id", "source_path"),
    Index("ix_items_batch_outcome", "batch_id", "outcome"),
)

manifest_rows = Table(
    "manifest_rows",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("batch_id", ForeignKey("batches.id"), nullable=False),
    Column("row", Integer, nullable=False),  # as a person counts them: the header is row 1
    Column("page_from", Integer),
    Column("page_to", Integer),
    Column("kind", String(10), nullable=False),
    Column("values", JSON, nullable=False),  # field name -> [value, precision]
    Column("location", JSON, nullable=False),  # fonds, list, box, folder, sheet
    Column("proposals", JSON, nullable=False, server_default="{}"),  # field name -> [value, reason]
    Column("migrated", JSON),  # what an older system knew: see tables.records.migrated
    Column("secrecy", String(12)),
    Column("record_id", ForeignKey("records.id"), index=True),  # the paper it describes, once there is one
    UniqueConstraint("batch_id", "row"),
)

row_files = Table(
    "row_files",  # the files of a row in its own order: one paper may lie in several
    metadata,
    Column("row_id", ForeignKey("manifest_rows.id"), primary_key=True),
    Column("ordinal", Integer, primary_key=True),
    Column("item_id", ForeignKey("items.id"), nullable=False, index=True),
)

column_maps = Table(
    "column_maps",  # what a unit's own headers mean
    metadata,
    Column("unit_id", ForeignKey("units.id"), primary_key=True),
    Column("header", Text, primary_key=True),
    Column("name", String(30), nullable=False),
)

manifest_problems = Table(
    "manifest_problems",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("batch_id", ForeignKey("batches.id"), nullable=False, index=True),
    Column("row", Integer),
    Column("path", Text),
    Column("column", String(100)),
    Column("value", Text),
    Column("reason", String(40), nullable=False),
    Column("warning", Boolean, nullable=False),  # it cost nothing
)

objects = Table(
    "objects",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("stored_at", UTCDateTime, nullable=False),
)

files = Table(
    "files",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("unit_id", ForeignKey("units.id"), nullable=False),  # custodian
    Column("sha256", ForeignKey("objects.sha256"), nullable=False, index=True),
    Column("state", String(12), nullable=False),  # received | registered | rejected
    Column("reason", String(40)),
    Column("media_type", String(50)),
    Column("pages", Integer),
    Column("received_at", UTCDateTime, nullable=False),
    Column("password", Text),  # what opens it, if it is locked
    UniqueConstraint("unit_id", "sha256"),
)

pages = Table(
    "pages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("file_id", ForeignKey("files.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("status", String(10), nullable=False),  # ok | blank | failed
    Column("reason", String(40)),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("confidence", Float),
    Column("text", Text, nullable=False),
    Column("path", String(20), nullable=False),  # how it was read: text_layer | zones | whole | none
    Column("words_sha256", String(64)),  # the object that holds its words
    Column("turn", Integer, nullable=False, server_default="0"),  # quarter turns that reading added
    Column("secrecy", String(12)),
    Column("codes", JSON, nullable=False, server_default="[]"),  # QR and Code 128
    Column("image_hash", String(16)),
    Column("left_out", String(20)),  # separator | blank: why no paper holds it
    Column("read_at", UTCDateTime, nullable=False, index=True),
    UniqueConstraint("file_id", "number"),
)
