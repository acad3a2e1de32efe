"""A site that took in all samples, compared with what is true of them."""

from typing import Any

from samples.opened import OpenedSite
from samples.truth import COMMUNES, Commune
from warehouse.text import fold


def account_is_right(account: dict[str, Any], commune: Commune) -> bool:
    """Whether a batch's account tells every file and record, and the same gaps of the list."""
    files, reading = len(commune.files), account["reading"]
    return (
        [account[name] for name in ("files", "stored", "duplicate", "rejected", "waiting", "stuck")]
        == [files, files, 0, 0, 0, 0]
        and [reading[name] for name in ("records", "read", "waiting", "stuck")]
        == [commune.records, commune.records, 0, 0]
        and {problem["path"] for problem in account["manifest"]} == commune.unlisted | commune.not_there
    )


def listed_holders() -> dict[str, str]:
    """The holder that the list names, by file."""
    return {
        name: row["holder_name"]
        for commune in COMMUNES
        for name, told in commune.files.items()
        for row in told["manifest"][:1]
        if "holder_name" in row
    }


def found_by_holder(site: OpenedSite) -> int:
    """How many listed papers a search for their holder finds."""
    return sum(
        not site.found(holder).isdisjoint(site.records[name]) for name, holder in listed_holders().items()
    )


def landmarks() -> list[tuple[str, str]]:
    """File and words that only one page of that file has."""
    return [
        (name, phrase)
        for commune in COMMUNES
        for name, told in commune.files.items()
        for phrase in told["phrases"]
    ]


def found_by_landmark(site: OpenedSite) -> int:
    """How many landmarks lead to their paper alone, typed with marks and without."""
    return sum(
        all(
            len(found := site.found(f'"{words}"')) == 1 and found <= set(site.records[name])
            for words in (phrase, fold(phrase))
        )
        for name, phrase in landmarks()
    )


def planned_conflicts() -> list[tuple[str, dict[str, str]]]:
    """File and field where the list says something else than the paper."""
    return [
        (name, conflict)
        for commune in COMMUNES
        for name, told in commune.files.items()
        for conflict in told["conflicts"]
    ]


def in_review(site: OpenedSite, name: str, conflict: dict[str, str]) -> bool:
    """Whether the paper waits for an officer, with both values side by side."""
    record = site.record(site.records[name][0])
    pairs = [(one["name"], one["shown"], one["other"]) for one in record["conflicts"]]
    wanted = (conflict["name"], conflict["manifest"], conflict["paper"])
    return record["state"] == "needs_review" and wanted in pairs


def expected_progress(site: OpenedSite, commune: Commune) -> dict[str, Any]:
    """The commune's row of the progress report, counted record by record."""
    ids = [public_id for name in commune.files for public_id in site.records[name]]
    records = [site.record(public_id) for public_id in ids]
    approved = [record for record in records if record["state"] == "approved"]
    return {
        "files": len(commune.files),
        "registered": commune.records,
        "read": commune.records,
        "needs_review": sum(record["state"] == "needs_review" for record in records),
        "approved": len(approved),
        "digitised": sum(
            record["kind"] == "result" and record["validity"]["status"] == "in_force" for record in approved
        ),
        "returned": 0,
    }
