"""The demo makes its site new, and leaves every other site alone."""

import shutil
from pathlib import Path

import pytest

import samples.demo_site
from samples.commandline import ask, run
from samples.demo_site import new_site
from samples.promises import Promises

SCAN = Path(samples.demo_site.__file__).parent / "few" / "06184" / "scans" / "01-giay-khai-sinh.pdf"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is not there yet, in surroundings that point to another site."""
    monkeypatch.setenv("KHOSO_HOME", str(tmp_path / "another"))
    monkeypatch.setenv("KHOSO_DATABASE_URL", "sqlite:////nowhere/khoso.db")
    return tmp_path / "var"


def test_site_is_made_new_whatever_the_shell_points_to(home: Path) -> None:
    new_site(home)
    assert ask("batch", "list") == {"batches": []}
    assert not (home.parent / "another").exists()


def test_site_of_an_earlier_demo_is_replaced(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = home.parent / "samples" / "made"
    (made / "06184" / "scans").mkdir(parents=True)
    shutil.copy(SCAN, made / "06184" / "scans")
    monkeypatch.setattr("samples.demo_site.MADE", made)
    new_site(home)
    run("import", str(made / "06184" / "scans"), "--unit", "06184")
    new_site(home)
    assert ask("batch", "list") == {"batches": []}


def test_site_that_took_in_anything_but_the_samples_is_left_alone(home: Path) -> None:
    new_site(home)
    run("import", str(SCAN), "--unit", "06184")
    with pytest.raises(SystemExit, match="left alone"):
        new_site(home)
    assert len(ask("batch", "list")["batches"]) == 1


def test_folder_that_no_demo_made_is_left_alone(home: Path) -> None:
    home.mkdir()
    (home / "khoso.db").write_bytes(b"somebody's")
    with pytest.raises(SystemExit, match="left alone"):
        new_site(home)
    assert [path.name for path in home.iterdir()] == ["khoso.db"]


def test_one_broken_promise_is_enough_to_fail() -> None:
    promises = Promises()
    promises.that(True, "đúng", "kept")
    promises.settle()
    promises.that(False, "sai", "broken")
    with pytest.raises(SystemExit) as ended:
        promises.settle()
    assert ended.value.code == 1
