"""Is a number given twice? Unique is (agency, type, book, year, number): NĐ 30/2020 Điều 15, Luật Hộ tịch 2014."""

import hashlib

from sqlalchemy import Connection, select

from warehouse.codes.fields import comparable
from warehouse.records import OUT_OF_USE
from warehouse.tables import records
from warehouse.values import Values


def number_key(values: Values) -> str | None:
    """One hash for papers whose number claims to be the same; None if too little is known to say so.

    An entry of a register needs no agency: the book belongs to the unit that keeps it.
    """
    entry = values.text("register_entry")
    number = entry or values.text("reference_number")
    agency = values.text("issuing_agency")
    year = values.text("register_year") or (values.text("issued_on") or "")[:4]
    kind = (values.text("register_kind") if entry else None) or values.text("doc_type")
    if not (number and kind and year and (agency or entry)):
        return None
    book = values.text("register_book") or ""
    claims = ("" if entry else comparable("issuing_agency", agency or ""), comparable("doc_type", kind),
              book.lstrip("0").casefold(), year, comparable("reference_number", number))  # fmt: skip
    return hashlib.sha256("\n".join(claims).encode()).hexdigest()


def repeated_number(connection: Connection, record_id: int) -> list[str]:
    """A review reason if an older record of the same custodian bears the same number."""
    own = records.alias()
    other: str | None = connection.scalar(
        select(records.c.public_id)
        .join(own, own.c.number_key == records.c.number_key)
        .where(own.c.id == record_id, records.c.id < record_id)
        .where(records.c.custodian_id == own.c.custodian_id, records.c.work.not_in(OUT_OF_USE))
        .order_by(records.c.id)
        .limit(1)
    )
    return [f"repeated_number:{other}"] if other else []
