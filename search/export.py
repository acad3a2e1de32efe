"""Results of a search as a file for spreadsheets: what the asker may take out, up to the site's limit of rows."""

from hashlib import file_digest
from tempfile import TemporaryFile
from typing import IO

from search.export_files import WRITERS, Form
from search.export_rows import rows_of
from search.finding import asked_of
from search.index import Index
from search.query import Query
from warehouse.audit import write_entries, write_entry
from warehouse.database import Database
from warehouse.errors import UsageError
from warehouse.masks import note_look
from warehouse.rights import Actor, reading_scope, require


def export_records(
    database: Database, index: Index, actor: Actor, typed: str, query: Query, form: Form, most: int
) -> IO[bytes]:
    """A file without a name, which is gone when it is closed; it is in the audit log before it is given out.

    Identity numbers are masked unless the actor states a purpose. Raises UsageError if more than `most`
    records match: a file that leaves some out would be taken for all of them.
    """
    require(actor, "export")
    scope = reading_scope(actor, "export")
    found = index.matching(query, scope, most + 1)
    if len(found) > most:
        raise UsageError("export_too_large", most=most)
    in_full = bool(actor.purpose.strip())
    file = TemporaryFile()  # noqa: SIM115  (whoever gives it out closes it)
    written: list[str] = []
    with database.read() as connection:
        WRITERS[form](file, rows_of(connection, scope, found, written, in_full=in_full))
    file.seek(0)
    version = file_digest(file, "sha256").hexdigest()
    numbers = "in full" if in_full else "masked"
    with database.write(durable=True) as connection:
        if in_full:
            note_look(connection, actor, written)
        told = {"rows": len(written), "form": form, "numbers": numbers, **asked_of(query)}
        write_entry(connection, actor, "export", typed, version=version, **told)
        taken_out = [(record, version) for record in written]  # each paper's trail has it, too
        write_entries(connection, actor, "export", taken_out, form=form, numbers=numbers)
    file.seek(0)
    return file
