"""The addresses of captured master data (an extension of ours to the REST binding)."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from nguon.epcis.query import QueryError
from nguon.epcis.xml import EpcFormat
from nguon.exchange.headers import JSON_TYPES, check_versions, refuse_accept
from nguon.exchange.http import answer_json, door
from nguon.exchange.problem import Problem, refuse
from nguon.exchange.vocabularies import queries
from nguon.exchange.vocabularies.asking import find_vocabulary, read_asked, write_token

_XML_TYPES = ("application/xml", "text/xml")


def _negotiate(request: HttpRequest) -> str:
    chosen = request.get_preferred_type([*JSON_TYPES, *_XML_TYPES])
    if chosen is None:
        raise refuse_accept(request.headers.get("Accept", ""))
    return chosen


def _explained(handler: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A refused query under its own name in the binding."""

    def handle(request: HttpRequest, **given: str) -> HttpResponse:
        check_versions(request.headers)
        try:
            return handler(request, **given)
        except QueryError as error:
            raise Problem(error.status, *error.faults, name=error.exception) from error

    return handle


def _pairs(request: HttpRequest) -> list[tuple[str, str]]:
    return [(name, value) for name, values in request.GET.lists() for value in map(str, values)]


def _answer_page(request: HttpRequest, page: queries.Page, chosen: str) -> HttpResponse:
    body = queries.write_page(page, timezone.now(), xml=chosen in _XML_TYPES)
    response = answer_json(body, content_type=chosen)
    if page[2] is not None:
        told = [pair for pair in _pairs(request) if pair[0] != "nextPageToken"]
        told.append(("nextPageToken", write_token(page[2])))
        response["Link"] = f'<{request.path}?{urlencode(told)}>; rel="next"'
    return response


def _form() -> EpcFormat:
    return "Never_Translates"


@_explained
def _get_master_data(request: HttpRequest) -> HttpResponse:
    chosen = _negotiate(request)
    asked = read_asked(_pairs(request))
    if asked.history:
        raise refuse(400, "history_of_one", "history", name="QueryParameterException")
    return _answer_page(request, queries.find_page(asked, _form()), chosen)


@_explained
def _get_vocabularies(request: HttpRequest) -> HttpResponse:
    chosen = _negotiate(request)
    names = queries.list_vocabularies()
    body = queries.write_names(names, timezone.now(), xml=chosen in _XML_TYPES)
    return answer_json(body, content_type=chosen)


@_explained
def _get_vocabulary(request: HttpRequest, place: str) -> HttpResponse:
    chosen = _negotiate(request)
    found = find_vocabulary(place, queries.list_vocabularies())
    if found is None:
        raise refuse(404, "no_vocabulary", place)
    kind, name = found
    asked = read_asked(_pairs(request), kind)
    if name:
        return _answer_page(request, queries.find_element(kind, name, asked, _form()), chosen)
    if asked.history:
        raise refuse(400, "history_of_one", "history", name="QueryParameterException")
    return _answer_page(request, queries.find_page(asked, _form()), chosen)


master_data = door(GET=_get_master_data)
vocabularies = door(GET=_get_vocabularies)
vocabulary = door(GET=_get_vocabulary)
