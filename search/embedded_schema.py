"""How tantivy holds a document: our own tokens, keys and days to filter by, and the document itself."""

import zlib
from dataclasses import replace
from datetime import date

import tantivy
from pydantic import TypeAdapter

from search.document import Document
from search.embedded_pairs import common_pairs
from warehouse.text import words

KEYS = ("type", "holder", "reference", "place")  # compared whole
FACETS = ("unit", "doc_type", "year")
DAYS = ("issued_on", "valid_from", "valid_to", "ended_on")  # as the number YYYYMMDD

FOREVER = date(9999, 12, 31)
UNKNOWN_TERM = 0  # the valid_from of a paper whose term nobody knows: before every day there is

_documents = TypeAdapter(Document)


def schema() -> tantivy.Schema:
    """Another schema asks for a rebuild: tantivy refuses to open an index that has not this one."""
    builder = tantivy.SchemaBuilder()
    for name in ("exact", "folded"):  # the same words twice: as written, and without their marks
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="position")
    builder.add_text_field("pairs", tokenizer_name="whitespace", index_option="basic")
    for name in KEYS:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in ("record", *FACETS):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    for name in DAYS:
        builder.add_unsigned_field(name, fast=True)
    builder.add_unsigned_field("unit_id", indexed=True)
    builder.add_bytes_field("document", stored=True)  # all but its text
    builder.add_bytes_field("text", stored=True)
    return builder.build()


def stored(document: Document) -> tantivy.Document:
    """The document in the form that is written."""
    row = tantivy.Document()
    for value in document.values():
        spelt = list(words(value))
        folded = [word for _, word in spelt]
        row.add_text("exact", " ".join(word for word, _ in spelt))
        row.add_text("folded", " ".join(folded))
        row.add_text("pairs", " ".join(common_pairs(folded)))
    for name, keys in _keys(document).items():
        for key in keys:
            row.add_text(name, key)
    row.add_unsigned("unit_id", document.unit_id)
    for name, day in _days(document).items():
        row.add_unsigned(name, day)
    row.add_bytes("document", _documents.dump_json(replace(document, text="")))
    row.add_bytes("text", zlib.compress(document.text.encode(), level=1))  # a sixth smaller than by lz4 alone
    return row


def restored(row: tantivy.Document) -> Document:
    """The document that was written."""
    document = _documents.validate_json(row["document"][0])
    return replace(document, text=zlib.decompress(row["text"][0]).decode())


def number_of(day: date) -> int:
    """The day as tantivy compares it: YYYYMMDD."""
    return day.year * 10000 + day.month * 100 + day.day


def _keys(document: Document) -> dict[str, frozenset[str]]:
    return {
        "record": frozenset({document.record}),
        "type": document.types,
        "holder": document.holders,
        "reference": document.references,
        "place": document.places,
        **{name: frozenset({value}) for name, value in document.facets.items()},
    }


def _days(document: Document) -> dict[str, int]:
    """What has no beginning begins before all days, what has no end ends after them."""
    facts = document.validity
    begin = number_of(facts.valid_from or date.min)
    days = {
        "valid_from": UNKNOWN_TERM if facts.kind == "UNKNOWN" else begin,
        "valid_to": number_of(facts.valid_to or FOREVER),
        "ended_on": number_of(facts.ended_on or FOREVER),
    }
    first = document.issued_first
    return days if first is None else {**days, "issued_on": number_of(first)}
