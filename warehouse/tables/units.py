"""Units: surrogate ids, because codes are reused and units are merged."""

from sqlalchemy import Column, Date, ForeignKey, Integer, String, Table, UniqueConstraint

from warehouse.database import metadata

units = Table(
    "units",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("code", String(35), nullable=False, index=True),
    Column("name", String(200), nullable=False),
    Column("level", String(20), nullable=False),  # province | commune | department
    Column("parent_id", ForeignKey("units.id"), index=True),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),  # last day, inclusive
    UniqueConstraint("code", "valid_from"),
)
