"""What the tests of `khoso doctor` share: its findings, and how to spare the slow checks."""

from typing import Any

import pytest

from ingest.doctor import examination

SLOW = {"tesseract", "reader"}


def findings(khoso: Any, code: int = 0) -> list[dict[str, Any]]:
    """What it finds; every sentence is whole and in both languages."""
    told = khoso.json("doctor", code=code)
    assert told["ok"] == (code == 0)
    for each in told["findings"]:
        assert set(each["message"]) == {"vi", "en"}
        assert "?" not in each["message"]["vi"] + each["message"]["en"]
    return list(told["findings"])


def faults(khoso: Any, code: int = 0) -> list[tuple[str, str, str]]:
    """Check, verdict and reason of what is not well."""
    return [
        (each["check"], each["verdict"], each["reason"])
        for each in findings(khoso, code)
        if each["verdict"] != "ok"
    ]


def leave_out_slow_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    """For faults that lie elsewhere: reading takes a second."""
    for name in ("OF_MACHINE", "OF_SITE"):
        quick = {check: how for check, how in getattr(examination, name).items() if check not in SLOW}
        monkeypatch.setattr(examination, name, quick)


def leave_servers(khoso: Any) -> None:
    """A site on one machine but for its database, so that each test says itself which engine is at fault."""
    database = {name: url for name, url in khoso.settings.items() if name == "KHOSO_DATABASE_URL"}
    if khoso.settings != database:
        khoso.settings = database
        khoso.run("init")
