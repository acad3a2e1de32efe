"""Which index stands behind the alias: one a rebuild, swapped in one step."""

from typing import Any
from uuid import uuid4

from elasticsearch import BadRequestError, Elasticsearch, NotFoundError

from search.elastic_client import translated, wrong_url
from search.elastic_schema import SETTINGS, VERSION, mapping
from warehouse.errors import Busy, UsageError

FIRST = "first"  # the generation before the first rebuild


class Generations:
    """Programs that search follow a swap at once, because they ask for the alias."""

    def __init__(self, client: Elasticsearch, alias: str) -> None:
        self._client = client
        self._alias = alias
        self._known = False

    def current(self) -> str:
        """The alias, behind which an index of this version stands."""
        if not self._known:
            if not self.check():
                with translated():
                    self._make_first()
                self.check()
            self._known = True
        return self._alias

    def check(self) -> bool:
        """Whether an index stands behind the alias; raises UsageError if it is of another version."""
        with translated():
            found = self._marks(self._alias)
        if any(mark.get("version") != VERSION for mark in found.values()):
            raise UsageError("index_outdated")
        return bool(found)

    def new(self) -> str:
        """An empty generation that nobody uses yet."""
        name = f"{self._alias}-{uuid4().hex}"
        with translated():
            self._client.indices.create(index=name, mappings=mapping(self._alias), settings=SETTINGS)
        return name

    def use(self, name: str) -> None:
        """Swap to a finished generation and remove all others, in one step."""
        with translated():
            self._marks(self._alias)
            ours = self._marks(f"{self._alias}-*")
            if name not in ours:  # another rebuild, believed dead, has come first
                raise Busy("index_busy")
            others = [{"remove_index": {"index": other}} for other in ours if other != name]
            actions: list[dict[str, Any]] = [{"add": {"index": name, "alias": self._alias}}, *others]
            self._client.indices.update_aliases(actions=actions)
        self._known = True

    def _make_first(self) -> None:
        """Two programs may try at once: one makes it, both use it."""
        try:
            self._client.indices.create(
                index=f"{self._alias}-{FIRST}",
                mappings=mapping(self._alias),
                settings=SETTINGS,
                aliases={self._alias: {}},
            )
        except BadRequestError as error:
            if error.error != "resource_already_exists_exception":
                raise

    def _marks(self, pattern: str) -> dict[str, dict[str, Any]]:
        """The mark in the mapping of each index that the pattern names and that is ours."""
        try:
            found = self._client.indices.get_mapping(index=pattern).body
        except NotFoundError:
            return {}
        marks = {name: each["mappings"].get("_meta", {}).get("khoso", {}) for name, each in found.items()}
        ours = {name: mark for name, mark in marks.items() if mark.get("alias") == self._alias}
        if pattern == self._alias and ours != marks:
            raise wrong_url(f"{pattern} belongs to another program")
        return ours
