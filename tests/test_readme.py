"""The README tells of every command, setting, exit code and make target, and of no others."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import cli
from warehouse.errors import KhosoError
from warehouse.settings import Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
CODE_SPANS = re.findall(r"`([^`\n]+)`", README)


def commands(group: click.Group, above: str = "khoso") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        yield f"{above} {name}", command
        if isinstance(command, click.Group):
            yield from commands(command, f"{above} {name}")


ALL = dict(commands(cli.cli))
LEAVES = {name: command for name, command in ALL.items() if not isinstance(command, click.Group)}


@pytest.mark.parametrize("name", ALL)
def test_every_command_says_what_it_does(name: str) -> None:
    assert ALL[name].help


@pytest.mark.parametrize("name", LEAVES)
def test_every_option_but_the_plain_ones_is_explained(name: str) -> None:
    unexplained = [
        option.name for option in LEAVES[name].params if isinstance(option, click.Option) and not option.help
    ]
    assert set(unexplained) <= {"limit"}


@pytest.mark.parametrize("name", LEAVES)
def test_every_command_stands_in_the_readme_with_all_its_options(name: str) -> None:
    line = next(line for line in README.splitlines() if re.match(rf"\| `{name}[ `]", line))
    options = {
        word
        for parameter in LEAVES[name].params
        if isinstance(parameter, click.Option)
        for word in [*parameter.opts, *parameter.secondary_opts]
    }
    assert set(re.findall(r"--[a-z-]+", line.split("` |")[0])) == options


def test_every_command_of_the_readme_exists() -> None:
    told = re.findall(r"khoso [a-z]+(?: [a-z]+)?", " ; ".join(CODE_SPANS))
    assert told
    assert [name for name in told if name not in LEAVES and name.rsplit(" ", 1)[0] not in LEAVES] == []


def test_every_setting_stands_in_the_readme_and_no_other() -> None:
    rows = re.findall(r"^\| (`KHOSO_[^|]+) \|", README, re.MULTILINE)
    told = set(re.findall(r"`KHOSO_([A-Z0-9_]+)`", " ".join(rows)))
    assert told == {name.upper() for name in Settings.model_fields}


def test_every_exit_code_stands_in_the_readme() -> None:
    told = {int(code) for code in re.findall(r"^\| (\d+) \|", README, re.MULTILINE)}
    assert told == {0} | {error.exit_code for error in KhosoError.__subclasses__()}


def test_every_make_target_of_the_readme_exists_and_every_target_is_told() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):.*##", makefile, re.MULTILINE))
    assert set(re.findall(r"make ([a-z-]+)", " ; ".join(CODE_SPANS))) == targets


def test_every_file_that_the_readme_points_to_exists() -> None:
    pointed_to = re.findall(r"\]\(([A-Z]+(?:\.md)?)\)", README)
    assert pointed_to
    assert [name for name in pointed_to if not (ROOT / name).exists()] == []
