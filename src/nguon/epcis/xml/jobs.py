"""Capture jobs and problems in XML (EPCIS 2.0 section 12.6; RFC 7807; XML Schema 2.0)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from msgspec import Struct

from nguon.epcis.error import EpcisError, Limits
from nguon.epcis.validation.structure import read_time
from nguon.epcis.xml.event_writing import time_text
from nguon.epcis.xml.header import find
from nguon.epcis.xml.namespaces import EPCIS, local_name
from nguon.epcis.xml.parsing import Parsing, cut
from nguon.epcis.xml.scope import boolean, text_of
from nguon.epcis.xml.signs import in_attribute, tagged, wrapped
from nguon.errors import Fault

_DECLARATION = "<?xml version='1.0' encoding='UTF-8'?>\n"
_NAMESPACE = f'xmlns:epcis="{EPCIS["2.0"]}"'
_LIMITS = Limits()


class Problem(Struct, frozen=True):
    """What went wrong with a request or a job: `epcisException:ValidationException` and so on."""

    type: str
    title: str
    status: int | None = None
    detail: str | None = None
    instance: str | None = None


class CaptureJob(Struct, frozen=True):
    """How far a capture has come: problems, or the address of a file of them, but not both."""

    capture_id: str
    running: bool
    success: bool
    behaviour: Literal["rollback", "proceed"] = "rollback"
    created_at: datetime | None = None
    finished_at: datetime | None = None
    errors: tuple[Problem, ...] = ()
    error_file: str | None = None


def write_capture_job(job: CaptureJob) -> bytes:
    """The job as an EPCISCaptureJob in UTF-8."""
    inner = tagged("captureErrorBehaviour", job.behaviour)
    for name, moment in (("createdAt", job.created_at), ("finishedAt", job.finished_at)):
        inner += "" if moment is None else tagged(name, time_text(moment))
    errors = [f"<error>{_problem(problem)}</error>" for problem in job.errors]
    inner += wrapped("errors", "".join(errors))
    if job.error_file is not None and not errors:
        inner += tagged("errorFile", job.error_file)
    told = f'running="{_truth(job.running)}" success="{_truth(job.success)}"'
    told += f' captureID="{in_attribute(job.capture_id)}"'
    root = "epcis:EPCISCaptureJob"
    return f"{_DECLARATION}<{root} {_NAMESPACE} {told}>{inner}</{root}>".encode()


def write_problem(problem: Problem) -> bytes:
    """A problem as an EPCISException in UTF-8, the body of `application/problem+xml`."""
    root = "epcis:EPCISException"
    return f"{_DECLARATION}<{root} {_NAMESPACE}>{_problem(problem)}</{root}>".encode()


def _truth(value: bool) -> str:  # noqa: FBT001  # one value, nothing to mistake it for
    return "true" if value else "false"


def _problem(problem: Problem) -> str:
    members = {
        "type": problem.type,
        "title": problem.title,
        "status": None if problem.status is None else str(problem.status),
        "detail": problem.detail,
        "instance": problem.instance,
    }
    return "".join([tagged(key, text) for key, text in members.items() if text is not None])


def read_capture_job(data: bytes, *, limits: Limits = _LIMITS) -> CaptureJob:
    """The job that an EPCISCaptureJob tells of. Raises `epcis.capture_job` for anything else."""
    parsing = Parsing(cut(data), limits, ())
    for _ in parsing:
        pass
    root = parsing.root
    behaviour = _text(root, "captureErrorBehaviour")
    running, success = boolean(root.get("running", "")), boolean(root.get("success", ""))
    known = behaviour in ("rollback", "proceed")
    whole = isinstance(running, bool) and isinstance(success, bool) and known
    if local_name(root.tag) != "EPCISCaptureJob" or not whole or "captureID" not in root.attrib:
        raise EpcisError(Fault("epcis.capture_job", "", root.tag))
    errors = find(root, "errors")
    return CaptureJob(
        capture_id=root.get("captureID"),
        running=running is True,
        success=success is True,
        behaviour="proceed" if behaviour == "proceed" else "rollback",
        created_at=read_time(_text(root, "createdAt")),
        finished_at=read_time(_text(root, "finishedAt")),
        errors=tuple(_read_problem(error) for error in (() if errors is None else errors)),
        error_file=_text(root, "errorFile"),
    )


def _text(element: Any, name: str) -> str | None:
    found = find(element, name)
    return None if found is None else text_of(found)


def _read_problem(error: Any) -> Problem:
    status = _text(error, "status")
    return Problem(
        type=_text(error, "type") or "about:blank",
        title=_text(error, "title") or "",
        status=int(status) if status and status.lstrip("-").isdecimal() else None,
        detail=_text(error, "detail"),
        instance=_text(error, "instance"),
    )
