"""The round red seal and the signature under it, drawn as one see-through image."""

import math
from random import Random

import cv2
import numpy as np
from PIL import Image, ImageDraw

from samples.fonts import raster
from samples.papers import Issuer

RED = (206, 28, 40)
INKS = ((24, 40, 130), (18, 22, 60), (35, 60, 160))
SIZE = 300
"""Pixels of the seal's square at 200 dpi: 38 mm."""


def seal(issuer: Issuer) -> Image.Image:
    """A seal of two rings: the agency along the ring, a star and the place in the middle."""
    scale = 2  # drawn twice as large, so that the edges come out smooth
    image = Image.new("RGBA", (SIZE * scale, SIZE * scale), (*RED, 0))
    draw = ImageDraw.Draw(image)
    centre = SIZE * scale / 2
    for radius, thick in ((0.47, 7), (0.445, 2), (0.29, 2)):
        draw.circle((centre, centre), radius * SIZE * scale, outline=(*RED, 255), width=thick)
    ring = f"{issuer.office} {issuer.area}" if issuer.office else issuer.committee
    around(image, ring.upper(), 0.368 * SIZE * scale)
    star(draw, (centre, centre - 22 * scale), 34 * scale)
    font = raster("Bold", 20.0 * scale)
    middle = issuer.place.upper().replace(" ", "\n")
    draw.multiline_text((centre, centre + 38 * scale), middle, (*RED, 255), font, anchor="mm", align="center")
    return image.resize((SIZE, SIZE), Image.Resampling.LANCZOS)


def around(image: Image.Image, text: str, radius: float) -> None:
    """Letters along the ring, from the lower left over the top to the lower right."""
    font = raster("Bold", 46.0)
    step = min(math.radians(300) / len(text), math.radians(13))
    for index, letter in enumerate(text):
        angle = (index - (len(text) - 1) / 2) * step
        tile = Image.new("L", (80, 80), 0)
        ImageDraw.Draw(tile).text((40, 40), letter, 255, font, anchor="mm")
        tile = tile.rotate(-math.degrees(angle), Image.Resampling.BICUBIC)
        x = round(image.width / 2 + radius * math.sin(angle) - 40)
        y = round(image.height / 2 - radius * math.cos(angle) - 40)
        image.paste((*RED, 255), (x, y), tile)


def star(draw: ImageDraw.ImageDraw, middle: tuple[float, float], radius: float) -> None:
    """A five-pointed star."""
    points = []
    for corner in range(10):
        reach = radius if corner % 2 == 0 else radius * 0.4
        angle = corner * math.pi / 5
        points.append((middle[0] + reach * math.sin(angle), middle[1] - reach * math.cos(angle)))
    draw.polygon(points, fill=(*RED, 255))


def signature(rng: Random) -> Image.Image:
    """A stroke of the pen: loops that drift to the right, and a flourish back."""
    turns = rng.uniform(2.5, 4.5)
    slant = rng.uniform(0.2, 0.9)
    points = []
    for step in range(240):
        t = step / 239
        swing = 2 * math.pi * turns * t
        height = (1 - 0.55 * t) * 44
        x = 40 + 250 * t + 26 * math.cos(swing) + slant * 18 * math.sin(swing)
        points.append((x, 75 + height * math.sin(swing + 0.6) * (0.6 + 0.4 * math.cos(3 * t))))
    points += [(300 - 2.4 * step, 108 + 9 * math.sin(step / 14)) for step in range(90)]
    mask = np.zeros((150, 360), np.uint8)
    line = np.array(points, np.float32)
    cv2.polylines(mask, [np.round(line * 16).astype(np.int32)], False, 255, 3, cv2.LINE_AA, 4)
    image = Image.new("RGBA", (360, 150), (*rng.choice(INKS), 0))
    image.putalpha(Image.fromarray(mask))
    return image


def signed_and_sealed(issuer: Issuer, slip: tuple[int, int], rng: Random) -> Image.Image:
    """Signature with the seal over its left third, or `slip` pixels from there."""
    both = Image.new("RGBA", (720, 460), (255, 255, 255, 0))
    middle = both.width // 2, both.height // 2
    both.alpha_composite(signature(rng), (middle[0] - 60, middle[1] - 76))
    stamp = seal(issuer).rotate(rng.uniform(-14, 14), Image.Resampling.BICUBIC)
    stamp.putalpha(stamp.getchannel("A").point([round(alpha * 0.82) for alpha in range(256)]))
    both.alpha_composite(stamp, (middle[0] + slip[0] - SIZE // 2, middle[1] + slip[1] - SIZE // 2))
    return both
