"""Whether a text is a URI (RFC 3986), or at least an IRI (RFC 3987), which JSON-LD allows."""

from __future__ import annotations

import re

from nguon.epcis.memory import remember
from nguon.errors import Fault

_URI = re.compile(
    r"[A-Za-z][A-Za-z0-9+.\-]*:"
    r"(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*+"
)
# What an IRI (RFC 3987) adds: letters beyond ASCII. JSON-LD allows them, the schema does not.
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:(?:[^\x00-\x20\"<>\\^`{|}%\x7f]|%[0-9A-Fa-f]{2})*+")
_FRAGMENTS = re.compile(r"[^#]*(?:#[^#]*)?")


@remember(8192)
def uri_fault(text: str) -> Fault | None:
    """What keeps a text from being a URI, its pointer left empty; None when nothing does."""
    sound = _FRAGMENTS.fullmatch(text) is not None
    if sound and _URI.fullmatch(text):
        return None
    if sound and not text.isascii() and _IRI.fullmatch(text):
        return Fault("epcis.uri_not_ascii", "", text)
    return Fault("epcis.not_a_uri", "", text)
