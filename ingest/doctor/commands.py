"""The command doctor."""

from typing import Any

import click

from ingest.doctor.examination import Examined, examine
from ingest.doctor.secrets import hidden
from warehouse.terminal import json_option, print_json

VERDICTS = {"ok": "ổn / ok", "warning": "LƯU Ý / warning", "wrong": "SAI / wrong"}


@click.command("doctor")
@json_option
def doctor_command(as_json: bool) -> int:
    """Say what is wrong with settings, disk, clock, tools, engines and workers, and what to do.

    Changes nothing. Warnings end with 0, what is wrong with the exit code of the first of them.
    """
    exit_code, told = 0, []
    for each in examine():
        exit_code = exit_code or each.finding.exit_code
        told.append(_as_json(each))
        if not as_json:
            _print(told[-1])
    if as_json:
        print_json({"ok": not exit_code, "findings": told})
    return exit_code


def _as_json(each: Examined) -> dict[str, Any]:
    sentence = each.finding.message
    return {
        "check": each.check,
        "verdict": each.finding.verdict,
        "reason": each.finding.reason,
        "message": {"vi": hidden(sentence["vi"]), "en": hidden(sentence["en"])},
        "seconds": round(each.seconds, 3),
    }


def _print(told: dict[str, Any]) -> None:
    """One line, whatever line breaks an engine put into its words."""
    sentence = " ".join(f"{told['message']['vi']} | {told['message']['en']}".split())
    click.echo(f"{VERDICTS[told['verdict']]:<16} {told['check']:<10} {sentence} ({told['seconds']:.2f} s)")


COMMANDS = (doctor_command,)
