"""Commands of taking in: import, work, batch, show, verify."""

import os
import signal
from pathlib import Path
from typing import Any, Protocol

import click

from ingest import printing
from ingest.account import batch_account, batch_list, files_of
from ingest.bell import LOCAL
from ingest.dryrun import dry_run
from ingest.importing import Request, run_import
from ingest.pool import Pool
from ingest.reader import Reader
from ingest.renditions import write_original, write_searchable_pdf
from ingest.services import Services
from ingest.verify import verify_site
from ingest.waiting import wait_for
from ingest.worker import Worker
from warehouse.catalogue import describe
from warehouse.errors import Refused, Stuck, UsageError
from warehouse.jobs import retry_dead
from warehouse.rights import Actor
from warehouse.terminal import print_json


class Site(Protocol):
    """What commands are given."""

    actor: Actor

    @property
    def services(self) -> Services: ...


_json = click.option("--json", "as_json", is_flag=True, help="JSON on stdout.")
_existing = click.Path(exists=True, path_type=Path)
_out = click.Path(dir_okay=False, writable=True, path_type=Path)


@click.command("import")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--unit", required=True, help="Code of the unit that hands in, in force today (06184).")
@click.option(
    "--manifest", type=click.Path(dir_okay=False, path_type=Path), help="The unit's own list (CSV)."
)
@click.option("--stock/--flow", default=True, help="Handed over before, or hidden until handed over.")
@click.option("--dry-run", is_flag=True, help="Say what would happen; write nothing.")
@click.option("--wait", is_flag=True, help="Return when all is read and indexed.")
@_json
@click.pass_obj
def import_command(
    site: Site,
    path: Path,
    unit: str,
    manifest: Path | None,
    stock: bool,
    dry_run: bool,
    wait: bool,
    as_json: bool,
) -> int:
    """Take in a folder, a ZIP or a file. The same again: only duplicates. After a stop: goes on."""
    request = Request(path, unit, manifest, "stock" if stock else "flow")
    if dry_run:
        account = _dry_run(site.services, request)
    else:
        batch_id = run_import(site.services, site.actor, request)
        if wait:
            wait_for(site.services, batch_id)
        with site.services.database.write() as connection:
            account = batch_account(connection, site.actor, batch_id)
    print_json(account) if as_json else printing.account(account)
    return _exit_code(account)


_dry_run = dry_run


def _exit_code(account: dict[str, Any]) -> int:
    """0 all good (duplicates too), 3 rejected items or bad rows, 5 stuck."""
    if account["stuck"] or account["reading"]["stuck"]:
        return Stuck.exit_code
    bad_rows = any(not problem["warning"] for problem in account["manifest"])
    return Refused.exit_code if account["rejected"] or bad_rows else 0


@click.command("work")
@click.option("--workers", type=click.IntRange(1, 64), default=os.cpu_count(), help="Processes (one a core).")
@click.option("--until-empty", is_flag=True, help="End when nothing is left to do.")
@click.pass_obj
def work_command(site: Site, workers: int, until_empty: bool) -> int:
    """Read and file what is queued, fairly between units. Ctrl-C: the jobs in hand are finished first."""
    site.services  # a wrong setting is told once, not by every worker  # noqa: B018
    if workers == 1:
        _work(site.services, until_empty)
        return 0
    return Pool(workers, until_empty=until_empty).run()


def _work(services: Services, until_empty: bool) -> None:
    with Reader(services.settings.limits) as reader:
        worker = Worker(services, reader)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: worker.stop.set())
        worker.run(until_empty=until_empty)


@click.command("worker")
@click.option(
    "--concurrency", type=click.IntRange(1, 64), default=os.cpu_count(), help="Processes (one a core)."
)
@click.pass_obj
def worker_command(site: Site, concurrency: int) -> None:
    """Work as `khoso work` does, under Celery: on many machines, called by KHOSO_QUEUE_URL's broker."""
    if site.services.settings.queue_url == LOCAL:
        raise UsageError("no_broker")
    from ingest.tasks import app

    site.services.database.close()  # Celery's processes open their own
    app.worker_main(
        [
            "worker",
            f"--concurrency={concurrency}",
            "--loglevel=WARNING",
            "--without-gossip",
            "--without-mingle",
        ]
    )


@click.group("batch")
def batch_group() -> None:
    """Batches: what was handed in, and what became of every file."""


@batch_group.command("list")
@_json
@click.pass_obj
def batch_list_command(site: Site, as_json: bool) -> None:
    """All batches, newest first."""
    with site.services.database.read() as connection:
        found = batch_list(connection, site.actor)
    print_json({"batches": found}) if as_json else printing.batches(found)


@batch_group.command("show")
@click.argument("batch", type=int)
@_json
@click.pass_obj
def batch_show_command(site: Site, batch: int, as_json: bool) -> None:
    """The account of one batch: every item, its outcome, its records."""
    with site.services.database.write() as connection:
        account = batch_account(connection, site.actor, batch)
    print_json(account) if as_json else printing.account(account)


@batch_group.command("errors")
@click.argument("batch", type=int)
@click.option("--csv", "csv_file", type=_out, help="Write them to a CSV file.")
@_json
@click.pass_obj
def batch_errors_command(site: Site, batch: int, csv_file: Path | None, as_json: bool) -> None:
    """Rejected files and bad rows of a batch, with what to do."""
    with site.services.database.write() as connection:
        errors = printing.errors_of(batch_account(connection, site.actor, batch))
    if csv_file:
        printing.write_errors_csv(errors, csv_file)
    print_json({"batch": batch, "errors": errors}) if as_json else printing.errors(errors)


@batch_group.command("retry")
@click.argument("batch", type=int)
@_json
@click.pass_obj
def batch_retry_command(site: Site, batch: int, as_json: bool) -> None:
    """Queue a batch's stuck jobs again, after their cause was mended."""
    with site.services.database.write(durable=True) as connection:
        batch_account(connection, site.actor, batch)
        queued = retry_dead(connection, files_of(batch))
    print_json({"batch": batch, "queued": queued}) if as_json else click.echo(
        f"Đã xếp lại {queued} việc / {queued} jobs queued again"
    )


@click.command("show")
@click.argument("record")
@_json
@click.option("--text", "as_text", is_flag=True, help="The text that was read.")
@click.option("--original", type=_out, help="Write the original bytes to this file.")
@click.option("--pdf", type=_out, help="Write a searchable PDF of the record's pages to this file.")
@click.pass_obj
def show_command(
    site: Site, record: str, as_json: bool, as_text: bool, original: Path | None, pdf: Path | None
) -> None:
    """One record: its fields with their evidence, its pages, its validity today."""
    if sum(map(bool, (as_json, as_text, original, pdf))) > 1:
        raise UsageError("show_one_way")
    if original:
        write_original(site.services, site.actor, record, original)
        return
    if pdf:
        write_searchable_pdf(site.services, site.actor, record, pdf)
        return
    with site.services.database.write() as connection:
        found = describe(connection, site.actor, record)
    if as_json:
        print_json(found)
    elif as_text:
        click.echo("\n\f\n".join(page["text"] for page in found["pages"]))
    else:
        printing.record(found)


@click.command("verify")
@_json
@click.pass_obj
def verify_command(site: Site, as_json: bool) -> int:
    """Hash every original again, and check that files, records, work and index agree. Deletes nothing."""
    result = verify_site(site.services, site.actor)
    print_json(result) if as_json else printing.verified(result)
    return 0 if result["ok"] else 10


COMMANDS = (import_command, work_command, worker_command, batch_group, show_command, verify_command)
