"""A number for how a page looks: near for two scans of one paper, far for different papers."""

import cv2
import numpy as np

from ocr.engine import Gray
from ocr.layout import HALF, Mask

SIDE = 32
EDGE = 0.005
"""Part of the ink outside the content on each side: specks at the margin must not move its frame."""


def image_hash(gray: Gray, mask: Mask) -> str | None:
    """16 hexadecimal digits of an upright sheet, to be compared by the bits that differ; None without content.

    Only the content counts, so that margins and a shifted sheet change nothing.
    """
    if not mask.any():
        return None
    (top, bottom), (left, right) = (_extent(mask.sum(axis=axis)) for axis in (1, 0))
    content = gray[HALF * top : HALF * bottom, HALF * left : HALF * right]
    # Shrunk by means: the hash itself would pick single pixels out of the lines of text.
    small = cv2.resize(content, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    return bytes(cv2.img_hash.pHash(small)[0]).hex()


def _extent(ink: Mask) -> tuple[int, int]:
    share = np.cumsum(ink) / ink.sum()
    return int(np.searchsorted(share, EDGE)), int(np.searchsorted(share, 1 - EDGE)) + 1
