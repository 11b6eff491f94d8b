"""Reads of capture jobs, and how a job and its errors are told."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from nguon.epcis.xml import CaptureJob as WrittenJob
from nguon.epcis.xml import Problem as Written
from nguon.epcis.xml import write_capture_job
from nguon.epcis.xml.signs import FORBIDDEN
from nguon.errors import Fault
from nguon.eventstore import CaptureJob, EventResult
from nguon.exchange.answers import XML_DECLARATION, Rendered, encode_json
from nguon.exchange.forms import Form
from nguon.exchange.problem import refuse
from nguon.parts.engine import get_store

PER_PAGE = 30
_MOST_PER_PAGE = 1000
_WOULD = {"stored": "accepted", "conflict": "refused"}


def find_job(text: str, reader: str) -> CaptureJob:
    """The capture job of an id; Problem 404, for somebody else's too.

    `reader` is whose key reads ("" is the operator's, who sees all): the errors of a job quote
    documents that are nobody else's business.
    """
    try:
        job = get_store().job(UUID(text))
    except ValueError:
        job = None
    if job is None or (reader and job.sender != reader):
        raise refuse(404, "no_job", text)
    return job


def list_jobs(query: Mapping[str, str], reader: str) -> tuple[Sequence[CaptureJob], str]:
    """A page of the reader's jobs, newest first, and the token of the next one, "" on the last."""
    size = read_page_size(query.get("perPage"))
    before = read_token(query.get("nextPageToken"))
    jobs = get_store().jobs(size + 1, before, reader or None)
    token = write_token(jobs[size - 1]) if len(jobs) > size else ""
    return jobs[:size], token


def read_page_size(text: str | None) -> int:
    """`perPage`, 30 where it is not given, at most 1000."""
    if text is None:
        return PER_PAGE
    if not (text.isascii() and text.isdigit() and int(text[:9])):
        raise refuse(400, "per_page", text, name="QueryParameterException")
    return min(int(text[:9]), _MOST_PER_PAGE)


def write_token(job: CaptureJob) -> str:
    """The opaque place after a job: its time and id, so that new jobs do not shift pages."""
    place = f"{job.created_at.astimezone(UTC).isoformat()} {job.id}"
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def read_token(token: str | None) -> tuple[datetime, UUID] | None:
    """The place a token stands for, None for no token; Problem 400 for what is none of ours."""
    if not token:
        return None
    try:
        padded = token + "=" * (-len(token) % 4)
        moment, _, job = base64.urlsafe_b64decode(padded).decode("ascii").partition(" ")
        return datetime.fromisoformat(moment).astimezone(UTC), UUID(job)
    except (ValueError, OverflowError, binascii.Error):
        raise refuse(400, "page_token", token, name="QueryParameterException") from None


def render_job(job: CaptureJob, form: Form) -> Rendered:
    """One job: a CaptureJob object, or an EPCISCaptureJob."""
    body = write_capture_job(_as_xml(job)) if form.xml else encode_json(write_job(job))
    return Rendered(body, form.media_type, form.headers)


def render_jobs(jobs: Sequence[CaptureJob], form: Form) -> Rendered:
    """Some jobs: an array, or in XML, which has no schema for it, a CaptureJobCollection."""
    if not form.xml:
        return Rendered(encode_json([*map(write_job, jobs)]), form.media_type, form.headers)
    documents = [write_capture_job(_as_xml(job)).decode() for job in jobs]
    inner = "".join(document.removeprefix(XML_DECLARATION) for document in documents)
    body = f"{XML_DECLARATION}<CaptureJobCollection>{inner}</CaptureJobCollection>"
    return Rendered(body.encode(), form.media_type, form.headers)


def write_job(job: CaptureJob) -> dict[str, Any]:
    """A CaptureJob object of the binding."""
    return {
        "captureID": str(job.id),
        "createdAt": _write_time(job.created_at),
        **({"finishedAt": _write_time(job.finished_at)} if job.finished_at else {}),
        "running": job.running,
        "success": job.success,
        "captureErrorBehaviour": "proceed" if job.proceed else "rollback",
        "errors": [write_error(error) for error in job.errors],
        # Ours; what became of each event stands at the same address with /events behind it.
        "nguon:stored": job.stored,
        "nguon:duplicates": job.duplicates,
        "nguon:refused": job.refused,
        "nguon:withheld": job.withheld,
    }


def _as_xml(job: CaptureJob) -> WrittenJob:
    return WrittenJob(
        capture_id=str(job.id),
        running=job.running,
        success=job.success,
        behaviour="proceed" if job.proceed else "rollback",
        created_at=job.created_at.astimezone(UTC),
        finished_at=job.finished_at.astimezone(UTC) if job.finished_at else None,
        errors=tuple(_problem(write_error(error)) for error in job.errors),
    )


def _problem(error: Mapping[str, Any]) -> Written:
    # The schema has no member for the place, which says most.
    told = f"{error.get('pointer', '')} {error['detail']}".strip()
    title, detail = (FORBIDDEN.sub("\ufffd", text) for text in (error["title"], told))
    return Written(error["type"], title, error["status"], detail)


def write_error(error: Mapping[str, Any]) -> dict[str, Any]:
    """A stored fault as an RFC 7807 object; place, code, rule and both languages stay with it.

    What is only flagged is no refusal, so it names neither an exception nor a status.
    """
    if error.get("level", "error") != "error":
        return {"title": error.get("en", ""), "detail": error.get("en", ""), **error}
    conflict = error.get("code") == "eventstore.event_conflict"
    name = "ResourceAlreadyExistsException" if conflict else "ValidationException"
    return {
        "type": f"epcisException:{name}",
        "title": error.get("en", ""),
        "status": 409 if conflict else 400,
        "detail": error.get("en", ""),
        **error,
    }


def write_rehearsal(results: Sequence[EventResult], faults: Sequence[Fault]) -> dict[str, Any]:
    """The report of a dry run: what would become of each event, and why."""
    errors = [fault for fault in faults if fault.level == "error"]
    refused = [one for one in results if one.status in ("refused", "conflict")]
    return {
        "success": not errors and not refused,
        "events": [
            {
                "position": one.index,
                "pointer": one.pointer,
                "eventID": one.event_id,
                "result": _WOULD.get(one.status, one.status),
                "errors": [write_error(fault.as_dict()) for fault in one.faults],
            }
            for one in results
        ],
        "errors": [write_error(fault.as_dict()) for fault in faults],
    }


def _write_time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
