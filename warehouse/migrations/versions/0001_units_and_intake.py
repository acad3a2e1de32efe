"""Units and intake."""

import sqlalchemy as sa
from alembic import op

import warehouse.database

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables, those first that others refer to."""
    _create_objects()
    _create_units()
    _create_batches()
    _create_files()
    _create_items()
    _create_manifest_problems()
    _create_pages()
    _create_manifest_rows()


def _create_objects() -> None:
    op.create_table(
        "objects",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("stored_at", warehouse.database.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_objects")),
    )


def _create_units() -> None:
    op.create_table(
        "units",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=35), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["parent_id"], ["units.id"], name=op.f("fk_units_parent_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_units")),
        sa.UniqueConstraint("code", "valid_from", name=op.f("uq_units_code_valid_from")),
    )
    op.create_index(op.f("ix_units_code"), "units", ["code"])
    op.create_index(op.f("ix_units_parent_id"), "units", ["parent_id"])


def _create_batches() -> None:
    op.create_table(
        "batches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("manner", sa.String(length=10), nullable=False),
        sa.Column("manifest_sha256", sa.String(length=64), nullable=True),
        sa.Column("created_at", warehouse.database.UTCDateTime(), nullable=False),
        sa.Column("created_by", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_batches_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
    )
    op.create_index("ix_batches_source", "batches", ["unit_id", "source"])


def _create_files() -> None:
    op.create_table(
        "files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("media_type", sa.String(length=50), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("received_at", warehouse.database.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["sha256"], ["objects.sha256"], name=op.f("fk_files_sha256_objects")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_files_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_files")),
        sa.UniqueConstraint("unit_id", "sha256", name=op.f("uq_files_unit_id_sha256")),
    )
    op.create_index(op.f("ix_files_sha256"), "files", ["sha256"])


def _create_items() -> None:
    op.create_table(
        "items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("source_path", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=True),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_items_batch_id_batches")),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_items_file_id_files")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_items")),
        sa.UniqueConstraint("batch_id", "source_path", name=op.f("uq_items_batch_id_source_path")),
    )
    op.create_index("ix_items_batch_outcome", "items", ["batch_id", "outcome"])
    op.create_index(op.f("ix_items_file_id"), "items", ["file_id"])


def _create_manifest_problems() -> None:
    op.create_table(
        "manifest_problems",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=True),
        sa.Column("path", sa.Text(), nullable=True),
        sa.Column("column", sa.String(length=100), nullable=True),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("warning", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["batches.id"], name=op.f("fk_manifest_problems_batch_id_batches")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_manifest_problems")),
    )
    op.create_index(op.f("ix_manifest_problems_batch_id"), "manifest_problems", ["batch_id"])


def _create_pages() -> None:
    op.create_table(
        "pages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("path", sa.String(length=20), nullable=False),
        sa.Column("words_sha256", sa.String(length=64), nullable=True),
        sa.Column("read_at", warehouse.database.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_pages_file_id_files")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pages")),
        sa.UniqueConstraint("file_id", "number", name=op.f("uq_pages_file_id_number")),
    )
    op.create_index(op.f("ix_pages_read_at"), "pages", ["read_at"])


def _create_manifest_rows() -> None:
    op.create_table(
        "manifest_rows",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("page_from", sa.Integer(), nullable=True),
        sa.Column("page_to", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("location", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_manifest_rows_batch_id_batches")),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_manifest_rows_item_id_items")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_manifest_rows")),
        sa.UniqueConstraint("batch_id", "row", name=op.f("uq_manifest_rows_batch_id_row")),
    )
    op.create_index(op.f("ix_manifest_rows_item_id"), "manifest_rows", ["item_id"])
