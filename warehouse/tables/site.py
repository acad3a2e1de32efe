"""What a database says of itself: whether its site is open, or its data come from or go to another."""

from sqlalchemy import Column, Float, Integer, String, Table, Text

from warehouse.database import metadata

site = Table(
    "site",  # one row
    metadata,
    Column("id", Integer, primary_key=True),
    Column("standing", String(10), nullable=False),  # open | closing | moved | filling
    Column("detail", Text),  # where to, or where from
    Column("holder", String(100)),  # the process that closes it
    Column("until", Float),  # seconds since 1970 by the database's clock: then closing counts as given up
    info={"copied": False},
)
