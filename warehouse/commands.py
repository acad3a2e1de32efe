"""Commands of the warehouse: approve, report, status."""

import logging
from datetime import datetime
from typing import Protocol

import click

from warehouse import audit_commands, custody_commands
from warehouse.accounts import commands as account_commands
from warehouse.approval import approve, approve_batch
from warehouse.database import Database
from warehouse.errors import Unavailable, UsageError
from warehouse.reports import progress
from warehouse.rights import Actor
from warehouse.status import queue_status
from warehouse.terminal import print_json, print_table

log = logging.getLogger(__name__)


class Kept(Protocol):
    """The part of the opened site that the warehouse's commands use."""

    @property
    def database(self) -> Database: ...
    def tell_index(self) -> None: ...


class Site(Protocol):
    """What commands are given."""

    actor: Actor

    @property
    def services(self) -> Kept: ...


@click.command("approve")
@click.argument("record", nargs=-1)
@click.option("--batch", type=int, help="All records of this batch that are ready.")
@click.option("--min-confidence", type=click.FloatRange(0, 1), help="In bulk: leave out less sure ones.")
@click.option("--json", "as_json", is_flag=True, help="JSON on stdout.")
@click.pass_obj
def approve_command(
    site: Site, record: tuple[str, ...], batch: int | None, min_confidence: float | None, as_json: bool
) -> None:
    """Approve records that were compared with the paper: single ones, or a batch's ready ones in bulk."""
    if bool(record) == (batch is not None):
        raise UsageError("approve_what")
    if batch is None:
        with site.services.database.write(durable=True) as connection:
            approved = approve(connection, site.actor, record)
    else:
        approved = _approve_in_pieces(site, batch, min_confidence)
    try:
        site.services.tell_index()
    except Unavailable as error:  # the approval stands; the outbox tells the index later
        log.warning("%s", error)
    if as_json:
        print_json({"approved": approved})
    else:
        click.echo(f"Đã duyệt {approved} hồ sơ / approved {approved} records")


def _approve_in_pieces(site: Site, batch: int, min_confidence: float | None) -> int:
    """One transaction per 500 records, so that nobody waits long for the database."""
    approved, after = 0, 0
    while True:
        with site.services.database.write(durable=True) as connection:
            count, last = approve_batch(connection, site.actor, batch, min_confidence, after)
        approved += count
        if last is None:
            return approved
        after = last


@click.group("report")
def report_group() -> None:
    """Reports for managers."""


@report_group.command("progress")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="As of the end of this day (today).")
@click.option("--unit", help="Only this unit's code.")
@click.option("--json", "as_json", is_flag=True, help="JSON on stdout.")
@click.pass_obj
def progress_command(site: Site, on: datetime | None, unit: str | None, as_json: bool) -> None:
    """How far each unit is: files, registered, read, needing review, approved, digitised, returned."""
    with site.services.database.write() as connection:
        report = progress(connection, site.actor, on.date() if on else None, unit)
    if as_json:
        print_json(report)
        return
    headings = {
        "unit": "Mã", "name": "Đơn vị", "files": "Tệp", "registered": "Đăng ký", "read": "Đã đọc",
        "needs_review": "Cần xem", "approved": "Đã duyệt", "digitised": "Số hóa", "returned": "Trả lại",
    }  # fmt: skip
    total = {"unit": "", "name": "Tổng cộng", **report["total"]}
    print_table([*report["rows"], total], headings)


@click.command("status")
@click.option("--json", "as_json", is_flag=True, help="JSON on stdout.")
@click.pass_obj
def status_command(site: Site, as_json: bool) -> None:
    """What is queued and running for each unit, how fast it goes, and which jobs gave up."""
    with site.services.database.read() as connection:
        status = queue_status(connection, site.actor)
    if as_json:
        print_json(status)
        return
    print_table(
        status["lanes"],
        {"unit": "Đơn vị", "class": "Luồng", "kind": "Việc", "queued": "Đang chờ", "running": "Đang làm"},
    )
    click.echo(f"Chờ lâu nhất / oldest waiting: {status['oldest_waiting_s']} s")
    click.echo(f"Trang mỗi phút / pages a minute: {status['pages_per_min']}")
    for dead in status["dead"]:
        click.echo(
            f"Việc dừng / dead job {dead['job']} ({dead['kind']} {dead['file']}): {dead['message']['vi']}"
        )


COMMANDS = (
    approve_command,
    report_group,
    status_command,
    *account_commands.COMMANDS,
    *audit_commands.COMMANDS,
    *custody_commands.COMMANDS,
)
