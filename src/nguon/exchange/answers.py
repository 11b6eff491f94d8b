"""Where an answer gets its form: events, capture jobs, collections and problems, JSON-LD or XML.

`render_…` make bytes of values and know of no request: what is sent to subscribers is made here
too. `answer_…` choose the form that a request asks for, and say in headers what was done.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Protocol

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header
from msgspec import structs

from nguon.epcis import EpcisError
from nguon.epcis.model import AnyEvent
from nguon.epcis.writing import Writable, encode_event, format_time, write_query_document
from nguon.epcis.xml import translate, write_xml
from nguon.errors import Fault, Language
from nguon.eventstore import StoredEvent
from nguon.exchange.forms import ASKED, Form, choose_form, prefer
from nguon.exchange.headers import VERSIONS, XML_TYPES
from nguon.exchange.listing import render_collection as render_collection
from nguon.exchange.problem import CONTENT_TYPE, XML_CONTENT_TYPE, Problem
from nguon.exchange.rendered import XML_DECLARATION as XML_DECLARATION
from nguon.exchange.rendered import Rendered as Rendered
from nguon.exchange.rendered import encode_json as encode_json

RETRY_AFTER = 30
STANDARD_QUERY = "SimpleEventQuery"
# Which identifiers had no other syntax, and what a version has no place for: by code, how often.
FLAGS = "Nguon-Flags"
_PROBLEMS = (CONTENT_TYPE, "application/json", "application/ld+json", XML_CONTENT_TYPE, *XML_TYPES)
# An identifier that has another syntax; a UUID has none.
_URN = re.compile(rb'"urn:epc:', re.IGNORECASE)
_raw = msgspec.json.Decoder(dict[str, msgspec.Raw])


class Kept(Protocol):
    """An event of the store: as it came, with the id and the record time that it has here."""

    @property
    def raw(self) -> bytes: ...
    @property
    def namespaces(self) -> Mapping[str, str]: ...
    @property
    def event(self) -> AnyEvent: ...
    @property
    def event_id(self) -> str: ...
    @property
    def record_time(self) -> datetime: ...


@dataclass(frozen=True)
class Looked:
    """An event that was looked up by its id."""

    stored: StoredEvent
    event_id: str

    @property
    def raw(self) -> bytes:
        return self.stored.raw

    @property
    def namespaces(self) -> Mapping[str, str]:
        return self.stored.event.namespaces

    @property
    def event(self) -> AnyEvent:
        return self.stored.event

    @cached_property
    def record_time(self) -> datetime:
        return self.stored.record_time or self.stored.event.event_time


# -- events -------------------------------------------------------------------------------------


def render_events(
    events: Iterable[Kept],
    form: Form,
    *,
    created: datetime,
    query_name: str = STANDARD_QUERY,
    subscription_id: str | None = None,
) -> Rendered:
    """The EPCISQueryDocument of some events.

    What a form cannot say is flagged in a header; Problem 406 for what it cannot hold at all.
    """
    faults: list[Fault] = []
    if form.xml:
        body = _write_xml(events, form, created, query_name, subscription_id, faults)
    else:
        written = [_write_event(event, form, faults) for event in events]
        body = write_query_document(
            written,
            creation_date=created,
            query_name=query_name,
            subscription_id=subscription_id,
        )
    flags = Counter(fault.code for fault in faults)
    told = {FLAGS: ", ".join(f"{code}={count}" for code, count in flags.items())} if flags else {}
    return Rendered(body, form.media_type, form.headers | told)


def _write_xml(
    events: Iterable[Kept],
    form: Form,
    created: datetime,
    query_name: str,
    subscription_id: str | None,
    faults: list[Fault],
) -> bytes:
    try:
        return write_xml(
            [complete_event(event) for event in events],
            version=form.version,
            kind="query",
            creation_date=created,
            query_name=query_name,
            subscription_id=subscription_id,
            style=form.style,
            faults=faults,
        )
    except EpcisError as error:
        raise Problem(406, *error.faults) from error


def _write_event(event: Kept, form: Form, faults: list[Fault]) -> Writable:
    """The event as it came wherever its identifiers stand as they are wanted already."""
    stays = form.epc_format == "Never_Translates" or (
        form.epc_format == "Always_GS1_Digital_Link" and not _URN.search(event.raw)
    )
    if stays:
        return complete(event), event.namespaces
    return translate(complete_event(event), form.epc_format, faults)


def complete_event(event: Kept) -> AnyEvent:
    """The event with the id and the record time that it has here."""
    completed: AnyEvent = structs.replace(
        event.event, event_id=event.event_id, record_time=event.record_time.astimezone(UTC)
    )
    return completed


def complete(event: Kept) -> bytes:
    """The same in the event's own text, which stays as it is to the last digit.

    A record time that a sender gave is no business of ours (EPCIS 2.0 section 7.4.1).
    """
    members = _raw.decode(event.raw)
    told = {"recordTime": msgspec.Raw(encode_json(_write_moment(event.record_time)))}
    if "eventID" not in members:
        told["eventID"] = msgspec.Raw(encode_json(event.event_id))
    return encode_json(members | told)


def _write_moment(moment: datetime) -> str:
    return format_time(moment.astimezone(UTC))


def answer_events(
    request: HttpRequest,
    events: Sequence[Kept],
    *,
    form: Form | None = None,
    query_name: str = STANDARD_QUERY,
    subscription_id: str | None = None,
    created: datetime | None = None,
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Events in the form asked for, or in one chosen before the search that found them."""
    rendered = render_events(
        events,
        form or choose_form(request),
        created=created or timezone.now(),
        query_name=query_name,
        subscription_id=subscription_id,
    )
    return answer(rendered, headers=headers)


def render_event(event: Kept, form: Form, *, created: datetime) -> Rendered:
    """One event on its own; in XML, which has no such thing, a document of it."""
    faults: list[Fault] = []
    if not form.xml:
        whole = translate(complete_event(event), form.epc_format, faults)
        return Rendered(encode_event(whole, with_context=True), form.media_type, form.headers)
    try:
        body = write_xml(
            [complete_event(event)],
            version=form.version,
            creation_date=created,
            style=form.style,
            faults=faults,
        )
    except EpcisError as error:
        raise Problem(406, *error.faults) from error
    return Rendered(body, form.media_type, form.headers)


# -- whole answers ------------------------------------------------------------------------------


def answer(
    rendered: Rendered, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """What was rendered, as an answer."""
    told = {**rendered.headers, **(headers or {})}
    return answer_bytes(rendered.body, rendered.media_type, status=status, headers=told)


def answer_json(
    content: object, *, content_type: str, status: int = 200, headers: Mapping[str, str] = VERSIONS
) -> HttpResponse:
    """Plain values in JSON."""
    body = content if isinstance(content, bytes) else encode_json(content)
    return answer_bytes(body, content_type, status=status, headers=headers)


def answer_bytes(
    body: bytes, media_type: str, *, status: int = 200, headers: Mapping[str, str] = VERSIONS
) -> HttpResponse:
    """An answer that no cache may share: what may be read can change with the reader."""
    response = HttpResponse(body, status=status, content_type=media_type, headers=dict(headers))
    response["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ASKED)
    return response


def answer_empty(status: int, headers: Mapping[str, str]) -> HttpResponse:
    """An answer without a body, and so without a type."""
    response = HttpResponse(status=status, headers=dict(headers))
    del response["Content-Type"]
    return response


def choose_language(request: HttpRequest) -> Language:
    """Vietnamese where Accept-Language puts it before English, else English."""
    for tag, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "").lower()):
        if tag.startswith(("vi", "en")):
            return "vi" if tag.startswith("vi") else "en"
    return "en"


def answer_problem(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The refusal in the caller's language, and in XML for who takes nothing else first."""
    language = choose_language(request)
    chosen = prefer(request, _PROBLEMS) or CONTENT_TYPE
    headers = {**VERSIONS, **problem.headers}
    if chosen in (XML_CONTENT_TYPE, *XML_TYPES):
        body, kind = problem.xml(language), XML_CONTENT_TYPE
    else:
        body, kind = encode_json(problem.body(language)), CONTENT_TYPE
    response = answer_bytes(body, kind, status=problem.status, headers=headers)
    response["Content-Language"] = language
    patch_vary_headers(response, ["Accept-Language"])
    if problem.status == 503:
        response["Retry-After"] = str(RETRY_AFTER)
    return response
