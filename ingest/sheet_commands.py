"""Commands of the watched folder and of the sheets that we print: watch, separator, and a batch's labels."""

import signal
from pathlib import Path

import click

from ingest.labels import boxes_of, print_labels
from ingest.plan import make_plan
from ingest.separator import checked_values, print_separators
from ingest.services import Site
from ingest.watching import SETTLE_SECONDS, Watch, Watched

_out = click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The PDF to write."
)


@click.command("separator")
@_out
@click.option("--count", type=click.IntRange(1, 1000), default=1, help="Sheets (1); each can be used again.")
@click.option("--set", "settings", multiple=True, metavar="FIELD=VALUE", help="True of the paper behind it.")
def separator_command(out: Path, count: int, settings: tuple[str, ...]) -> None:
    """Print separator sheets, to lay before each paper of a stack: import --split separator."""
    print_separators(out, count, checked_values(settings))


@click.command("labels")
@click.argument("batch", type=int)
@_out
@click.pass_obj
def labels_command(site: Site, batch: int, out: Path) -> None:
    """Print labels for the archive boxes that a batch's papers lie in."""
    with site.services.database.write() as connection:
        boxes = boxes_of(connection, site.actor, batch)
    print_labels(out, boxes)


@click.command("watch")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--unit", required=True, help="Code of the unit that hands in, in force today (06184).")
@click.option("--stock/--flow", default=True, help="Handed over before, or hidden until handed over.")
@click.option("--set", "settings", multiple=True, metavar="FIELD=VALUE", help="True of every paper.")
@click.option("--once", is_flag=True, help="One sweep over what is complete, then end.")
@click.option(
    "--settle", type=click.FloatRange(0, 3600), default=SETTLE_SECONDS, show_default=True,
    help="Seconds that a file must stay unchanged.",
)  # fmt: skip
@click.pass_obj
def watch_command(
    site: Site, folder: Path, unit: str, stock: bool, settings: tuple[str, ...], once: bool, settle: float
) -> None:
    """Take in what scanners put into a folder, and move it to done/ or rejected/. Ctrl-C ends it."""
    plan = make_plan(None, None, settings, "auto", False)
    watch = Watch(
        site.services, site.actor, Watched(folder, unit, "stock" if stock else "flow", plan, settle)
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: watch.stop.set())
    for swept in watch.run(once=once):
        click.echo(
            f"Lô / batch {swept.batch or '–'}: {swept.done} xong / done, {swept.rejected} từ chối / rejected"
        )


COMMANDS = (separator_command, watch_command)
