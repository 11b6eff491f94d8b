"""Writes through the EPCIS door: a whole document, or one event.

What cannot be read at all is refused here; the rest goes to the store, which writes the job and
the events in one transaction, so that an answer is never ahead of what is durable.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.utils import timezone

from nguon.epcis import Document, EpcisError, Limits, Policy, read_document
from nguon.epcis.xml import read_xml
from nguon.errors import Fault
from nguon.eventstore import CaptureResult, EventResult
from nguon.exchange import limits
from nguon.exchange.headers import capture_headers
from nguon.exchange.problem import Problem, refuse
from nguon.parts.engine import get_store

_DOCUMENTS = ("EPCISDocument", "EPCISQueryDocument")
_TOO_MUCH = ("epcis.too_many_events", "epcis.too_large")


def capture_limits() -> tuple[int, int]:
    """The most events and the most bytes of one capture."""
    return (
        getattr(settings, "NGUON_CAPTURE_LIMIT", limits.EVENTS),
        getattr(settings, "NGUON_CAPTURE_FILE_SIZE_LIMIT", limits.BYTES),
    )


def capture_document(
    data: bytes, *, proceed: bool, sender: str = "", xml: bool = False
) -> CaptureResult:
    """Store the events of a document: all or none, or with `proceed` all that are sound.

    Raises Problem 400 where nothing can be made of the document, 413 over the announced
    limits, StoreError where the database cannot store. What is wrong with single events is in
    the result, and in the job that it names.
    """
    document = _read(data, xml=xml)
    if document.type not in _DOCUMENTS:
        raise refuse(400, "not_a_document", document.type)
    return get_store().capture(document, proceed=proceed, sender=sender)


def rehearse_document(
    data: bytes, *, xml: bool = False
) -> tuple[Sequence[EventResult], Sequence[Fault]]:
    """What a capture of the document, or of one bare event, would do; nothing is written.

    Every event in its order with its faults, and the document's own faults. Raises Problem 400
    where nothing can be made of the document, 413 over the limits.
    """
    document = _read(data, refusing=False, xml=xml)
    return get_store().rehearse(document), document.faults


def capture_event(data: bytes, *, sender: str = "") -> EventResult:
    """Store one event, given on its own.

    Raises Problem 400 for an event that breaks a rule, 409 for one that is on record already,
    with the same content or with other.
    """
    document = _read(data)
    if document.type in _DOCUMENTS:
        raise refuse(400, "not_an_event", document.type)
    result = get_store().capture(document, sender=sender).results[0]
    if result.status == "duplicate":
        raise refuse(409, "already_stored", result.event_id)
    if result.status != "stored":
        raise Problem(409 if result.status == "conflict" else 400, *result.faults)
    return result


def _read(data: bytes, *, refusing: bool = True, xml: bool = False) -> Document:
    events, size = capture_limits()
    try:
        document = (read_xml if xml else read_document)(
            data,
            limits=Limits(bytes=size, events=events),
            policy=Policy(now=timezone.now()),
        )
    except EpcisError as error:
        if error.code in _TOO_MUCH:
            raise Problem(413, *error.faults, headers=capture_headers(events, size)) from error
        raise Problem(400, *error.faults) from error
    errors = [fault for fault in document.faults if fault.level == "error"]
    if errors and refusing:
        raise Problem(400, *errors, *(fault for one in document.events for fault in one.faults))
    return document
