"""Error declarations and persistent dispositions (EPCIS 2.0 sections 7.4.1.2 and 7.3.6)."""

from __future__ import annotations

from nguon.epcis.error import Policy
from nguon.epcis.model import AnyEvent, ObjectEvent, TransformationEvent
from nguon.epcis.vocabulary import normalise
from nguon.errors import Fault


def check_declaration(event: AnyEvent, faults: list[Fault], *, timed: bool) -> None:
    """A declaration needs the identity of what it declares, and comes after it."""
    declaration = event.error_declaration
    if declaration is None:
        return
    if event.event_id is None:
        faults.append(Fault("epcis.declaration_without_id", "/eventID", ""))
    if timed and declaration.declaration_time < event.event_time:
        moment = declaration.declaration_time.isoformat()
        params = {"event": event.event_time.isoformat()}
        pointer = "/errorDeclaration/declarationTime"
        faults.append(Fault("epcis.declaration_before_event", pointer, moment, None, params))


def check_persistent(event: AnyEvent, faults: list[Fault], policy: Policy) -> None:
    """Something is set or unset, not both, on an event that may say so."""
    persistent = event.persistent_disposition
    if persistent is None:
        return
    pointer = "/persistentDisposition"
    if not persistent.set_ and not persistent.unset:
        faults.append(Fault("epcis.persistent_empty", pointer, "{}"))
    unset = {normalise("disposition", word) for word in persistent.unset}
    for index, word in enumerate(persistent.set_):
        if normalise("disposition", word) in unset:
            faults.append(Fault("epcis.persistent_both", f"{pointer}/set/{index}", word))
    if not isinstance(event, ObjectEvent | TransformationEvent):
        refused = policy.refuse_misplaced_dispositions
        code = "epcis.persistent_refused" if refused else "epcis.persistent_misplaced"
        faults.append(Fault(code, pointer, event.type, None, {"owner": event.type}))
