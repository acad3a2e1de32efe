"""A site opened for questions that would be slow to ask through the command line one by one."""

from functools import cached_property
from typing import Any

from ingest.account import batch_account, batch_list
from ingest.services import open_services
from search.query import Query, clauses_of
from warehouse.catalogue import describe
from warehouse.codes.dates import today
from warehouse.rights import Actor, scope_of
from warehouse.settings import load_settings


class OpenedSite:
    """The site of the environment's settings."""

    actor = Actor("demo")

    def __init__(self) -> None:
        self.services = open_services(load_settings())

    @cached_property
    def records(self) -> dict[str, list[str]]:
        """The records of every file, by the file's path in its batch."""
        with self.services.database.write() as connection:
            numbers = [batch["batch"] for batch in batch_list(connection, self.actor)]
            accounts = [batch_account(connection, self.actor, number) for number in numbers]
        return {item["path"]: item["records"] for account in accounts for item in account["items"]}

    def read_so_far(self) -> int:
        """Records that were read and filed."""
        with self.services.database.read() as connection:
            return sum(batch["reading"]["read"] for batch in batch_list(connection, self.actor))

    def found(self, words: str) -> set[str]:
        """The records that a search finds."""
        answer = self.services.index.search(Query(clauses_of(words), on=today()), scope_of(self.actor))
        return {hit["record"] for hit in answer["hits"]}

    def record(self, public_id: str) -> dict[str, Any]:
        """What `khoso show --json` prints."""
        with self.services.database.write() as connection:
            return describe(connection, self.actor, public_id)
