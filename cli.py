"""`khoso`: the click group, and the one place where errors become an exit code and a sentence."""

import getpass
import logging
import sys
from functools import cached_property

import click

from api import commands as api_commands
from ingest import commands as ingest_commands
from ingest.services import Services, make_site, open_services
from search import commands as search_commands
from warehouse import commands as warehouse_commands
from warehouse.errors import KhosoError
from warehouse.rights import Actor
from warehouse.settings import Settings, load_settings


class Site:
    """What commands get: the site, opened when a command first asks for it, and who is asking."""

    actor = Actor(f"cli:{getpass.getuser()}")

    @cached_property
    def settings(self) -> Settings:
        """The environment's settings."""
        return load_settings()

    @cached_property
    def services(self) -> Services:
        """The opened site."""
        return open_services(self.settings)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="khoso")
@click.pass_context
def cli(context: click.Context) -> None:
    """Kho Số: a province's warehouse of digitised, still-valid results of administrative procedures."""
    context.obj = Site()


@cli.command()
@click.pass_obj
def init(site: Site) -> None:
    """Create the site under KHOSO_HOME (default ./var), or upgrade it."""
    make_site(site.settings)
    click.echo(f"Kho đã sẵn sàng / the site is ready: {site.settings.home}")


for room in (ingest_commands, search_commands, warehouse_commands, api_commands):
    for command in room.COMMANDS:
        cli.add_command(command)


def main() -> None:
    """Run; an error is one line on stderr that says what to do, and its exit code (warehouse.errors)."""
    logging.basicConfig(format="khoso: %(message)s", level=logging.WARNING)
    logging.getLogger("urllib3").setLevel(logging.ERROR)  # each try again; what comes of it is told anyway
    try:
        sys.exit(cli.main(standalone_mode=False) or 0)
    except KhosoError as error:
        sentence = error.message
        _complain(f"{sentence['vi']} | {sentence['en']} [{error.reason}]")
        sys.exit(error.exit_code)
    except click.exceptions.NoArgsIsHelpError as asked:
        asked.show()
        sys.exit(asked.exit_code)
    except click.UsageError as error:
        where = error.ctx.command_path if error.ctx else "khoso"
        _complain(f"{error.format_message()} ({where} --help)")
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)


def _complain(sentence: str) -> None:
    """One line, whatever line breaks a library put into its words."""
    click.echo("khoso: " + " ".join(sentence.split()), err=True)


if __name__ == "__main__":
    main()
