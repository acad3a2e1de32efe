"""Whether a record is disputed: a fact of the record, told to whoever may read it.

Not the case itself: who asks for what is for those who work on cases.
"""

from sqlalchemy import ColumnElement, exists

from warehouse.tables import case_records, cases, records

is_disputed: ColumnElement[bool] = (
    exists()
    .where(case_records.c.record_id == records.c.id)
    .where(cases.c.id == case_records.c.case_id, cases.c.decided_at.is_(None))
    .correlate(records)
)
"""The condition on rows of `records`: a case of it is open."""
