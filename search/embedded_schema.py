"""How tantivy holds a document: our own tokens, keys and days to filter by, and the document itself."""

import zlib
from dataclasses import replace

import tantivy
from pydantic import TypeAdapter

from search.document import Document
from search.spelt import spelt
from search.terms import COUNTABLE, DAYS, KEYS, days_of, keys_of

_documents = TypeAdapter(Document)


def schema() -> tantivy.Schema:
    """Another schema asks for a rebuild: tantivy refuses to open an index that has not this one."""
    builder = tantivy.SchemaBuilder()
    for name in ("exact", "folded"):  # the same words twice: as written, and without their marks
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="position")
    builder.add_text_field("pairs", tokenizer_name="whitespace", index_option="basic")
    for name in KEYS:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in ("record", *COUNTABLE):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    for name in DAYS:
        builder.add_unsigned_field(name, fast=True)
    builder.add_bytes_field("document", stored=True)  # all but its text
    builder.add_bytes_field("text", stored=True)
    return builder.build()


def stored(document: Document) -> tantivy.Document:
    """The document in the form that is written."""
    row = tantivy.Document()
    for value in spelt(document):
        for name, these in value._asdict().items():
            row.add_text(name, " ".join(these))
    for name, keys in keys_of(document).items():
        for key in keys:
            row.add_text(name, key)
    for name, day in days_of(document).items():
        row.add_unsigned(name, day)
    row.add_bytes("document", _documents.dump_json(replace(document, text="")))
    row.add_bytes("text", zlib.compress(document.text.encode(), level=1))  # a sixth smaller than by lz4 alone
    return row


def record_of(row: tantivy.Document) -> str:
    """The public id of the document that was written."""
    return _documents.validate_json(row["document"][0]).record


def restored(row: tantivy.Document) -> Document:
    """The document that was written."""
    document = _documents.validate_json(row["document"][0])
    return replace(document, text=zlib.decompress(row["text"][0]).decode())
