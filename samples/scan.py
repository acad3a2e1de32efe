"""What a scanner or a telephone makes of a page."""

from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

Pixels = npt.NDArray[np.uint8]
Dice = np.random.Generator

JPEG_QUALITY = {"clean": 75, "light": 60, "heavy": 55, "phone": 70}
"""Bitonal pages have none: they are packed by CCITT group 4."""
SEAL_SLIP = {"heavy": (62, 74)}
"""On heavy pages the seal has slipped over the name; pixels to the right and down."""


def scanned(page: Image.Image, quality: str, seed: int) -> Image.Image:
    """The page in that quality; the same seed gives the same pixels."""
    dice = np.random.default_rng(seed)
    return Image.fromarray(QUALITIES[quality](np.asarray(page), dice))


def clean(page: Pixels, dice: Dice) -> Pixels:
    """Straight from the feeder."""
    return page


def light(page: Pixels, dice: Dice) -> Pixels:
    """One degree askew, some noise."""
    return noisy(askew(page, dice.choice((-1.0, 1.0))), 4, dice)


def heavy(page: Pixels, dice: Dice) -> Pixels:
    """Two and a half degrees askew, blurred, one side in the dark, noise."""
    soft = cv2.GaussianBlur(askew(page, dice.choice((-2.5, 2.5))), (0, 0), 1.1)
    return noisy(shaded(soft, dice.uniform(0.62, 0.7), dice.uniform(0, 2 * np.pi)), 6, dice)


def phone(page: Pixels, dice: Dice) -> Pixels:
    """The sheet seen aslant on a table, with the shadow of the hand."""
    height, width = page.shape[:2]
    big = np.array([width * 1.1, height * 1.08])
    corners = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], np.float32)
    inward = dice.uniform(0.03, 0.085, (4, 2)) * np.where(corners == 0, 1, -1)
    warp = cv2.getPerspectiveTransform(
        (corners * (width, height)).astype(np.float32), ((corners + inward) * big).astype(np.float32)
    )
    size = (round(big[0]), round(big[1]))
    table = np.broadcast_to(np.array((88, 66, 49), np.uint8), (size[1], size[0], 3)).copy()
    cv2.warpPerspective(page, warp, size, dst=table, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_TRANSPARENT)
    soft = cv2.GaussianBlur(table, (0, 0), 0.8)
    return noisy(hand_shadow(shaded(soft, 0.78, dice.uniform(0, 2 * np.pi)), dice), 3, dice)


def bitonal(page: Pixels, dice: Dice) -> npt.NDArray[np.bool_]:
    """Black and white, as old copiers send it."""
    gray: Pixels = cv2.cvtColor(noisy(askew(page, 0.4), 12, dice), cv2.COLOR_RGB2GRAY)
    return gray > 165


def askew(page: Pixels, degrees: float) -> Pixels:
    """Turned about the middle on a scanner's white lid."""
    height, width = page.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), float(degrees), 1.0)
    turned: Pixels = cv2.warpAffine(
        page, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=(244, 243, 240)
    )
    return turned


def noisy(page: Pixels, sigma: float, dice: Dice) -> Pixels:
    """Grain that is the same in all colours."""
    grain = dice.standard_normal(page.shape[:2], np.float32) * sigma
    grained: Pixels = np.clip(page + grain[..., None], 0, 255).astype(np.uint8)
    return grained


def shaded(page: Pixels, darkest: float, angle: float) -> Pixels:
    """Light that falls off in one direction."""
    height, width = page.shape[:2]
    x = np.linspace(-1, 1, width, dtype=np.float32) * np.cos(angle)
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None] * np.sin(angle)
    depth = np.clip((x + y + 1.4) / 2.8, 0, 1).astype(np.float32)
    dimmed: Pixels = (page * (1 - (1 - darkest) * depth)[..., None]).astype(np.uint8)
    return dimmed


def hand_shadow(page: Pixels, dice: Dice) -> Pixels:
    """A soft dark shape that reaches in from the lower edge."""
    height, width = page.shape[:2]
    mask = np.ones((height // 8, width // 8), np.float32)
    middle = (int(mask.shape[1] * dice.uniform(0.2, 0.8)), int(mask.shape[0] * 0.97))
    cv2.ellipse(
        mask, middle, (mask.shape[1] // 4, mask.shape[0] // 3), dice.uniform(-25, 25), 0, 360, 0.66, -1
    )
    soft = cv2.resize(cv2.GaussianBlur(mask, (0, 0), 16), (width, height))
    dimmed: Pixels = (page * soft[..., None]).astype(np.uint8)
    return dimmed


QUALITIES: dict[str, Callable[[Pixels, Dice], npt.NDArray[np.generic]]] = {
    "clean": clean,
    "light": light,
    "heavy": heavy,
    "phone": phone,
    "bitonal": bitonal,
}
