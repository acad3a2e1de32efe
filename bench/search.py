"""Search over made-up records: how long a rebuild takes, how large the index is, how quick answers are.

    .venv/bin/python -m bench.search [--records 200000] [--keep FOLDER]

Promised for 200,000 records of 350 words: p95 of searches ≤ 30 ms with highlight and facets, index
≤ 600 MB on disk, rebuild ≤ 180 s. Words are Vietnamese syllables, as frequent as words are (Zipf).
"""

import argparse
import json
import tempfile
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import numpy as np

from search.document import Document
from search.index import Index, open_index
from search.query import Query, clauses_of
from warehouse.rights import Reach, Scope
from warehouse.text import fold, norm
from warehouse.validity import Validity

OUT = Path(__file__).parent / "out"
TODAY = date(2026, 11, 22)
WORDS = 350
UNITS = 200
QUERIES = 60  # of each kind

COMMON = """
của và các theo số ngày tháng năm nhân dân ủy ban xã phường tỉnh quyết định giấy chứng nhận công chức hộ tịch khai
sinh kết hôn đất quyền sử dụng ông bà địa chỉ thường trú được cấp tại cơ quan về việc căn cứ luật nghị điều khoản
người có cho là không trong một với này đã đến khi thực hiện hồ sơ
"""
ONSETS = "b c ch d đ g h kh l m n nh ng ph r s t th tr v x"
RIMES = """
a am an ang anh ao ay âm ân âng âu e em en eo ê ên ênh i in inh iêu iên o oa oan oang ong ô ôi ông ơ ơi ơn u ui ung uy
ư ưng ương ươi
"""
TONES = ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")
TYPES = {  # with their field of activity and class
    "Giấy khai sinh": ("civil_status", "sensitive"),
    "Giấy chứng nhận kết hôn": ("civil_status", "sensitive"),
    "Quyết định": (None, "unclassified"),
    "Giấy phép xây dựng": ("construction", "ordinary"),
    "Công văn": (None, "unclassified"),
    "Giấy chứng nhận nuôi con nuôi": ("adoption", "adoption"),
}
NAMES = tuple(TYPES)
EVERYTHING = Scope(everything=True)
SCOPES = {
    "a clerk of one unit": Scope(reaches=(Reach(frozenset({7})),)),
    "a clerk of one unit and two fields": Scope(
        reaches=(Reach(frozenset({7}), frozenset({"civil_status", "construction"})),)
    ),
    "an officer of all units": Scope(reaches=(Reach(frozenset(range(UNITS))),)),
}


def vocabulary(random: np.random.Generator) -> list[str]:
    """Some 6,000 syllables, most frequent first."""
    made = {
        norm(onset + rime[0] + tone + rime[1:])
        for onset in ONSETS.split()
        for rime in RIMES.split()
        for tone in TONES
    }
    common = norm(COMMON).split()
    rest = sorted(made - set(common))
    return common + [rest[i] for i in random.permutation(len(rest))]


class Texts:
    """Texts of words drawn by Zipf's law."""

    def __init__(self, seed: int) -> None:
        self.random = np.random.default_rng(seed)
        self.words = np.array(vocabulary(np.random.default_rng(0)), dtype=object)
        self._reach = np.cumsum(1 / (np.arange(len(self.words)) + 2.7))

    def some(self, count: int) -> str:
        """So many words."""
        drawn = np.searchsorted(self._reach, self.random.random(count) * self._reach[-1])
        return " ".join(self.words[drawn])


def documents(records: int) -> Iterator[Document]:
    """The made-up records, the same at every run."""
    texts = Texts(1)
    for number in range(records):
        year, unit = 1990 + int(texts.random.integers(36)), int(texts.random.integers(UNITS))
        issued = date(year, 1, 1) + timedelta(days=int(texts.random.integers(365)))
        limited, doc_type = number % 4 == 0, NAMES[number % len(NAMES)]
        field, kind = TYPES[doc_type]
        yield Document(
            record=f"R{number:011}", revision=1, unit_id=unit, unit=f"{unit:05}", kind="result", state="ready",
            availability="released", sensitivity=kind, field_of_activity=field,
            reference_number=f"{number % 5000}/QĐ-UBND", doc_type=doc_type,
            issuing_agency="Ủy ban nhân dân xã " + texts.some(2), issued_on=issued.isoformat(), subject=texts.some(12),
            signer=texts.some(3), holder_name=texts.some(3), holder_ids=(f"{number:012}",),
            validity=Validity("UNTIL_DATE" if limited else "UNLIMITED", issued, issued.replace(year=year + 20)
                              if limited and (issued.month, issued.day) != (2, 29) else None),
            path=f"hop_{number // 500}/{number}.pdf", text=texts.some(WORDS),
        )  # fmt: skip


def queries(records: int) -> dict[str, list[Query]]:
    """What clerks type, by kind; half of the words without their marks."""
    texts = Texts(2)
    pick = texts.random.integers

    def words(first: int, last: int, count: int) -> str:
        typed = " ".join(texts.words[pick(first, last, count)])
        return fold(typed) if pick(2) else typed

    text = [document.text.split() for document in documents(min(records, 200))]

    def phrase() -> str:
        source = text[pick(len(text))]
        start = int(pick(WORDS - 4))
        return '"' + " ".join(source[start : start + int(pick(2, 5))]) + '"'

    kinds: dict[str, Any] = {
        "one common word": lambda: (words(0, 60, 1), {}),
        "one rare word": lambda: (words(500, 5000, 1), {}),
        "two to four common words": lambda: (words(0, 60, int(pick(2, 5))), {}),
        "common and rare words": lambda: (words(0, 60, 2) + " " + words(300, 3000, 1), {}),
        "phrase in quotes": lambda: (phrase(), {}),
        "identity number": lambda: (f"{pick(records):012}", {}),
        "number of a document": lambda: (f"{pick(5000)}/QĐ-UBND", {}),
        "words in one unit": lambda: (words(0, 300, 2), {"unit": f"{pick(UNITS):05}"}),
        "words in force, of a type": lambda: (
            words(0, 300, 2),
            {"in_force": True, "doc_type": NAMES[pick(len(NAMES))], "issued_from": date(2005, 1, 1)},
        ),
        "misspelt word": lambda: (words(0, 60, 1) + " " + words(0, 60, 1) + "zq", {}),
    }
    return {kind: [_query(*make()) for _ in range(QUERIES)] for kind, make in kinds.items()}


def _query(text: str, filters: dict[str, Any]) -> Query:
    return Query(clauses_of(text), on=TODAY, **filters)


def timings(
    index: Index, asked: list[Query], clock: Callable[[], float] = perf_counter, scope: Scope = EVERYTHING
) -> list[float]:
    """Milliseconds of each search."""
    taken = []
    for query in asked:
        start = clock()
        index.search(query, scope)
        taken.append((clock() - start) * 1000)
    return taken


def measure(records: int, folder: Path) -> dict[str, Any]:
    """Build once, ask often."""
    index = open_index(f"tantivy:{folder.absolute()}")
    start, cpu = perf_counter(), process_time()
    index.rebuild(documents(records))
    rebuilt, cpu = perf_counter() - start, process_time() - cpu
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    asked = queries(records)
    timings(index, [each for kind in asked.values() for each in kind[:5]])
    by_kind = {kind: timings(index, each) for kind, each in asked.items()}
    by_kind["all"] = [taken for each in by_kind.values() for taken in each]
    for name, scope in SCOPES.items():
        by_kind[name] = [taken for each in asked.values() for taken in timings(index, each, scope=scope)]
    by_kind["all, CPU"] = [taken for each in asked.values() for taken in timings(index, each, process_time)]
    return {
        "records": records,
        "rebuild_s": round(rebuilt, 1),
        "rebuild_cpu_s": round(cpu, 1),
        "index_mb": round(size / 1e6, 1),
        "search_ms": {kind: percentiles(taken) for kind, taken in by_kind.items()},
    }


def percentiles(taken: list[float]) -> dict[str, float]:
    """p50, p95 and the slowest."""
    return {"p50": round(float(np.percentile(taken, 50)), 2), "p95": round(float(np.percentile(taken, 95)), 2),
            "max": round(max(taken), 2)}  # fmt: skip


def main() -> None:
    """Print a table; write JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--records", type=int, default=200_000)
    parser.add_argument("--keep", type=Path, help="a new folder to leave the index in")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        result = measure(options.records, options.keep or Path(temporary))
    rebuilt = f"rebuilt in {result['rebuild_s']} s ({result['rebuild_cpu_s']} s CPU)"
    print(f"{options.records} records: {rebuilt}, {result['index_mb']} MB")
    for kind, figures in result["search_ms"].items():
        print(f"{kind:36}" + "".join(f"{name:>6}{value:8.2f} ms" for name, value in figures.items()))
    OUT.mkdir(exist_ok=True)
    (OUT / "search.json").write_text(
        json.dumps(result, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
