"""Facts of a paper's end; scans that take another's place; pictures of pages."""

import sqlalchemy as sa
from alembic import op

from warehouse.database import UTCDateTime

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Facts of a paper's end."""
    op.create_table(
        "endings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("how", sa.String(length=20), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("decision_number", sa.String(length=100), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("successor_id", sa.Integer(), nullable=True),
        sa.Column("entered_at", UTCDateTime(), nullable=False),
        sa.Column("entered_by", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name=op.f("fk_endings_record_id_records")),
        sa.ForeignKeyConstraint(
            ["successor_id"], ["records.id"], name=op.f("fk_endings_successor_id_records")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_endings")),
    )
    for column in ("record_id", "successor_id"):
        op.create_index(op.f(f"ix_endings_{column}"), "endings", [column])
    _create_scans()
    _create_page_images()


def _create_scans() -> None:
    op.create_table(
        "scans",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("asked_by", sa.String(length=100), nullable=False),
        sa.Column("taken_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_scans_item_id_items")),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name=op.f("fk_scans_record_id_records")),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_scans")),
    )
    op.create_index(op.f("ix_scans_record_id"), "scans", ["record_id"])
    op.create_table(
        "former_parts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("scan", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("page_from", sa.Integer(), nullable=False),
        sa.Column("page_to", sa.Integer(), nullable=False),
        sa.Column("region", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_former_parts_file_id_files")),
        sa.ForeignKeyConstraint(
            ["record_id"], ["records.id"], name=op.f("fk_former_parts_record_id_records")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_parts")),
        sa.UniqueConstraint(
            "record_id", "scan", "ordinal", name=op.f("uq_former_parts_record_id_scan_ordinal")
        ),
    )
    op.create_index(op.f("ix_former_parts_file_id"), "former_parts", ["file_id"])


def _create_page_images() -> None:
    op.create_table(
        "page_images",
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], name=op.f("fk_page_images_file_id_files")),
        sa.ForeignKeyConstraint(["sha256"], ["objects.sha256"], name=op.f("fk_page_images_sha256_objects")),
        sa.PrimaryKeyConstraint("file_id", "number", "kind", "turn", name=op.f("pk_page_images")),
    )
