"""What the binding lists as resources: event types, EPCs, business steps, places, dispositions.

Standard words of the vocabulary are known without an event that uses them (REST binding,
GET /bizSteps and GET /dispositions); all else once an event speaks of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, get_args

from django.utils import timezone

from nguon.epcis.model import EventType
from nguon.epcis.query import Condition, MasterQuery, Position, QueryError, read_rest
from nguon.epcis.query.model import AtPlace, Matched, OneOf, Things
from nguon.epcis.query.spelling import plain_name
from nguon.epcis.vocabulary import WORDS
from nguon.epcis.xml import translate_id
from nguon.epcis.xml.words import write_word
from nguon.errors import Fault
from nguon.eventstore.query import Named
from nguon.exchange.forms import Form
from nguon.exchange.problem import Problem, refuse
from nguon.exchange.queries.events import make_tokens
from nguon.gs1 import Gs1Error, read_code
from nguon.parts.engine import get_store

Word = Literal["bizStep", "disposition"]
TOP_LEVEL: Final = (
    *("events", "eventTypes", "epcs", "bizSteps", "bizLocations", "readPoints", "dispositions"),
    *("capture", "queries"),
)
SUB_RESOURCES: Final = ("events",)
_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Kind:
    """One list of resources: its name in the binding, where the store has it, its schema."""

    name: str
    collection: str
    stored: Named | None = None
    parameter: str = ""
    word: Word | None = None
    given: Sequence[str] = ()


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("eventTypes", "EventTypeCollection", given=sorted(get_args(EventType))),
        Kind("epcs", "UriCollection", "item"),
        Kind(
            "bizSteps",
            "BizStepCollection",
            "biz_step",
            parameter="EQ_bizStep",
            word="bizStep",
            given=sorted(WORDS["bizStep"]),
        ),
        Kind("bizLocations", "UriCollection", "biz_location", parameter="EQ_bizLocation"),
        Kind("readPoints", "UriCollection", "read_point", parameter="EQ_readPoint"),
        Kind(
            "dispositions",
            "DispositionCollection",
            "disposition",
            parameter="EQ_disposition",
            word="disposition",
            given=sorted(WORDS["disposition"]),
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Members:
    """A page of a list, and where the next one begins."""

    names: Sequence[str]
    token: str | None = None
    expires: datetime | None = None


def list_members(kind: Kind, size: int, token: str | None) -> Members:
    """A page of what there is, in the order of its names. Raises `QueryError` for a bad token."""
    tokens, now = make_tokens(), timezone.now()
    listed = MasterQuery(vocabularies=(f"nguon:{kind.name}",))
    after = "" if token is None else str(tokens.read(listed, token, now).at)
    found = (
        [] if kind.stored is None else get_store().list_values(kind.stored, after, limit=size + 1)
    )
    names = sorted({*found, *(name for name in kind.given if name > after)})
    if len(names) <= size:
        return Members(names)
    shown = names[:size]
    written = tokens.write(listed, Position(shown[-1], ""), now)
    return Members(shown, written, tokens.expires(now))


def write_members(kind: Kind, names: Iterable[str], form: Form) -> list[str]:
    """Names in the syntax asked for: words bare in JSON, identifiers as GS1-EPC-Format says."""
    if kind.word is not None:
        word = kind.word
        return [write_word(form.cbv_format, word, name) if form.xml else name for name in names]
    return [translate_id(name, form.epc_format) for name in names]


def find_resource(
    kind: Kind, name: str, namespaces: Mapping[str, str]
) -> tuple[str, Sequence[Condition]]:
    """The key of a resource in any spelling, and what its events are asked for by; Problem 404."""
    # A list of names is no name, and the database takes no text with U+0000.
    if not name or len(name) > _LONGEST or "|" in name or "\0" in name:
        raise refuse(404, "no_resource", name, kind=kind.name)
    try:
        condition = _read_condition(kind, name, namespaces)
    except (QueryError, Gs1Error) as error:
        missing = Fault("exchange.no_resource", value=name, params={"kind": kind.name})
        raise Problem(404, missing, *error.faults) from error
    for key in _keys(condition):
        if key in kind.given or (kind.stored and get_store().has_value(kind.stored, key)):
            return key, [condition]
    raise refuse(404, "no_resource", name, kind=kind.name)


def _read_condition(kind: Kind, name: str, namespaces: Mapping[str, str]) -> Condition:
    if kind.name == "eventTypes":
        return OneOf("eventType", (name,))
    if kind.name == "epcs":
        return Matched("item", Things(exact=(read_item(name),)))
    return read_rest([(kind.parameter, name)], namespaces).query.conditions[0]


def _keys(condition: Any) -> Sequence[str]:
    match condition:
        case AtPlace():
            return condition.places
        case Matched():
            return condition.things.exact
    values: Sequence[str] = condition.values
    return values


def read_item(text: str) -> str:
    """The key of an item in any spelling: URN, Digital Link of any domain, element string."""
    if ":" in text:
        return plain_name(text)
    return read_code(text)[0].key
