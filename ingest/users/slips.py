"""Slips with a first code, eight on an A4 page: cut apart, each is handed to its owner."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from sqlalchemy import Connection, select

from ingest.sheets_to_print import BOLD, REGULAR, cells, draw_lines, sheets
from warehouse.accounts.names import sought
from warehouse.accounts.passwords import SHORTEST, FirstCode
from warehouse.codes.dates import VIETNAM
from warehouse.tables import assignments, units, users

ACROSS, DOWN = 2, 4
INSET = 5 * mm
GAP = 1.5 * mm
WIDTH = A4[0] / ACROSS - 2 * INSET


class Slip(NamedTuple):
    """Whose it is, where the post is, and the code."""

    login: str
    full_name: str
    unit: str
    first: FirstCode


def slip_of(connection: Connection, login: str, first: FirstCode) -> Slip:
    """What is handed to a user who is to begin with a code; the unit is that of the newest post."""
    user = connection.execute(
        select(users.c.login, users.c.full_name, units.c.name)
        .outerjoin(assignments, assignments.c.user_id == users.c.id)
        .outerjoin(units, units.c.id == assignments.c.unit_id)
        .where(users.c.login == sought(login))
        .order_by(assignments.c.id.desc())
    ).first()
    assert user is not None  # its account was changed in this transaction
    return Slip(user.login, user.full_name, user.name or "", first)


def print_slips(out: Path, slips: Iterable[Slip]) -> None:
    """Write a PDF; raises UsageError if it cannot be written."""
    with sheets(out, "Phiếu mã đăng nhập lần đầu") as canvas:
        for slip, x, y in cells(canvas, slips, ACROSS, DOWN):
            _draw(canvas, slip, x + INSET, y + A4[1] / DOWN - INSET)


def _draw(canvas: Canvas, slip: Slip, x: float, top: float) -> None:
    until = slip.first.until.astimezone(VIETNAM)
    for text, font, size in (
        ("KHO SỐ – PHIẾU MÃ ĐĂNG NHẬP LẦN ĐẦU", BOLD, 10),
        (slip.full_name, BOLD, 11),
        (slip.unit[:1].upper() + slip.unit[1:], REGULAR, 9),
        (f"Tên đăng nhập: {slip.login}", REGULAR, 10),
        (slip.first.code, BOLD, 16),
        (f"Mã dùng được đến {until:%H:%M} ngày {until:%d/%m/%Y}.", REGULAR, 9),
        ("1. Mở trang Kho Số, nhập tên đăng nhập, nhập mã trên vào ô mật khẩu.", REGULAR, 7.5),
        (f"2. Đặt mật khẩu của riêng mình, ít nhất {SHORTEST} ký tự.", REGULAR, 7.5),
        ("3. Hủy phiếu. Người khác đã thấy mã thì báo ngay quản trị đơn vị.", REGULAR, 7.5),
    ):
        top = draw_lines(canvas, text, (x, top - size, WIDTH), font, size) + size - GAP
