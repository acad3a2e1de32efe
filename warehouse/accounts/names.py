"""What users and programs are called by: plain letters, so that nobody mistypes a name."""

import re

from warehouse.errors import UsageError
from warehouse.text import fold

_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{1,63}")


def folded(name: str) -> str:
    """A login or a program's name in its one form: «Nguyễn.An» is «nguyen.an»; raises UsageError."""
    plain = fold(name.strip())
    if not _NAME.fullmatch(plain):
        raise UsageError("bad_name", name=name)
    return plain


def sought(name: str) -> str:
    """The same of a name that is looked for; empty, as nobody is called, if it can be nobody's."""
    try:
        return folded(name)
    except UsageError:
        return ""
