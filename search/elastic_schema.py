"""How Elasticsearch holds a document: our own tokens, keys and days to filter by, and the document itself."""

from collections.abc import Collection
from hashlib import sha256
from typing import Any

from pydantic import TypeAdapter
from pydantic_core import to_json

from search.document import Document
from search.spelt import Spelt, spelt
from search.terms import COUNTABLE, DAYS, KEYS, days_of, keys_of

VERSION = 3
"""Of the mapping; raise it with any change of MAPPING or of `stored`, and `khoso reindex` is asked for."""

LONGEST_WORD = 200  # the whitespace analyzer breaks a word in two after 255 characters
LONGEST_KEY = 8000  # four bytes each stay below the 32,766 that Lucene takes

_documents = TypeAdapter(Document)


def _text(**options: Any) -> dict[str, Any]:
    return {"type": "text", "analyzer": "whitespace", **options}


def _keyword(**options: Any) -> dict[str, Any]:
    return {"type": "keyword", "ignore_above": LONGEST_KEY, **options}


PROPERTIES: dict[str, Any] = {
    # the same words twice: as written, and without their marks
    "exact": _text(),
    "folded": _text(),
    "pairs": _text(index_options="docs", norms=False),
    **{name: _keyword(doc_values=False) for name in KEYS},
    **{name: _keyword() for name in ("record", *COUNTABLE)},
    **{name: {"type": "integer"} for name in DAYS},
    "document": {"type": "object", "enabled": False},  # kept, not looked into
}
SETTINGS = {
    "number_of_shards": 1,  # counts and scores of one shard are exact
    "auto_expand_replicas": "0-1",
    "refresh_interval": "-1",  # every write says itself when it is to be seen
}


def mapping(alias: str) -> dict[str, Any]:
    """The index's mapping, which tells whose index it is and of which version."""
    return {
        "dynamic": "strict",
        "_meta": {"khoso": {"alias": alias, "version": VERSION}},
        "_source": {"includes": ["document"]},  # the rest is there to be searched, not to be read
        "properties": PROPERTIES,
    }


def stored(document: Document) -> dict[str, Any]:
    """The action that writes it, unless the index holds a later revision."""
    values = list(spelt(document))
    source = {
        **{name: [joined(getattr(value, name)) for value in values] for name in Spelt._fields},
        **keys_of(document),
        **days_of(document),
        "document": document,
    }
    return {
        "_op_type": "index",
        "_id": document.record,
        "version": document.revision,
        "version_type": "external_gte",
        "_source": to_json(source),  # the client's own JSON takes five times as long
    }


def restored(source: dict[str, Any]) -> Document:
    """The document that was written."""
    return _documents.validate_python(source["document"])


def joined(these: Collection[str]) -> str:
    """Words as the whitespace analyzer takes them apart again."""
    if max(map(len, these), default=0) > LONGEST_WORD:
        return " ".join(map(term, these))
    return " ".join(these)


def term(word: str) -> str:
    """The word itself; of one too long to be kept whole its beginning and its hash."""
    return word if len(word) <= LONGEST_WORD else word[:100] + sha256(word.encode()).hexdigest()
