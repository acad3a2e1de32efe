"""Names of persons as papers print them."""

import re
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from ocr.fields.lines import Line
from ocr.fields.spelling import title_case
from warehouse.records import Word
from warehouse.text import fold

_SURNAMES = """
    Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đào Đinh Lâm Phùng Mai Trịnh Tô
    Cao Hà Lương Lưu Tạ Chu Châu Tống Vương Quách Thái Tôn Triệu Hứa Nông Vi Lò Vàng Giàng Thào Sùng Lộc Bế
    Ma Mã Hoàn La Lục Đoàn Đàm Diệp Kiều Khổng Từ Thạch Sơn Kim Danh Lường Cà Quàng Tòng Bạc Cầm Hạng Mùa
    Cứ Ngân Viên Phương Doãn Nghiêm Văn Ông Tăng Thân Trương Giáp Mạc Cù Ninh Tiêu Trang Vừ Lầu Chảo Phàn
    Tẩn Lù Tráng Cháng Hầu Ly Y H' Rơ Ksor Siu Rcom Kpă Nay Ayun Niê Êban Mlô Byă Điểu Bàn Âu An
"""
SURNAMES = frozenset(_SURNAMES.split())
"""A name that opens with one of them is borne out; another may be right all the same."""

RANKS = re.compile(
    r"^((ths|ts|tskh|pgs|gs|bs|bscki+|ds|ks|cn|luat su|ong|ba"
    r"|(dai|thuong|trung|thieu) (ta|uy|tuong))\b[.\s]*)+"
)
NAME_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
LONGEST = 6  # words


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name in title case, the words it was read from, and whether all of it is as read and usual."""

    text: str
    words: tuple[Word, ...]
    usual: bool


def person_name(line: Line) -> PersonName | None:
    """The line as a person's name without rank and stray strokes, or None if it has not a name's shape."""
    words = [(word, word.text.strip(" .,:;'‘’“”\"*-_|~<>()[]{}=")) for word in line.words]
    words = [(word, text) for word, text in words if text and any(map(str.isalpha, text))]
    rank = RANKS.match(fold(" ".join(text for _, text in words)))
    words = words[len(rank[0].split()) :] if rank else words
    texts = [text for _, text in words]
    if not 2 <= len(texts) <= LONGEST or not all(map(_is_name_word, texts[1:])):
        return None
    surname = _surname(texts[0])
    if surname is None and not _is_name_word(texts[0]):
        return None
    name = " ".join([surname or texts[0], *texts[1:]])
    return PersonName(title_case(name), tuple(word for word, _ in words), surname == texts[0].capitalize())


def _is_name_word(text: str) -> bool:
    return text[0].isupper() and NAME_WORD.fullmatch(text) is not None


def _surname(read: str) -> str | None:
    """The usual surname that was read, or the only one that wrong marks or a lost first letter may hide."""
    read = read.replace("1", "l").capitalize()
    if read in SURNAMES:
        return read
    same = [name for name in SURNAMES if fold(name) == fold(read)]
    near = [name for name in SURNAMES if len(name) > 4 and Levenshtein.distance(fold(name), fold(read)) <= 1]
    candidates = same or near
    return candidates[0] if len(candidates) == 1 else None
