"""Commands of custody: records go to another unit by a decision."""

from datetime import datetime
from typing import Protocol

import click

from warehouse.custody import Move, Moved, count_move, move_custody
from warehouse.database import Database
from warehouse.errors import Deadlock
from warehouse.rights import Actor
from warehouse.terminal import json_option, print_json, progress_bar


class Kept(Protocol):
    """The part of the opened site that these commands use."""

    @property
    def database(self) -> Database: ...
    def tell_index(self) -> None: ...


class Site(Protocol):
    """What commands are given."""

    actor: Actor

    @property
    def services(self) -> Kept: ...


@click.group("custody")
def custody_group() -> None:
    """Who keeps which papers."""


@custody_group.command("move")
@click.option("--from", "giver", required=True, metavar="C", help="The unit that gives; C@DAY as of a day.")
@click.option("--to", "taker", required=True, metavar="C", help="The unit that takes.")
@click.option("--decision", required=True, help="The decision's number.")
@click.option(
    "--date", "decided_on", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The decision's day."
)
@click.option("--note", default="", help="What else the decision says.")
@click.option("--field", help="Only records of this field of activity, by its code.")
@click.option("--batch", type=int, help="Only records of this batch.")
@click.option("--record", "chosen", multiple=True, help="Only this record; may be given again.")
@click.option("--dry-run", is_flag=True, help="Count, and change nothing.")
@json_option
@click.pass_obj
def move_command(
    site: Site,
    giver: str,
    taker: str,
    decision: str,
    decided_on: datetime,
    note: str,
    field: str | None,
    batch: int | None,
    chosen: tuple[str, ...],
    dry_run: bool,
    as_json: bool,
) -> None:
    """Hand a unit's records to another; their credit stays. After a stop: the same command goes on."""
    move = Move(giver, taker, decision, decided_on.date(), note, field, batch, chosen)
    moved = _count(site, move) if dry_run else _move(site, move)
    if as_json:
        print_json({"decision": decision, **moved._asdict()})
        return
    click.echo(
        f"Đã chuyển giao {moved.moved} hồ sơ, còn {moved.left} / moved {moved.moved}, left {moved.left}"
    )
    if moved.waiting:
        click.echo(f"Đang đọc, chuyển sau / being read, run again later: {moved.waiting}")


def _count(site: Site, move: Move) -> Moved:
    with site.services.database.read() as connection:
        return count_move(connection, site.actor, move)


def _move(site: Site, move: Move) -> Moved:
    """Piece by piece, so that nobody waits long for the database."""
    total = 0
    with progress_bar(None, "Chuyển giao / moving") as bar:
        while True:
            try:
                with site.services.database.write(durable=True) as connection:
                    piece = move_custody(connection, site.actor, move)
            except Deadlock:  # whoever changes one of the records at this moment goes first
                continue
            total += piece.moved
            bar.update(piece.moved)
            if not piece.moved:
                break
    site.services.tell_index()
    return piece._replace(moved=total)


COMMANDS = (custody_group,)
