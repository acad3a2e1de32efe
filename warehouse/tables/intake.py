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
    Column("created_at", UTCDateTime, nullable=False),
    Column("created_by", String(100), nullable=False),
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
    Column("item_id", ForeignKey("items.id"), index=True),
    Column("page_from", Integer),
    Column("page_to", Integer),
    Column("kind", String(10), nullable=False),
    Column("values", JSON, nullable=False),  # field name -> [value, precision]
    Column("location", JSON, nullable=False),  # fonds, list, box, folder, sheet
    UniqueConstraint("batch_id", "row"),
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
    Column("read_at", UTCDateTime, nullable=False, index=True),
    UniqueConstraint("file_id", "number"),
)
