"""Commands of the audit log: anchor, verify, export, check."""

from pathlib import Path
from typing import Any, Protocol

import click

from warehouse.anchoring import write_anchor
from warehouse.anchors import anchors_at, anchors_in, kept_anchors
from warehouse.audit import write_entry
from warehouse.audit_check import check_log
from warehouse.database import Database
from warehouse.errors import Damaged, UsageError
from warehouse.rights import Actor
from warehouse.settings import Settings
from warehouse.terminal import json_option, out_path, print_json, writing_to
from warehouse.trail_check import check_trail
from warehouse.trail_file import Kind, export_trail

_file = click.Path(exists=True, dir_okay=False, path_type=Path)
_anchor = click.option(
    "--anchor", type=_file, help="A file of anchors; it may hold a copied line of a letter."
)


class Kept(Protocol):
    """The part of the opened site that these commands use."""

    @property
    def database(self) -> Database: ...


class Site(Protocol):
    """What commands are given."""

    actor: Actor

    @property
    def settings(self) -> Settings: ...
    @property
    def services(self) -> Kept: ...


@click.group("audit")
def audit_group() -> None:
    """The audit log: who did what. Each entry is chained to the one before; an anchor fixes where it ends."""


@audit_group.command("anchor")
@click.option("--out", type=out_path, help="The file to add a line to (KHOSO_ANCHOR_FILE).")
@json_option
@click.pass_obj
def anchor_command(site: Site, out: Path | None, as_json: bool) -> None:
    """Write down where the log ends: in a file, and by e-mail and syslog if settings say so."""
    anchor = write_anchor(site.services.database, site.actor, site.settings, out)
    if as_json:
        print_json({**anchor.head._asdict(), "at": anchor.at.isoformat(), "sent_to": anchor.source})
    else:
        click.echo(f"Mỏ neo / anchor {anchor.head.seq} {anchor.head.hash}: {anchor.source}")


@audit_group.command("verify")
@_anchor
@json_option
@click.pass_obj
def verify_command(site: Site, anchor: Path | None, as_json: bool) -> int:
    """Follow the chain through all entries and past all anchors; name the first wrong entry."""
    database = site.services.database
    with database.write(durable=True) as connection:
        write_entry(connection, site.actor, "verify", "audit")
        known = [*kept_anchors(connection), *anchors_at(site.settings, anchor)]
    result = check_log(database, known)
    return _tell(result, as_json, f"{result['entries']} mục / entries")


@audit_group.command("export")
@click.option("--holder", metavar="NUMBER", help="Entries about the records of the holder with this number.")
@click.option("--user", metavar="LOGIN", help="What this officer did, and what was done to the account.")
@click.option("--record", metavar="ID", help="Entries about this record.")
@click.option("--out", type=out_path, required=True, help="The file to write.")
@click.pass_obj
def export_command(site: Site, holder: str | None, user: str | None, record: str | None, out: Path) -> None:
    """Write one holder's, officer's or record's trail to a file that can be checked without this site."""
    asked: dict[Kind, str | None] = {"holder": holder, "user": user, "record": record}
    given = [(kind, name) for kind, name in asked.items() if name is not None]
    if len(given) != 1:
        raise UsageError("export_one_trail")
    lines = export_trail(site.services.database, site.actor, *given[0])
    with writing_to(out), out.open("w", encoding="utf-8") as file:
        file.writelines(lines)


@audit_group.command("check")
@click.argument("file", type=_file)
@_anchor
@json_option
def check_command(file: Path, anchor: Path | None, as_json: bool) -> int:
    """Check a file that `khoso audit export` wrote; no site is needed."""
    result = check_trail(file, anchors_in(anchor) if anchor else [])
    kind, name = result["about"]["kind"], result["about"]["name"]
    whose = name if kind == "user" else f"{kind} {name}"  # an officer's name is `user:LOGIN`
    return _tell(result, as_json, f"{whose}: {result['own']} mục / entries")


def _tell(result: dict[str, Any], as_json: bool, what: str) -> int:
    if as_json:
        print_json(result)
    else:
        click.echo(("Không có lỗi / all is well: " if result["ok"] else "CÓ LỖI / problems: ") + what)
        click.echo(f"Mỏ neo / anchor: {result['anchor'] or '–'}")
        for problem in result["problems"]:
            click.echo(f"  {problem['message']['vi']} | {problem['message']['en']}")
    return 0 if result["ok"] else Damaged.exit_code


COMMANDS = (audit_group,)
