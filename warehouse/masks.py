"""Identity numbers as people see them: masked in lists and hits, in full for whoever says what for.

A look at full numbers is noted once per session of work (account, purpose, day in Viet Nam), not at every click.
"""

import re
from collections.abc import Collection

from sqlalchemy import Connection

from warehouse.audit import write_entries
from warehouse.errors import UsageError
from warehouse.looks import note
from warehouse.rights import Actor

_NUMBERS = re.compile(r"(?<!\d)(?:\d[ .]?){8}(?:\d|\d(?:[ .]?\d){3})(?![ .]?\d)")

SHOWN = 4  # digits at the end: enough to tell two people apart, too few to use


def masked(number: str) -> str:
    """The number with its last four characters alone: ••••••••1234; a short one shows no more than half."""
    shown = min(SHOWN, len(number) // 2)
    return "•" * (len(number) - shown) + number[len(number) - shown :]


def masked_in(text: str) -> str:
    """A text whose identity numbers (12 digits, or the 9 of old cards, also in groups) are masked."""
    return _NUMBERS.sub(lambda found: masked(found[0]), text)


def note_look(connection: Connection, actor: Actor, public_ids: Collection[str]) -> None:
    """Write down that the actor is shown the full numbers of these records, for the purpose the actor states.

    To be called in the transaction that gives the numbers out. Raises UsageError if no purpose is stated.
    """
    if not actor.purpose.strip():
        raise UsageError("purpose_missing")
    new = note(connection, actor, "numbers", public_ids)
    write_entries(connection, actor, "see_numbers", [(record, None) for record in new])
