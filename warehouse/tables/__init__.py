"""The SQL tables, one module a subject."""

from warehouse.tables.audit import audit
from warehouse.tables.endings import endings
from warehouse.tables.intake import (
    batches,
    column_maps,
    files,
    items,
    manifest_problems,
    manifest_rows,
    objects,
    pages,
    row_files,
)
from warehouse.tables.records import (
    dossiers,
    fields,
    locations,
    migrated,
    parties,
    parts,
    party_ids,
    prints,
    proposals,
    records,
    renditions,
    rescans,
)
from warehouse.tables.site import site
from warehouse.tables.units import units
from warehouse.tables.work import jobs, lanes, leases, outbox, workers

__all__ = [
    "audit",
    "batches",
    "column_maps",
    "dossiers",
    "endings",
    "fields",
    "files",
    "items",
    "jobs",
    "lanes",
    "leases",
    "locations",
    "manifest_problems",
    "manifest_rows",
    "migrated",
    "objects",
    "outbox",
    "pages",
    "parties",
    "parts",
    "party_ids",
    "prints",
    "proposals",
    "records",
    "renditions",
    "rescans",
    "row_files",
    "site",
    "units",
    "workers",
]
