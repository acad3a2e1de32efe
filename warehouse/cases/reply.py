"""The letter that answers a case: what was asked, what was decided, and why."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, RowMapping, select

from warehouse.audit import write_entry
from warehouse.cases.finding import find_case
from warehouse.codes.dates import VIETNAM
from warehouse.errors import Conflict
from warehouse.known import bare_place
from warehouse.letters import Letter
from warehouse.masks import masked
from warehouse.rights import Actor
from warehouse.tables import case_records, records, units

KINDS = {
    "transcription": "đính chính dữ liệu đã nhập từ giấy tờ",
    "wrong_scan": "đính chính bản quét gắn nhầm giấy tờ hoặc nhầm người",
    "paper": "đính chính nội dung của chính giấy tờ",
    "access_or_erasure": "cung cấp hoặc xóa dữ liệu cá nhân",
}
CHANNELS = {
    "desk": "nộp trực tiếp",
    "post": "gửi qua bưu chính",
    "online": "gửi trực tuyến",
    "one_stop": "gửi qua hệ thống Một cửa",
}
OUTCOMES = {
    "accepted": "Chấp nhận yêu cầu của Ông/Bà.",
    "partly": "Chấp nhận một phần yêu cầu của Ông/Bà.",
    "rejected": "Không chấp nhận yêu cầu của Ông/Bà.",
}
APPEAL = (
    "Nếu không đồng ý với nội dung trả lời trên, Ông/Bà có quyền khiếu nại hoặc khởi kiện"
    " theo quy định của pháp luật."
)
COMMITTEE = "Ủy ban nhân dân"
BLANK = "\N{NO-BREAK SPACE}" * 10  # for a pen


class _Agency(NamedTuple):
    """Who answers, as its letters say it."""

    above: str
    lines: tuple[str, ...]
    notation: str
    place: str

    @property
    def name(self) -> str:
        return " ".join(self.lines)


def reply_letter(connection: Connection, actor: Actor, case: str) -> Letter:
    """The letter of a decided case; raises Conflict while it is open."""
    row = find_case(connection, actor, case)
    if row["decided_at"] is None:
        raise Conflict("case_open", case=row["public_id"])
    write_entry(connection, actor, "print", f"case {row['public_id']}")
    agency = _agency(connection, row["unit_id"])
    about = list(
        connection.scalars(
            select(records.c.public_id)
            .join(case_records, case_records.c.record_id == records.c.id)
            .where(case_records.c.case_id == row["id"])
        )
    )
    number = f"{row['number']:02}/{row['year']}"
    return Letter(
        agency_above=agency.above.upper(),
        agency=tuple(line.upper() for line in agency.lines),
        number=row["reply_number"] or f"{BLANK}{agency.notation}",
        about=f"trả lời yêu cầu {KINDS[row['kind']]}",
        dated=f"{agency.place}, {_day(row['decided_at'])}",
        to=f"Ông/Bà {row['requester_name']}",
        paragraphs=tuple(_paragraphs(row, number, about, agency)),
        signing_capacity=tuple((row["signing_capacity"] or "").upper().splitlines()),
        signer=row["signer"] or "",
        recipients=("Như trên;", f"Lưu: VT, yêu cầu số {number}."),
    )


def _paragraphs(row: RowMapping, number: str, public_ids: list[str], agency: _Agency) -> Iterator[str]:
    of_what = (
        f"giấy tờ của người có số định danh {masked(row['holder'])}"
        if row["holder"]
        else f"hồ sơ mã {', '.join(public_ids)}"
    )
    yield (
        f"Ngày {_short(row['opened_at'])}, {agency.name} nhận được yêu cầu số {number} của Ông/Bà"
        f" ({CHANNELS[row['channel']]}) về việc {KINDS[row['kind']]}, đối với {of_what},"
        " lưu trong kho dữ liệu số hóa kết quả giải quyết thủ tục hành chính."
    )
    yield f"Nội dung yêu cầu: {row['description']}"
    yield f"Sau khi xem xét, {agency.name} trả lời như sau:"
    yield OUTCOMES[row["decision"]]
    if row["ground"]:
        yield f"Lý do: {row['ground']}"
    yield from filter(str.strip, (row["reply"] or "").splitlines())
    yield APPEAL
    yield f"{agency.name} trả lời để Ông/Bà biết./."


def _agency(connection: Connection, unit_id: int) -> _Agency:
    above = units.alias()
    query = (
        select(units.c.name, units.c.level, above.c.name.label("above"))
        .outerjoin(above, above.c.id == units.c.parent_id)
        .where(units.c.id == unit_id)
    )
    unit = connection.execute(query).one()
    if unit.level == "department":
        name = unit.name.removesuffix(f" {unit.above}")
        return _Agency(f"UBND {unit.above}", (name,), "", bare_place(unit.above))
    return _Agency("", (COMMITTEE, unit.name), "/UBND", bare_place(unit.name))


def _day(at: datetime) -> str:
    """As NĐ 30/2020 writes it: days below 10 and the months 1 and 2 with a zero before them."""
    day = _local(at)
    month = f"{day.month:02}" if day.month <= 2 else f"{day.month}"
    return f"ngày {day.day:02} tháng {month} năm {day.year}"


def _short(at: datetime) -> str:
    return f"{_local(at):%d/%m/%Y}"


def _local(at: datetime) -> date:
    return at.astimezone(VIETNAM).date()
