"""Records."""

import sqlalchemy as sa
from alembic import op

import warehouse.database

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the tables, those first that others refer to."""
    _create_dossiers()
    _create_records()
    _create_fields()
    _create_locations()
    _create_parties()
    _create_parts()
    _create_proposals()
    _create_renditions()
    _create_party_ids()


def _create_dossiers() -> None:
    op.create_table(
        "dossiers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=50), nullable=False),
        sa.Column("procedure_code", sa.String(length=40), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_dossiers_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossiers")),
        sa.UniqueConstraint("code", name=op.f("uq_dossiers_code")),
    )


def _create_records() -> None:
    op.create_table(
        "records",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("issuer_id", sa.Integer(), nullable=True),
        sa.Column("digitised_by_id", sa.Integer(), nullable=False),
        sa.Column("custodian_id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=True),
        sa.Column("work", sa.String(length=12), nullable=False),
        sa.Column("availability", sa.String(length=10), nullable=False),
        sa.Column("review", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("received_at", warehouse.database.UTCDateTime(), nullable=False),
        sa.Column("read_at", warehouse.database.UTCDateTime(), nullable=True),
        sa.Column("approved_at", warehouse.database.UTCDateTime(), nullable=True),
        sa.Column("approved_by", sa.String(length=100), nullable=True),
        sa.Column("digitised_on", sa.Date(), nullable=True),
        sa.Column("valid_kind", sa.String(length=20), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_how", sa.String(length=20), nullable=True),
        sa.CheckConstraint(
            "work IN ('registered', 'reading', 'needs_review', 'ready', 'approved', 'returned', 'withdrawn', 'quarantined')",
            name=op.f("ck_records_work"),
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_records_batch_id_batches")),
        sa.ForeignKeyConstraint(["custodian_id"], ["units.id"], name=op.f("fk_records_custodian_id_units")),
        sa.ForeignKeyConstraint(
            ["digitised_by_id"], ["units.id"], name=op.f("fk_records_digitised_by_id_units")
        ),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossiers.id"], name=op.f("fk_records_dossier_id_dossiers")),
        sa.ForeignKeyConstraint(["issuer_id"], ["units.id"], name=op.f("fk_records_issuer_id_units")),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_records_item_id_items")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_records")),
        sa.UniqueConstraint("public_id", name=op.f("uq_records_public_id")),
    )
    op.create_index(op.f("ix_records_batch_id"), "records", ["batch_id"])
    op.create_index(op.f("ix_records_custodian_id"), "records", ["custodian_id"])
    op.create_index(op.f("ix_records_digitised_by_id"), "records", ["digitised_by_id"])
    op.create_index(op.f("ix_records_item_id"), "records", ["item_id"])


def _create_fields() -> None:
    op.create_table(
        "fields",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.Column("group", sa.String(length=30), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(length=15), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("precision", sa.String(length=5), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=True),
        sa.Column("box", sa.JSON(), nullable=True),
        sa.Column("created_at", warehouse.database.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name=op.f("fk_fields_record_id_records")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fields")),
        sa.UniqueConstraint(
            "record_id",
            "name",
            "group",
            "ordinal",
            "origin",
            "version",
            name=op.f("uq_fields_record_id_name_group_ordinal_origin_version"),
        ),
    )


def _create_locations() -> None:
    op.create_table(
        "locations",
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("fonds", sa.String(length=100), nullable=True),
        sa.Column("list", sa.String(length=100), nullable=True),
        sa.Column("box", sa.String(length=100), nullable=True),
        sa.Column("folder", sa.String(length=100), nullable=True),
        sa.Column("sheet", sa.String(length=100), nullable=True),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name=op.f("fk_locations_record_id_records")),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_locations")),
    )


def _create_parties() -> None:
    op.create_table(
        "parties",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=15), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("birth_date", sa.String(length=10), nullable=True),
        sa.Column("origin", sa.String(length=15), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name=op.f("fk_parties_record_id_records")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parties")),
        sa.UniqueConstraint("record_id", "ordinal", name=op.f("uq_parties_record_id_ordinal")),
    )


def _create_parts() -> None:
    op.create_table(
        "parts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("page_from", sa.Integer(), nullable=False),
        sa.Column("page_to", sa.Integer(), nullable=False),
        sa.Column("region", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_parts_file_id_files")),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name=op.f("fk_parts_record_id_records")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parts")),
        sa.UniqueConstraint("record_id", "ordinal", name=op.f("uq_parts_record_id_ordinal")),
    )
    op.create_index(op.f("ix_parts_file_id"), "parts", ["file_id"])


def _create_proposals() -> None:
    op.create_table(
        "proposals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("created_at", warehouse.database.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_proposals_batch_id_batches")),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name=op.f("fk_proposals_record_id_records")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
        sa.UniqueConstraint("record_id", "name", "value", name=op.f("uq_proposals_record_id_name_value")),
    )


def _create_renditions() -> None:
    op.create_table(
        "renditions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("made_at", warehouse.database.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name=op.f("fk_renditions_record_id_records")),
        sa.ForeignKeyConstraint(["sha256"], ["objects.sha256"], name=op.f("fk_renditions_sha256_objects")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renditions")),
        sa.UniqueConstraint(
            "record_id", "kind", "revision", name=op.f("uq_renditions_record_id_kind_revision")
        ),
    )


def _create_party_ids() -> None:
    op.create_table(
        "party_ids",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("scheme", sa.String(length=20), nullable=False),
        sa.Column("value", sa.String(length=50), nullable=False),
        sa.ForeignKeyConstraint(
            ["party_id"], ["parties.id"], name=op.f("fk_party_ids_party_id_parties"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party_ids")),
    )
    op.create_index(op.f("ix_party_ids_party_id"), "party_ids", ["party_id"])
    op.create_index(op.f("ix_party_ids_value"), "party_ids", ["value"])
