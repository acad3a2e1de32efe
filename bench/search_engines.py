"""Search in the folder and in Elasticsearch, side by side over the same made-up records.

    KHOSO_TEST_ELASTICSEARCH_URL=http://127.0.0.1:19200/khoso \\
        .venv/bin/python -m bench.search_engines [--records 50000] [--keep FOLDER]

Promised of Elasticsearch: indexing ≥ 500 records/s of 350 words, rebuilding and as the outbox gives them; searches
over 1 million records p95 ≤ 60 ms with filters, facets and highlight. Without the variable only the folder is
measured. With --keep both indexes stay, and the next run with the same FOLDER and number only asks them again.
Beside the clock stands the time that both processors worked: it tells the same on a machine that has other work.
"""

import argparse
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, NamedTuple

import psutil
from elasticsearch import Elasticsearch

from bench.search import OUT, documents, percentiles, queries, timings
from search.document import Document
from search.index import Index, open_index
from search.indexer import BATCH

CHANGED = 4000  # records that change after the rebuild
SINGLE = 50  # records that come one by one


class Engine(NamedTuple):
    """Where an index lies, and what may be asked of it beside the index's promises."""

    url: str
    cpu_seconds: Callable[[], float]  # of this program and of the engine's
    size: Callable[[], int]  # bytes on the disk


def folder_engine(folder: Path) -> Engine:
    """tantivy works in this program."""
    return Engine(f"tantivy:{folder.absolute()}", process_time,
                  lambda: sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()))  # fmt: skip


def elastic_engine(server: str, alias: str) -> Engine:
    """A node that has nothing else to do."""
    client = Elasticsearch(server)

    def cpu_seconds() -> float:
        nodes = client.nodes.stats(metric="process")["nodes"].values()
        engine: float = sum(node["process"]["cpu"]["total_in_millis"] for node in nodes) / 1000
        return process_time() + engine

    def size() -> int:
        client.indices.flush(index=alias)
        stored: int = client.indices.stats(index=alias, metric="store")["_all"]["total"]["store"][
            "size_in_bytes"
        ]
        return stored

    return Engine(f"{server}/{alias}", cpu_seconds, size)


def building(engine: Engine, index: Index, records: int) -> dict[str, Any]:
    """Build, change some in pieces as the outbox gives them, add single ones."""
    memory: list[int] = []
    start, cpu = perf_counter(), engine.cpu_seconds()
    index.rebuild(_watched(records, memory))
    rebuilt, rebuilt_cpu = perf_counter() - start, engine.cpu_seconds() - cpu
    size = engine.size()
    changed = [replace(each, revision=2) for each in documents(min(CHANGED, records))]
    start, cpu = perf_counter(), engine.cpu_seconds()
    for first in range(0, len(changed), BATCH):
        index.apply([], changed[first : first + BATCH])
    told, told_cpu = perf_counter() - start, engine.cpu_seconds() - cpu
    return {
        "rebuilt_per_s": round(records / rebuilt),
        "rebuilt_per_cpu_s": round(records / rebuilt_cpu),
        "changed_per_s": round(len(changed) / told),
        "changed_per_cpu_s": round(len(changed) / told_cpu),
        "memory_mb_at_a_tenth": memory[0] // 1_000_000,
        "memory_mb_at_the_end": memory[-1] // 1_000_000,
        "bytes_per_record": size // records,
        "one_new_ms": percentiles(_single(index, changed[:SINGLE])),
    }


def _watched(records: int, memory: list[int]) -> Iterator[Document]:
    """The made-up records, and this program's memory after each tenth."""
    process = psutil.Process()
    for number, document in enumerate(documents(records), start=1):
        yield document
        if number % max(1, records // 10) == 0:
            memory.append(process.memory_info().rss)


def _single(index: Index, some: list[Document]) -> list[float]:
    """Milliseconds until one record more is safe and found."""
    taken = []
    for document in some:
        start = perf_counter()
        index.apply([], [replace(document, record=f"S{document.record}")])
        taken.append((perf_counter() - start) * 1000)
    index.apply([f"S{document.record}" for document in some], [])
    return taken


def asking(engine: Engine, index: Index, records: int) -> dict[str, Any]:
    """One search after the other, after some that are not counted."""
    asked = queries(records)
    timings(index, [query for kind in asked.values() for query in kind[:5]])
    cpu = engine.cpu_seconds()
    by_kind = {kind: timings(index, each) for kind, each in asked.items()}
    by_kind["all"] = [taken for each in by_kind.values() for taken in each]
    cpu = engine.cpu_seconds() - cpu
    return {
        "search_cpu_ms": round(1000 * cpu / len(by_kind["all"]), 1),
        "search_ms": {kind: percentiles(taken) for kind, taken in by_kind.items()},
    }


def measure(name: str, engine: Engine, records: int, kept: Path) -> dict[str, Any]:
    """Build, unless an earlier run has, and ask."""
    index, built = open_index(engine.url), kept / f"{name}-{records}.json"
    if not built.exists():
        built.write_text(json.dumps(building(engine, index, records)), encoding="utf-8")
    return {**json.loads(built.read_text(encoding="utf-8")), **asking(engine, index, records)}


def main() -> None:
    """Print a table; write JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--records", type=int, default=50_000)
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="leave both indexes, or ask those left there"
    )
    options = parser.parse_args()
    url = os.environ.get("KHOSO_TEST_ELASTICSEARCH_URL")
    result: dict[str, Any] = {"records": options.records}
    with tempfile.TemporaryDirectory() as temporary:
        kept: Path = options.keep or Path(temporary)
        kept.mkdir(parents=True, exist_ok=True)
        if url:
            engine = elastic_engine(url.rpartition("/")[0], f"bench-{options.records}")
            result["elasticsearch"] = measure("elasticsearch", engine, options.records, kept)
            if not options.keep:
                open_index(engine.url).rebuild([])
        engine = folder_engine(kept / f"tantivy-{options.records}")
        result["tantivy"] = measure("tantivy", engine, options.records, kept)
    _print(result)
    OUT.mkdir(exist_ok=True)
    (OUT / "search_engines.json").write_text(
        json.dumps(result, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
    )


def _print(result: dict[str, Any]) -> None:
    engines = [result[name] for name in ("tantivy", "elasticsearch") if name in result]
    print(f"{result['records']} records".ljust(28) + f"{'tantivy':>32}{'elasticsearch':>32}")
    for figure, value in engines[0].items():
        if not isinstance(value, dict):
            print(f"{figure:28}" + "".join(f"{each[figure]:32}" for each in engines))
    for kind in ["one_new_ms", *engines[0]["search_ms"]]:
        figures = [
            each["one_new_ms"] if kind == "one_new_ms" else each["search_ms"][kind] for each in engines
        ]
        line = "".join(
            "".join(f"{name:>5}{value:9.2f}" for name, value in list(each.items())[:2]).rjust(32)
            for each in figures
        )
        print(f"{kind:28}" + line)


if __name__ == "__main__":
    main()
