"""Own and foreign things, and a request for each route that is right but for whose thing it is about."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Literal

from sqlalchemy import select

from tests.api.conftest import FIRST_CODE, Api
from tests.warehouse.archive import add_batch, add_record
from warehouse.accounts.clients import add_client
from warehouse.accounts.posts import NewPost
from warehouse.accounts.users import add_user
from warehouse.cases.opening import NewCase, Requester, open_case
from warehouse.rights import Actor
from warehouse.tables import cases, records
from warehouse.units import unit_in_force

Place = Literal["own", "foreign"]
UNITS: dict[Place, str] = {"own": "06184", "foreign": "24373"}
PROVINCE, NEIGHBOUR = "20", "06187"  # the own unit's; what lies in the province is own
FOREIGN = "Ngoạilai"  # a word of everything foreign
SYSTEM = Actor("khoso")
PNG = b"\x89PNG\r\n\x1a\n"
WHY = {"reason": "Đối chiếu với bản giấy."}


@dataclass
class Things:
    """New ones for each request, so that none finds what another has done."""

    api: Api
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def record(self, place: Place) -> tuple[str, int]:
        """Its public id and revision."""
        with self.api.services.database.write() as connection:
            unit = unit_in_force(connection, UNITS[place]).id
            named = f"Giấy {FOREIGN}" if place == "foreign" else "Giấy khai sinh"
            new = add_record(connection, unit, named, holder="020190001234", work="ready")
            row = connection.execute(select(records).where(records.c.id == new)).mappings().one()
            return row["public_id"], row["revision"]

    def case(self, place: Place) -> tuple[str, int]:
        """Its public id and revision; it is about a new record."""
        record, _ = self.record(place)
        who = Requester(FOREIGN if place == "foreign" else "Lan", "0912", "holder")
        new = NewCase("transcription", "desk", who, "Sai họ.", record=record)
        with self.api.services.database.write() as connection:
            case = open_case(connection, SYSTEM, new)["case"]
            revision = connection.scalar(select(cases.c.revision).where(cases.c.public_id == case))
            return case, revision or 0

    def batch(self, place: Place) -> tuple[str, int]:
        """Its number."""
        with self.api.services.database.write() as connection:
            source = f"/scans/{FOREIGN if place == 'foreign' else 'ta'}"
            return str(add_batch(connection, unit_in_force(connection, UNITS[place]).id, source)), 0

    def user(self, place: Place) -> tuple[str, int]:
        """A login."""
        login, name = f"nguoi{next(self.numbers)}", FOREIGN if place == "foreign" else "Lan"
        with self.api.services.database.write() as connection:
            add_user(connection, SYSTEM, login, name, NewPost(UNITS[place], "clerk"), FIRST_CODE)
        return login, 0

    def client(self, place: Place) -> tuple[str, int]:
        """A program's name."""
        name = f"{FOREIGN if place == 'foreign' else 'may'}{next(self.numbers)}"
        with self.api.services.database.write() as connection:
            add_client(connection, SYSTEM, name, ["read"], [UNITS[place]])
        return name, 0


def request_for(things: Things, row: Any, place: Place) -> dict[str, Any]:
    """What to send along a row of the table, as the client's request() takes it."""
    make = getattr(things, row.about, None)
    thing, revision = make(place) if make else ("", 0)
    named = {"record": thing, "case": thing, "batch": thing, "login": thing, "name": thing, **PLAIN}
    path = re.sub(r"\{(\w+)\}", lambda found: named[found[1]], row.path)
    usual: Body = lambda *_: {} if row.method == "GET" else {"json": WHY}  # noqa: E731
    sent = BODIES.get(f"{row.method} {row.path}", usual)(things, place, thing)
    headers = {"If-Match": f'"{revision}"', "X-Purpose": "doi chieu"}
    return {"method": row.method, "url": path, "headers": headers | sent.pop("headers", {}), **sent}


PLAIN = {
    "field": "subject",
    "proposal": "1",
    "decision": "take",
    "post": "1",
    "run": "999",
    "number": "1",
    "page": "1",
    "reason": "empty",
}
"""What stands in a path besides what it is about."""


Body = Callable[[Things, Place, str], dict[str, Any]]


def _json(**body: Any) -> Body:
    return lambda things, place, thing: {"json": body}


def _of_unit(**body: Any) -> Body:
    """A body that names a unit of the place."""
    return lambda things, place, thing: {"json": _filled(body, UNITS[place], next(things.numbers))}


def _filled(body: Any, unit: str, number: int) -> Any:
    if isinstance(body, dict):
        return {name: _filled(value, unit, number) for name, value in body.items()}
    if isinstance(body, list):
        return [_filled(value, unit, number) for value in body]
    return body.format(unit=unit, number=number) if isinstance(body, str) else body


def _case(things: Things, place: Place, record: str) -> dict[str, Any]:
    requester = {"name": "Lan", "contact": "0912", "relation": "holder"}
    about = {"kind": "transcription", "channel": "desk", "description": "Sai họ."}
    return {"json": {**about, "requester": requester, "record": record}}


def _superseded(things: Things, place: Place, record: str) -> dict[str, Any]:
    return {"json": {**WHY, "successor": things.record(place)[0], "ended_on": "2026-01-01"}}


def _foreign_record(**more: Any) -> Body:
    """In bulk: a record that is none of the asker's, who is told that there is none."""

    def body(things: Things, place: Place, thing: str) -> dict[str, Any]:
        record, revision = things.record("foreign")
        return {"json": {"records": [{"record": record, "revision": revision}], **more}}

    return body


_CORRECTED = {"values": ["Trích yếu"], **WHY}
_MOVED = {"giver": "{unit}", "taker": NEIGHBOUR, "decision": "1/QĐ", "decided_on": "2026-07-01"}
BODIES: dict[str, Body] = {
    "POST /api/v1/search": _json(query="giấy"),
    "GET /api/v1/search/suggestions": lambda *_: {"params": {"q": "Giấy"}},
    "POST /api/v1/search/export": _json(query="giấy", form="csv"),
    "POST /api/v1/persons/search": _json(name="Nông Thị Lan"),
    "POST /api/v1/session": _json(login="nobody", password="wrong"),
    "POST /api/v1/session/password": _json(password="a long new password", current="x"),
    "POST /api/v1/session/totp": _json(code="000000"),
    "POST /api/v1/session/totp/enrolment": _json(code="000000"),
    "POST /api/v1/session/totp/confirmation": _json(code="000000"),
    "POST /api/v1/session/recovery-codes": _json(code="000000"),
    "POST /api/v1/records/{record}/notes": _json(text="Bản giấy mờ."),
    "POST /api/v1/records/{record}/fields/{field}/correct": _json(**_CORRECTED),
    "PUT /api/v1/records/{record}/scan": lambda *_: {
        "content": PNG,
        "headers": {"Content-Type": "image/png"},
    },
    "POST /api/v1/records/{record}/revoke": _json(ended_on="2026-01-01", decision_number="1/QĐ", **WHY),
    "POST /api/v1/records/{record}/supersede": _superseded,
    "POST /api/v1/bulk/approvals": _foreign_record(),
    "POST /api/v1/bulk/corrections": _foreign_record(field="subject", **_CORRECTED),
    "POST /api/v1/cases": _case,
    "POST /api/v1/cases/{case}/decision": _json(decision="accepted"),
    "POST /api/v1/users": _of_unit(
        login="moi{number}", full_name="Lan", post={"unit": "{unit}", "role": "clerk"}
    ),
    "POST /api/v1/users/{login}/reset": _json(second_factor=False),
    "PUT /api/v1/users/{login}/state": _json(state="disabled"),
    "POST /api/v1/users/{login}/posts": _json(unit=NEIGHBOUR, role="clerk"),
    "POST /api/v1/clients": _of_unit(name="moi{number}", scopes=["read"], units=["{unit}"]),
    "POST /api/v1/custody-moves": _of_unit(**_MOVED),
    "POST /api/v1/custody-moves/count": _of_unit(**_MOVED),
    "POST /api/v1/audit/trails": _json(kind="user", name="khongai"),
}
"""Bodies that are right; a reason alone where none stands here."""
