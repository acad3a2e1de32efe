"""What the index holds of one record."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from warehouse.codes.dates import parse_date
from warehouse.rights import UNCLASSIFIED
from warehouse.text import fold, norm, reference_numbers
from warehouse.validity import UNKNOWN, Validity


@dataclass(frozen=True, slots=True)
class Document:
    """One record as it can be found: the shown values of its fields, its facts of validity and its text."""

    record: str  # public id
    revision: int
    unit_id: int  # custodian
    unit: str  # the custodian's code
    kind: str
    state: str
    availability: str
    sensitivity: str = UNCLASSIFIED
    field_of_activity: str | None = None
    open_to: tuple[str, ...] = ()  # numbers of holders whose access sessions reach it
    disputed: bool = False  # a correction case of it is open
    reference_number: str | None = None
    doc_type: str | None = None
    issuing_agency: str | None = None
    issued_on: str | None = None  # YYYY-MM-DD, YYYY-MM or YYYY
    subject: str | None = None
    signer: str | None = None
    holder_name: str | None = None
    party_names: tuple[str, ...] = ()
    holder_ids: tuple[str, ...] = ()  # as printed
    result_type: str | None = None
    dossier_code: str | None = None
    validity: Validity = UNKNOWN
    location: Mapping[str, str] = field(default_factory=dict)  # fonds, list, box, folder, sheet
    register: str | None = None  # of civil status: kind of book, year, book, entry
    source_id: str | None = None  # what an older system called it
    path: str | None = None  # the file's name, known before the file is read
    text: str = ""

    @property
    def facets(self) -> dict[str, str]:
        """What it counts under, but for its validity, which is told for a day."""
        values = {
            "unit": self.unit,
            "doc_type": norm(self.doc_type or ""),
            "year": (self.issued_on or "")[:4],
            "issuing_agency": norm(self.issuing_agency or ""),
        }
        return {name: value for name, value in values.items() if value}

    @property
    def issued_first(self) -> date | None:
        """The first day that the date of issue can mean: 2019 is counted from 1 January."""
        day = parse_date(self.issued_on) if self.issued_on else None
        return day.first if day else None

    @property
    def types(self) -> frozenset[str]:
        """What --type may ask for: the name of the type of paper, or the code of the type of result."""
        return frozenset(type_key(value) for value in (self.doc_type, self.result_type) if value)

    @property
    def holders(self) -> frozenset[str]:
        """What --holder may ask for."""
        return frozenset(map(id_key, self.holder_ids))

    @property
    def places(self) -> frozenset[str]:
        """What --at may ask for."""
        return frozenset(place_key(name, value) for name, value in self.location.items())

    @property
    def references(self) -> frozenset[str]:
        """The numbers of documents that stand on this paper, its own among them."""
        return frozenset(number for value in self.values() for number in reference_numbers(value))

    def values(self) -> Iterator[str]:
        """Everything that words are looked for in; a phrase never runs from one value into the next."""
        named = (
            self.text, self.subject, self.holder_name, *self.party_names, *self.holder_ids,
            self.reference_number, self.doc_type, self.issuing_agency, self.signer, self.dossier_code,
            self.result_type, *self.location.values(), self.register, self.source_id, self.path, self.record,
        )  # fmt: skip
        return (value for value in named if value)


def type_key(name: str) -> str:
    """A type of paper however it is typed: with marks or without, in either case."""
    return fold(norm(name))


def place_key(name: str, value: str) -> str:
    """A place in the archive however it is typed: box H12 is box h12."""
    return f"{name}={fold(norm(value))}"


def id_key(number: str) -> str:
    """An identity number without the spaces, dots and dashes it may be printed with."""
    return "".join(filter(str.isalnum, number)).lower()
