"""The one spelling of an eventID (EPCIS 2.0 section 7.4.1.1; RFC 9562 section 4)."""

from __future__ import annotations

import re

UUID_URN = re.compile(r"urn:uuid:[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def plain_id(event_id: str) -> str:
    """A UUID in small letters, which is how it is written; in capitals it means the same.

    Everything else, a malformed UUID too, stays as it is.
    """
    if event_id.islower() or UUID_URN.fullmatch(event_id) is None:
        return event_id
    return event_id.lower()
