"""The SQL tables, one module a subject."""

from warehouse.tables.audit import audit
from warehouse.tables.intake import batches, files, items, manifest_problems, manifest_rows, objects, pages
from warehouse.tables.records import (
    dossiers,
    fields,
    locations,
    parties,
    parts,
    party_ids,
    proposals,
    records,
    renditions,
)
from warehouse.tables.units import units
from warehouse.tables.work import jobs, lanes, leases, outbox, workers

__all__ = [
    "audit",
    "batches",
    "dossiers",
    "fields",
    "files",
    "items",
    "jobs",
    "lanes",
    "leases",
    "locations",
    "manifest_problems",
    "manifest_rows",
    "objects",
    "outbox",
    "pages",
    "parties",
    "parts",
    "party_ids",
    "proposals",
    "records",
    "renditions",
    "units",
    "workers",
]
