"""QR and Code 128 signs on a page."""

import zxingcpp

from ocr.engine import Gray

FORMATS = zxingcpp.BarcodeFormats((zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.Code128))
MOST_CODES, MOST_LETTERS = 20, 500


def codes(gray: Gray) -> tuple[str, ...]:
    """What the signs of an upright sheet say, from above, without control characters."""
    found = zxingcpp.read_barcodes(gray, formats=FORMATS, try_invert=False, text_mode=zxingcpp.TextMode.Plain)
    found.sort(key=lambda sign: (sign.position.top_left.y, sign.position.top_left.x))
    return tuple(_plain(sign.text) for sign in found[:MOST_CODES])


def _plain(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable())[:MOST_LETTERS]
