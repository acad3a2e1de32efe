"""Work."""

import sqlalchemy as sa
from alembic import op

import warehouse.database

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the tables, those first that others refer to."""
    _create_jobs()
    _create_lanes()
    _create_leases()
    _create_workers()
    _create_outbox()


def _create_jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("unit", sa.String(length=35), nullable=False),
        sa.Column("class", sa.String(length=12), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("page_from", sa.Integer(), nullable=True),
        sa.Column("page_to", sa.Integer(), nullable=True),
        sa.Column("filing_id", sa.Integer(), nullable=True),
        sa.Column("remaining", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("lost", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(length=100), nullable=True),
        sa.Column("lease_until", sa.Float(), nullable=True),
        sa.Column("queued_at", sa.Float(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_jobs_batch", "jobs", ["batch_id", "kind", "state", "id"])
    op.create_index(op.f("ix_jobs_file_id"), "jobs", ["file_id"])
    op.create_index("ix_jobs_lane", "jobs", ["state", "class", "unit", "rank", "id"])


def _create_lanes() -> None:
    op.create_table(
        "lanes",
        sa.Column("unit", sa.String(length=35), nullable=False),
        sa.Column("class", sa.String(length=12), nullable=False),
        sa.Column("start", sa.Float(), nullable=False),
        sa.Column("vtime", sa.Float(), nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("unit", "class", name=op.f("pk_lanes")),
    )
    op.create_index("ix_lanes_turn", "lanes", ["class", "vtime", "unit"])


def _create_leases() -> None:
    op.create_table(
        "leases",
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.Column("holder", sa.String(length=100), nullable=False),
        sa.Column("until", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )


def _create_workers() -> None:
    op.create_table(
        "workers",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("beat_until", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_workers")),
    )


def _create_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_at", warehouse.database.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name=op.f("fk_outbox_record_id_records")),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_outbox")),
    )
