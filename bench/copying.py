"""Copying a database: made rows of a site of 100,000 pages, from SQLite to PostgreSQL and back, and to a backup.

Run: python -m bench.copying [PAGES]. A table on stdout, the same figures in bench/out/copying.json.
PostgreSQL only where KHOSO_TEST_POSTGRESQL_URL names a server.
"""

import json
import multiprocessing
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Table, insert

from bench.ledger import new_database
from warehouse import schema, tables
from warehouse.audit import canonical
from warehouse.database import Database
from warehouse.table_copy import copied_tables, copy_tables, prove_equal

PAGES = 100_000
OUT = Path(__file__).parent / "out" / "copying.json"
NOW = datetime(2026, 1, 5, 3, 4, 5, 678901, tzinfo=UTC)
TEXT = "Căn cứ Luật Hộ tịch ngày 20 tháng 11 năm 2014; xét đề nghị của công chức tư pháp - hộ tịch. " * 16
BOX = [102, 204, 306, 408]


def main() -> None:
    """Each copy in a process of its own, whose memory is its own."""
    pages = int(sys.argv[1]) if len(sys.argv) > 1 else PAGES
    figures: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        made, back = f"sqlite:///{folder}/made.db", f"sqlite:///{folder}/back.db"
        _alone(_make, made, pages)
        figures["sqlite → sqlite (backup)"] = _alone(_copy, made, f"sqlite:///{folder}/backup.db")
        if server := os.environ.get("KHOSO_TEST_POSTGRESQL_URL"):
            with new_database(server) as url:
                figures["sqlite → postgresql (move)"] = _alone(_copy, made, url)
                figures["again, all there"] = _alone(_copy, made, url)
                figures["postgresql → sqlite"] = _alone(_copy, url, back)
    _report(pages, figures)


def _alone(act: Any, *arguments: Any) -> Any:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(act, arguments)


def _copy(source_url: str, target_url: str) -> dict[str, float]:
    source, target = Database(source_url), Database(target_url)
    schema.upgrade(target)
    began, worked = time.monotonic(), time.process_time()
    with source.read() as connection:
        digests = copy_tables(connection, target, lambda _: None)
    copied = time.monotonic()
    prove_equal(digests, target)
    proved = time.monotonic()
    target.close()
    source.close()
    rows = sum(digest["rows"] for digest in digests.values())
    return {
        "rows": rows,
        "copied_per_s": round(rows / (copied - began)),
        "proved_per_s": round(rows / (proved - copied)),
        "seconds": round(proved - began, 1),
        "cpu_seconds": round(time.process_time() - worked, 1),  # of this process: others may be at work
        "memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def _make(url: str, pages: int) -> None:
    database = Database(url)
    schema.upgrade(database)
    made = _rows(pages // 2)
    for table in copied_tables():
        rows = made.get(table, iter(()))
        while some := list(islice(rows, 10_000)):
            with database.write() as connection:
                connection.execute(insert(table), some)
    database.close()


def _rows(papers: int) -> Mapping[Table, Iterator[dict[str, Any]]]:
    """Papers of two pages, read and filed."""
    numbers = range(1, papers + 1)
    return {**_files(numbers), **_records(numbers)}


def _files(numbers: range) -> dict[Table, Iterator[dict[str, Any]]]:
    """Of each paper a file, an item, two pages, and three objects: its bytes and the words of its pages."""
    papers = len(numbers)
    return {
        tables.units: ({"id": 1, "code": "06184", "name": "Xã", "level": "commune", "valid_from": NOW} for _ in [0]),
        tables.batches: (
            {"id": 1, "unit_id": 1, "source": "/s", "manner": "stock", "created_at": NOW, "created_by": "b"}
            for _ in [0]
        ),
        tables.objects: ({"sha256": _hash(n), "size": 200_000, "stored_at": NOW} for n in range(1, 3 * papers + 1)),
        tables.files: (
            {"id": n, "unit_id": 1, "sha256": _hash(n), "state": "registered", "media_type": "application/pdf",
             "pages": 2, "received_at": NOW}
            for n in numbers
        ),
        tables.items: (
            {"id": n, "batch_id": 1, "path": f"Hộp 1/{n}.pdf", "source_path": f"Hộp 1/{n}.pdf", "outcome": "stored",
             "file_id": n}
            for n in numbers
        ),
        tables.pages: (
            {"file_id": n, "number": page, "status": "ok", "width": 2480, "height": 3508, "confidence": 0.91234567,
             "text": TEXT, "path": "zones", "words_sha256": _hash(papers + 2 * (n - 1) + page), "image_hash": "0" * 16,
             "read_at": NOW}
            for n in numbers
            for page in (1, 2)
        ),
    }  # fmt: skip


def _records(numbers: range) -> dict[Table, Iterator[dict[str, Any]]]:
    """Of each paper a record with a part, ten fields, eight marks, a party, and two entries of the audit log."""
    return {
        tables.records: (
            {"id": n, "public_id": f"R{n:011}", "kind": "result", "batch_id": 1, "item_id": n, "digitised_by_id": 1,
             "custodian_id": 1, "work": "ready", "availability": "released", "review": [], "revision": 2,
             "received_at": NOW, "read_at": NOW, "number_key": _hash(n), "valid_kind": "until_ended"}
            for n in numbers
        ),
        tables.parts: (
            {"id": n, "record_id": n, "ordinal": 0, "file_id": n, "page_from": 1, "page_to": 2} for n in numbers
        ),
        tables.fields: (
            {"record_id": n, "name": f"field {field}", "group": "", "ordinal": 0, "origin": "ocr", "version": 1,
             "value": "Ủy ban nhân dân xã Đồng Đăng", "precision": "", "confidence": 0.87654321, "page": 1, "box": BOX,
             "created_at": NOW}
            for n in numbers
            for field in range(10)
        ),
        tables.prints: (
            {"record_id": n, "mark": f"{mark}:{_hash(n)[:16]}", "custodian_id": 1} for n in numbers for mark in range(8)
        ),
        tables.parties: (
            {"id": n, "record_id": n, "ordinal": 0, "role": "holder", "name": "Nguyễn Văn An", "origin": "manifest"}
            for n in numbers
        ),
        tables.audit: (
            {"at": NOW, "entry": canonical({"who": "khoso", "action": action, "subject": f"R{n:011}", "detail": {}})}
            for n in numbers
            for action in ("register", "file")
        ),
    }  # fmt: skip


def _hash(number: int) -> str:
    return sha256(str(number).encode()).hexdigest()


def _report(pages: int, figures: dict[str, dict[str, float]]) -> None:
    print(f"{pages} pages")
    for name, found in figures.items():
        print(f"{name:28}" + "  ".join(f"{key} {value:,}" for key, value in found.items()))
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(
        json.dumps({"pages": pages, **figures}, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
