"""Texts that people and machines write along, checked before the database would refuse them."""

from __future__ import annotations

from collections.abc import Mapping

from nguon.errors import Fault
from nguon.labels.services.error import LabelError

REASON = 300
KEY = 400
NAME = 80
_VALUE = 300


def check_text(text: str, most: int = REASON, field: str = "") -> str:
    """The text without blanks around it. Raises LabelError where it is too long or holds a NUL."""
    place = f"/{field}" if field else ""
    if "\0" in text:
        shown = text.replace("\0", "␀")
        raise LabelError(Fault("labels.text_nul", place, shown))
    stripped = text.strip()
    if len(stripped) > most:
        params = {"length": len(stripped), "most": most}
        raise LabelError(Fault("labels.text_long", place, stripped, params=params))
    return stripped


def check_values(values: Mapping[str, str]) -> dict[str, str]:
    """What is to stand on labels, as it was given; raises LabelError as above."""
    for name, text in values.items():
        check_text(name, NAME)
        check_text(text, _VALUE, name)
    return dict(values)
