"""Event identities (EPCIS 2.0 section 7.4.1.1; CBV 2.0 sections 8.9.1 and 8.9.2)."""

from __future__ import annotations

import re

from nguon.epcis.event_id import UUID_URN
from nguon.epcis.hash import event_hash
from nguon.epcis.model import AnyEvent, Reading
from nguon.errors import Fault

_HASH = re.compile(r"ni:///sha-256;[0-9a-f]{64}\?ver=CBV2\.[0-9]")


def check_identity(event: AnyEvent, faults: list[Fault]) -> None:
    """A UUID or an event hash; a hash must be that of the event."""
    given = event.event_id
    if given is None or UUID_URN.fullmatch(given):
        return
    if not given.startswith("ni:///"):
        code = "epcis.uuid_malformed" if given.startswith("urn:uuid:") else "epcis.event_id_scheme"
        faults.append(Fault(code, "/eventID", given))
    elif not _HASH.fullmatch(given):
        faults.append(Fault("epcis.hash_malformed", "/eventID", given))
    elif given.endswith("?ver=CBV2.0") and not any(f.level == "error" for f in faults):
        expected = event_hash(event)
        if expected != given:
            params = {"expected": expected}
            faults.append(Fault("epcis.hash_differs", "/eventID", given, None, params))


def check_document_identities(readings: list[Reading]) -> None:
    """Append a fault to each event whose identity an earlier one of the document has.

    An event and the declaration that it was wrong share their eventID; that is no repetition.
    """
    first: dict[tuple[str, object], int] = {}
    for reading in readings:
        event = reading.event
        if event is None or event.event_id is None:
            continue
        declaration = event.error_declaration
        declared = None if declaration is None else declaration.declaration_time
        earlier = first.setdefault((event.event_id, declared), reading.index)
        if earlier != reading.index:
            params = {"first": earlier}
            pointer = reading.pointer + "/eventID"
            reading.faults.append(
                Fault("epcis.event_id_repeated", pointer, event.event_id, None, params)
            )
