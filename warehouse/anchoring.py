"""`khoso audit anchor`: the head of the log is written to a file, and by e-mail and syslog if settings say so."""

import logging
import logging.handlers
import smtplib
import socket
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import insert

from warehouse.anchors import Anchor, append
from warehouse.audit import write_entry
from warehouse.database import Database
from warehouse.errors import Unavailable
from warehouse.rights import Actor, require
from warehouse.sealing import seal_all
from warehouse.settings import Settings
from warehouse.tables import audit_anchors
from warehouse.terminal import writing_to

PATIENCE_SECONDS = 20
SUBJECT = "Kho Số: mỏ neo nhật ký số {seq} / audit anchor {seq}"
LETTER = """{line}

Hãy giữ thư này: «khoso audit verify --anchor TỆP» đối chiếu nhật ký với dòng trên.
Keep this letter: `khoso audit verify --anchor FILE` compares the log with the line above.
"""


def write_anchor(database: Database, actor: Actor, settings: Settings, out: Path | None) -> Anchor:
    """Seal what waits and write the head out; the file first, for it is the surest.

    Raises Unavailable if e-mail or syslog did not take it; the file has it then all the same.
    """
    require(actor, "audit")
    file = out or settings.anchors
    site = f"{socket.gethostname()}:{settings.home}"
    anchor = Anchor(seal_all(database), datetime.now(UTC), site, str(file))
    with writing_to(file):
        append(file, anchor)
    sent_to, failure = [anchor.source], None
    for way, send in _ways(settings).items():
        try:
            send(anchor)
            sent_to.append(way)
        except OSError as error:  # smtplib's errors are OSErrors, too
            failure = Unavailable("anchor_not_sent", way=way, error=error)
    with database.write(durable=True) as connection:
        row = {**anchor.head._asdict(), "at": anchor.at, "sent_to": ", ".join(sent_to)}
        connection.execute(insert(audit_anchors).values(row))
        write_entry(connection, actor, "anchor", f"entry {anchor.head.seq}", sent_to=sent_to)
    if failure:
        raise failure
    return replace(anchor, source=", ".join(sent_to))


def _ways(settings: Settings) -> dict[str, Callable[[Anchor], None]]:
    ways: dict[str, Callable[[Anchor], None]] = {}
    if settings.anchor_mail_to:
        ways[settings.anchor_mail_to] = lambda anchor: _mail(settings, anchor)
    if settings.anchor_syslog:
        ways[settings.anchor_syslog] = lambda anchor: _log(settings.anchor_syslog, anchor)
    return ways


def _mail(settings: Settings, anchor: Anchor) -> None:
    """Over TLS where the server has it, and never a password without."""
    letter = EmailMessage()
    letter["From"], letter["To"] = settings.mail_from, settings.anchor_mail_to
    letter["Subject"] = SUBJECT.format(seq=anchor.head.seq)
    letter.set_content(LETTER.format(line=anchor.line()))
    server = urlsplit(settings.smtp_url)
    kind = smtplib.SMTP_SSL if server.scheme == "smtps" else smtplib.SMTP
    with kind(server.hostname or "localhost", server.port or 0, timeout=PATIENCE_SECONDS) as smtp:
        smtp.ehlo()
        if kind is smtplib.SMTP and (settings.smtp_user or smtp.has_extn("starttls")):
            smtp.starttls()
        if settings.smtp_user:
            smtp.login(settings.smtp_user, settings.smtp_password.get_secret_value())
        smtp.send_message(letter)


class _Syslog(logging.handlers.SysLogHandler):
    """Tells of a failure instead of printing it."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  (logging's name)
        """Called inside the except clause of `emit`."""
        raise  # noqa: PLE0704


def _log(url: str, anchor: Anchor) -> None:
    server = urlsplit(url)
    address = server.path if server.scheme == "unix" else (server.hostname or "", server.port or 514)
    kind = socket.SOCK_STREAM if server.scheme == "tcp" else socket.SOCK_DGRAM
    with closing(_Syslog(address, logging.handlers.SysLogHandler.LOG_AUTH, kind)) as handler:
        text = f"khoso audit anchor {anchor.line()}"
        handler.emit(logging.LogRecord("khoso", logging.INFO, "", 0, text, None, None))
