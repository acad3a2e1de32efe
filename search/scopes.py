"""A scope as every engine asks for it: keys, of which a document must bear one.

A document bears its unit with its class, and both with its field of activity, so that a post of one unit asks for
a handful of keys, and one of a whole province for some hundreds, instead of three conditions over all documents.
"""

from search.document import Document
from warehouse.rights import Reach, Scope


def scope_keys(document: Document) -> frozenset[str]:
    """The keys that the document bears."""
    unit, kind = document.unit_id, document.sensitivity
    keys = {_key(unit, kind), *map(_holder, document.open_to)}
    if document.field_of_activity:
        keys.add(_key(unit, kind, document.field_of_activity))
    return frozenset(keys)


def wanted_keys(scope: Scope) -> list[str] | None:
    """The keys that a scope asks for, in order; none of them finds nothing. None: it asks for no key."""
    if scope.everything:
        return None
    reached = {key for reach in scope.reaches for key in _keys_of(reach)}
    return sorted(reached | set(map(_holder, scope.holders)))


def _keys_of(reach: Reach) -> set[str]:
    pairs = [(unit, kind) for unit in reach.units for kind in reach.classes]
    if reach.fields is None:
        return {_key(*pair) for pair in pairs}
    return {_key(*pair, field) for pair in pairs for field in reach.fields}


def _key(unit: int, kind: str, field: str = "") -> str:
    return f"{unit}/{kind}/{field}"


def _holder(number: str) -> str:
    return f"={number}"
