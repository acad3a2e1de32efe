"""Commands of batches: what was handed in, what became of it, and a person's word on a suspect list."""

from pathlib import Path

import click

from ingest import printing
from ingest.account import batch_account, batch_list, files_of
from ingest.services import Site
from ingest.sheet_commands import labels_command
from warehouse.jobs import retry_dead
from warehouse.suspicion import confirm_batch
from warehouse.terminal import json_option, out_path, print_json


@click.group("batch")
def batch_group() -> None:
    """Batches: what was handed in, and what became of every file."""


@batch_group.command("list")
@json_option
@click.pass_obj
def batch_list_command(site: Site, as_json: bool) -> None:
    """All batches, newest first."""
    with site.services.database.read() as connection:
        found = batch_list(connection, site.actor)
    print_json({"batches": found}) if as_json else printing.batches(found)


@batch_group.command("show")
@click.argument("batch", type=int)
@json_option
@click.pass_obj
def batch_show_command(site: Site, batch: int, as_json: bool) -> None:
    """The account of one batch: every item, its outcome, its records."""
    with site.services.database.write() as connection:
        account = batch_account(connection, site.actor, batch)
    print_json(account) if as_json else printing.account(account)


@batch_group.command("errors")
@click.argument("batch", type=int)
@click.option("--csv", "csv_file", type=out_path, help="Write them to a CSV file.")
@json_option
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
@json_option
@click.pass_obj
def batch_retry_command(site: Site, batch: int, as_json: bool) -> None:
    """Queue a batch's stuck jobs again, after their cause was mended."""
    with site.services.database.write(durable=True) as connection:
        batch_account(connection, site.actor, batch)
        queued = retry_dead(connection, files_of(batch))
    print_json({"batch": batch, "queued": queued}) if as_json else click.echo(
        f"Đã xếp lại {queued} việc / {queued} jobs queued again"
    )


@batch_group.command("confirm")
@click.argument("batch", type=int)
@click.option("--note", required=True, help="What was compared, and by whom.")
@click.pass_obj
def batch_confirm_command(site: Site, batch: int, note: str) -> None:
    """Stand by a suspect list after comparing it with the papers: its records may be approved in bulk."""
    with site.services.database.write(durable=True) as connection:
        confirm_batch(connection, site.actor, batch, note)
    click.echo(f"Đã xác nhận lô {batch} / batch {batch} confirmed")


batch_group.add_command(labels_command)

COMMANDS = (batch_group,)
