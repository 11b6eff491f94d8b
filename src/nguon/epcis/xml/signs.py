"""Characters and names that XML 1.0 can hold, and how it spells them (sections 2.2 to 2.4)."""

from __future__ import annotations

import re
from typing import Final

from nguon.epcis.error import EpcisError
from nguon.errors import Fault

FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SPECIAL = re.compile("[&<>\r]|" + FORBIDDEN.pattern)
_SPECIAL_INSIDE = re.compile('[&<>"\r\n\t]|' + FORBIDDEN.pattern)
_SPELLINGS: Final = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "\r": "&#13;",
    "\n": "&#10;",
    "\t": "&#9;",
}
_START = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
NAME = re.compile(f"[{_START}][{_START}\\-.0-9\u00b7\u0300-\u036f\u203f\u2040]*")


def _spell(found: re.Match[str]) -> str:
    sign = found[0]
    if sign in _SPELLINGS:
        return _SPELLINGS[sign]
    raise EpcisError(Fault("epcis.xml_character", "", f"U+{ord(sign):04X}"))


def in_text(text: str) -> str:
    """A text as it stands between tags. Raises `epcis.xml_character` for what XML cannot hold."""
    return _SPECIAL.sub(_spell, text) if _SPECIAL.search(text) else text


def in_attribute(text: str) -> str:
    """A text as it stands between the quotes of an attribute."""
    return _SPECIAL_INSIDE.sub(_spell, text) if _SPECIAL_INSIDE.search(text) else text


def stays_whole(text: str) -> bool:
    """Whether a text comes back as it was from between tags."""
    return text == text.strip() and FORBIDDEN.search(text) is None


def tagged(name: str, text: str) -> str:
    """An element with a text."""
    return f"<{name}>{in_text(text)}</{name}>" if text else f"<{name}/>"


def wrapped(name: str, inner: str) -> str:
    """An element around others, nothing where there are none."""
    return f"<{name}>{inner}</{name}>" if inner else ""
