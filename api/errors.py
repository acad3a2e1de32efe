"""Errors as answers: every one a problem (RFC 9457), made from the one error tree."""

import logging
import traceback
from collections.abc import Mapping, Sequence
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.types import Scope

from warehouse.audit import write_entry
from warehouse.errors import Forbidden, KhosoError, RevisionMissing, TooMany, Unauthenticated, Unavailable
from warehouse.reasons import Message, message
from warehouse.rights import Actor

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
PREFIX = "/api/v1"
PROBLEMS = f"{PREFIX}/problems"
RETRY_SECONDS = "5"
_OF_STATUS = {404: "no_such_route", 405: "no_such_method"}


class WrongPlace(BaseModel):
    """Where a request is wrong, and how; never what stood there."""

    where: list[str | int]
    problem: str


class Problem(BaseModel):
    """What went wrong and what to do, for programs (`reason`), developers (`detail`) and clerks (`detail_vi`)."""

    type: str
    title: str
    status: int
    detail: str
    detail_vi: str
    reason: str
    request_id: str
    errors: list[WrongPlace] = []


def install(app: FastAPI) -> None:
    """Let the application answer errors so."""
    app.add_exception_handler(KhosoError, _khoso_error)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http_error)


def problem(
    scope: Scope,
    status: int,
    reason: str,
    detail: Mapping[str, str] | None = None,
    errors: Sequence[WrongPlace] = (),
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """The answer for a reason; that of a fault of ours tells no detail, for it names hosts and rows."""
    sentence = message(reason, detail if status < HTTPStatus.INTERNAL_SERVER_ERROR else None)
    request_id = scope.get("state", {}).get("request_id", "")
    body = told(status, reason, sentence, request_id, errors)
    return JSONResponse(body.model_dump(), status, headers, MEDIA_TYPE)


def told(
    status: int, reason: str, sentence: Message, request_id: str, errors: Sequence[WrongPlace] = ()
) -> Problem:
    """What a problem tells."""
    return Problem(
        type=f"{PROBLEMS}/{reason}",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=sentence["en"],
        detail_vi=sentence["vi"],
        reason=reason,
        request_id=request_id,
        errors=list(errors),
    )


def problem_of(scope: Scope, error: KhosoError) -> JSONResponse:
    """The answer for an error of the tree."""
    return problem(scope, error.http_status, error.reason, error.detail, headers=_headers(error))


def unknown_error(scope: Scope, error: Exception) -> JSONResponse:
    """The answer for a bug. Its text may hold what somebody typed, so the log shows its kind and place alone."""
    places = "".join(traceback.format_tb(error.__traceback__))
    log.error("a bug: %s", type(error).__name__, extra={"places": places, **_named(scope)})
    return problem(scope, 500, "internal_error")


def route_template(scope: Scope) -> str:
    """The route as it is written in the program: paths and queries hold names."""
    template = str(getattr(scope.get("route"), "path_format", "-"))
    included = scope["path"].startswith(PREFIX) and template.startswith("/")
    return PREFIX + template if included and not template.startswith(PREFIX) else template


def _named(scope: Scope) -> dict[str, str]:
    """For the log: which request it was."""
    return {"request_id": scope["state"]["request_id"], "route": route_template(scope)}


def _khoso_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, KhosoError)
    if isinstance(error, Forbidden) and not isinstance(error, Unauthenticated):
        try:
            _write_refused(request, error)
        except KhosoError as fault:  # what cannot be noted is not answered as if it had been
            error = fault
    if error.http_status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        told = str(error) if isinstance(error, Unavailable) else error.reason  # rows may hold names
        log.warning("answered %s: %s", error.http_status, told, extra=_named(request.scope))
    return problem_of(request.scope, error)


def _write_refused(request: Request, error: Forbidden) -> None:
    """Whoever is known and was refused stands in the audit log, in a transaction of its own."""
    actor: Actor | None = getattr(request.state, "actor", None)
    if actor is None:
        return
    subject = f"{request.method} {route_template(request.scope)}"
    with request.app.state.services.database.write(durable=True) as connection:
        write_entry(
            connection, actor, "refused_access", subject,
            outcome="refused", reason=error.reason, asked=dict(request.path_params),
        )  # fmt: skip


def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    wrong = error.errors()
    if any(each["type"] == "missing" and each["loc"] == ("header", "If-Match") for each in wrong):
        return problem_of(request.scope, RevisionMissing("revision_missing"))
    places = [WrongPlace(where=list(each["loc"]), problem=_told(each)) for each in wrong]
    return problem(request.scope, 422, "invalid_request", errors=places)


def _told(wrong: Mapping[str, str]) -> str:
    """What is wrong by pydantic's words; a check of our own may have put the value into its words."""
    return wrong["type"] if wrong["type"] in {"value_error", "assertion_error"} else wrong["msg"]


def _http_error(request: Request, error: Exception) -> JSONResponse:
    """Errors of the framework; it hides what reading the body raised behind one of its own."""
    assert isinstance(error, HTTPException)
    if isinstance(error.__cause__, KhosoError):
        return problem_of(request.scope, error.__cause__)
    reason = _OF_STATUS.get(error.status_code, "bad_request")
    return problem(request.scope, error.status_code, reason, headers=error.headers)


def _headers(error: KhosoError) -> dict[str, str]:
    if isinstance(error, Unauthenticated):
        return {"WWW-Authenticate": "Bearer"}
    if isinstance(error, TooMany) or error.http_status == HTTPStatus.SERVICE_UNAVAILABLE:
        return {"Retry-After": error.detail.get("seconds", RETRY_SECONDS)}
    return {}
