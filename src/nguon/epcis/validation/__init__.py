"""What is wrong with an event, past its syntax: one small module per group of rules.

`structure` and `document` look at members as they stand in JSON; all others look at the typed
event, so they serve XML too. Every check appends faults whose pointers start at the event. A
member that is missing is pointed at where it should stand: its object's pointer, then its name.
"""

from __future__ import annotations

from nguon.epcis.validation.check import check_event
from nguon.epcis.validation.identity import check_document_identities

__all__ = ["check_document_identities", "check_event"]
