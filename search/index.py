"""The index's promises, and what a search answers."""

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Literal, NamedTuple, Protocol, TypedDict

from search.document import Document
from search.query import Query
from warehouse.errors import UsageError
from warehouse.rights import Scope
from warehouse.settings import ANONYMOUS, Access

Tier = Literal["phrase", "exact", "folded", "one_edit"]
TIERS: tuple[Tier, ...] = ("phrase", "exact", "folded", "one_edit")
"""Best first: all words as typed and together; all as typed; all but for their marks; all but for one
letter each. A record counts in the best tier it reaches; the last is tried only if nothing else matched."""


class Hit(TypedDict):
    """One record found. A better tier has the higher score; the snippet has words found between « and »."""

    record: str
    score: float
    tier: Tier
    reference_number: str | None
    doc_type: str | None
    issuing_agency: str | None
    issued_on: str | None
    subject: str | None
    signer: str | None
    holder_name: str | None
    unit: str
    state: str
    disputed: bool
    validity: str
    snippet: str


class Checked(NamedTuple):
    """The engine that answers, with its version, and its clock: seconds since 1970, None if it tells none."""

    engine: str
    clock: float | None = None


class Answer(TypedDict):
    """The best hits, and of all that matched: how many, and how many by each facet asked for and by validity."""

    total: int
    hits: list[Hit]
    facets: dict[str, dict[str, int]]


class Index(Protocol):
    """One suite of contract tests holds for every backend: equal totals, hits, facets and tiers."""

    def check(self) -> Checked:
        """Ask whether the index can be used now; raises what is wrong with it. Makes nothing."""

    def apply(self, deletes: Collection[str], documents: Iterable[Document]) -> dict[str, str]:
        """Drop records and put documents in the place of older ones, on the disk when it returns.

        Returns the records the engine would not take, with its reason; one does not keep out the others.
        Raises Busy while another program writes.
        """

    def search(self, query: Query, scope: Scope) -> Answer:
        """The answer as if nothing outside the scope existed."""

    def matching(self, query: Query, scope: Scope, most: int) -> list[str]:
        """The public ids of all that a search counts, in their order and no more than `most`."""

    def rebuild(self, documents: Iterable[Document]) -> dict[str, str]:
        """Build anew beside the index in use, then swap; a broken rebuild changes nothing.

        Returns what the engine would not take, as apply() does.
        """

    def revisions(self) -> dict[str, int]:
        """The revision that is indexed of each record."""

    def close(self) -> None:
        """Let go of files and connections."""


def open_index(url: str, access: Access = ANONYMOUS) -> Index:
    """The backend that the URL's scheme names; a server is not asked anything yet."""
    scheme, _, rest = url.partition(":")
    if scheme == "tantivy":
        from search.embedded import EmbeddedIndex

        if rest.startswith("//"):
            raise UsageError("bad_setting", name="KHOSO_INDEX_URL", error="tantivy: takes a path, not a host")
        return EmbeddedIndex(Path(rest))
    if scheme in ("http", "https"):
        from search.elastic import ElasticIndex

        return ElasticIndex(url, access)
    raise UsageError("bad_setting", name="KHOSO_INDEX_URL", error=f"unknown scheme {scheme}:")
