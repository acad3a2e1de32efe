"""The life of one paper, in order: receive, triage, read, file. Start reading here.

`receive` is the importer's own act; the other three are jobs of the ledger (STEPS). Whatever a step
does slowly (hashing, parsing, OCR) it does outside transactions; whatever it writes for a job begins
with `fence` or `finish`, so that a worker which lost its lease can write nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection

from ingest import intake, papers, registrar
from ingest.batches import Batch
from ingest.checks import review_reasons
from ingest.deliveries import Deliveries
from ingest.dividing import divide_file, split_remarks
from ingest.reader import Reader
from ingest.rescans import find_rescans
from ingest.services import SYSTEM, Services
from ocr.fields.understand import understand
from warehouse import jobs, registry
from warehouse.errors import Refused
from warehouse.jobs import Job, Kind
from warehouse.quarantine import quarantine
from warehouse.records import Inspection
from warehouse.values import Values


@dataclass(frozen=True)
class Desk:
    """Where one process works: the opened services and its own reader child.

    `copies`: files (by hash) that lie at hand, so that they need not be fetched to be looked at.
    """

    services: Services
    reader: Reader
    copies: Mapping[str, Path] = field(default_factory=dict)

    @property
    def lease(self) -> float:
        """Seconds that a job stays ours without a sign of life."""
        return self.services.settings.lease_seconds


def receive(
    services: Services,
    batch: Batch,
    deliveries: Deliveries,
    then: Callable[[Mapping[str, Path]], object] = lambda copies: None,
) -> int:
    """Book the next waiting files of a batch that lie in the store by now; how many were looked at.

    `then` is called when they are booked, with the copies that are about to go.
    """
    with deliveries.next() as delivery:
        with deliveries.set_aside_if_away(delivery):
            with services.database.write(durable=True) as connection:
                intake.book(connection, batch, delivery.safe)
            if delivery.fault:
                deliveries.discard(delivery.safe)
                raise delivery.fault
        then(delivery.copies())
    return len(delivery.arrivals)


def triage(desk: Desk, work: Sequence[Job]) -> None:
    """Look at each file: refused with a reason, or registered as records with all the work they need."""
    with desk.services.database.read() as connection:
        hashes = papers.hashes_of(connection, [job.file_id for job in work])
        passwords = registrar.passwords_for(connection, [job.file_id for job in work])
    verdicts = [(job, _inspect(desk, hashes[job.file_id], passwords.get(job.file_id, ""))) for job in work]
    with desk.services.database.write(durable=True) as connection:
        jobs.finish(connection, work)
        registrar.register(connection, SYSTEM, [(job, v) for job, v in verdicts if isinstance(v, Inspection)])
        for job, verdict in verdicts:
            if isinstance(verdict, Refused):
                registrar.refuse(connection, job.file_id, verdict)


def read(desk: Desk, job: Job) -> None:
    """Read a range of pages, each kept as soon as it is read; pages an earlier attempt kept stay."""
    database, store = desk.services.database, desk.services.store
    with database.write() as connection:
        jobs.fence(connection, job, desk.lease)
        registry.start_reading(connection, job.file_id)
        todo = papers.pages_to_read(connection, job)
        [sha256] = papers.hashes_of(connection, [job.file_id]).values()
        password = papers.password_of(connection, job.file_id)
    with store.fetch(sha256) as path:
        while todo:
            page = desk.reader.read_page(path, todo[0], password)
            words = papers.keep_words(store, page)
            with database.write() as connection:
                jobs.fence(connection, job, desk.lease)
                papers.keep_page(connection, job.file_id, page, words)
                if page.secrecy:
                    quarantine(connection, SYSTEM, job.file_id, page.number, page.secrecy)
                todo = papers.pages_to_read(connection, job)
            if page.secrecy:
                desk.services.tell_index()  # at once: what the list said of it can be found until then
    with database.write() as connection:
        jobs.finish(connection, [job])


def file(desk: Desk, job: Job) -> None:
    """Part the file into its papers, understand them, and enter what was read."""
    services, known = desk.services, desk.services.known()
    with services.database.write() as connection:
        jobs.fence(connection, job, desk.lease)
        divide_file(connection, SYSTEM, job.file_id)
    with services.database.read() as connection:
        todo = papers.papers_of(connection, job.file_id)
    understood = [(paper, understand(papers.readings(services.store, paper), known)) for paper in todo]
    with services.database.write(durable=True) as connection:
        jobs.finish(connection, [job])
        for paper, values in understood:
            judge = _judge(connection, paper, services.settings.review_below)
            registry.file_record(connection, SYSTEM, paper.record_id, values, judge)


STEPS: dict[Kind, Callable[[Desk, Job], None]] = {
    "triage": lambda desk, job: triage(desk, [job]),
    "read": read,
    "file": file,
}


def _judge(connection: Connection, paper: papers.Paper, bar: float) -> Callable[[Values], list[str]]:
    """Why an officer must look at a paper, told when its values are in."""
    return lambda values: [
        *review_reasons(paper, bar, values),
        *split_remarks(connection, paper.record_id),
        *find_rescans(connection, paper.record_id),
    ]


def _inspect(desk: Desk, sha256: str, password: str) -> Inspection | Refused:
    copy = desk.copies.get(sha256)
    with nullcontext(copy) if copy else desk.services.store.fetch(sha256) as path:
        try:
            return desk.reader.inspect(path, password)
        except Refused as refused:
            return refused
