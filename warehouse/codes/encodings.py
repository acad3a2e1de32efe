"""Vietnamese written before Unicode: TCVN3 (ABC fonts), VNI, VIQR and Windows-1258, found by evidence.

Such text comes as bytes, or as cells of a workbook in which every byte shows as a Latin letter or sign:
«NguyÔn V¨n §øc» in TCVN3, «Nguyeãn Vaên Ñöùc» in VNI. One word can be right in several of them («Vò» is
a word, and «Vũ» in TCVN3), so an encoding is believed only by many words of one column.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Literal, get_args

Encoding = Literal["TCVN3", "VNI", "VIQR", "Windows-1258"]
ENCODINGS: tuple[Encoding, ...] = get_args(Encoding)

_HAT, _BREVE, _HORN = "\u0302", "\u0306", "\u031b"
_ACUTE, _GRAVE, _HOOK, _TILDE, _DOT = "\u0301", "\u0300", "\u0309", "\u0303", "\u0323"
_TONES = f"{_ACUTE}{_GRAVE}{_HOOK}{_TILDE}{_DOT}"
_TAKES = {_HAT: "aeoAEO", _BREVE: "aA", _HORN: "ouOU", "": "aeiouyAEIOUYơưƠƯ"}

# Two lines a block, sign under letter. Capitals with a tone have no code of their own: see `_from_tcvn3`.
_TCVN3 = str.maketrans(
    "¡¢£¤¥¦§¨©ª«¬\u00ad®" "µ¶·¸¹»¼½¾ÆÇÈÉÊË" "ÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞ" "ßáâãäåæçèéêëìíî" "ïñòóôõö÷øùúûüýþ",
    "ĂÂÊÔƠƯĐăâêôơưđ" "àảãáạằẳẵắặầẩẫấậ" "èẻẽéẹềểễếệìỉĩíị" "òỏõóọồổỗốộờởỡớợ" "ùủũúụừửữứựỳỷỹýỵ",
)  # fmt: skip

_VNI_MARKS = {
    "ù": _ACUTE, "ø": _GRAVE, "û": _HOOK, "õ": _TILDE, "ï": _DOT,
    "â": _HAT, "á": _HAT + _ACUTE, "à": _HAT + _GRAVE, "å": _HAT + _HOOK, "ã": _HAT + _TILDE, "ä": _HAT + _DOT,
    "ê": _BREVE, "é": _BREVE + _ACUTE, "è": _BREVE + _GRAVE, "ú": _BREVE + _HOOK, "ü": _BREVE + _TILDE,
    "ë": _BREVE + _DOT,
}  # fmt: skip
_VNI_LETTERS = {"ô": "ơ", "ö": "ư", "ñ": "đ", "í": "í", "ì": "ì", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}
_VNI_LETTERS |= {old.upper(): new.upper() for old, new in _VNI_LETTERS.items()}
_VNI = re.compile(f"([aeouyôö])([{''.join(_VNI_MARKS)}])|[{''.join(_VNI_LETTERS)}]", re.IGNORECASE)

_VIQR_MARKS = {
    "^": _HAT,
    "(": _BREVE,
    "+": _HORN,
    "'": _ACUTE,
    "`": _GRAVE,
    "?": _HOOK,
    "~": _TILDE,
    ".": _DOT,
}
_VIQR = re.compile(r"([aeiouy])([\^(+]?)(['`?~.]?)|d[dD]|D[dD]", re.IGNORECASE)
_VIQR_SIGN = re.compile(r"[aeiouy][\^(+`~]|dd", re.IGNORECASE)

_WINDOWS_1258 = {byte: bytes([byte]).decode("cp1258", "replace") for byte in range(0xA0, 0x100)}
_WINDOWS_1252 = {byte: bytes([byte]).decode("cp1252", "replace") for byte in range(0x80, 0xA0)}

_ONLY_UNICODE = re.compile("[ĂăĐđĨĩŨũƠơƯưẠ-ỹ\u0300-\u0323]")
_EIGHT_BIT_WORD = re.compile("[A-Za-z¡-ÿ]*[¡-ÿ][A-Za-z¡-ÿ]*")
_NUCLEI = (
    "a ă â e ê i o ô ơ u ư y ai ao au ay âu ây eo êu ia iê iêu iu oa oă oai oay oao oe oeo oi ôi ơi oo ua uâ uây "
    "uê ui uô uôi uơ uy uya uyê uyu ưa ưi ươ ươi ươu ưu yê yêu"
)
_SYLLABLE = re.compile(f"[b-df-hj-np-tv-xzđ]{{0,3}}(?:{_NUCLEI.replace(' ', '|')})[b-df-hj-np-tv-xz]{{0,2}}")

MOST_WORDS = 2000
_ENOUGH, _LEAST_WORDS = 0.8, 2


def from_latin(data_as_latin1: str) -> str:
    """Quotes and dashes that Windows puts where Latin-1 has control signs."""
    return data_as_latin1.translate(_WINDOWS_1252)


def convert(text: str, encoding: Encoding) -> str:
    """The text in Unicode; signs that the encoding does not know stay as they are."""
    return unicodedata.normalize("NFC", _DECODERS[encoding](text))


def convert_cell(text: str, encoding: Encoding) -> str:
    """The same for a cell of a column in this encoding, unless the cell itself is Unicode already."""
    if _is_plain(text, encoding) or _ONLY_UNICODE.search(text):
        return text
    converted = convert(text, encoding)
    return converted if _well_formed(converted.split()) >= _well_formed(text.split()) else text


class Evidence:
    """What the cells of one column say about its encoding."""

    def __init__(self) -> None:
        self.words: Counter[str] = Counter()
        self.example = ""

    def add(self, text: str) -> None:
        """Take a cell into account; plain ASCII and letters that only Unicode has say nothing."""
        if len(self.words) >= MOST_WORDS or _ONLY_UNICODE.search(text):
            return
        if text.isascii():
            found = (
                [word for word in text.split() if _VIQR_SIGN.search(word)] if _VIQR_SIGN.search(text) else []
            )
        else:
            found = _EIGHT_BIT_WORD.findall(text)
        if found:
            self.words.update(found)
            self.example = self.example or text

    def encoding(self) -> Encoding | None:
        """The encoding in which nearly all words are well formed, while most are not as they stand."""
        if len(self.words) < _LEAST_WORDS:
            return None
        best = max(_DECODERS, key=self._share)
        share = self._share(best)
        return best if share >= _ENOUGH and self._share(None) <= share / 2 else None

    def fits(self, encoding: Encoding) -> bool:
        """Whether few words, too few to tell by themselves, are what the rest of the sheet lets expect."""
        return self._share(None) < self._share(encoding) >= _ENOUGH

    def _share(self, encoding: Encoding | None) -> float:
        words = [convert(word, encoding) if encoding else word for word in self.words]
        return _well_formed(words) / len(words) if words else 0.0


def _well_formed(words: Iterable[str]) -> int:
    """How many are Vietnamese syllables with a mark, in lower case, capitals, or with one capital in front."""
    return sum(map(_is_syllable, words))


def _is_syllable(word: str) -> bool:
    letters = word.strip("!\"#$%&'()*+,-./:;<=>?@[]^_`{|}~0123456789")
    if letters.isascii() or not (letters.islower() or letters.isupper() or letters[1:].islower()):
        return False
    marks = unicodedata.normalize("NFD", letters.lower())
    toneless = unicodedata.normalize("NFC", re.sub(f"[{_TONES}]", "", marks))
    return sum(map(marks.count, _TONES)) <= 1 and _SYLLABLE.fullmatch(toneless) is not None


def _is_plain(text: str, encoding: Encoding) -> bool:
    return text.isascii() and not (encoding == "VIQR" and _VIQR_SIGN.search(text))


def _from_tcvn3(text: str) -> str:
    """A capital with a tone is its small letter in a font of capitals (.VnTimeH): only the ASCII letters beside
    it tell. «NGUYÔN» is NGUYỄN; «¸nh» stays ánh, and «Lª» is Lê, not LÊ."""
    decoded = text.translate(_TCVN3)
    plain = [letter for letter in text if letter.isascii() and letter.isalpha()]
    all_capitals = all(letter.isupper() for letter in plain) and re.search("[A-Z][^ ]?[A-Z]", text)
    return decoded.upper() if all_capitals else decoded


def _from_vni(text: str) -> str:
    return _VNI.sub(_vni_letter, text)


def _vni_letter(found: re.Match[str]) -> str:
    if not found[1]:
        return _VNI_LETTERS[found[0]]
    letter, marks = _VNI_LETTERS.get(found[1], found[1]), _VNI_MARKS[found[2].lower()]
    shape = marks[0] if marks[0] in _TAKES else ""
    return letter + marks if letter in _TAKES[shape] else letter + _VNI_LETTERS.get(found[2], found[2])


def _from_viqr(text: str) -> str:
    return _VIQR.sub(_viqr_letter, text)


def _viqr_letter(found: re.Match[str]) -> str:
    if not found[1]:
        return "Đ" if found[0][0] == "D" else "đ"
    letter, shape, tone = found[1], _VIQR_MARKS.get(found[2], ""), _VIQR_MARKS.get(found[3], "")
    return letter + shape + tone if letter in _TAKES[shape] else found[0]


_DECODERS: dict[Encoding, Callable[[str], str]] = {
    "TCVN3": _from_tcvn3,
    "VNI": _from_vni,
    "VIQR": _from_viqr,
    "Windows-1258": lambda text: text.translate(_WINDOWS_1258),
}
