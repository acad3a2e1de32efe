"""The folder of the demo's site: made new each time, and never at the cost of anything else."""

import os
import shutil
from pathlib import Path

from samples.commandline import ask, run
from samples.make import MADE

MARK = "made-by-make-demo"
KEPT = """\
{home} không chỉ có dữ liệu mẫu, nên được để nguyên. Hãy chuyển thư mục ấy đi chỗ khác rồi chạy lại «make demo».
{home} holds more than the demo's samples and was left alone. Move it away, then run `make demo` again."""


def new_site(home: Path) -> None:
    """An empty site in `home`, which every later command uses, whatever the shell's settings were.

    Raises SystemExit if something stands there that the demo did not make.
    """
    for name in [name for name in os.environ if name.startswith("KHOSO_")]:
        del os.environ[name]
    os.environ["KHOSO_HOME"] = str(home)
    if home.exists() and any(home.iterdir()):
        if not (home / MARK).exists() or _holds_other_batches():
            raise SystemExit(KEPT.format(home=home))
        shutil.rmtree(home)
    home.mkdir(mode=0o700, exist_ok=True)
    (home / MARK).touch()
    run("init")


def _holds_other_batches() -> bool:
    run("init")  # an older demo's site, or one that was cut off
    sources = (Path(batch["source"]) for batch in ask("batch", "list")["batches"])
    return any(source.parts[-4:-2] != MADE.parts[-2:] for source in sources)
