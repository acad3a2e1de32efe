"""Commands of search: search and reindex."""

from datetime import date, datetime
from typing import Protocol

import click

from search.finding import find_records
from search.index import Answer, Index
from search.query import DEFAULT_LIMIT, Query, clauses_of
from search.rebuild import reindex
from warehouse.codes.dates import today
from warehouse.database import Database
from warehouse.errors import UsageError
from warehouse.rights import Actor
from warehouse.terminal import print_json, print_table, progress_bar, shorten


class Searched(Protocol):
    """The part of the opened site that search's commands use."""

    @property
    def database(self) -> Database: ...
    @property
    def index(self) -> Index: ...
    @property
    def process(self) -> str: ...


class Site(Protocol):
    """What commands are given."""

    actor: Actor

    @property
    def services(self) -> Searched: ...


PLACES = ("fonds", "list", "box", "folder", "sheet")

_day = click.DateTime(["%Y-%m-%d"])


@click.command("search")
@click.argument("query")
@click.option("--unit", help="The custodian's code.")
@click.option("--type", "doc_type", help="Type of paper, or code of the type of result.")
@click.option("--holder", help="An identity number of the holder.")
@click.option(
    "--at", "places", multiple=True, metavar="PLACE=VALUE", help="In the archive: box=H12, fonds=..."
)
@click.option("--from", "issued_from", type=_day, help="Issued on or after this day.")
@click.option("--to", "issued_to", type=_day, help="Issued on or before this day.")
@click.option("--in-force-on", type=_day, help="Only papers in force on this day.")
@click.option("--limit", type=click.IntRange(0, 1000), default=DEFAULT_LIMIT, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="JSON on stdout.")
@click.pass_obj
def search_command(
    site: Site,
    query: str,
    unit: str | None,
    doc_type: str | None,
    holder: str | None,
    places: tuple[str, ...],
    issued_from: datetime | None,
    issued_to: datetime | None,
    in_force_on: datetime | None,
    limit: int,
    as_json: bool,
) -> None:
    """Find records: words with or without marks, "phrases in quotes", numbers such as 12/QĐ-UBND."""
    asked = Query(
        clauses_of(query),
        on=_date(in_force_on) or today(),
        in_force=in_force_on is not None,
        unit=unit,
        doc_type=doc_type,
        holder=holder,
        places=tuple(map(_place, places)),
        issued_from=_date(issued_from),
        issued_to=_date(issued_to),
        limit=limit,
    )
    services = site.services
    answer = find_records(services.database, services.index, site.actor, query, asked)
    if as_json:
        print_json(answer)
    else:
        _show(answer)


@click.command("reindex")
@click.option("--json", "as_json", is_flag=True, help="JSON on stdout.")
@click.pass_obj
def reindex_command(site: Site, as_json: bool) -> None:
    """Build the index anew from the database, beside the one in use, then swap."""
    services = site.services
    with progress_bar(None, "Lập chỉ mục / indexing") as bar:
        built = reindex(services.database, services.index, services.process, bar.update)
    if as_json:
        print_json({"indexed": built})
    else:
        click.echo(f"Đã lập chỉ mục {built} hồ sơ / indexed {built} records")


def _place(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    if name not in PLACES or not value.strip():
        raise UsageError("bad_place", text=text, names=", ".join(PLACES))
    return name, value


def _date(value: datetime | None) -> date | None:
    return value.date() if value else None


def _show(answer: Answer) -> None:
    click.echo(f"Tìm thấy {answer['total']} hồ sơ / {answer['total']} records found")
    rows = [
        {**hit, "subject": shorten(hit["subject"] or hit["snippet"], 50), "holder_name": hit["holder_name"]}
        for hit in answer["hits"]
    ]
    columns = {
        "record": "Mã", "tier": "Khớp", "doc_type": "Loại", "reference_number": "Số, ký hiệu",
        "issued_on": "Ngày", "holder_name": "Chủ giấy tờ", "subject": "Trích yếu", "unit": "Đơn vị",
        "state": "Trạng thái", "validity": "Hiệu lực",
    }  # fmt: skip
    print_table(rows, columns)


COMMANDS = (search_command, reindex_command)
