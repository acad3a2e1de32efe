"""Patience: an engine that comes back is waited for, with one word before and one after; no longer than agreed."""

import logging
import math

import pytest

from ingest.patience import PAUSE_SECONDS, Patience
from warehouse.errors import Away, KhosoError, StoreFull, Unavailable

AWAY = Away("database_away", error="no answer")


def failing(times: int, error: KhosoError) -> list[KhosoError]:
    return [error] * times


def answer_after(errors: list[KhosoError]) -> str:
    if errors:
        raise errors.pop()
    return "answer"


def test_an_engine_that_comes_back_is_waited_for_and_told_of_once(caplog):
    waited: list[float] = []
    patience = Patience(60, waited.append)
    with caplog.at_level(logging.WARNING):
        errors = failing(3, AWAY)
        assert patience.of(lambda: answer_after(errors)) == "answer"
    assert waited == [PAUSE_SECONDS] * 3
    assert [("no answer" in line, "going on" in line) for line in caplog.messages] == [
        (True, True),
        (False, True),
    ]


def test_patience_that_has_lasted_as_long_as_agreed_ends_with_the_error():
    patience = Patience(0.05, lambda seconds: None)
    with pytest.raises(Away):
        patience.of(lambda: answer_after(failing(1, AWAY)))


def test_without_patience_the_error_is_told_at_once(caplog):
    waited: list[float] = []
    with pytest.raises(Away):
        Patience(0, waited.append).of(lambda: answer_after(failing(1, AWAY)))
    assert (waited, caplog.messages) == ([], [])


@pytest.mark.parametrize("error", [StoreFull("store_full"), Unavailable("store_denied")])
def test_what_does_not_pass_by_itself_is_told_at_once(error):
    with pytest.raises(type(error)):
        Patience(math.inf).of(lambda: answer_after(failing(1, error)))


def test_each_fault_is_waited_for_anew():
    patience = Patience(0.2, lambda seconds: None)
    for _ in range(3):
        errors = failing(1, AWAY)
        assert patience.of(lambda: answer_after(errors)) == "answer"  # noqa: B023
