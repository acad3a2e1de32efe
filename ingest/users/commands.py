"""Commands that give first codes, on the terminal or on paper: user add, reset, load."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import click
from sqlalchemy import Connection

from ingest.services import Site
from ingest.users.loading import Loaded, load_people
from ingest.users.slips import print_slips, slip_of
from warehouse.accounts import users
from warehouse.accounts.commands import (
    class_option,
    field_option,
    from_option,
    post_of,
    role_option,
    to_option,
    unit_option,
    user_group,
)
from warehouse.accounts.passwords import FirstCode, new_first_code
from warehouse.errors import UsageError
from warehouse.terminal import json_option, out_path, print_json, print_table

slips_option = click.option("--slips", type=out_path, help="The PDF of slips to write, to be handed out.")


@user_group.command("add")
@click.argument("login")
@click.option("--name", "full_name", required=True, help="Full name.")
@unit_option
@role_option
@field_option
@class_option
@from_option
@to_option
@slips_option
@click.pass_obj
def add_command(
    site: Site, login: str, full_name: str, unit: str, role: str, fields: tuple[str, ...],
    classes: tuple[str, ...], first: datetime | None, last: datetime | None, slips: Path | None,
) -> None:  # fmt: skip
    """Make an account with a post. Its first code is printed this once, or on a slip."""
    post = post_of(unit, role, fields, classes, first, last)
    _give_code(
        site,
        login,
        slips,
        lambda connection, code: users.add_user(connection, site.actor, login, full_name, post, code),
    )


@user_group.command("reset")
@click.argument("login")
@click.option("--second-factor", is_flag=True, help="Forget the telephone and the recovery codes, too.")
@slips_option
@click.pass_obj
def reset_command(site: Site, login: str, second_factor: bool, slips: Path | None) -> None:
    """Let a user begin anew with a first code, printed this once, or on a slip; all sessions end."""
    _give_code(
        site,
        login,
        slips,
        lambda connection, code: users.reset(
            connection, site.actor, login, code, second_factor=second_factor
        ),
    )


@user_group.command("load")
@click.argument("file", type=click.Path(path_type=Path))
@slips_option
@click.option("--dry-run", is_flag=True, help="Say what would become of each row; nothing is kept.")
@json_option
@click.pass_obj
def load_command(site: Site, file: Path, slips: Path | None, dry_run: bool, as_json: bool) -> int:
    """Make accounts and give posts from a list (XLSX, XLS, ODS, CSV); the same list again changes nothing."""
    if dry_run == (slips is not None):
        raise UsageError("slips_or_dry_run")
    loaded = load_people(site.services, site.actor, file, slips)
    print_json(loaded) if as_json else _print(loaded)
    return 3 if loaded["bad"] else 0


def _give_code(
    site: Site, login: str, slips: Path | None, deed: Callable[[Connection, FirstCode], None]
) -> None:
    first = new_first_code(site.services.settings.sign_in_rules)
    with site.services.database.write(durable=True) as connection:
        deed(connection, first)
        if slips:
            print_slips(slips, [slip_of(connection, login, first)])
    if slips:
        click.echo(f"Đã in phiếu / slip written: {slips}")
    else:
        click.echo(f"Mã đăng nhập lần đầu / first code: {first.code}")


def _print(loaded: Loaded) -> None:
    print_table(
        loaded["people"],
        {"row": "Dòng", "login": "Đăng nhập", "unit": "Đơn vị", "outcome": "Kết quả"},
    )
    for row in loaded["people"]:
        if row["message"]:
            click.echo(f"Dòng / row {row['row']}: {row['message']['vi']}")
    click.echo(
        f"{loaded['rows']} dòng / rows: {loaded['new']} mới / new, {loaded['assigned']} thêm vị trí / posts, "
        f"{loaded['unchanged']} như cũ / unchanged, {loaded['bad']} sai / bad"
    )


COMMANDS = (user_group,)
