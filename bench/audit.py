"""The audit log's own speed, for bench.api: entries written and verified a second."""

import time
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select

from warehouse.audit import write_entries, write_entry
from warehouse.audit_check import check_log
from warehouse.database import Database
from warehouse.rights import Actor
from warehouse.sealing import seal_all
from warehouse.tables import audit

WRITERS, ENTRIES = 4, 500
MANY = 100_000
CLERK = Actor("bench", purpose="bench")


def audit_rates(database: Database, *, verify: bool = True) -> dict[str, int]:
    """Entries a second: each written in a durable transaction of its own, by some at once; verified."""

    def write(_: int) -> None:
        for number in range(ENTRIES):
            with database.write(durable=True) as connection:
                write_entry(connection, CLERK, "view", f"R{number:011}", version="0" * 64, revision=1)

    began = time.monotonic()
    with ThreadPoolExecutor(WRITERS) as threads:
        list(threads.map(write, range(WRITERS)))
    rates = {"written_per_s": round(WRITERS * ENTRIES / (time.monotonic() - began))}
    if verify:
        rates["verified_per_s"] = _verified(database)
    return rates


def _verified(database: Database) -> int:
    """Over so many entries or more."""
    with database.write() as connection:
        missing = MANY - (connection.scalar(select(func.count()).select_from(audit)) or 0)
        done_to = [(f"R{number:011}", "0" * 64) for number in range(missing)]
        write_entries(connection, CLERK, "view", done_to, revision=1)
    seal_all(database)
    began = time.monotonic()
    found = check_log(database, [])
    assert found["ok"]
    return round(int(found["entries"]) / (time.monotonic() - began))
