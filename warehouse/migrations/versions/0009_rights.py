"""Rights: field of activity, sensitivity class, access sessions, custody."""

import sqlalchemy as sa
from alembic import op

import warehouse.database

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Classes of records; who reads whose papers, moves custody, and saw whose numbers."""
    _widen_records()
    _create_access_sessions()
    _create_custody_moves()
    _create_looks()


def _widen_records() -> None:
    with op.batch_alter_table("records") as table:
        table.add_column(sa.Column("field_of_activity", sa.String(length=30), nullable=True))
        table.add_column(
            sa.Column("sensitivity", sa.String(length=20), server_default="unclassified", nullable=False)
        )


def _create_access_sessions() -> None:
    op.create_table(
        "access_sessions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("holder_number", sa.String(length=50), nullable=False),
        sa.Column("procedure_code", sa.String(length=40), nullable=False),
        sa.Column("dossier_code", sa.String(length=50), nullable=False),
        sa.Column("opened_at", warehouse.database.UTCDateTime(), nullable=False),
        sa.Column("opened_by", sa.String(length=100), nullable=False),
        sa.Column("until", warehouse.database.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_access_sessions_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_sessions")),
    )
    op.create_index("ix_access_sessions_open", "access_sessions", ["user_id", "until"])


def _create_custody_moves() -> None:
    op.create_table(
        "custody_moves",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("from_id", sa.Integer(), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=False),
        sa.Column("decision", sa.String(length=100), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("begun_at", warehouse.database.UTCDateTime(), nullable=False),
        sa.Column("begun_by", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(["from_id"], ["units.id"], name=op.f("fk_custody_moves_from_id_units")),
        sa.ForeignKeyConstraint(["to_id"], ["units.id"], name=op.f("fk_custody_moves_to_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custody_moves")),
        sa.UniqueConstraint(
            "from_id", "to_id", "decision", "decided_on",
            name=op.f("uq_custody_moves_from_id_to_id_decision_decided_on"),
        ),
    )  # fmt: skip


def _create_looks() -> None:
    op.create_table(
        "looks",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("who", sa.String(length=100), nullable=False),
        sa.Column("purpose", sa.String(length=64), nullable=False),
        sa.Column("record", sa.String(length=12), nullable=False),
        sa.PrimaryKeyConstraint("day", "who", "purpose", "record", name=op.f("pk_looks")),
    )
