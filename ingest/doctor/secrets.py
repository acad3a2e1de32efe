"""What no sentence may show, whatever an engine repeats of what it was told."""

import os
import re
from collections.abc import Mapping
from urllib.parse import unquote

from warehouse.settings import PREFIX

SECRET_NAME = re.compile(r"SECRET|PASSWORD|API_KEY")
PASSWORD_IN_URL = re.compile(r"://[^:/@]*:(.+)@")
"""Up to the last @: one that should have been written as %40 belongs to the password."""
SHORTEST = 3
"""Shorter pieces say nothing, and stand in every sentence."""


def hidden(text: str) -> str:
    """Without the secrets of the environment, or pieces of them."""
    for secret in sorted(_secrets(os.environ), key=len, reverse=True):
        text = text.replace(secret, "•••")
    return text


def _secrets(environment: Mapping[str, str]) -> set[str]:
    found = set()
    for name, value in environment.items():
        if not name.upper().startswith(PREFIX):
            continue
        for secret in [value] if SECRET_NAME.search(name.upper()) else PASSWORD_IN_URL.findall(value):
            # libraries that misread a URL show what they took for its host or port
            found |= {secret, unquote(secret), *re.split(r"[@:/?#]", secret)}
    return {secret for secret in found if len(secret) >= SHORTEST}
