"""Commands of a whole site: move, backup, restore."""

from pathlib import Path
from typing import Any

import click

from ingest.relocation import move_site
from ingest.restoring import restore_site
from ingest.services import Site, open_engines
from warehouse.backup import back_up, verify_backup
from warehouse.errors import Damaged
from warehouse.settings import settings_of_file
from warehouse.terminal import json_option, print_json

_folder = click.Path(file_okay=False, path_type=Path)
_backup = click.Path(exists=True, file_okay=False, path_type=Path)
_snapshot = click.option("--snapshot", help="Its name; the newest if none is given.")


@click.command("move")
@click.option(
    "--to-settings",
    "file",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file of lines KHOSO_...=value: the engines to move to.",
)
@json_option
@click.pass_obj
def move_command(site: Site, file: Path, as_json: bool) -> None:
    """Move the site to other engines; this one takes nothing more. After a stop: the same command goes on."""
    result = move_site(open_engines(site.settings), site.actor, settings_of_file(file))
    if as_json:
        print_json(result)
        return
    click.echo(f"Đã chuyển kho sang / moved to: {result['moved_to']}")
    click.echo(f"Tệp đã chép / objects copied: {result['objects']}; dòng / rows: {result['rows']}")


class _Backup(click.Group):
    """`khoso backup DEST` is short for `khoso backup create DEST`."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Whatever is no command is the folder."""
        known = args[0] in self.commands or args[0].startswith("-")
        return super().resolve_command(ctx, args if known else ["create", *args])


@click.group("backup", cls=_Backup)
def backup_group() -> None:
    """Backups: a folder of snapshots. `khoso backup DEST` adds one."""


@backup_group.command("create")
@click.argument("dest", type=_folder)
@json_option
@click.pass_obj
def backup_command(site: Site, dest: Path, as_json: bool) -> int:
    """Add a snapshot of the database and the objects that are new, while the site works."""
    services = site.services
    result = back_up(services.database, services.store, site.actor, dest)
    counts = "Dòng / rows: {rows}; tệp / objects: {objects}, mới / new: {copied}"
    return _tell(result, as_json, "Đã sao lưu / backed up: {snapshot}", counts)


@backup_group.command("verify")
@click.argument("dest", type=_backup)
@_snapshot
@json_option
@click.pass_obj
def backup_verify_command(site: Site, dest: Path, snapshot: str | None, as_json: bool) -> int:
    """Read a snapshot and hash every object that it names."""
    result = verify_backup(dest, snapshot)
    return _tell(result, as_json, "Bản / snapshot {snapshot}: {checked[objects]} tệp / objects")


@click.command("restore")
@click.argument("src", type=_backup)
@_snapshot
@json_option
@click.pass_obj
def restore_command(site: Site, src: Path, snapshot: str | None, as_json: bool) -> int:
    """Fill an empty site from a backup, on whatever engines. After a stop: the same command goes on."""
    result = restore_site(site.settings, site.actor, src, snapshot)
    counts = "Dòng / rows: {rows}; tệp / objects: {objects}"
    return _tell(result, as_json, "Đã khôi phục / restored: {snapshot}", counts)


def _tell(result: dict[str, Any], as_json: bool, *lines: str) -> int:
    """These lines, then objects that are lost, one a line; the exit code."""
    if as_json:
        print_json(result)
    else:
        for line in lines:
            click.echo(line.format_map(result))
        for problem in result["problems"]:
            click.echo(f"{problem['message']['vi']} | {problem['message']['en']}")
    return 0 if result["ok"] else Damaged.exit_code


COMMANDS = (move_command, backup_group, restore_command)
