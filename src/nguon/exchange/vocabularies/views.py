"""The addresses of captured master data (an extension of ours to the REST binding)."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from nguon.exchange.answers import answer, render_collection
from nguon.exchange.forms import Form, choose_form, read_extensions, read_parameters
from nguon.exchange.http import door
from nguon.exchange.problem import refuse
from nguon.exchange.vocabularies import queries
from nguon.exchange.vocabularies.asking import Asked, find_vocabulary, read_asked, write_token


def _read(request: HttpRequest, kind: str | None = None) -> Asked:
    return read_asked(read_parameters(request), read_extensions(request), kind)


def _answer_page(request: HttpRequest, page: queries.Page, form: Form) -> HttpResponse:
    response = answer(queries.render_page(page, form, timezone.now()))
    if page[2] is not None:
        told = [pair for pair in read_parameters(request) if pair[0] != "nextPageToken"]
        told.append(("nextPageToken", write_token(page[2])))
        address = quote(request.path, safe="/:@!$&'()*+,;=-._~")
        response["Link"] = f'<{address}?{urlencode(told, quote_via=quote)}>; rel="next"'
    return response


def _answer_elements(request: HttpRequest, asked: Asked, form: Form) -> HttpResponse:
    if asked.history:
        raise refuse(400, "history_of_one", "history", name="QueryParameterException")
    return _answer_page(request, queries.find_page(asked, form.epc_format), form)


def _get_master_data(request: HttpRequest) -> HttpResponse:
    form = choose_form(request)
    return _answer_elements(request, _read(request), form)


def _get_vocabularies(request: HttpRequest) -> HttpResponse:
    form = choose_form(request, documents=False)
    return answer(render_collection(queries.list_vocabularies(), form))


def _get_vocabulary(request: HttpRequest, place: str) -> HttpResponse:
    form = choose_form(request)
    found = find_vocabulary(place, queries.list_vocabularies())
    if found is None:
        raise refuse(404, "no_vocabulary", place)
    kind, name = found
    asked = _read(request, kind)
    if not name:
        return _answer_elements(request, asked, form)
    return _answer_page(request, queries.find_element(kind, name, asked, form.epc_format), form)


master_data = door(GET=_get_master_data)
vocabularies = door(GET=_get_vocabularies)
vocabulary = door(GET=_get_vocabulary)
