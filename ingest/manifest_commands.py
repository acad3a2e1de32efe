"""Commands for lists: an empty one to fill in, and what a unit's own headers mean."""

from pathlib import Path

import click

from ingest import column_maps
from ingest.columns import header_key
from ingest.services import Site
from ingest.template import write_template
from warehouse.errors import UsageError
from warehouse.terminal import json_option, out_path, print_json, print_table
from warehouse.units import unit_in_force


@click.group("manifest")
def manifest_group() -> None:
    """Lists that units hand in with their scans."""


@manifest_group.command("template")
@click.option(
    "--type", "type_name", help="Type of paper, by name or code (Giấy khai sinh); all fields if none."
)
@click.option("--out", type=out_path, required=True, help="The XLSX file to write.")
def template_command(type_name: str | None, out: Path) -> None:
    """Write an empty list: the columns the type needs, numbers as text, drop-down lists, instructions."""
    write_template(out, type_name)
    click.echo(f"Đã ghi mẫu danh mục / template written: {out}")


@manifest_group.command("columns")
@click.option("--unit", required=True, help="Code of the unit, in force today (06184).")
@click.option("--map", "maps", multiple=True, metavar="HEADER=FIELD", help="What one of its headers means.")
@click.option("--forget", multiple=True, metavar="HEADER", help="Take a header out of the map.")
@json_option
@click.pass_obj
def columns_command(
    site: Site, unit: str, maps: tuple[str, ...], forget: tuple[str, ...], as_json: bool
) -> None:
    """Show or change what a unit's own headers mean; every later list of the unit is read by it."""
    new = dict(map(_mapping, maps))
    with site.services.database.write(durable=True) as connection:
        found = column_maps.change(connection, site.actor, unit_in_force(connection, unit), new, forget)
    columns = [{"header": header, "field": name} for header, name in found.items()]
    if as_json:
        print_json({"unit": unit, "columns": columns})
    else:
        print_table(columns, {"header": "Tên cột", "field": "Trường"})


def _mapping(text: str) -> tuple[str, str]:
    header, equals, name = text.rpartition("=")
    if not equals or not header_key(header) or not name.strip():
        raise UsageError("bad_column_map", text=text)
    return header.strip(), name.strip()


COMMANDS = (manifest_group,)
