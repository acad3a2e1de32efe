"""What a person sees of batches and records; other programs take --json."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from warehouse.reasons import Message, message
from warehouse.spreadsheets import harmless
from warehouse.terminal import print_table, shorten, writing_to

SHOWN_ITEMS = 20


def account(data: dict[str, Any]) -> None:
    """The account of a batch, and what needs a person's hand."""
    name = "thử, chưa ghi gì / dry run" if data["batch"] is None else data["batch"]
    click.echo(f"Lô / batch {name}: {data['source']} → {data['unit']}")
    counts = {
        "files": "Tệp", "stored": "Đã nhận", "duplicate": "Trùng", "rejected": "Từ chối",
        "waiting": "Đang chờ", "stuck": "Bị dừng",
    }  # fmt: skip
    print_table([data], counts)
    reading = {"records": "Hồ sơ", "read": "Đã đọc", "waiting": "Chờ đọc", "stuck": "Bị dừng"}
    print_table([data["reading"]], reading)
    if data["metadata_only"]:
        click.echo(f"  {data['metadata_only']} hồ sơ chưa có bản quét / records by their metadata only")
    if data["quarantined"]:
        click.echo(
            f"  {data['quarantined']} hồ sơ bị cách ly vì dấu mật / in quarantine: khoso quarantine list"
        )
    if data["suspect"]:
        click.echo(f"  DANH MỤC ĐÁNG NGỜ / suspect list: {_both(data['suspect']['message'])}")
    bad = [problem for problem in data["manifest"] if not problem["warning"]]
    errors(errors_of({**data, "manifest": bad}))
    remarks = [problem for problem in data["manifest"] if problem["warning"]]
    if remarks and data["batch"] is None:  # nobody can ask for them later
        click.echo(f"  {len(remarks)} lưu ý về danh mục / remarks on the list:")
        errors(errors_of({"items": [], "manifest": remarks}))
    elif remarks:
        click.echo(f"  {len(remarks)} lưu ý về danh mục / remarks: khoso batch errors {data['batch']}")


def batches(found: Sequence[dict[str, Any]]) -> None:
    """One line a batch."""
    columns = {
        "batch": "Lô", "unit": "Đơn vị", "created_at": "Lúc", "files": "Tệp", "stored": "Đã nhận",
        "duplicate": "Trùng", "rejected": "Từ chối", "waiting": "Chờ", "stuck": "Dừng", "source": "Nguồn",
    }  # fmt: skip
    print_table(found, columns)


def errors_of(data: dict[str, Any]) -> list[dict[str, Any]]:
    """Rejected files and what is wrong in the list, in one shape."""
    rejected = [
        {
            "row": None,
            "column": None,
            "value": None,
            **{key: item[key] for key in ("path", "reason", "message")},
        }
        for item in data["items"]
        if item["outcome"] == "rejected"
    ]
    rows = [
        {key: found[key] for key in ("row", "path", "column", "value", "reason", "message")}
        for found in data["manifest"]
    ]
    return rejected + rows


def errors(found: Sequence[dict[str, Any]]) -> None:
    """The first of them, in both languages."""
    for one in found[:SHOWN_ITEMS]:
        place = f"dòng {one['row']}" if one["row"] else one["path"]
        click.echo(f"  {place}: {one['message']['vi']} | {one['message']['en']}")
    if len(found) > SHOWN_ITEMS:
        click.echo(f"  … và {len(found) - SHOWN_ITEMS} lỗi nữa: khoso batch errors … --csv FILE")


def write_errors_csv(found: Sequence[dict[str, Any]], out: Path) -> None:
    """As a CSV that Excel opens with its Vietnamese intact."""
    columns = ("row", "path", "column", "value", "reason", "vi", "en")
    with writing_to(out), out.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(columns)
        for one in found:
            flat = {**one, **one["message"]}
            writer.writerow([harmless(flat[name]) for name in columns])


def record(data: dict[str, Any]) -> None:
    """One record: state, validity, every field with where it was read, and conflicts."""
    validity = data["validity"]
    click.echo(
        f"Hồ sơ / record {data['record']}  {data['state']}, {data['availability']}, lần sửa {data['revision']}"
    )
    click.echo(f"Đơn vị {data['unit']}, lô {data['batch']}, SHA-256 {data['sha256']}")
    click.echo(
        f"Hiệu lực / validity: {validity['status']} ({validity['kind']}, {validity['from']} → {validity['to']})"
    )
    rows = [
        {"name": name, **field, "value": shorten(_flat(field["value"]), 60), "confidence": _percent(field)}
        for name, field in data["fields"].items()
    ]
    columns = {
        "name": "Trường", "value": "Giá trị", "confidence": "Tin cậy", "origin": "Nguồn", "page": "Trang",
        "box": "Vị trí",
    }  # fmt: skip
    print_table(rows, columns)
    if data["location"]:
        places = ", ".join(f"{name} {place}" for name, place in data["location"].items() if place)
        click.echo(f"Lưu trữ / archive: {places}")
    if origin := data["migrated"]:
        click.echo(f"Từ hệ thống cũ / carried over: {origin['source_system']}:{origin['source_id']}")
    for proposal in data["proposals"]:
        reason = _both(message(proposal["reason"], proposal))
        click.echo(f"Đề xuất / proposed {proposal['name']}: {proposal['value']} ({reason})")
    for other in data["possible_duplicates"]:
        click.echo(f"Có thể là bản quét khác của / may be another scan of {other['record']}")
    for conflict in data["conflicts"]:
        click.echo(f"Mâu thuẫn / conflict {conflict['name']}: {conflict['shown']} ≠ {conflict['other']}"
                   f" ({conflict['origin']}, trang {conflict['page']})")  # fmt: skip
    if data["disputed"]:
        click.echo("Đang có yêu cầu đính chính / disputed: a correction case is open")
    for reason in data["review"]:
        click.echo(f"Cần xem / review: {_review(reason)}")
    for page in data["pages"]:
        click.echo(f"Trang {page['number']}: {page['status']} {page['reason'] or ''}".rstrip())


def verified(result: dict[str, Any]) -> None:
    """What was checked, and every problem."""
    checked = ", ".join(f"{count} {name}" for name, count in result["checked"].items())
    click.echo(("Không có lỗi / all is well: " if result["ok"] else "CÓ LỖI / problems: ") + checked)
    click.echo(f"Mỏ neo nhật ký / anchor of the audit log: {result['anchor'] or '–'}")
    for problem in result["problems"]:
        click.echo(f"  {problem['object']}: {problem['message']['vi']} | {problem['message']['en']}")


def _both(sentence: Message) -> str:
    return f"{sentence['vi']} | {sentence['en']}"


def _review(reason: str) -> str:
    code, _, name = reason.partition(":")
    return _both(message(code, {"name": name}))


def _flat(value: object) -> str | None:
    return ", ".join(value) if isinstance(value, list) else value if isinstance(value, str) else None


def _percent(field: dict[str, Any]) -> str | None:
    return None if field["confidence"] is None else f"{field['confidence']:.0%}"
