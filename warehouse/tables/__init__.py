"""The SQL tables, one module a subject."""

from warehouse.tables.accounts import assignments, client_units, clients, recovery_codes, sessions, users
from warehouse.tables.audit import audit, audit_anchors, audit_head
from warehouse.tables.cases import case_records, cases
from warehouse.tables.endings import endings
from warehouse.tables.http import idempotency_keys
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
from warehouse.tables.oidc import identities, oidc_attempts
from warehouse.tables.persons import person_keys
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
from warehouse.tables.review import bulk_rows, bulk_runs, record_notes, returns
from warehouse.tables.rights import access_sessions, custody_moves, looks
from warehouse.tables.scans import former_parts, page_images, scans
from warehouse.tables.site import site
from warehouse.tables.units import units
from warehouse.tables.work import jobs, lanes, leases, outbox, workers

__all__ = [
    "access_sessions",
    "assignments",
    "audit",
    "audit_anchors",
    "audit_head",
    "batches",
    "bulk_rows",
    "bulk_runs",
    "case_records",
    "cases",
    "client_units",
    "clients",
    "column_maps",
    "custody_moves",
    "dossiers",
    "endings",
    "fields",
    "files",
    "former_parts",
    "idempotency_keys",
    "identities",
    "items",
    "jobs",
    "lanes",
    "leases",
    "locations",
    "looks",
    "manifest_problems",
    "manifest_rows",
    "migrated",
    "objects",
    "oidc_attempts",
    "outbox",
    "page_images",
    "pages",
    "parties",
    "parts",
    "party_ids",
    "person_keys",
    "prints",
    "proposals",
    "record_notes",
    "records",
    "recovery_codes",
    "renditions",
    "rescans",
    "returns",
    "row_files",
    "scans",
    "sessions",
    "site",
    "units",
    "users",
    "workers",
]
