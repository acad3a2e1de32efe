"""The settings, the home folder, and the room on the disks."""

import os
import shutil
import stat
import tempfile
from difflib import get_close_matches
from pathlib import Path

from ingest.doctor.finding import Findings, fine, warned, wrong
from warehouse.errors import Forbidden, StoreFull, UsageError
from warehouse.settings import PREFIX, Settings, wrong_settings

LIKENESS = 0.7
"""Above it a name is a slip of the keys, below it something else: KHOSO_SERVICES of our own scripts."""
OF_TESTS = f"{PREFIX}TEST_"
LEAST_BYTES = 256 << 20
"""Too little to work with; the warning comes where the largest file that is taken would not fit."""


def settings_made() -> Findings:
    """Names that no setting has, and values that none may have."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    given = sorted(name for name in os.environ if name.upper().startswith(PREFIX))
    faults = [wrong(error) for error in wrong_settings()]
    yield from faults
    for name in given:
        if name.upper() in known or name.startswith(OF_TESTS):
            continue
        near = get_close_matches(name.upper(), known, 1, LIKENESS)
        if near:
            faults.append(wrong(UsageError("setting_misspelt", name=name, near=near[0])))
            yield faults[-1]
        else:
            yield warned("setting_unknown", name=name)
    if not faults:
        yield fine("settings_ok", names=", ".join(name for name in given if name.upper() in known) or "–")


def home(settings: Settings) -> Findings:
    """There, ours, and closed to others: what lies in it is about people."""
    folder = settings.home
    try:
        found = folder.stat()
    except FileNotFoundError as error:
        raise UsageError("not_initialised") from error
    except OSError as error:
        raise Forbidden("home_closed", home=folder, error=error.strerror) from error
    mode = stat.S_IMODE(found.st_mode)
    if found.st_uid != os.geteuid():
        raise Forbidden("home_of_another", home=folder, owner=found.st_uid, user=os.geteuid())
    if mode & 0o077:
        raise UsageError("home_open", home=folder, mode=f"{mode:04o}")
    if mode & 0o700 != 0o700 or not stat.S_ISDIR(found.st_mode):
        raise Forbidden("home_closed", home=folder, error=f"{mode:04o}")
    yield fine("home_ok", home=folder)


def disk(settings: Settings) -> Findings:
    """Where originals or their spooled copies, the database and temporary files lie."""
    scheme, _, path = settings.store_url.partition(":")
    objects = Path(path) if scheme == "file" else settings.home / "spool"
    for folder in dict.fromkeys([settings.home, objects, Path(tempfile.gettempdir())]):
        free = shutil.disk_usage(_existing(folder)).free
        room = {"folder": folder, "free": f"{free / 2**30:.1f}"}
        if free < LEAST_BYTES:
            yield wrong(StoreFull("disk_full", **room))
        elif free < settings.max_file_bytes:
            yield warned("disk_low", **room, wanted=f"{settings.max_file_bytes / 2**30:.1f}")
        else:
            yield fine("disk_ok", **room)


def _existing(folder: Path) -> Path:
    """It, or the nearest folder above it that was made already."""
    return next(each for each in [folder.absolute(), *folder.absolute().parents] if each.exists())
