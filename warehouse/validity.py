"""How long a paper holds: facts kept with the record, and its status on a day computed from them."""

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from warehouse.codes.dates import PartialDate, parse_date
from warehouse.codes.fields import NO_TERM
from warehouse.result_types import ResultType, ValidityKind

Status = Literal["in_force", "expired", "ended", "not_yet", "unknown"]


@dataclass(frozen=True, slots=True)
class Validity:
    """The stored facts. valid_from and valid_to are the first and last day in force, None for no bound;
    ended_on is the first day it no longer holds because it was revoked, superseded or overtaken."""

    kind: ValidityKind
    valid_from: date | None = None
    valid_to: date | None = None
    ended_on: date | None = None
    ended_how: str | None = None

    def status(self, on: date) -> Status:
        """The status on a day of Viet Nam; what is unknown is never called in force."""
        if self.ended_on and on >= self.ended_on:
            return "ended"
        if self.kind == "UNKNOWN":
            return "unknown"
        if self.valid_from and on < self.valid_from:
            return "not_yet"
        if self.valid_to and on > self.valid_to:
            return "expired"
        return "in_force"


UNKNOWN = Validity("UNKNOWN")


def derive(
    rule: ResultType | None,
    issued_on: str | None,
    valid_until: str | None = None,
    ended_on: date | None = None,
    ended_how: str | None = None,
) -> Validity:
    """The validity of one paper from its type's rule and its own dates (field values, of any precision).

    A term printed on the paper goes before the rule's. Where a date is only a month or a year, the paper
    holds from the latest day that can mean until the earliest. The day of scanning is never used.
    """
    issued = parse_date(issued_on) if issued_on else None
    validity = _printed(rule, valid_until) if valid_until else _by_rule(rule, issued)
    if validity.kind != "UNKNOWN" and issued:
        validity = replace(validity, valid_from=issued.last)
        if validity.valid_to and validity.valid_to < issued.last:
            validity = UNKNOWN
    return replace(validity, ended_on=ended_on, ended_how=ended_how)


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or that month's last (Civil Code 2015 art. 148)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _printed(rule: ResultType | None, valid_until: str) -> Validity:
    purpose_bound = rule is not None and rule.kind == "PURPOSE_BOUND"
    if valid_until == NO_TERM:
        return Validity("PURPOSE_BOUND" if purpose_bound else "UNLIMITED")
    until = parse_date(valid_until)
    if until is None:
        return UNKNOWN
    return Validity("PURPOSE_BOUND" if purpose_bound else "UNTIL_DATE", valid_to=until.first)


def _by_rule(rule: ResultType | None, issued: PartialDate | None) -> Validity:
    if rule is None or rule.kind == "UNTIL_DATE":  # the day it needs is not known
        return UNKNOWN
    if rule.length is None:
        return Validity(rule.kind)
    return Validity(rule.kind, valid_to=_last_day(rule, issued.first)) if issued else UNKNOWN


def _last_day(rule: ResultType, issued: date) -> date:
    """The last day of the rule's term, counted from the day of issue and inclusive."""
    length = rule.length or 0
    if rule.unit == "day":
        return issued + timedelta(days=length)
    return add_months(issued, length * 12 if rule.unit == "year" else length)
