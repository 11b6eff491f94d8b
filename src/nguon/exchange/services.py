"""Writes through the EPCIS door: a whole document, or one event.

What cannot be read at all is refused here; the rest goes to the store, which writes the job and
the events in one transaction, so that an answer is never ahead of what is durable. A long
document is answered once it is on the disk, and captured by the worker; where none runs, its job
stays running until one does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4

import structlog
from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException

from nguon.epcis import Document, EpcisError, Limits, Policy, read_document
from nguon.epcis.streaming import JsonStream
from nguon.epcis.xml import XmlStream, read_xml
from nguon.errors import Fault
from nguon.eventstore import CaptureResult, EventResult
from nguon.exchange import limits, spool
from nguon.exchange.headers import capture_headers
from nguon.exchange.problem import Problem, refuse
from nguon.parts.engine import get_store

_DOCUMENTS = ("EPCISDocument", "EPCISQueryDocument")
_TOO_MUCH = ("epcis.too_many_events", "epcis.too_large", "epcis.part_too_large")
# What a file is called by its syntax, and how long one may be that is looked through at once.
JSON: Final = ".json"
XML: Final = ".xml"
LOOKED_THROUGH: Final = 16 << 20
_log = structlog.get_logger("nguon.exchange")


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


def capture_file(path: Path, *, proceed: bool, sender: str = "") -> UUID:
    """Leave a document on disk to the worker; its job.

    One that can be looked through at once is refused at once where nothing can be made of it:
    Problem 400, or 413 over the limits. Of a longer one the job tells it. The file is the job's
    from then on; it is removed where this raises.
    """
    job = uuid4()
    try:
        if path.suffix == JSON and path.stat().st_size <= LOOKED_THROUGH:
            _look_through(path)
        get_store().enqueue(job, path.name, proceed=proceed, sender=sender)
    except BaseException:
        spool.drop(path.name)
        raise
    _queue(job)
    return job


def _look_through(path: Path) -> None:
    with path.open("rb") as file, _refusing():
        stream = JsonStream(file, limits=_limits(), policy=_policy())
    if stream.document.type not in _DOCUMENTS:
        raise refuse(400, "not_a_document", stream.document.type)
    errors = [fault for fault in stream.document.faults if fault.level == "error"]
    if errors:
        raise Problem(400, *errors)


def _queue(job: UUID) -> None:
    """Tell the worker. A job that it does not hear of is found by `take_up_waiting`."""
    from nguon.exchange.tasks import capture_waiting as task

    try:
        task.configure(queueing_lock=f"capture:{job}").defer(job=str(job))
    except AlreadyEnqueued:
        pass
    except (ConnectorException, DatabaseError):
        _log.warning("a capture waits for the worker to look for it", job=str(job), exc_info=True)


def capture_waiting(job: str) -> None:
    """Capture the document that a job waits with, and remove its file once that is durable."""
    store, number = get_store(), UUID(job)
    source = dict(store.running_jobs()).get(number)
    if source is None:
        return
    path = spool.path_of(source)
    if not path.is_file():
        store.fail(number, Fault("eventstore.spool_lost", value=path.name))
        return
    try:
        with ExitStack() as files:
            found = store.capture_stream(lambda: _open(files, path), job=number)
        running = found.running
    except EpcisError:
        running = False  # and the job says why
    if not running:
        spool.drop(source)


def _open(files: ExitStack, path: Path) -> JsonStream | XmlStream:
    file = files.enter_context(path.open("rb"))
    policy = _policy()
    if path.suffix == XML:
        chunks = iter(lambda: file.read(limits.CHUNK), b"")
        return XmlStream(chunks, limits=_limits(), policy=policy)
    stream = JsonStream(file, limits=_limits(), policy=policy)
    if stream.document.type not in _DOCUMENTS:
        raise EpcisError(Fault("exchange.not_a_document", "/type", stream.document.type))
    return stream


def take_up_waiting() -> int:
    """Queue the jobs that wait, settle those whose process died, drop files of none; how many."""
    waiting = [(job, source) for job, source in get_store().running_jobs() if source is not None]
    for job, _ in waiting:
        _queue(job)
    spool.drop_unclaimed({source for _, source in waiting})
    return len(waiting)


def rehearse_document(
    data: bytes, *, xml: bool = False
) -> tuple[Sequence[EventResult], Sequence[Fault]]:
    """What a capture of the document, or of one bare event, would do; nothing is written.

    Every event in its order with its faults, and the document's own faults. Raises Problem 400
    where nothing can be made of the document, 413 over the limits.
    """
    document = _read(data, refusing=False, xml=xml)
    return get_store().rehearse(document), document.faults


def capture_event(data: bytes, *, sender: str = "", xml: bool = False) -> EventResult:
    """Store one event, given on its own; in XML also as the only event of a document.

    Raises Problem 400 for an event that breaks a rule, 409 for one that is on record already,
    with the same content or with other.
    """
    document = _read(data, xml=xml)
    if document.type in _DOCUMENTS and not (xml and len(document.events) == 1):
        raise refuse(400, "not_an_event", document.type)
    result = get_store().capture(document, sender=sender).results[0]
    if result.status == "duplicate":
        raise refuse(409, "already_stored", result.event_id)
    if result.status != "stored":
        raise Problem(409 if result.status == "conflict" else 400, *result.faults)
    return result


def _read(data: bytes, *, refusing: bool = True, xml: bool = False) -> Document:
    with _refusing():
        document = (read_xml if xml else read_document)(data, limits=_limits(), policy=_policy())
    errors = [fault for fault in document.faults if fault.level == "error"]
    if errors and refusing:
        raise Problem(400, *errors, *(fault for one in document.events for fault in one.faults))
    return document


def _policy() -> Policy:
    """What this installation chose where the standard leaves a choice, and its clock."""
    return Policy(
        now=timezone.now(),
        refuse_sensor_twins=getattr(settings, "NGUON_REFUSE_SENSOR_TWINS", False),
        refuse_misplaced_dispositions=getattr(settings, "NGUON_REFUSE_DISPOSITIONS", False),
    )


def _limits() -> Limits:
    events, size = capture_limits()
    return Limits(bytes=size, events=events)


@contextmanager
def _refusing() -> Iterator[None]:
    """What cannot be read, as the refusal of its sender."""
    try:
        yield
    except EpcisError as error:
        if error.code in _TOO_MUCH:
            headers = capture_headers(*capture_limits())
            raise Problem(413, *error.faults, headers=headers) from error
        raise Problem(400, *error.faults) from error
