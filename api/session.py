"""A person's session: signing in and out, the second factor, a password of one's own.

Each step answers with the session and a new cookie. What is given out once (recovery codes) is not kept for a
request that comes again, so these routes know no Idempotency-Key.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response, Security
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.auth import SESSION, session_cookie
from api.csrf import csrf_token, require_own_origin, require_own_page
from ingest.services import Services
from warehouse.accounts import second_factor, signing_in
from warehouse.accounts.lockout import Addresses
from warehouse.accounts.sessions import Stage, find_session
from warehouse.errors import Unauthenticated

router = APIRouter(prefix="/session", tags=["session"])

GUESSED = frozenset({"sign_in_refused", "code_refused", "code_expired"})
"""Refusals that count against the address they come from."""

Typed = Annotated[str, Field(min_length=1, max_length=200)]
Code = Annotated[str, Field(max_length=40, description="Of the telephone, or a recovery code.")]


class SignIn(BaseModel):
    """What a person types; a first code stands for the password."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"login": "lan", "password": "chín con trâu trắng"}]}
    )

    login: Typed
    password: Typed


class CodeGiven(BaseModel):
    """A code; may be empty where a second factor is set up for the first time."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"code": "492039"}]})

    code: Code = ""


class NewPassword(BaseModel):
    """The old password (or the first code), and the new one."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"old": "K7QM-2XFA-9TRB-W3CD", "new": "chín con trâu trắng"}]},
    )

    old: Typed
    new: Typed


class SessionShown(BaseModel):
    """A session. `stage` says what is still to be shown: a second factor (or, if none is set up, to set one
    up), a password of one's own, or nothing (full). `csrf_token`: to be sent as X-CSRF-Token with each change."""

    login: str
    full_name: str
    stage: Stage
    second_factor: bool
    ends_at: AwareDatetime
    csrf_token: str


class Secret(BaseModel):
    """For the telephone: to be typed, or as an otpauth: address for a QR code. It counts once confirmed."""

    secret: str
    address: str


class RecoveryCodes(BaseModel):
    """Each opens the account once in the telephone's stead. They are not to be had again."""

    codes: list[str]


class Confirmed(RecoveryCodes):
    """The second factor is set up."""

    session: SessionShown


class Visit:
    """A person at a browser, at whatever stage of signing in."""

    def __init__(self, request: Request, response: Response) -> None:
        self.services: Services = request.app.state.services
        self.database = self.services.database
        self.rules = self.services.settings.sign_in_rules
        self.address = request.client.host if request.client else ""
        self._addresses: Addresses = request.app.state.addresses
        self._request, self._response = request, response

    @contextmanager
    def guessing(self) -> Iterator[None]:
        """While something secret is tried: not too often from one address."""
        self._addresses.require_few(self.address)
        try:
            yield
        except Unauthenticated as error:
            if error.reason in GUESSED:
                self._addresses.note_failure(self.address)
            raise

    def go_on(self, token: str) -> SessionShown:
        """The session under its new token, which the browser keeps from every script."""
        self._response.set_cookie(
            SESSION, token, httponly=True, samesite="lax", secure=self._request.url.scheme == "https"
        )
        return self.shown(token)

    def shown(self, token: str) -> SessionShown:
        """The session of a token."""
        with self.database.read() as connection:
            session = find_session(connection, token)
        return SessionShown(
            login=session.login,
            full_name=session.full_name,
            stage=session.stage,
            second_factor=session.second_factor,
            ends_at=session.ends_at,
            csrf_token=csrf_token(token),
        )


def _own_token(request: Request, session: Annotated[str | None, Security(session_cookie)]) -> str:
    if session is None:
        raise Unauthenticated("not_signed_in")
    require_own_page(request, session)
    return session


Visiting = Annotated[Visit, Depends()]
OwnToken = Annotated[str, Depends(_own_token)]


@router.post(
    "",
    status_code=201,
    dependencies=[Depends(require_own_origin)],
    responses={401: {}, 403: {}, 429: {}},
)
def sign_in(visit: Visiting, body: SignIn) -> SessionShown:
    """Sign in with a password.

    Whatever was wrong, the answer is the same; after some failures the account is locked a while.
    """
    with visit.guessing():
        token = signing_in.sign_in(visit.database, visit.rules, body.login, body.password, visit.address)
    return visit.go_on(token)


@router.get("")
def read(visit: Visiting, token: OwnToken) -> SessionShown:
    """Read the own session, whatever its stage."""
    return visit.shown(token)


@router.delete("", status_code=204)
def sign_out(visit: Visiting, token: OwnToken, response: Response) -> None:
    """Sign out: end the own session."""
    signing_in.sign_out(visit.database, token, visit.address)
    response.delete_cookie(SESSION)


@router.post("/password")
def change_password(visit: Visiting, token: OwnToken, body: NewPassword) -> SessionShown:
    """Choose a password. All other sessions of the user end."""
    with visit.guessing():
        following = signing_in.change_password(
            visit.database, visit.rules, token, body.old, body.new, visit.address
        )
    return visit.go_on(following)


@router.post("/totp")
def prove(visit: Visiting, token: OwnToken, body: CodeGiven) -> SessionShown:
    """Prove the second factor."""
    with visit.guessing():
        following = second_factor.prove(visit.database, token, body.code, visit.address)
    return visit.go_on(following)


@router.post("/totp/enrolment")
def enrol(visit: Visiting, token: OwnToken, body: CodeGiven) -> Secret:
    """Begin to set a telephone up as the second factor. Where one is set up already, `code` must be of it."""
    with visit.guessing():
        secret, address = second_factor.set_up(visit.database, token, body.code, visit.address)
    return Secret(secret=secret, address=address)


@router.post("/totp/confirmation")
def confirm(visit: Visiting, token: OwnToken, body: CodeGiven) -> Confirmed:
    """Confirm that the telephone works. From now on it is asked for. All other sessions of the user end."""
    with visit.guessing():
        following, codes = second_factor.confirm(visit.database, token, body.code, visit.address)
    return Confirmed(session=visit.go_on(following), codes=codes)


@router.post("/recovery-codes")
def renew_recovery_codes(visit: Visiting, token: OwnToken, body: CodeGiven) -> RecoveryCodes:
    """Make new recovery codes for a code of the telephone. The old ones are worth nothing."""
    with visit.guessing():
        codes = second_factor.renew_recovery_codes(visit.database, token, body.code, visit.address)
    return RecoveryCodes(codes=codes)
