"""About 300 files of every kind that breaks readers, each with the outcome it must have where one can know it.

Run: python -m samples.nasty FOLDER. The outcomes go into FOLDER.json beside it.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from samples.damage import Nasty
from samples.nasty_images import images
from samples.nasty_others import others
from samples.nasty_pdfs import pdfs


def nasty_files() -> Iterator[Nasty]:
    """All of them, one after the other: together they would fill the memory."""
    yield from images()
    yield from pdfs()
    yield from others()


def write(folder: Path) -> dict[str, str | None]:
    """Writes all files; the expected outcome of each name."""
    folder.mkdir(parents=True)
    expected = {}
    for nasty in nasty_files():
        assert nasty.name not in expected, nasty.name
        (folder / nasty.name).write_bytes(nasty.content)
        expected[nasty.name] = nasty.expected
    return expected


if __name__ == "__main__":
    target = Path(sys.argv[1])
    outcomes = write(target)
    target.with_suffix(".json").write_text(json.dumps(outcomes, ensure_ascii=False, indent=1) + "\n")
    print(f"{len(outcomes)} files in {target}")
