"""What type of result a paper is, and what follows from it: validity, field of activity, sensitivity."""

from datetime import date
from typing import Any

from warehouse.codes.dates import parse_date, today
from warehouse.records import ORIGINS
from warehouse.result_types import ResultType, result_type_for, type_key
from warehouse.rights import UNCLASSIFIED
from warehouse.validity import derive
from warehouse.values import Values


def type_of(values: Values) -> ResultType | None:
    """The type of result that the shown values name, by the rules of the day of issue.

    The code goes before the name of the paper, unless the name has the better origin or nobody knows the code.
    """
    day, subject = _issued(values), values.text("subject")
    code, name = values.one("result_type"), values.one("doc_type")
    outdone = code and name and ORIGINS.index(name.origin) < ORIGINS.index(code.origin)
    if code and not outdone and (rule := result_type_for(code.value, day, subject)):
        return rule
    return result_type_for(name.value, day, subject) if name else None


def facts_of(values: Values) -> dict[str, Any]:
    """The columns of `records` that follow from the shown values of its type, day of issue and term."""
    rule = type_of(values)
    validity = derive(rule, values.text("issued_on"), values.text("valid_until"))
    return {
        "valid_kind": validity.kind,
        "valid_from": validity.valid_from,
        "valid_to": validity.valid_to,
        "type_key": _type_key(rule, values),
        "field_of_activity": rule.field if rule else None,
        "sensitivity": rule.sensitivity if rule else UNCLASSIFIED,
    }


def _type_key(rule: ResultType | None, values: Values) -> str | None:
    name = rule.name if rule else values.text("result_type") or values.text("doc_type")
    return type_key(name, _issued(values)) if name else None


def _issued(values: Values) -> date:
    """The day by whose rules a paper counts: that of its issue, or today."""
    issued = parse_date(values.text("issued_on") or "")
    return issued.first if issued else today()
