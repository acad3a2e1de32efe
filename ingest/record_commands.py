"""Commands of single records: show, and the quarantine of papers with secrecy marks."""

from pathlib import Path

import click

from ingest import printing
from ingest.reading_work import READ_UNLISTED
from ingest.renditions import write_original, write_searchable_pdf
from ingest.rescans import rescans_of
from ingest.services import Site
from warehouse.catalogue import describe, find_open_record, find_record
from warehouse.errors import UsageError
from warehouse.quarantine import in_quarantine, lift
from warehouse.terminal import json_option, out_path, print_json, print_table


@click.command("show")
@click.argument("record")
@json_option
@click.option("--text", "as_text", is_flag=True, help="The text that was read.")
@click.option("--original", type=out_path, help="Write the original bytes to this file.")
@click.option("--pdf", type=out_path, help="Write a searchable PDF of the record's pages to this file.")
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
        if as_text:
            find_open_record(connection, site.actor, record)
        found = describe(connection, site.actor, record)
        row = find_record(connection, site.actor, record)
        secret = row["work"] == "quarantined"
        found["possible_duplicates"] = [] if secret else rescans_of(connection, site.actor, row["id"])
    if as_json:
        print_json(found)
    elif as_text:
        click.echo("\n\f\n".join(page["text"] for page in found["pages"]))
    else:
        printing.record(found)


@click.group("quarantine")
def quarantine_group() -> None:
    """Papers marked MẬT, TỐI MẬT or TUYỆT MẬT: not indexed, not shown."""


@quarantine_group.command("list")
@json_option
@click.pass_obj
def quarantine_list_command(site: Site, as_json: bool) -> None:
    """Which records are set apart, and why."""
    with site.services.database.write() as connection:
        found = in_quarantine(connection, site.actor)
    if as_json:
        print_json({"records": found})
    else:
        print_table(found, {"record": "Hồ sơ", "unit": "Đơn vị", "batch": "Lô", "secrecy": "Độ mật"})


@quarantine_group.command("lift")
@click.argument("record")
@click.option("--reason", required=True, help="What the paper itself shows.")
@click.pass_obj
def quarantine_lift_command(site: Site, record: str, reason: str) -> None:
    """The paper bears no such mark: read it and make it findable like any other."""
    with site.services.database.write(durable=True) as connection:
        lift(connection, site.actor, record, reason, READ_UNLISTED)
    site.services.tell_index()
    click.echo(f"Đã gỡ cách ly {record} / quarantine of {record} lifted")


COMMANDS = (show_command, quarantine_group)
