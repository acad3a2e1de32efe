"""Writing to Elasticsearch: many items a request, what is busy again, what is refused told by item."""

from collections import deque
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import Any

from elasticsearch import Elasticsearch
from elasticsearch.helpers import streaming_bulk

from search.elastic_client import failed, reason_of, translated

Action = dict[str, Any]
Refused = dict[str, str]  # record: the engine's reason

ACTIONS = 250  # of one request, some 2 MB
CHUNK_BYTES = 8 << 20  # of one request; only a single larger document goes beyond
SENDERS = 2  # the engine works at one request while the next is on its way
RETRIES, FIRST_PAUSE, LONGEST_PAUSE = 5, 0.5, 8  # of items the engine is too busy for: some 15 seconds in all


def write(client: Elasticsearch, target: str, actions: Iterable[Action], **options: Any) -> Refused:
    """What the engine would not take; whatever may pass by itself is raised.

    While the engine works at some, the next are made ready, and no more than those.
    """
    waiting, refused = iter(actions), Refused()
    sent: deque[Future[Refused]] = deque()
    with ThreadPoolExecutor(SENDERS) as senders:
        while some := list(islice(waiting, ACTIONS)):
            sent.append(senders.submit(_send, client, target, some, options))
            if len(sent) > SENDERS:
                refused |= sent.popleft().result()
        for each in sent:
            refused |= each.result()
    return refused


def _send(client: Elasticsearch, target: str, actions: list[Action], options: dict[str, Any]) -> Refused:
    refused: Refused = {}
    with translated():
        results = streaming_bulk(
            client, actions, index=target, chunk_size=ACTIONS, max_chunk_bytes=CHUNK_BYTES, raise_on_error=False,
            raise_on_exception=False, retry_on_status=(429, 503), max_retries=RETRIES,
            initial_backoff=FIRST_PAUSE, max_backoff=LONGEST_PAUSE, **options,
        )  # fmt: skip
        for done, item in results:
            ((operation, result),) = item.items()
            if done or result["status"] == 409 or (operation, result["status"]) == ("delete", 404):
                continue  # 409: the index knows a later revision
            if result["status"] in (400, 413):
                refused[result["_id"]] = reason_of(result["error"])
            else:
                raise failed(result["status"], reason_of(result["error"]))
    return refused
