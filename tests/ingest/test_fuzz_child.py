"""Files that chance has damaged: only Refused may come out of the reader, quickly, and it goes on."""

import io
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from ingest.reader import Reader
from ingest.sources import open_source
from samples.nasty_images import heic, tiff
from samples.nasty_others import zipped
from samples.nasty_pdfs import pdf, written
from warehouse.errors import Refused
from warehouse.reasons import reasons
from warehouse.records import Inspection, Limits

pytestmark = pytest.mark.engineless

EXAMPLES = 60
LIMITS = Limits(max_pages=50, page_seconds=20)
DEAD = {"reader_died", "reader_timeout"}
KINDS = ("pdf", "tiff", "big_tiff", "jpeg", "png", "webp", "heic")

bounded = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@cache
def sound(kind: str) -> bytes:
    """A small valid file."""
    if kind == "pdf":
        return written(pdf("mot", "hai"))
    if kind.endswith("tiff"):
        return tiff(["một", "hai"], compression="tiff_lzw", big_tiff=kind == "big_tiff")
    if kind == "heic":
        return heic(["một"])
    out = io.BytesIO()
    Image.effect_noise((60, 40), 50).save(out, kind.upper())
    return out.getvalue()


@st.composite
def spoilt(draw, content: bytes) -> bytes:
    """Some bytes changed, cut out or put in, most often near the head, where formats keep their sizes."""
    spoilt = bytearray(content)
    for _ in range(draw(st.integers(1, 5))):
        near = draw(st.sampled_from((16, 400, len(content))))
        place = draw(st.integers(0, min(near, len(spoilt))))
        what = draw(st.sampled_from(("change", "cut", "insert")))
        if what == "cut":
            del spoilt[place : place + draw(st.sampled_from((1, 4, 100, len(content))))]
            continue
        new = draw(st.sampled_from((b"\0", b"\xff", b"\xff" * 4, b"\xff" * 8)) | st.binary(max_size=6))
        spoilt[place : place + (len(new) if what == "change" else 0)] = new
    return bytes(spoilt)


def outcome(act: Callable[[], Any]) -> Any:
    """What comes of it, or its refusal; anything else is a failure."""
    try:
        return act()
    except Refused as refused:
        return refused.reason


@pytest.fixture(scope="module")
def reader():
    with Reader(LIMITS) as opened:
        yield opened


@pytest.mark.parametrize("kind", KINDS)
def test_inspection_of_a_damaged_file_only_answers_or_refuses(reader, tmp_path, kind):
    whole = tmp_path / "whole"
    whole.write_bytes(sound(kind))
    unhurt = reader.inspect(whole)
    pid = reader.pid

    @bounded
    @given(spoilt(sound(kind)))
    def look(content: bytes) -> None:
        path: Path = tmp_path / "spoilt"
        path.write_bytes(content)
        seen = outcome(lambda: reader.inspect(path))
        assert isinstance(seen, Inspection) or seen not in DEAD

    look()
    assert reader.inspect(whole) == unhurt
    assert reader.pid == pid


@bounded
@given(spoilt(zipped("a.pdf", "hộp/b.pdf", "c.pdf", content=b"noi dung" * 50)))
def test_damaged_zip_only_gives_its_members_or_refuses(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("zip", numbered=True) / "a.zip"
    path.write_bytes(content)
    source = outcome(lambda: open_source(path))
    if source == "bad_zip":
        return
    for entry in source.entries():
        with suppress(Refused), source.open(entry.key) as stream:
            assert len(stream.read()) <= 400


@bounded
@given(st.binary(max_size=300))
def test_rubbish_is_refused_with_advice(reader, tmp_path, content):
    (tmp_path / "rubbish").write_bytes(content)
    assert outcome(lambda: reader.inspect(tmp_path / "rubbish")) in reasons().keys() - DEAD
