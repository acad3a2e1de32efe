"""Invented people and firms with numbers that pass the checks."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from stdnum.vn import mst

from samples.units import Unit

MIDDLE = {
    "nam": ("Văn", "Đức", "Minh", "Quốc", "Hữu", "Xuân", "Công", "Thế"),
    "nữ": ("Thị", "Ngọc", "Thu", "Bích", "Kim", "Thanh", "Thị Mỹ", "Hồng"),
}
GIVEN = {
    "nam": ("Thắng", "Dũng", "Khải", "Lực", "Sơn", "Toản", "Bằng", "Hiếu", "Nghĩa", "Phước", "Tuấn", "Vượng"),
    "nữ": ("Hương", "Lệ", "Nhung", "Quyên", "Thảo", "Trinh", "Uyên", "Vân", "Yến", "Hậu", "Diệp", "Mến"),
}


@dataclass(frozen=True)
class Holder:
    """Whom a paper is about: a person, or a firm with its tax code and no birth date."""

    name: str
    id: str
    born: date | None = None
    sex: str = ""

    @property
    def capitals(self) -> str:
        """The name as forms print it."""
        return self.name.upper()


def person(rng: Random, unit: Unit, sex: str, age: tuple[int, int], on: date, surname: str = "") -> Holder:
    """Someone `age` (from, to) years old on a day."""
    born = on - timedelta(days=rng.randint(age[0] * 365 + 8, age[1] * 365 + 300))
    words = (surname or rng.choice(unit.surnames), rng.choice(MIDDLE[sex]), rng.choice(GIVEN[sex]))
    return Holder(" ".join(words), personal_id(rng, unit, sex, born), born, sex)


def personal_id(rng: Random, unit: Unit, sex: str, born: date) -> str:
    """NĐ 137/2015 article 13: province, century and sex, year, six more digits."""
    century_and_sex = (born.year - 1900) // 100 * 2 + (sex == "nữ")
    return f"{unit.id_prefix}{century_and_sex}{born.year % 100:02}{rng.randrange(10**6):06}"


def firm(rng: Random, name: str) -> Holder:
    """A firm with a tax code that has its right check digit."""
    while True:
        digits = f"{rng.randint(40, 69)}{rng.randint(10**6, 10**7 - 1)}"
        code = digits + str(mst.calc_check_digit(digits))
        if mst.is_valid(code):  # one in eleven has no one-digit check
            return Holder(name, code)


def signature_name(rng: Random, unit: Unit) -> str:
    """The name of an officer who signs."""
    sex = rng.choice(("nam", "nam", "nữ"))
    return " ".join((rng.choice(unit.surnames), rng.choice(MIDDLE[sex]), rng.choice(GIVEN[sex])))
