"""Which event is which: the identity of an event, and the key it is stored under.

EPCIS 2.0 section 7.4.1.1 (eventID) and 7.4.1.2 (an error declaration repeats the eventID of the
event it declares wrong); CBV 2.0 section 8.9.2 (the hash, for events without an eventID).
"""

from __future__ import annotations

import hashlib
from datetime import UTC
from uuid import UUID

from nguon.epcis.hash import event_hash
from nguon.epcis.model import AnyEvent

_SALT = b"nguon.event:"


def subject(event: AnyEvent) -> str:
    """The id of the event that is told: the given eventID, else the event hash.

    An event and a declaration that it was wrong have the same subject.
    """
    return event.event_id or event_hash(event)


def identity(event: AnyEvent) -> str:
    """The given eventID, else the event hash; a declaration's with its time behind.

    So an event, and each declaration that it was wrong, are things of their own, while the same
    event sent again, by whatever road and in whatever syntax, is the same thing.
    """
    own = subject(event)
    if event.error_declaration is None:
        return own
    moment = event.error_declaration.declaration_time.astimezone(UTC)
    return f"{own}#errorDeclaration:{moment.isoformat(timespec='microseconds')}"


def event_key(identity: str) -> UUID:
    """A UUID, version 8 (RFC 9562 5.8), out of an identity: the same for ever, anywhere.

    The first 128 bits of SHA-256 over `nguon.event:` and the identity in UTF-8, with version
    and variant set. 122 bits remain: among 10^12 events a clash has odds below 10^-12.
    """
    digest = hashlib.sha256(_SALT + identity.encode("utf-8", "surrogatepass")).digest()
    number = int.from_bytes(digest[:16], "big")
    number = number & ~(0xF << 76) | (8 << 76)
    number = number & ~(3 << 62) | (2 << 62)
    return UUID(int=number)
