"""Correction cases."""

import sqlalchemy as sa
from alembic import op

from warehouse.database import UTCDateTime

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Cases, and the records that each disputes."""
    op.create_table(
        "cases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=12), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String(length=50), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("channel", sa.String(length=10), nullable=False),
        sa.Column("requester_name", sa.String(length=200), nullable=False),
        sa.Column("requester_contact", sa.String(length=500), nullable=False),
        sa.Column("relation", sa.String(length=15), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("field", sa.String(length=30), nullable=True),
        sa.Column("opened_at", UTCDateTime(), nullable=False),
        sa.Column("opened_by", sa.String(length=100), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("decision", sa.String(length=10), nullable=True),
        sa.Column("ground", sa.Text(), nullable=True),
        sa.Column("decided_at", UTCDateTime(), nullable=True),
        sa.Column("decided_by", sa.String(length=100), nullable=True),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.Column("reply_number", sa.String(length=50), nullable=True),
        sa.Column("signer", sa.String(length=200), nullable=True),
        sa.Column("signing_capacity", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_cases_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("public_id", name=op.f("uq_cases_public_id")),
        sa.UniqueConstraint("unit_id", "year", "number", name=op.f("uq_cases_unit_id_year_number")),
    )
    op.create_index("ix_cases_due", "cases", ["due_on", "public_id"])
    op.create_table(
        "case_records",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("wrong_since", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_records_case_id_cases")),
        sa.ForeignKeyConstraint(
            ["record_id"], ["records.id"], name=op.f("fk_case_records_record_id_records")
        ),
        sa.PrimaryKeyConstraint("case_id", "record_id", name=op.f("pk_case_records")),
    )
    op.create_index(op.f("ix_case_records_record_id"), "case_records", ["record_id"])
