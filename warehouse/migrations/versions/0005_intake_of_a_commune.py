"""How batches become papers, marks of pages, papers over several files, older systems, rescans."""

import sqlalchemy as sa
from alembic import op

import warehouse.database

revision = "0005"
down_revision = "0004"

WORK = "work IN ('registered', 'reading', 'needs_review', 'ready', 'approved', 'returned', 'withdrawn', 'quarantined', 'metadata_only')"


def upgrade() -> None:
    """New columns, then new tables; a row's file moves to row_files."""
    _widen_batches()
    _widen_files_and_pages()
    _widen_records()
    _create_row_files()
    _create_column_maps()
    _create_migrated()
    _create_prints()
    _create_rescans()


def _widen_batches() -> None:
    with op.batch_alter_table("batches") as table:
        table.add_column(sa.Column("plan", sa.JSON(), server_default="{}", nullable=False))
        table.add_column(sa.Column("password", sa.Text(), nullable=True))
        table.add_column(sa.Column("confirmed_at", warehouse.database.UTCDateTime(), nullable=True))
        table.add_column(sa.Column("confirmed_by", sa.String(length=100), nullable=True))
        table.add_column(sa.Column("confirm_note", sa.Text(), nullable=True))


def _widen_files_and_pages() -> None:
    with op.batch_alter_table("files") as table:
        table.add_column(sa.Column("password", sa.Text(), nullable=True))
    with op.batch_alter_table("pages") as table:
        table.add_column(sa.Column("turn", sa.Integer(), server_default="0", nullable=False))
        table.add_column(sa.Column("secrecy", sa.String(length=12), nullable=True))
        table.add_column(sa.Column("codes", sa.JSON(), server_default="[]", nullable=False))
        table.add_column(sa.Column("image_hash", sa.String(length=16), nullable=True))
        table.add_column(sa.Column("left_out", sa.String(length=20), nullable=True))


def _widen_records() -> None:
    with op.batch_alter_table("records") as table:
        table.alter_column("item_id", existing_type=sa.Integer(), nullable=True)
        table.alter_column("work", existing_type=sa.String(length=12), type_=sa.String(length=15))
        table.drop_constraint(op.f("ck_records_work"), type_="check")
        table.create_check_constraint(op.f("ck_records_work"), WORK)
        table.add_column(sa.Column("number_key", sa.String(length=64), nullable=True))
        table.add_column(sa.Column("secrecy", sa.String(length=12), nullable=True))
        table.add_column(
            sa.Column("secrecy_cleared", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
    op.create_index(op.f("ix_records_number_key"), "records", ["number_key"])
    with op.batch_alter_table("proposals") as table:
        table.add_column(
            sa.Column("reason", sa.String(length=40), server_default="later_list", nullable=False)
        )


def _create_row_files() -> None:
    op.create_table(
        "row_files",
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_row_files_item_id_items")),
        sa.ForeignKeyConstraint(
            ["row_id"], ["manifest_rows.id"], name=op.f("fk_row_files_row_id_manifest_rows")
        ),
        sa.PrimaryKeyConstraint("row_id", "ordinal", name=op.f("pk_row_files")),
    )
    op.create_index(op.f("ix_row_files_item_id"), "row_files", ["item_id"])
    op.execute(
        "INSERT INTO row_files (row_id, ordinal, item_id) "
        "SELECT id, 0, item_id FROM manifest_rows WHERE item_id IS NOT NULL"
    )
    with op.batch_alter_table("manifest_rows") as table:
        table.drop_index(op.f("ix_manifest_rows_item_id"))
        table.drop_constraint(op.f("fk_manifest_rows_item_id_items"), type_="foreignkey")
        table.drop_column("item_id")
        table.add_column(sa.Column("proposals", sa.JSON(), server_default="{}", nullable=False))
        table.add_column(sa.Column("migrated", sa.JSON(), nullable=True))
        table.add_column(sa.Column("secrecy", sa.String(length=12), nullable=True))
        table.add_column(sa.Column("record_id", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f("fk_manifest_rows_record_id_records"), "records", ["record_id"], ["id"])
    op.create_index(op.f("ix_manifest_rows_record_id"), "manifest_rows", ["record_id"])


def _create_column_maps() -> None:
    op.create_table(
        "column_maps",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("header", sa.Text(), nullable=False),
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_column_maps_unit_id_units")),
        sa.PrimaryKeyConstraint("unit_id", "header", name=op.f("pk_column_maps")),
    )


def _create_migrated() -> None:
    op.create_table(
        "migrated",
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("source_system", sa.String(length=100), nullable=False),
        sa.Column("source_id", sa.String(length=100), nullable=False),
        sa.Column("digitised_on", sa.Date(), nullable=True),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("approved_by", sa.String(length=100), nullable=True),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name=op.f("fk_migrated_record_id_records")),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_migrated")),
        sa.UniqueConstraint("source_system", "source_id", name=op.f("uq_migrated_source_system_source_id")),
    )


def _create_prints() -> None:
    op.create_table(
        "prints",
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(length=24), nullable=False),
        sa.Column("custodian_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["custodian_id"], ["units.id"], name=op.f("fk_prints_custodian_id_units")),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name=op.f("fk_prints_record_id_records")),
        sa.PrimaryKeyConstraint("record_id", "mark", name=op.f("pk_prints")),
    )
    op.create_index("ix_prints_mark", "prints", ["custodian_id", "mark"])


def _create_rescans() -> None:
    op.create_table(
        "rescans",
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("image_distance", sa.Integer(), nullable=True),
        sa.Column("text_similarity", sa.Float(), nullable=True),
        sa.Column("found_at", warehouse.database.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["other_id"], ["records.id"], name=op.f("fk_rescans_other_id_records")),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name=op.f("fk_rescans_record_id_records")),
        sa.PrimaryKeyConstraint("record_id", "other_id", name=op.f("pk_rescans")),
    )
    op.create_index(op.f("ix_rescans_other_id"), "rescans", ["other_id"])
