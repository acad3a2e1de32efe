"""Commands of taking in: import, work, verify; the other commands of this room beside them."""

import os
import signal
from pathlib import Path
from typing import Any

import click

from ingest import (
    batch_commands,
    manifest_commands,
    printing,
    record_commands,
    sheet_commands,
    site_commands,
)
from ingest.account import batch_account
from ingest.bell import LOCAL
from ingest.doctor import commands as doctor_commands
from ingest.dryrun import SAMPLE, dry_run
from ingest.importing import Request, run_import
from ingest.matching import MATCHINGS, Matching
from ingest.patience import Patience
from ingest.plan import make_plan
from ingest.pool import Pool, worker
from ingest.reader import Reader
from ingest.services import Services, Site
from ingest.users import commands as user_commands
from ingest.verify import verify_site
from ingest.waiting import wait_for
from ingest.worker import Worker
from warehouse.errors import Refused, Stuck, UsageError
from warehouse.terminal import json_option, print_json


@click.command("import")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--unit", required=True, help="Code of the unit that hands in, in force today (06184).")
@click.option(
    "--manifest",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The unit's own list (XLSX, XLS, ODS or CSV).",
)
@click.option("--stock/--flow", default=True, help="Handed over before, or hidden until handed over.")
@click.option(
    "--match",
    "matching",
    type=click.Choice(MATCHINGS),
    default="auto",
    help="How rows meet files: by name, order, number of the paper, or entry of the register.",
)
@click.option("--accept-proposals", is_flag=True, help="Take the values that the dry run proposes.")
@click.option("--path-pattern", help="What folders and names say: '{year}/{box}/{folder}/{file}'.")
@click.option("--set", "settings", multiple=True, metavar="FIELD=VALUE", help="True of every paper.")
@click.option("--split", help="Several papers in a file: every=N, blank or separator.")
@click.option(
    "--pdf-password-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file whose first line opens the batch's locked PDFs.",
)
@click.option(
    "--sample", type=click.IntRange(0, 100), default=SAMPLE, help="Dry run: pages read to try the list."
)
@click.option("--dry-run", is_flag=True, help="Say what would happen; write nothing.")
@click.option("--wait", is_flag=True, help="Return when all is read and indexed.")
@json_option
@click.pass_obj
def import_command(
    site: Site,
    path: Path,
    unit: str,
    manifest: Path | None,
    stock: bool,
    matching: Matching,
    accept_proposals: bool,
    path_pattern: str | None,
    settings: tuple[str, ...],
    split: str | None,
    pdf_password_file: Path | None,
    sample: int,
    dry_run: bool,
    wait: bool,
    as_json: bool,
) -> int:
    """Take in a folder, a ZIP or a file. The same again: only duplicates. After a stop: goes on."""
    plan = make_plan(split, path_pattern, settings, matching, accept_proposals)
    request = Request(
        path, unit, manifest, "stock" if stock else "flow", plan, _first_line(pdf_password_file)
    )
    if dry_run:
        account = _dry_run(site.services, request, sample)
    else:
        batch_id = run_import(site.services, site.actor, request)
        if wait:
            wait_for(site.services, batch_id)
        patience = Patience(site.services.settings.patience_seconds)
        account = patience.of(lambda: _account(site, batch_id))
    print_json(account) if as_json else printing.account(account)
    return _exit_code(account)


_dry_run = dry_run


def _account(site: Site, batch_id: int) -> dict[str, Any]:
    with site.services.database.write() as connection:
        return batch_account(connection, site.actor, batch_id)


def _first_line(path: Path | None) -> str | None:
    """A password never stands on the command line, where every user of the machine sees it."""
    return path.read_text(encoding="utf-8").partition("\n")[0].rstrip("\r") if path else None


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
    return Pool([worker(until_empty=until_empty)] * workers).run()


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
            f"--hostname=khoso-{os.getpid()}@%h",  # RabbitMQ turns a second worker of the same name away
            "--loglevel=WARNING",
            "--without-gossip",
            "--without-mingle",
        ]
    )


@click.command("verify")
@json_option
@click.pass_obj
def verify_command(site: Site, as_json: bool) -> int:
    """Hash every original again, and check that files, records, work and index agree. Deletes nothing."""
    result = verify_site(site.services, site.actor)
    print_json(result) if as_json else printing.verified(result)
    return 0 if result["ok"] else 10


COMMANDS = (
    import_command,
    work_command,
    worker_command,
    verify_command,
    *batch_commands.COMMANDS,
    *doctor_commands.COMMANDS,
    *record_commands.COMMANDS,
    *manifest_commands.COMMANDS,
    *sheet_commands.COMMANDS,
    *site_commands.COMMANDS,
    *user_commands.COMMANDS,
)
