"""Capture jobs and problems, written and read."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from lxml import etree

from nguon.epcis import EpcisError
from nguon.epcis.xml import (
    CaptureJob,
    Problem,
    read_capture_job,
    write_capture_job,
    write_problem,
)

NOW = datetime(2026, 3, 31, 1, 2, 3, tzinfo=UTC)
PROBLEM = Problem("epcisException:ValidationException", "Sai & thiếu", 400, "a < b", "urn:x:1")
JOBS = [
    CaptureJob("j1", running=True, success=True, created_at=NOW),
    CaptureJob("j2", running=False, success=False, behaviour="proceed", errors=(PROBLEM,)),
    CaptureJob(
        "j3", running=False, success=False, finished_at=NOW, error_file="https://x.example/e"
    ),
    CaptureJob('j"4', running=False, success=True),
]


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.capture_id)
def test_a_job_comes_back_as_it_was(job: CaptureJob) -> None:
    assert read_capture_job(write_capture_job(job)) == job


def test_a_job_has_problems_or_a_file_of_them() -> None:
    both = CaptureJob(
        "j", running=False, success=False, errors=(PROBLEM,), error_file="https://x.example/e"
    )
    assert b"errorFile" not in write_capture_job(both)


def test_a_problem_is_an_exception_of_epcis() -> None:
    root = etree.fromstring(write_problem(PROBLEM))
    assert root.tag == "{urn:epcglobal:epcis:xsd:2}EPCISException"
    assert [one.tag for one in root] == ["type", "title", "status", "detail", "instance"]


HALF = (
    b'<EPCISCaptureJob running="true"><captureErrorBehaviour>proceed</captureErrorBehaviour>'
    b"</EPCISCaptureJob>"
)


@pytest.mark.parametrize(
    "data",
    [
        b"<x/>",
        b'<EPCISCaptureJob running="true" success="true" captureID="1"/>',
        HALF,
    ],
)
def test_what_is_no_job_is_refused(data: bytes) -> None:
    with pytest.raises(EpcisError) as caught:
        read_capture_job(data)
    assert caught.value.code == "epcis.capture_job"


def test_a_job_is_parsed_as_carefully_as_a_document() -> None:
    with pytest.raises(EpcisError) as caught:
        read_capture_job(b'<!DOCTYPE a [<!ENTITY x "y">]><EPCISCaptureJob/>')
    assert caught.value.code == "epcis.xml_doctype"
