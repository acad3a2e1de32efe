"""Make the sample scans: python -m samples.make [--out DIR] [--only N]

Each commune gets a folder by its code:
    scans/NAME           what is imported
    manifest.csv         what the commune says about them
    truth/NAME.json      what is really printed

The same version of this program and of its libraries makes the same bytes each time.
"""

import argparse
import json
import shutil
import sys
from collections import defaultdict
from multiprocessing import Pool
from pathlib import Path
from typing import Any

from tqdm import tqdm

from samples.files import Stamped, file_bytes
from samples.layout import Sheet, compose
from samples.manifest import Row, rows, write_manifest
from samples.papers import Paper
from samples.plan import Sample, samples

MADE = Path(__file__).parent / "made"


def make(out: Path, only: int | None = None, processes: int = 2) -> None:
    """Make the first `only` samples, or all, under `out`; older scans and truth there are replaced."""
    wanted = list(samples(only))
    for code in {sample.unit.code for sample in wanted}:
        for folder in (out / code / "scans", out / code / "truth"):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
    with Pool(processes) as pool:
        jobs = pool.imap_unordered(Work(out), wanted)
        for _ in tqdm(jobs, "samples", len(wanted), disable=None, file=sys.stderr):
            pass
    entries: dict[str, list[Row]] = defaultdict(list)
    for sample in wanted:
        entries[sample.unit.code] += rows(sample, sample.papers())
    for code, listed in entries.items():
        write_manifest(out / code / "manifest.csv", code, listed)


class Work:
    """What one process does with one sample."""

    def __init__(self, out: Path) -> None:
        self.out = out

    def __call__(self, sample: Sample) -> None:
        """Write the scan and its truth."""
        papers = sample.papers()
        sheets = [compose(paper) for paper in papers]
        folder = self.out / sample.unit.code
        (folder / "scans" / sample.name).write_bytes(scan(sample, papers, sheets))
        told = json.dumps(truth(sample, papers, sheets), ensure_ascii=False, indent=1)
        (folder / "truth" / f"{sample.name}.json").write_text(told + "\n", encoding="utf-8")


def scan(sample: Sample, papers: list[Paper], sheets: list[list[Sheet]]) -> bytes:
    """The file itself."""
    stamped = [Stamped(pages, paper.issuer) for paper, pages in zip(papers, sheets, strict=True)]
    return file_bytes(stamped, sample.kind, sample.quality, sample.number)


def truth(sample: Sample, papers: list[Paper], sheets: list[list[Sheet]]) -> dict[str, Any]:
    """What a careful officer would find: `fields` of the first paper, `records` where there are several."""
    listed = rows(sample, papers)
    told: dict[str, Any] = {
        "file": sample.name,
        "unit": sample.unit.code,
        "quality": sample.quality,
        "kind": sample.kind,
        "fields": papers[0].fields,
        "manifest": listed,
        "conflicts": [],
        "phrases": [phrase for paper in papers for phrase in paper.phrases],
        "pages": [sheet.text for pages in sheets for sheet in pages],
    }
    if sample.conflict:
        paper, manifest = papers[0].fields[sample.conflict], listed[0][sample.conflict]
        told["conflicts"] = [{"name": sample.conflict, "paper": paper, "manifest": manifest}]
    if len(papers) > 1:
        pages = range(1, len(papers) + 1)
        told["records"] = [
            {"pages": f"{n}-{n}", "fields": paper.fields} for n, paper in zip(pages, papers, strict=True)
        ]
    return told


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--out", type=Path, default=MADE, help=f"folder to write to (default {MADE})")
    parser.add_argument("--only", type=int, help="make only the first N samples")
    options = parser.parse_args()
    make(options.out, options.only)


if __name__ == "__main__":
    main()
