"""Search in the folder and in Elasticsearch, side by side over the same made-up records.

    KHOSO_TEST_ELASTICSEARCH_URL=http://127.0.0.1:19200/khoso .venv/bin/python -m bench.search_engines [--records 50000]

Promised of Elasticsearch: indexing ≥ 500 records/s of 350 words, rebuilding and as the outbox gives them; searches
over 1 million records p95 ≤ 60 ms with filters, facets and highlight. Without the variable only the folder is
measured. The index in Elasticsearch is one of its own, and left empty.
"""

import argparse
import json
import os
import tempfile
from time import perf_counter
from typing import Any

from bench.search import OUT, documents, percentiles, queries, timings
from search.index import Index, open_index
from search.indexer import BATCH

CHANGED = 4000  # records that change after the rebuild


def measure(index: Index, records: int) -> dict[str, Any]:
    """Build, change some in pieces as the outbox gives them, ask."""
    start = perf_counter()
    index.rebuild(documents(records))
    rebuilt = records / (perf_counter() - start)
    changed = list(documents(min(CHANGED, records)))
    start = perf_counter()
    for first in range(0, len(changed), BATCH):
        index.apply([], changed[first : first + BATCH])
    told = len(changed) / (perf_counter() - start)
    asked = queries(records)
    timings(index, [query for kind in asked.values() for query in kind[:5]])
    by_kind = {kind: timings(index, each) for kind, each in asked.items()}
    by_kind["all"] = [taken for each in by_kind.values() for taken in each]
    return {
        "rebuilt_per_s": round(rebuilt),
        "changed_per_s": round(told),
        "search_ms": {kind: percentiles(taken) for kind, taken in by_kind.items()},
    }


def main() -> None:
    """Print a table; write JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--records", type=int, default=50_000)
    records = parser.parse_args().records
    url = os.environ.get("KHOSO_TEST_ELASTICSEARCH_URL")
    result: dict[str, Any] = {"records": records}
    with tempfile.TemporaryDirectory() as folder:
        result["tantivy"] = measure(open_index(f"tantivy:{folder}"), records)
    if url:
        index = open_index(f"{url.rpartition('/')[0]}/bench")
        result["elasticsearch"] = measure(index, records)
        index.rebuild([])
    _print(result)
    OUT.mkdir(exist_ok=True)
    (OUT / "search_engines.json").write_text(
        json.dumps(result, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
    )


def _print(result: dict[str, Any]) -> None:
    engines = [name for name in ("tantivy", "elasticsearch") if name in result]
    print(f"{result['records']} records".ljust(32) + "".join(f"{name:>24}" for name in engines))
    for figure in ("rebuilt_per_s", "changed_per_s"):
        print(f"{figure:32}" + "".join(f"{result[name][figure]:24}" for name in engines))
    for kind in result[engines[0]]["search_ms"]:
        figures = [result[name]["search_ms"][kind] for name in engines]
        print(f"{kind:32}" + "".join(f"p50{each['p50']:8.2f} p95{each['p95']:8.2f}" for each in figures))


if __name__ == "__main__":
    main()
