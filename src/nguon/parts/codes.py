"""Codes as people type them, local ones in every home that they may belong to."""

from __future__ import annotations

import re

from django.conf import settings

from nguon.gs1 import Identifier, read_code
from nguon.gs1.local import DEFAULT_HOME

_AUTHORITY = re.compile(r"https?://[^/?#]*", re.IGNORECASE)


def _small_host(text: str) -> str:
    """Scheme and host in small letters: labels print them in capitals (RFC 3986 6.2.2.1)."""
    found = _AUTHORITY.match(text)
    return found[0].lower() + text[found.end() :] if found else text


def list_homes() -> list[str]:
    """The homes whose local codes are known here: this installation's, and the samples'."""
    return list(dict.fromkeys([settings.NGUON_BASE_URL, DEFAULT_HOME]))


def read_any(text: str) -> list[Identifier]:
    """What a text may stand for, the likeliest first. Raises Gs1Error for what is no code."""
    given = _small_host(text)
    found = [one for home in list_homes() for one in read_code(given, home)]
    return list({one.key: one for one in found}.values())
