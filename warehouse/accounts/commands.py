"""Commands of accounts that need no paper: users disabled, enabled, given posts, listed; programs."""

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

import click

from warehouse.accounts import clients, posts, users
from warehouse.accounts.posts import ROLES, NewPost
from warehouse.database import Database
from warehouse.rights import CLASSES, USUAL_CLASSES, Actor
from warehouse.terminal import json_option, print_json, print_table

ALL = 1_000_000
DAY = click.DateTime(["%Y-%m-%d"])


class Kept(Protocol):
    """The part of the opened site that these commands use."""

    @property
    def database(self) -> Database: ...


class Site(Protocol):
    """What commands are given."""

    actor: Actor

    @property
    def services(self) -> Kept: ...


unit_option = click.option("--unit", required=True, help="Code of the unit, in force today (06184).")
role_option = click.option("--role", required=True, type=click.Choice(ROLES), help="What the post is for.")
field_option = click.option(
    "--field",
    "fields",
    multiple=True,
    help="Only this field of activity (civil_status); all if none is given.",
)
class_option = click.option(
    "--class", "classes", multiple=True, type=click.Choice(sorted(CLASSES - USUAL_CLASSES)),
    help="A narrower sensitivity class, besides the usual ones.",
)  # fmt: skip
from_option = click.option("--from", "first", type=DAY, help="First day (today).")
to_option = click.option("--to", "last", type=DAY, help="Last day.")


def post_of(
    unit: str, role: str, fields: tuple[str, ...], classes: tuple[str, ...],
    first: datetime | None, last: datetime | None,
) -> NewPost:  # fmt: skip
    """What the options of a post say."""
    return NewPost(
        unit, role, frozenset(fields) or None, USUAL_CLASSES.union(classes),
        first.date() if first else None, last.date() if last else None,
    )  # fmt: skip


@click.group("user")
def user_group() -> None:
    """Accounts of people: who may sign in, in which posts."""


@user_group.command("disable")
@click.argument("login")
@click.pass_obj
def disable_command(site: Site, login: str) -> None:
    """Shut a user out, at once and everywhere."""
    with site.services.database.write(durable=True) as connection:
        users.disable(connection, site.actor, login)
    click.echo(f"Đã khóa / disabled: {login}")


@user_group.command("enable")
@click.argument("login")
@click.pass_obj
def enable_command(site: Site, login: str) -> None:
    """Let a disabled or locked user in again, with the same password."""
    with site.services.database.write(durable=True) as connection:
        users.enable(connection, site.actor, login)
    click.echo(f"Đã mở / enabled: {login}")


@user_group.command("assign")
@click.argument("login")
@unit_option
@role_option
@field_option
@class_option
@from_option
@to_option
@click.pass_obj
def assign_command(
    site: Site, login: str, unit: str, role: str, fields: tuple[str, ...], classes: tuple[str, ...],
    first: datetime | None, last: datetime | None,
) -> None:  # fmt: skip
    """Give a user a post, besides those that are held."""
    new = post_of(unit, role, fields, classes, first, last)
    with site.services.database.write(durable=True) as connection:
        post = posts.assign(connection, site.actor, login, new)
    click.echo(
        f"Vị trí số / post: {post}" if post else f"{login} đã giữ vị trí này rồi / holds this post already"
    )


@user_group.command("unassign")
@click.argument("login")
@click.argument("post", type=int)
@to_option
@click.pass_obj
def unassign_command(site: Site, login: str, post: int, last: datetime | None) -> None:
    """Let a post of a user end, now or after its last day; `user list` tells its number."""
    with site.services.database.write(durable=True) as connection:
        posts.end_post(connection, site.actor, login, post, last.date() if last else None)
    click.echo(f"Đã kết thúc vị trí số / ended post {post}: {login}")


@user_group.command("list")
@click.option("--unit", help="Only who holds a post in this unit (code).")
@json_option
@click.pass_obj
def list_command(site: Site, unit: str | None, as_json: bool) -> None:
    """Users with their posts."""
    with site.services.database.read() as connection:
        found = users.list_users(connection, site.actor, unit, limit=ALL)
    if as_json:
        print_json({"users": found})
        return
    rows = [row for user in found for row in _rows(user)]
    print_table(
        rows,
        {
            "login": "Đăng nhập", "full_name": "Họ tên", "state": "Trạng thái", "post": "Số", "unit": "Đơn vị",
            "role": "Vai trò", "valid_from": "Từ", "valid_to": "Đến",
        },
    )  # fmt: skip


def _state(user: users.User) -> str:
    if user["state"] == "disabled":
        return "bị khóa"
    return "tạm khóa" if user["locked"] else "chờ đổi mã" if user["must_change_password"] else "hoạt động"


def _rows(user: users.User) -> Iterator[dict[str, object]]:
    """One a post; one without, for who never held any."""
    named = {"login": user["login"], "full_name": user["full_name"], "state": _state(user)}
    for post in user["posts"]:
        yield {**named, **post}
    if not user["posts"]:
        yield named | dict.fromkeys(("post", "unit", "role", "valid_from", "valid_to"))


@click.group("client")
def client_group() -> None:
    """Programs of other offices that ask by token."""


@client_group.command("add")
@click.argument("name")
@click.option(
    "--scope", "scopes", multiple=True, required=True, type=click.Choice(sorted(clients.SCOPES)),
    help="An act that it may do.",
)  # fmt: skip
@click.option(
    "--unit", "unit_codes", multiple=True, required=True, help="Code of a unit, with all units below it."
)
@from_option
@to_option
@click.pass_obj
def add_client_command(
    site: Site, name: str, scopes: tuple[str, ...], unit_codes: tuple[str, ...],
    first: datetime | None, last: datetime | None,
) -> None:  # fmt: skip
    """Let a program in; its token is printed this once."""
    days = (first.date() if first else None, last.date() if last else None)
    with site.services.database.write(durable=True) as connection:
        token = clients.add_client(connection, site.actor, name, scopes, unit_codes, *days)
    click.echo(token)


@client_group.command("rotate")
@click.argument("name")
@click.pass_obj
def rotate_command(site: Site, name: str) -> None:
    """Give a program a new token, printed this once; the old one is worth nothing from now on."""
    with site.services.database.write(durable=True) as connection:
        token = clients.rotate_client(connection, site.actor, name)
    click.echo(token)


@client_group.command("disable")
@click.argument("name")
@click.pass_obj
def disable_client_command(site: Site, name: str) -> None:
    """Shut a program out for good."""
    with site.services.database.write(durable=True) as connection:
        clients.disable_client(connection, site.actor, name)
    click.echo(f"Đã khóa / disabled: {name}")


@client_group.command("list")
@json_option
@click.pass_obj
def list_clients_command(site: Site, as_json: bool) -> None:
    """Programs: what they may do, and for which units."""
    with site.services.database.read() as connection:
        found = clients.list_clients(connection, site.actor, limit=ALL)
    if as_json:
        print_json({"clients": found})
        return
    rows = [
        {**client, "scopes": " ".join(client["scopes"]), "units": " ".join(client["units"])}
        for client in found
    ]
    print_table(
        rows,
        {
            "name": "Tên", "state": "Trạng thái", "scopes": "Quyền", "units": "Đơn vị", "valid_from": "Từ",
            "valid_to": "Đến",
        },
    )  # fmt: skip


COMMANDS = (client_group,)
"""`user` is whole only with the commands that print: ingest/users/commands.py."""
