"""The ledger's tables: jobs that are left, lanes, leases, workers, and the index's outbox.

Tables that tell of processes and not of papers are never copied to another database.
"""

from sqlalchemy import JSON, Column, Float, ForeignKey, Index, Integer, String, Table

from warehouse.database import UTCDateTime, metadata

jobs = Table(
    "jobs",  # a finished job's row is gone: what is here is what is left to do
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(10), nullable=False),  # triage | read | file
    Column("unit", String(35), nullable=False),
    Column("class", String(12), nullable=False),  # interactive | bulk
    Column("rank", Integer, nullable=False),  # order inside the unit's lane
    Column("pages", Integer, nullable=False),  # cost
    Column("batch_id", Integer),
    Column("file_id", Integer, nullable=False, index=True),
    Column("page_from", Integer),
    Column("page_to", Integer),
    Column("filing_id", Integer),  # the job that waits for this one
    Column("remaining", Integer, nullable=False),  # jobs this one waits for
    Column("state", String(10), nullable=False),  # blocked | queued | running | dead
    Column("attempt", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("lost", Integer, nullable=False),
    Column("worker", String(100)),
    Column("lease_until", Float),  # seconds since 1970 by the database's clock
    Column("queued_at", Float, nullable=False),
    Column("reason", String(40)),
    Column("detail", JSON),
    Index("ix_jobs_lane", "state", "class", "unit", "rank", "id"),
    Index("ix_jobs_batch", "batch_id", "kind", "state", "id"),
    sqlite_autoincrement=True,  # an id is never used twice: (id, attempt) is the fence
)

lanes = Table(
    "lanes",
    metadata,
    Column("unit", String(35), primary_key=True),
    Column("class", String(12), primary_key=True),
    Column("start", Float, nullable=False),
    Column("vtime", Float, nullable=False),
    Column("weight", Float, nullable=False),
    Index("ix_lanes_turn", "class", "vtime", "unit"),
)

leases = Table(
    "leases",
    metadata,
    Column("name", String(30), primary_key=True),
    Column("holder", String(100), nullable=False),
    Column("until", Float, nullable=False),
    info={"copied": False},
)

workers = Table(
    "workers",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("beat_until", Float, nullable=False),
    Column("role", String(10), nullable=False, server_default="worker"),  # worker | import
    info={"copied": False},
)

outbox = Table(
    "outbox",
    metadata,
    Column("record_id", ForeignKey("records.id"), primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("changed_at", UTCDateTime, nullable=False),
)
