"""A paper that is scanned again: shown as a possible duplicate on both records, never dropped."""

from datetime import date
from random import Random

import pytest
from PIL import Image, ImageEnhance

from samples.draw import pixels
from samples.layout import compose
from samples.papers import write_paper
from samples.seal import signed_and_sealed
from samples.units import UNITS


def scanned(serial):
    """A birth certificate of one commune and day, each for another child."""
    paper = write_paper("giay-khai-sinh", UNITS["24373"], date(2025, 3, 6), 1, serial, Random(serial))
    return pixels(compose(paper)[0], signed_and_sealed(paper.issuer, (0, 0), Random(serial)))


def scanned_again(page):
    """Askew, darker, at another resolution, packed harder."""
    turned = page.rotate(1.3, Image.Resampling.BICUBIC, fillcolor=(240, 240, 238))
    darker = ImageEnhance.Brightness(turned).enhance(0.85)
    return darker.resize((darker.width * 3 // 4, darker.height * 3 // 4))


@pytest.fixture
def taken(khoso, scans):
    """Takes pages in one after another; the record of each."""

    def take(*pages):
        found = []
        for number, (page, quality) in enumerate(pages):
            path = scans / f"{number}.jpg"
            page.save(path, quality=quality, dpi=(200, 200))
            [item] = khoso.read(path)["items"]
            found += item["records"]
        return [khoso.json("show", record) for record in found]

    return take


def test_rescan_is_told_from_another_paper_of_the_same_form(taken):
    page = scanned(1)
    first, other, again = taken((page, 85), (scanned(2), 85), (scanned_again(page), 50))
    assert f"possible_duplicate:{first['record']}" in again["review"]
    [seen] = again["possible_duplicates"]
    assert seen["record"] == first["record"]
    assert seen["text_similarity"] > 0.7
    assert [one["record"] for one in first["possible_duplicates"]] == [again["record"]]
    assert other["possible_duplicates"] == []
    assert len({record["sha256"] for record in (first, other, again)}) == 3
