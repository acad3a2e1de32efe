"""The one tree of errors.

KhosoError              exit HTTP  what to do
├─ UsageError              2  400  mend the command, the setting or the list
│  ├─ RevisionMissing      2  428  say which revision you saw (If-Match)
│  ├─ TooLarge             2  413  send less at a time
│  └─ WrongMediaType       2  415  send it as a type that is taken
├─ NotFound                2  404  check the code or number
├─ Refused                 3  422  a file or row was not taken: see its reason
├─ Conflict                4  409  its state does not allow this: look again
│  └─ Changed              4  412  it changed meanwhile: look again, then repeat
├─ Stuck                   5  409  work gave up: khoso status, then khoso batch retry
├─ Forbidden               6  403  ask an administrator for the right
│  └─ Unauthenticated      6  401  sign in
├─ Busy                    7  503  another program holds it: wait, then repeat
│  ├─ Deadlock             7  503  nothing was written: repeat at once
│  └─ TooMany              7  429  too many tries: wait as long as it says
├─ StoreFull               8  507  free disk space, then run the same command again
├─ Unavailable             9  503  an engine refuses: mend what it says, then repeat
│  └─ Away                 9  503  an engine does not answer: it may be back in a moment
└─ Damaged                10  500  khoso verify, then restore from the backup

Errors of libraries are translated into these at the edge of the room that called them.
"""

from typing import ClassVar

from warehouse.reasons import Message, message


class KhosoError(Exception):
    """An error with a reason code, a sentence in two languages, an exit code and an HTTP status."""

    exit_code: ClassVar[int] = 1
    http_status: ClassVar[int] = 500

    def __init__(self, reason: str, **detail: object) -> None:
        """`reason` is a key of warehouse.reasons; `detail` fills its sentence."""
        super().__init__(reason)
        self.reason = reason
        self.detail = {key: str(value) for key, value in detail.items()}

    @property
    def message(self) -> Message:
        """The sentence in Vietnamese and in English."""
        return message(self.reason, self.detail)

    def __str__(self) -> str:
        return self.message["en"]


class UsageError(KhosoError):
    """The command, a setting or a list is wrong."""

    exit_code = 2
    http_status = 400


class RevisionMissing(UsageError):
    """A change must say which revision it was made from."""

    http_status = 428


class TooLarge(UsageError):
    """A request is longer than anybody needs."""

    http_status = 413


class WrongMediaType(UsageError):
    """What is sent is called something that is not taken."""

    http_status = 415


class NotFound(KhosoError):
    """There is no such thing, or none that the asker may see."""

    exit_code = 2
    http_status = 404


class Refused(KhosoError):
    """A file or row cannot be taken."""

    exit_code = 3
    http_status = 422


class Conflict(KhosoError):
    """It changed since it was read, or its state does not allow this."""

    exit_code = 4
    http_status = 409


class Changed(Conflict):
    """It is no longer the revision that the asker saw."""

    http_status = 412


class Stuck(KhosoError):
    """Work gave up after its tries."""

    exit_code = 5
    http_status = 409


class Forbidden(KhosoError):
    """The actor's rights do not reach this."""

    exit_code = 6
    http_status = 403


class Unauthenticated(Forbidden):
    """Nobody has signed in, or the session is over."""

    http_status = 401


class Busy(KhosoError):
    """Another program holds what is needed."""

    exit_code = 7
    http_status = 503


class Deadlock(Busy):
    """Two transactions wanted each other's rows, and this one gave way: nothing of it was written."""


class TooMany(Busy):
    """Tried too often; `detail["seconds"]` says how long to wait."""

    http_status = 429


class StoreFull(KhosoError):
    """No room left for originals."""

    exit_code = 8
    http_status = 507


class Unavailable(KhosoError):
    """An engine cannot be used."""

    exit_code = 9
    http_status = 503


class Away(Unavailable):
    """An engine does not answer now, for a restart or for long: whoever can wait does."""


class Damaged(KhosoError):
    """Bytes or rows are not what they were."""

    exit_code = 10
    http_status = 500
