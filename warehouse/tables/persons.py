"""What persons are found by: kept beside their papers' parties by warehouse.person_keys."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from warehouse.database import metadata

person_keys = Table(
    "person_keys",
    metadata,
    Column("party_id", ForeignKey("parties.id", ondelete="CASCADE"), primary_key=True),
    Column("record_id", ForeignKey("records.id"), nullable=False, index=True),
    Column("custodian_id", ForeignKey("units.id"), nullable=False),
    Column("role", String(15), nullable=False),
    Column("spelled", String(200), nullable=False),  # the name's words in lower case
    Column("folded", String(200), nullable=False),  # without their marks
    Column("short", String(200), nullable=False),  # family and given name, without their marks
    Column("birth_year", Integer),
    Column("places", Text, nullable=False),  # those that stand on the paper, folded
    # A common name has thousands of rows: those of other units and years are passed over inside the index,
    # and the first of the rest come in the order in which they are shown.
    Index("ix_person_keys_spelled", "spelled", "birth_year", "custodian_id", "party_id"),
    Index("ix_person_keys_folded", "folded", "birth_year", "custodian_id", "party_id"),
    Index("ix_person_keys_short", "short", "birth_year", "custodian_id", "folded", "party_id"),
)
