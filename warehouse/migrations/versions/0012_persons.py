"""Finding persons: the keys of their names, years of birth and places."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """The table alone: warehouse.schema has it filled."""
    op.create_table(
        "person_keys",
        sa.Column("party_id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("custodian_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=15), nullable=False),
        sa.Column("spelled", sa.String(length=200), nullable=False),
        sa.Column("folded", sa.String(length=200), nullable=False),
        sa.Column("short", sa.String(length=200), nullable=False),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.Column("places", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["custodian_id"], ["units.id"], name=op.f("fk_person_keys_custodian_id_units")
        ),
        sa.ForeignKeyConstraint(
            ["party_id"], ["parties.id"], name=op.f("fk_person_keys_party_id_parties"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name=op.f("fk_person_keys_record_id_records")),
        sa.PrimaryKeyConstraint("party_id", name=op.f("pk_person_keys")),
    )
    op.create_index("ix_person_keys_record_id", "person_keys", ["record_id"])
    op.create_index(
        "ix_person_keys_spelled", "person_keys", ["spelled", "birth_year", "custodian_id", "party_id"]
    )
    op.create_index(
        "ix_person_keys_folded", "person_keys", ["folded", "birth_year", "custodian_id", "party_id"]
    )
    op.create_index(
        "ix_person_keys_short", "person_keys", ["short", "birth_year", "custodian_id", "folded", "party_id"]
    )
