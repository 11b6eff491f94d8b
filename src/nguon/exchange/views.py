"""The addresses of the EPCIS door (EPCIS 2.0 REST binding): capture, its jobs, events."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt

from nguon.exchange import queries, services
from nguon.exchange.headers import (
    VERSIONS,
    capture_headers,
    check_content,
    check_versions,
    is_xml,
    read_behaviour,
)
from nguon.exchange.http import (
    answer_empty,
    answer_json,
    answer_problem,
    check_key,
    door,
    negotiate,
)
from nguon.exchange.limits import check_length, read_limited
from nguon.exchange.problem import Problem, refuse


def _read_body(request: HttpRequest, *, xml: bool = False) -> bytes:
    """The body of a capture, within the limits; its form and its length are checked first."""
    encoding = request.headers.get("Content-Encoding", "")
    check_content(request.content_type or "", encoding, xml=xml)
    events, size = services.capture_limits()
    try:
        expected = check_length(request.META.get("CONTENT_LENGTH"), size)
        if expected is None and not _is_streamed(request):
            expected = 0
        return read_limited(request.META["wsgi.input"], expected, size)
    except Problem as problem:
        problem.headers.update(capture_headers(events, size))
        raise


def _is_streamed(request: HttpRequest) -> bool:
    """Whether a body without a length has an end of its own (chunked; RFC 9112 7.1)."""
    chunked = "chunked" in request.headers.get("Transfer-Encoding", "").lower()
    return chunked or bool(request.META.get("wsgi.input_terminated"))


def _post_capture(request: HttpRequest) -> HttpResponse:
    sender = check_key(request)
    proceed = read_behaviour(request.headers.get("GS1-Capture-Error-Behaviour"))
    body, xml = _read_body(request, xml=True), is_xml(request.content_type or "")
    result = services.capture_document(body, proceed=proceed, sender=sender, xml=xml)
    place = reverse("epcis-job", kwargs={"job": str(result.job)})
    return answer_empty(202, {**VERSIONS, "Location": place})


def _post_validate(request: HttpRequest) -> HttpResponse:
    """The dry run: every fault, nothing stored. 200 whatever was found, 400 for no document."""
    check_key(request)
    chosen = negotiate(request)
    body, xml = _read_body(request, xml=True), is_xml(request.content_type or "")
    results, faults = services.rehearse_document(body, xml=xml)
    return answer_json(queries.write_rehearsal(results, faults), content_type=chosen)


def _get_jobs(request: HttpRequest) -> HttpResponse:
    check_key(request)
    check_versions(request.headers)
    chosen = negotiate(request)
    jobs, token = queries.list_jobs(request.GET)
    response = answer_json(jobs, content_type=chosen)
    if token:
        query = {"nextPageToken": token}
        if size := request.GET.get("perPage"):
            query = {"perPage": size, **query}
        response["Link"] = f'<{request.path}?{urlencode(query)}>; rel="next"'
    return response


def _get_job(request: HttpRequest, job: str) -> HttpResponse:
    check_key(request)
    check_versions(request.headers)
    chosen = negotiate(request)
    return answer_json(queries.find_job(job), content_type=chosen)


def _post_event(request: HttpRequest) -> HttpResponse:
    sender = check_key(request)
    chosen = negotiate(request)
    body = _read_body(request)
    result = services.capture_event(body, sender=sender)
    response = answer_json(body, content_type=chosen, status=201)
    # A reverse would leave some signs of a URI bare; an eventID in a path has none to leave.
    response["Location"] = reverse("epcis-events") + "/" + quote(result.event_id, safe="")
    return response


def _get_event(request: HttpRequest, event_id: str) -> HttpResponse:
    check_versions(request.headers)
    chosen = negotiate(request)
    response = answer_json(queries.write_events(event_id), content_type=chosen)
    response["GS1-EPC-Format"] = "Never_Translates"
    return response


@csrf_exempt
def refuse_address(request: HttpRequest, address: str = "") -> HttpResponse:
    """404 in the form that machines read, for whatever stands below `/epcis/` but is not there."""
    return answer_problem(request, refuse(404, "no_address", f"/epcis/{address}"))


def _announce_capture() -> dict[str, str]:
    return {
        **capture_headers(*services.capture_limits()),
        "GS1-Capture-Error-Behaviour": "all",
    }


capture = door(discovery=_announce_capture, GET=_get_jobs, POST=_post_capture)
validate = door(discovery=_announce_capture, POST=_post_validate)
job = door(GET=_get_job)
events = door(POST=_post_event)
event = door(GET=_get_event)
