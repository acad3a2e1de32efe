"""What a demonstration promises, each line checked."""

import sys


def heading(vietnamese: str, english: str) -> None:
    """The title of the next part, in both languages."""
    print(f"\n═══ {vietnamese} / {english}", flush=True)


class Promises:
    """Counts what was kept and what was broken."""

    def __init__(self) -> None:
        self.kept = 0
        self.broken: list[str] = []

    def that(self, kept: bool, vietnamese: str, english: str) -> None:
        """One promise: a line in both languages, with the outcome of its check."""
        print(f"  {'✔' if kept else '✘'} {vietnamese} / {english}", flush=True)
        if kept:
            self.kept += 1
        else:
            self.broken.append(english)

    def settle(self) -> None:
        """The last word; raises SystemExit if a promise was broken."""
        heading("Kết quả", "Outcome")
        print(f"  Đúng / kept: {self.kept}   Sai / broken: {len(self.broken)}", flush=True)
        for english in self.broken:
            print(f"broken: {english}", file=sys.stderr)
        if self.broken:
            raise SystemExit(1)
