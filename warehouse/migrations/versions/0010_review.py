"""Review: who corrected what, notes, returns, runs over many records, lists in the order of their days."""

import sqlalchemy as sa
from alembic import op

from warehouse.database import UTCDateTime

revision = "0010"
down_revision = "0009"

LISTED_BY = {
    "ix_records_received": ["received_at", "id"],
    "ix_records_unit": ["custodian_id", "received_at", "id"],
    "ix_records_unit_work": ["custodian_id", "work", "received_at", "id"],
    "ix_records_unit_type": ["custodian_id", "type_key", "received_at", "id"],
    "ix_records_unit_approved": ["custodian_id", "approved_at", "id"],
    "ix_records_work": ["work", "received_at", "id"],
    "ix_records_type": ["type_key", "received_at", "id"],
    "ix_records_approved": ["approved_at", "id"],
    "ix_records_sensitivity": ["sensitivity", "received_at", "id"],
    "ix_records_batch": ["batch_id", "received_at", "id"],
    "ix_records_digitised_by": ["digitised_by_id", "work", "received_at", "id"],
}


def upgrade() -> None:
    """Columns of fields, proposals and records; four tables."""
    with op.batch_alter_table("fields") as table:
        table.add_column(sa.Column("who", sa.String(length=100), nullable=True))
        table.add_column(sa.Column("reason", sa.Text(), nullable=True))
    with op.batch_alter_table("proposals") as table:
        table.add_column(sa.Column("decision", sa.String(length=10), nullable=True))
        table.add_column(sa.Column("decided_by", sa.String(length=100), nullable=True))
        table.add_column(sa.Column("decided_at", UTCDateTime(), nullable=True))
    with op.batch_alter_table("records") as table:
        table.add_column(sa.Column("type_key", sa.String(length=100), nullable=True))
        for name in ("batch_id", "custodian_id", "digitised_by_id"):
            table.drop_index(f"ix_records_{name}")
        for name, columns in LISTED_BY.items():
            table.create_index(name, columns)
        hidden = sa.text("availability = 'hidden'")
        table.create_index(
            "ix_records_hidden", ["received_at", "id"], sqlite_where=hidden, postgresql_where=hidden
        )
    _create_notes()
    _create_returns()
    _create_bulk()


def _create_notes() -> None:
    op.create_table(
        "record_notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("who", sa.String(length=100), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"], ["records.id"], name=op.f("fk_record_notes_record_id_records")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_notes")),
    )
    op.create_index(op.f("ix_record_notes_record_id"), "record_notes", ["record_id"])


def _create_returns() -> None:
    op.create_table(
        "returns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("pages", sa.JSON(), nullable=False),
        sa.Column("who", sa.String(length=100), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("ended_how", sa.String(length=12), nullable=True),
        sa.Column("ended_by", sa.String(length=100), nullable=True),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name=op.f("fk_returns_record_id_records")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_returns")),
    )
    op.create_index(op.f("ix_returns_record_id"), "returns", ["record_id"])


def _create_bulk() -> None:
    op.create_table(
        "bulk_runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(length=10), nullable=False),
        sa.Column("who", sa.String(length=100), nullable=False),
        sa.Column("request", sa.JSON(), nullable=False),
        sa.Column("more", sa.Boolean(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_runs")),
    )
    op.create_index(op.f("ix_bulk_runs_who"), "bulk_runs", ["who"])
    op.create_table(
        "bulk_rows",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("record", sa.String(length=12), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["bulk_runs.id"], name=op.f("fk_bulk_rows_run_id_bulk_runs")),
        sa.PrimaryKeyConstraint("run_id", "ordinal", name=op.f("pk_bulk_rows")),
    )
