"""Captures and their jobs: `/capture`, `/capture/{captureID}`, and the dry run `/validate`."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from nguon.exchange import queries, services
from nguon.exchange.answers import answer, answer_empty, answer_json
from nguon.exchange.forms import choose_form
from nguon.exchange.headers import VERSIONS, capture_headers, is_xml, read_behaviour
from nguon.exchange.http import check_key, door, negotiate
from nguon.exchange.views.bodies import read_body


def _post_capture(request: HttpRequest) -> HttpResponse:
    sender = check_key(request)
    proceed = read_behaviour(request.headers.get("GS1-Capture-Error-Behaviour"))
    body, xml = read_body(request), is_xml(request.content_type or "")
    result = services.capture_document(body, proceed=proceed, sender=sender, xml=xml)
    place = reverse("epcis-job", kwargs={"job": str(result.job)})
    return answer_empty(202, {**VERSIONS, "Location": place})


def _post_validate(request: HttpRequest) -> HttpResponse:
    """The dry run: every fault, nothing stored. 200 whatever was found, 400 for no document."""
    check_key(request)
    chosen = negotiate(request)
    body, xml = read_body(request), is_xml(request.content_type or "")
    results, faults = services.rehearse_document(body, xml=xml)
    return answer_json(queries.write_rehearsal(results, faults), content_type=chosen)


def _get_jobs(request: HttpRequest) -> HttpResponse:
    check_key(request)
    form = choose_form(request, documents=False)
    jobs, token = queries.list_jobs(request.GET)
    response = answer(queries.render_jobs(jobs, form))
    if token:
        query = {"nextPageToken": token}
        if size := request.GET.get("perPage"):
            query = {"perPage": size, **query}
        response["Link"] = f'<{request.path}?{urlencode(query)}>; rel="next"'
    return response


def _get_job(request: HttpRequest, job: str) -> HttpResponse:
    check_key(request)
    form = choose_form(request, documents=False)
    return answer(queries.render_job(queries.find_job(job), form))


def announce_capture() -> dict[str, str]:
    """What OPTIONS tells of the capture interface."""
    return {
        **capture_headers(*services.capture_limits()),
        "GS1-Capture-Error-Behaviour": "all",
    }


capture = door(discovery=announce_capture, GET=_get_jobs, POST=_post_capture)
validate = door(discovery=announce_capture, POST=_post_validate)
job = door(GET=_get_job)
