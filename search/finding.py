"""One search by whoever may read, with its entry in the audit log: the command and the API ask here."""

from typing import Any

from search.index import Answer, Hit, Index
from search.query import Query
from warehouse.audit import write_entry
from warehouse.database import Database
from warehouse.masks import masked_in
from warehouse.rights import Actor, require, scope_of

_FILTERS = ("unit", "doc_type", "holder", "places", "issued_from", "issued_to")
_RUNNING_TEXT = ("subject", "snippet")


def find_records(database: Database, index: Index, actor: Actor, typed: str, query: Query) -> Answer:
    """The answer within what the actor may read; identity numbers in it are masked but for the local operator.

    `typed`: the words that `query` was made of, for the audit log.
    """
    require(actor, "read")
    answer = index.search(query, scope_of(actor))
    with database.write(durable=True) as connection:
        write_entry(connection, actor, "search", typed, total=answer["total"], **asked_of(query))
    if actor.grants is None:
        return answer
    return {**answer, "hits": [_masked(hit) for hit in answer["hits"]]}


def asked_of(query: Query) -> dict[str, Any]:
    """What was asked besides words, as the audit log keeps it."""
    told = {name: value for name in _FILTERS if (value := getattr(query, name))}
    told = {name: str(value) if name.startswith("issued_") else value for name, value in told.items()}
    return {**told, **({"in_force_on": str(query.on)} if query.in_force else {})}


def _masked(hit: Hit) -> Hit:
    masked: Any = {name: hit[name] and masked_in(hit[name]) for name in _RUNNING_TEXT}  # type: ignore[literal-required]
    return {**hit, **masked}
