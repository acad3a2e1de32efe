"""The account of pages: in = assigned + blank + dropped, and what breaks it is found."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import insert

from warehouse.page_account import page_account, unaccounted_files
from warehouse.tables import batches, files, items, objects, pages, parts, records, units

NOW = datetime(2026, 11, 1, tzinfo=UTC)
COMMON = {"status": "ok", "width": 1, "height": 1, "text": "", "path": "none", "read_at": NOW}


@pytest.fixture
def account(database):
    """The account of a batch of one file of 10 pages with these parts and pages left out, and who breaks it."""

    def of(held, left_out=(), outcome="stored"):
        with database.write() as connection:
            unit = {"code": "a", "name": "a", "level": "commune", "valid_from": date(2025, 7, 1)}
            connection.execute(insert(units), unit)
            batch = {"unit_id": 1, "source": "x", "manner": "stock", "created_at": NOW, "created_by": "x"}
            connection.execute(insert(batches), batch)
            connection.execute(insert(objects), {"sha256": "0" * 64, "size": 1, "stored_at": NOW})
            file = {"unit_id": 1, "sha256": "0" * 64, "state": "registered", "pages": 10, "received_at": NOW}
            connection.execute(insert(files), file)
            item = {"batch_id": 1, "path": "x", "source_path": "x", "outcome": outcome, "file_id": 1}
            connection.execute(insert(items), item)
            for number, (first, last) in enumerate(held, start=1):
                record = {"public_id": str(number), "kind": "result", "batch_id": 1, "digitised_by_id": 1,
                          "custodian_id": 1, "work": "registered", "availability": "released", "review": [],
                          "revision": 0, "received_at": NOW, "valid_kind": "UNKNOWN"}  # fmt: skip
                connection.execute(insert(records), record)
                part = {"record_id": number, "ordinal": 0, "file_id": 1, "page_from": first, "page_to": last}
                connection.execute(insert(parts), part)
            for number, why in left_out:
                page = {"file_id": 1, "number": number, "left_out": why, **COMMON}
                connection.execute(insert(pages), page)
            return page_account(connection, 1), list(connection.scalars(unaccounted_files()))

    return of


def test_pages_in_papers_and_pages_left_out_add_up(account):
    found, broken = account([(2, 4), (7, 10)], [(1, "separator"), (5, "separator"), (6, "blank")])
    assert found == {"in": 10, "assigned": 7, "blank": 1, "dropped": 2}
    assert broken == []


@pytest.mark.parametrize("held", [[(1, 6), (5, 10)], [(1, 10), (3, 4)], [(3, 4), (1, 10), (10, 10)]])
def test_page_in_two_papers_counts_once(account, held):
    found, broken = account(held)
    assert (found["assigned"], broken) == (10, [])


@pytest.mark.parametrize(
    ("held", "left_out"),
    [([(1, 9)], []), ([(1, 4), (6, 10)], []), ([(1, 10)], [(3, "blank")]), ([], [(1, "separator")])],
)
def test_page_in_no_paper_or_both_held_and_left_out_is_a_contradiction(account, held, left_out):
    assert account(held, left_out)[1] == ["0" * 64]


def test_files_that_a_batch_found_there_already_are_not_its_pages(account):
    assert account([(1, 10)], outcome="duplicate")[0] == {"in": 0, "assigned": 0, "blank": 0, "dropped": 0}
