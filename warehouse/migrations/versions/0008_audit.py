"""The audit log's chain: what entries are found by, its head, its anchors."""

import json

import sqlalchemy as sa
from alembic import op

import warehouse.database

revision = "0008"
down_revision = "0007"

AT_ONCE = 1000


def upgrade() -> None:
    """Entries that are there get their columns from their text, which stays as it is."""
    with op.batch_alter_table("audit") as table:
        for name in ("actor", "action", "subject"):
            table.add_column(sa.Column(name, sa.String(length=200), nullable=True))
        table.add_column(sa.Column("unit_id", sa.Integer(), nullable=True))
    _fill_columns(op.get_bind())
    with op.batch_alter_table("audit") as table:
        for name in ("actor", "action", "subject"):
            table.alter_column(name, existing_type=sa.String(length=200), nullable=False)
    for name in ("actor", "action", "subject"):
        op.create_index(op.f(f"ix_audit_{name}"), "audit", [name, "id"])
    unsealed = sa.text("seq IS NULL")
    op.create_index(
        op.f("ix_audit_unsealed"), "audit", ["id"], sqlite_where=unsealed, postgresql_where=unsealed
    )
    _create_tables()


def _fill_columns(connection: sa.Connection) -> None:
    table = sa.table("audit", *map(sa.column, ("id", "entry", "actor", "unit_id", "action", "subject")))
    update = (
        sa.update(table)
        .where(table.c.id == sa.bindparam("row"))
        .values({name: sa.bindparam(f"new_{name}") for name in ("actor", "unit_id", "action", "subject")})
    )
    after = 0
    while True:
        some = sa.select(table.c.id, table.c.entry).where(table.c.id > after).order_by(table.c.id)
        rows = connection.execute(some.limit(AT_ONCE)).all()
        if not rows:
            return
        connection.execute(update, [_columns(row.id, json.loads(row.entry)) for row in rows])
        after = rows[-1].id


def _columns(row: int, entry: dict[str, object]) -> dict[str, object]:
    named = {"actor": entry["who"], "action": entry["action"], "subject": entry["subject"]}
    found_by = {f"new_{name}": str(value).replace("\0", "")[:200] for name, value in named.items()}
    return {"row": row, "new_unit_id": entry["unit"], **found_by}


def _create_tables() -> None:
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "audit_anchors",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("at", warehouse.database.UTCDateTime(), nullable=False),
        sa.Column("sent_to", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_anchors")),
    )
