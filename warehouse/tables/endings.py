"""Why a paper no longer holds: decisions that revoked it, papers that replaced it, and what was taken back."""

from sqlalchemy import Column, Date, ForeignKey, Integer, String, Table, Text

from warehouse.database import UTCDateTime, metadata

endings = Table(
    "endings",  # never changed: what was entered by mistake is followed by a row that reinstates
    metadata,
    Column("id", Integer, primary_key=True),
    Column("record_id", ForeignKey("records.id"), nullable=False, index=True),
    Column("how", String(20), nullable=False),  # revoked | superseded | reinstated
    Column("ended_on", Date),  # the first day it no longer holds; none for a reinstatement
    Column("decision_number", String(100)),
    Column("reason", Text, nullable=False),
    Column("successor_id", ForeignKey("records.id"), index=True),  # the paper that took its place
    Column("entered_at", UTCDateTime, nullable=False),
    Column("entered_by", String(100), nullable=False),
)
