"""The resources that events speak of: lists, single ones, their events; the root; page tokens.

Ids are URIs and arrive decoded, so an address below a list is an id, with `/events` behind it
where its events are meant.
"""

from __future__ import annotations

from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from nguon.exchange import queries
from nguon.exchange.answers import answer, answer_empty
from nguon.exchange.forms import choose_form, read_extensions, read_parameters
from nguon.exchange.headers import VERSIONS
from nguon.exchange.http import Handler, door
from nguon.exchange.listing import render_collection
from nguon.exchange.queries.resources import KINDS, SUB_RESOURCES, TOP_LEVEL, Kind
from nguon.exchange.views.events import answer_query
from nguon.exchange.views.paging import TOKEN, write_next
from nguon.rules import NGUON_VOC

_EVENTS = "/events"


def _get_root(request: HttpRequest) -> HttpResponse:
    form = choose_form(request, documents=False)
    return answer(render_collection(TOP_LEVEL, form, name="TopLevelResourceCollection"))


def _list(kind: Kind) -> Handler:
    def get(request: HttpRequest) -> HttpResponse:
        form = choose_form(request, documents=False)
        pairs = read_parameters(request)
        asked = dict(pairs)
        size = queries.read_page_size(asked.get("perPage"))
        page = queries.list_members(kind, size, asked.get(TOKEN))
        members = queries.write_members(kind, page.names, form)
        response = answer(render_collection(members, form, name=kind.collection))
        write_next(response, reverse(f"epcis-{kind.name}"), pairs, page.token, page.expires)
        return response

    return get


def _one(kind: Kind) -> Handler:
    def get(request: HttpRequest, name: str) -> HttpResponse:
        if name.endswith(_EVENTS):
            return _answer_events(request, kind, name.removesuffix(_EVENTS))
        form = choose_form(request, documents=False)
        key, _ = queries.find_resource(kind, name, read_extensions(request))
        state = queries.find_state(key, form.epc_format) if kind.name == "epcs" else {}
        context = {"nguon": NGUON_VOC} if state else {}
        collection = render_collection(
            SUB_RESOURCES, form, name="ResourceCollection", more=state, context=context
        )
        return answer(collection)

    return get


def _answer_events(request: HttpRequest, kind: Kind, name: str) -> HttpResponse:
    _, conditions = queries.find_resource(kind, name, read_extensions(request))
    address = f"{reverse(f'epcis-{kind.name}')}/{quote(name, safe='')}{_EVENTS}"
    return answer_query(request, conditions, address=address)


def _delete_token(request: HttpRequest, token: str) -> HttpResponse:  # noqa: ARG001  nothing is kept
    """204: a token holds its place itself, so that nothing is kept here that could be released."""
    return answer_empty(204, VERSIONS)


root = door(GET=_get_root)
token = door(DELETE=_delete_token)
lists = {name: door(GET=_list(kind)) for name, kind in KINDS.items()}
ones = {name: door(GET=_one(kind)) for name, kind in KINDS.items()}
