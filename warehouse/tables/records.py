"""Records: papers, their parts, fields, parties and places in the archive."""

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from warehouse.database import UTCDateTime, metadata

WORK_STATES = (
    "registered", "reading", "needs_review", "ready", "approved", "returned", "withdrawn", "quarantined",
    "metadata_only",
)  # fmt: skip

records = Table(
    "records",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("public_id", String(12), nullable=False, unique=True),
    Column("kind", String(10), nullable=False),  # result | component
    Column("batch_id", ForeignKey("batches.id"), nullable=False),
    Column("item_id", ForeignKey("items.id"), index=True),  # none while there are only metadata
    Column("issuer_id", ForeignKey("units.id")),
    Column("digitised_by_id", ForeignKey("units.id"), nullable=False),
    Column("custodian_id", ForeignKey("units.id"), nullable=False),
    Column("dossier_id", ForeignKey("dossiers.id")),
    Column("work", String(15), nullable=False),
    Column("availability", String(10), nullable=False),  # hidden | released
    Column("review", JSON, nullable=False),  # reason codes why an officer must look
    Column("revision", Integer, nullable=False),
    Column("received_at", UTCDateTime, nullable=False),
    Column("read_at", UTCDateTime),
    Column("approved_at", UTCDateTime),
    Column("approved_by", String(100)),
    Column("digitised_on", Date),
    Column("field_of_activity", String(30)),  # of its type of result; none while the type is not known
    Column("sensitivity", String(20), nullable=False, server_default="unclassified"),
    Column("type_key", String(100)),  # warehouse.result_types.type_key: what lists are filtered by
    Column("number_key", String(64), index=True),  # hash of agency, type, book, year and number
    Column("secrecy", String(12)),
    Column("secrecy_cleared", Boolean, nullable=False, server_default=false()),  # a person said: no mark
    # facts of validity; the status is computed for a day, never stored
    Column("valid_kind", String(20), nullable=False),
    Column("valid_from", Date),
    Column("valid_to", Date),
    Column("ended_on", Date),
    Column("ended_how", String(20)),
    # Lists are read in the order of their days from the first or last on, so each filter that may be
    # rare has an index in that order: warehouse.record_list.
    Index("ix_records_received", "received_at", "id"),
    Index("ix_records_unit", "custodian_id", "received_at", "id"),
    Index("ix_records_unit_work", "custodian_id", "work", "received_at", "id"),
    Index("ix_records_unit_type", "custodian_id", "type_key", "received_at", "id"),
    Index("ix_records_unit_approved", "custodian_id", "approved_at", "id"),
    Index("ix_records_work", "work", "received_at", "id"),
    Index("ix_records_type", "type_key", "received_at", "id"),
    Index("ix_records_approved", "approved_at", "id"),
    Index("ix_records_sensitivity", "sensitivity", "received_at", "id"),
    Index("ix_records_batch", "batch_id", "received_at", "id"),
    Index("ix_records_digitised_by", "digitised_by_id", "work", "received_at", "id"),
    Index(
        "ix_records_hidden",
        "received_at",
        "id",
        sqlite_where=text("availability = 'hidden'"),
        postgresql_where=text("availability = 'hidden'"),
    ),
    CheckConstraint("work IN (" + ", ".join(f"'{state}'" for state in WORK_STATES) + ")", name="work"),
)

parts = Table(
    "parts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("record_id", ForeignKey("records.id"), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("file_id", ForeignKey("files.id"), nullable=False, index=True),
    Column("page_from", Integer, nullable=False),
    Column("page_to", Integer, nullable=False),
    Column("region", JSON),
    UniqueConstraint("record_id", "ordinal"),
)

fields = Table(
    "fields",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("record_id", ForeignKey("records.id"), nullable=False),
    Column("name", String(30), nullable=False),
    Column("group", String(30), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("origin", String(15), nullable=False),
    Column("version", Integer, nullable=False),
    Column("value", Text, nullable=False),
    Column("precision", String(5), nullable=False),
    Column("confidence", Float, nullable=False),
    Column("page", Integer),
    Column("box", JSON),
    Column("created_at", UTCDateTime, nullable=False),
    Column("who", String(100)),  # of a human value: who gave it, and why
    Column("reason", Text),
    UniqueConstraint("record_id", "name", "group", "ordinal", "origin", "version"),
)

proposals = Table(
    "proposals",  # new manifest values for an approved record wait for an officer
    metadata,
    Column("id", Integer, primary_key=True),
    Column("record_id", ForeignKey("records.id"), nullable=False),
    Column("name", String(30), nullable=False),
    Column("value", Text, nullable=False),
    Column("batch_id", ForeignKey("batches.id"), nullable=False),
    Column("reason", String(40), nullable=False, server_default="later_list"),
    Column("created_at", UTCDateTime, nullable=False),
    Column("decision", String(10)),  # taken | rejected; none: it waits
    Column("decided_by", String(100)),
    Column("decided_at", UTCDateTime),
    UniqueConstraint("record_id", "name", "value"),
)

migrated = Table(
    "migrated",  # where a record carried over from an older system came from
    metadata,
    Column("record_id", ForeignKey("records.id"), primary_key=True),
    Column("source_system", String(100), nullable=False),
    Column("source_id", String(100), nullable=False),
    Column("digitised_on", Date),
    Column("approved_on", Date),
    Column("approved_by", String(100)),
    UniqueConstraint("source_system", "source_id"),
)

prints = Table(
    "prints",  # marks that two scans of one paper share: ingest.rescans
    metadata,
    Column("record_id", ForeignKey("records.id"), primary_key=True),
    Column("mark", String(24), primary_key=True),
    Column("custodian_id", ForeignKey("units.id"), nullable=False),
    Index("ix_prints_mark", "custodian_id", "mark"),
)

rescans = Table(
    "rescans",  # pairs of records that may be one paper: shown, never dropped
    metadata,
    Column("record_id", ForeignKey("records.id"), primary_key=True),
    Column("other_id", ForeignKey("records.id"), primary_key=True, index=True),
    Column("image_distance", Integer),  # differing bits of 64
    Column("text_similarity", Float),  # 0..1
    Column("found_at", UTCDateTime, nullable=False),
)

parties = Table(
    "parties",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("record_id", ForeignKey("records.id"), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("role", String(15), nullable=False),
    Column("name", String(200), nullable=False),
    Column("birth_date", String(10)),  # YYYY-MM-DD, YYYY-MM or YYYY
    Column("origin", String(15), nullable=False),
    UniqueConstraint("record_id", "ordinal"),
)

party_ids = Table(
    "party_ids",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("party_id", ForeignKey("parties.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("scheme", String(20), nullable=False),
    Column("value", String(50), nullable=False, index=True),  # as printed
)

locations = Table(
    "locations",
    metadata,
    Column("record_id", ForeignKey("records.id"), primary_key=True),
    Column("fonds", String(100)),
    Column("list", String(100)),
    Column("box", String(100)),
    Column("folder", String(100)),
    Column("sheet", String(100)),
)

dossiers = Table(
    "dossiers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("code", String(50), nullable=False, unique=True),
    Column("procedure_code", String(40)),
    Column("unit_id", ForeignKey("units.id"), nullable=False),
)

renditions = Table(
    "renditions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("record_id", ForeignKey("records.id"), nullable=False),
    Column("kind", String(20), nullable=False),  # searchable_pdf
    Column("revision", Integer, nullable=False),
    Column("sha256", ForeignKey("objects.sha256"), nullable=False),
    Column("made_at", UTCDateTime, nullable=False),
    UniqueConstraint("record_id", "kind", "revision"),
)
