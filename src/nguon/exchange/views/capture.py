"""Captures and their jobs: `/capture`, `/capture/{captureID}`, and the dry run `/validate`."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from nguon.exchange import queries, services
from nguon.exchange.answers import answer, answer_empty, answer_json
from nguon.exchange.forms import choose_form, read_parameters
from nguon.exchange.headers import VERSIONS, capture_headers, check_sent, is_xml, read_behaviour
from nguon.exchange.http import check_key, door, negotiate
from nguon.exchange.views.bodies import read_body, receive_body
from nguon.exchange.views.paging import write_next


def _post_capture(request: HttpRequest) -> HttpResponse:
    sender = check_key(request)
    check_sent(request.headers)
    proceed = read_behaviour(request.headers.get("GS1-Capture-Error-Behaviour"))
    body, xml = receive_body(request), is_xml(request.content_type or "")
    if isinstance(body, bytes):
        job = services.capture_document(body, proceed=proceed, sender=sender, xml=xml).job
    else:
        job = services.capture_file(body, proceed=proceed, sender=sender)
    place = reverse("epcis-job", kwargs={"job": str(job)})
    return answer_empty(202, {**VERSIONS, "Location": place})


def _post_validate(request: HttpRequest) -> HttpResponse:
    """The dry run: every fault, nothing stored. 200 whatever was found, 400 for no document."""
    check_key(request)
    chosen = negotiate(request)
    body, xml = read_body(request), is_xml(request.content_type or "")
    results, faults = services.rehearse_document(body, xml=xml)
    return answer_json(queries.write_rehearsal(results, faults), content_type=chosen)


def _get_jobs(request: HttpRequest) -> HttpResponse:
    sender = check_key(request)
    form = choose_form(request, documents=False)
    pairs = read_parameters(request)
    jobs, token = queries.list_jobs(dict(pairs), sender)
    response = answer(queries.render_jobs(jobs, form))
    write_next(response, request.path, pairs, token)
    return response


def _get_job(request: HttpRequest, job: str) -> HttpResponse:
    sender = check_key(request)
    form = choose_form(request, documents=False)
    return answer(queries.render_job(queries.find_job(job, sender), form))


def _get_results(request: HttpRequest, job: str) -> HttpResponse:
    """Our extension: what became of each event, in pages."""
    sender = check_key(request)
    chosen = negotiate(request)
    pairs = read_parameters(request)
    found, token = queries.list_results(job, dict(pairs), sender)
    response = answer_json(found, content_type=chosen)
    write_next(response, request.path, pairs, token)
    return response


def announce_capture() -> dict[str, str]:
    """What OPTIONS tells of the capture interface."""
    return {
        **capture_headers(*services.capture_limits()),
        "GS1-Capture-Error-Behaviour": "all",
    }


capture = door(discovery=announce_capture, GET=_get_jobs, POST=_post_capture)
validate = door(discovery=announce_capture, POST=_post_validate)
job = door(GET=_get_job)
job_events = door(GET=_get_results)
