"""Codes as people type them, local ones in every home that they may belong to."""

from __future__ import annotations

from django.conf import settings

from nguon.gs1 import Identifier, read_code
from nguon.gs1.local import DEFAULT_HOME


def list_homes() -> list[str]:
    """The homes whose local codes are known here: this installation's, and the samples'."""
    return list(dict.fromkeys([settings.NGUON_BASE_URL, DEFAULT_HOME]))


def read_any(text: str) -> list[Identifier]:
    """What a text may stand for, the likeliest first. Raises Gs1Error for what is no code."""
    found = [one for home in list_homes() for one in read_code(text, home)]
    return list({one.key: one for one in found}.values())
