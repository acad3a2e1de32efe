import unicodedata

import pytest

from warehouse.codes.encodings import ENCODINGS, Encoding, Evidence, convert, convert_cell

VOWELS = "aăâeêioôơuưy"
MARKS = ["", "\u0301", "\u0300", "\u0309", "\u0303", "\u0323"]
SMALL = "đ" + "".join(unicodedata.normalize("NFC", vowel + tone) for vowel in VOWELS for tone in MARKS)
LETTERS = [letter for letter in SMALL + SMALL.upper() if not letter.isascii()]

VNI_TONES = dict(zip(MARKS[1:], "ùøûõï", strict=True))
VNI_HATS = dict(zip(MARKS, "âáàåãä", strict=True))
VNI_BREVES = dict(zip(MARKS, "êéèúüë", strict=True))
VNI_ALONE = {"i": dict(zip(MARKS[1:], "íìæóò", strict=True)), "y": {**VNI_TONES, "\u0323": "î"}}


def taken_apart(letter: str) -> tuple[str, str]:
    """A letter without its tone, and the tone."""
    signs = unicodedata.normalize("NFD", letter)
    tone = next((mark for mark in MARKS[1:] if mark in signs), "")
    return unicodedata.normalize("NFC", signs.replace(tone, "")), tone


def in_vni(letter: str) -> str:
    base, tone = taken_apart(letter.lower())
    if base == "đ":
        typed = "ñ"
    elif base in "âêô":
        typed = {"â": "a", "ê": "e", "ô": "o"}[base] + VNI_HATS[tone]
    elif base == "ă":
        typed = "a" + VNI_BREVES[tone]
    elif base == "i" or (base, tone) == ("y", "\u0323"):
        typed = VNI_ALONE[base][tone]
    else:
        typed = {"ơ": "ô", "ư": "ö"}.get(base, base) + VNI_TONES.get(tone, "")
    return typed.upper() if letter.isupper() else typed


def in_viqr(letter: str) -> str:
    base, tone = taken_apart(letter.lower())
    shaped = {"đ": "dd", "ă": "a(", "â": "a^", "ê": "e^", "ô": "o^", "ơ": "o+", "ư": "u+"}.get(base, base)
    typed = shaped + dict(zip(MARKS, ["", *"'`?~."], strict=True))[tone]
    return typed.upper() if letter.isupper() else typed


def in_windows_1258(letter: str) -> str:
    base, tone = taken_apart(letter)
    return (base + tone).encode("cp1258").decode("latin-1")


def test_there_are_134_letters() -> None:
    assert len(set(LETTERS)) == 134


@pytest.mark.parametrize("letter", LETTERS)
def test_every_letter_comes_back_from_the_encodings_that_have_capitals(letter: str) -> None:
    assert convert(in_vni(letter), "VNI") == letter
    assert convert(in_viqr(letter), "VIQR") == letter
    assert convert(in_windows_1258(letter), "Windows-1258") == letter


def test_tcvn3_has_every_small_letter_and_seven_capitals() -> None:
    signs = [bytes([byte]).decode("latin-1") for byte in range(0xA0, 0xFF)]
    converted = {convert(sign, "TCVN3") for sign in signs}
    assert {letter for letter in LETTERS if letter.islower()} <= converted
    assert {letter for letter in converted if letter.isupper() and letter in LETTERS} >= set("ĂÂÊÔƠƯĐ")


@pytest.mark.parametrize(
    ("encoding", "text", "unicode"),
    [
        ("TCVN3", "Céng hßa x· héi chñ nghÜa ViÖt Nam", "Cộng hòa xã hội chủ nghĩa Việt Nam"),
        ("TCVN3", "§éc lËp - Tù do - H¹nh phóc", "Độc lập - Tự do - Hạnh phúc"),
        ("TCVN3", "NGUYÔN V¡N Hµ", "NGUYỄN VĂN HÀ"),
        ("TCVN3", "Lª Hµ", "Lê Hà"),
        ("VNI", "Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam", "Cộng hòa xã hội chủ nghĩa Việt Nam"),
        ("VNI", "ÑOÄC LAÄP - Töï do - Haïnh phuùc", "ĐỘC LẬP - Tự do - Hạnh phúc"),
        ("VIQR", "Co^.ng ho`a xa~ ho^.i chu? nghi~a Vie^.t Nam", "Cộng hòa xã hội chủ nghĩa Việt Nam"),
        ("Windows-1258", "Nguyê\u00den Ðýìc", "Nguyễn Đức"),
    ],
)
def test_a_text_of_old_is_told_by_its_words_and_converted(
    encoding: Encoding, text: str, unicode: str
) -> None:
    evidence = Evidence()
    evidence.add(text)
    assert evidence.encoding() == encoding
    assert convert_cell(text, encoding) == unicode


@pytest.mark.parametrize(
    "cells",
    [
        ["Nguyễn Văn Hòa", "Trần Thị Thủy", "Lý Tó", "Vò"],
        ["Nguyen Van Hoa", "Tran Thi Thuy", "a+b", "C++", "add.pdf", "So (cu)"],
        ["Hà", "Bé", "Sơn", "Là", "Chí"],
        ["Nguyễn".encode().decode("latin-1")],
        ["Blô", "Niê", "Kpă", "Mlô", "H'Ngân", "Ê Ban"],
        ["Vò"],
        ["Hµ"],
        ["25 m²", "30 m²", "5 °C"],
        [""],
    ],
)
def test_unicode_plain_letters_and_a_single_ambiguous_word_stay(cells: list[str]) -> None:
    evidence = Evidence()
    for cell in cells:
        evidence.add(cell)
    assert evidence.encoding() is None


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_cell_that_is_unicode_already_stays_in_a_converted_column(encoding: Encoding) -> None:
    for cell in ("Nguyễn Văn Đức", "Nguyen Van Duc", "Hà", "a.pdf", ""):
        assert convert_cell(cell, encoding) == cell
