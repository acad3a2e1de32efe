"""An office that works over HTTP: a served site, and people at their browsers."""

import re
from dataclasses import dataclass, field
from typing import Any

import httpx
import pyotp

from tests.journeys.conftest import UNIT, Khoso

CODE = re.compile(r"[2-9A-Z]{4}(?:-[2-9A-Z]{4}){3}")
PASSWORD = "chín con trâu trắng"
V1 = "/api/v1"


@dataclass
class Person:
    """Somebody at a browser; `recovery`: codes that open the account in the telephone's stead."""

    http: httpx.Client
    login: str
    secret: str = ""
    recovery: list[str] = field(default_factory=list)
    stages: list[str] = field(default_factory=list)

    def ask(self, method: str, path: str, status: int = 200, **more: Any) -> httpx.Response:
        """A request that must be answered so."""
        answer = self.http.request(method, V1 + path, **more)
        assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer

    def get(self, path: str, status: int = 200, **more: Any) -> Any:
        """What is there, as JSON."""
        return self.ask("GET", path, status, **more).json()

    def post(self, path: str, body: Any = None, status: int = 200, **more: Any) -> Any:
        """What came of it, as JSON."""
        return self.ask("POST", path, status, json=body, **more).json()

    def change(self, record: str, deed: str, body: Any = None, status: int = 200) -> Any:
        """Change a record as it was seen a moment before."""
        etag = self.ask("GET", f"/records/{record}").headers["ETag"]
        return self.post(f"/records/{record}/{deed}", body, status, headers={"If-Match": etag})

    def enter(self, password: str) -> None:
        """Sign in and do whatever is asked until the account is open."""
        self.http.cookies.clear()
        self._go_on(self.post("/session", {"login": self.login, "password": password}, 201))
        while self.stages[-1] != "full":
            if self.stages[-1] == "password_change":
                self._go_on(self.post("/session/password", {"old": password, "new": PASSWORD}))
            elif self.recovery:
                self._go_on(self.post("/session/totp", {"code": self.recovery.pop()}))
            else:
                self._set_telephone_up()

    def _set_telephone_up(self) -> None:
        self.secret = self.post("/session/totp/enrolment", {})["secret"]
        confirmed = self.post("/session/totp/confirmation", {"code": pyotp.TOTP(self.secret).now()})
        self.recovery = confirmed["codes"]
        self._go_on(confirmed["session"])

    def _go_on(self, session: Any) -> None:
        self.stages.append(session["stage"])
        self.http.headers["X-CSRF-Token"] = session["csrf_token"]


@dataclass
class Office:
    """A commune's office."""

    khoso: Khoso
    address: str

    def hire(self, login: str, role: str, unit: str = UNIT) -> Person:
        """Somebody whom the operator gives a post, signed in for the first time."""
        post = ("--name", login.title(), "--unit", unit, "--role", role)
        [code] = CODE.findall(self.khoso.run("user", "add", login, *post))
        person = self.newcomer(login)
        person.enter(code)
        return person

    def newcomer(self, login: str) -> Person:
        """Somebody at a browser who has not signed in."""
        return Person(httpx.Client(base_url=self.address, timeout=60), login)

    def program(self, token: str) -> Person:
        """A program that asks by bearer token."""
        headers = {"Authorization": f"Bearer {token}"}
        return Person(httpx.Client(base_url=self.address, timeout=60, headers=headers), "")

    def work(self) -> None:
        """What workers do meanwhile."""
        self.khoso.work()
