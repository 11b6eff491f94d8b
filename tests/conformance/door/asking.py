"""GS1's test cases at a served door: events captured by name, and asked for as the cases have it.

The cases say "invoke `poll` with SimpleEventQuery"; of REST that is GET /events. Both are asked.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape

from lxml import etree

from tests.conformance.door.calling import JSON, XML, Answer, Door
from tests.conformance.store.query_case import CONTEXT, NAMESPACES, make_event
from tests.unit.epcis.soap.envelopes import NAMESPACES as SOAP
from tests.unit.epcis.soap.envelopes import param, strings

# Parameters whose values are lists, numbers or times need no type in a URL, but do in SOAP.
_PLAIN = (
    "EQ_time",
    "GE_",
    "GT_",
    "LE_",
    "LT_",
    "EXISTS_",
    "EQ_sDev",
    "EQ_perc",
    "EQ_boolean",
    "EQ_value_",
)


def document(named: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """An EPCISDocument of events given by name."""
    return {
        "@context": CONTEXT,
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-05-11T00:00:00Z",
        "epcisBody": {"eventList": [make_event(name, **each) for name, each in named.items()]},
    }


class Case:
    """A door whose events go by names; `how` is rest or soap."""

    def __init__(self, door: Door, how: str) -> None:
        self.door = door
        self.how = how
        self.names: dict[str, str] = {}

    def send(self, named: dict[str, dict[str, Any]], **headers: str) -> Answer:
        """POST the events to /capture."""
        whole = document(named)
        events = whole["epcisBody"]["eventList"]
        self.names |= dict(zip([event["eventID"] for event in events], named, strict=True))
        return self.door.post("/capture", whole, **headers)

    def capture(self, named: dict[str, dict[str, Any]]) -> dict[str, Any]:
        """Capture events; the job when it has ended."""
        answer = self.send(named)
        assert answer.status == 202, answer.body
        return self.door.finish(answer.headers["location"])

    def ask(self, **parameters: str) -> set[str]:
        """The names of the events that answer; `__` in a name stands for `:`."""
        asked = {name.replace("__", ":"): value for name, value in parameters.items()}
        ids = self._rest(asked) if self.how == "rest" else self._soap(asked)
        return {self.names[each] for each in ids}

    def _rest(self, asked: dict[str, str]) -> list[str]:
        extensions = ", ".join(f"{prefix}={uri}" for prefix, uri in NAMESPACES.items())
        found = self.door.events(asked, GS1_Extensions=extensions, Accept=JSON)
        return [each["eventID"] for each in found]

    def _soap(self, asked: dict[str, str]) -> list[str]:
        told = "".join(_param(name, value) for name, value in asked.items())
        declared = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
        body = (
            f'<q:Poll xmlns:q="{SOAP["2.0"]}"{declared}><queryName>SimpleEventQuery</queryName>'
            f"<params>{told}</params></q:Poll>"
        )
        envelope = (
            '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"'
            ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
            f"<s:Body>{body}</s:Body></s:Envelope>"
        )
        answer = self.door.post("/soap", envelope, "text/xml; charset=utf-8", SOAPAction='""')
        assert answer.status == 200, answer.body
        return [each.text for each in etree.fromstring(answer.body).iter("eventID")]

    def fetch(self, name: str, accept: str) -> Answer:
        """GET /events/{eventID} of an event by name."""
        (wanted,) = [event_id for event_id, known in self.names.items() if known == name]
        return self.door.get(f"/events/{quote(wanted, safe='')}", Accept=accept)


def _param(name: str, value: str) -> str:
    if name.startswith(_PLAIN) or not value:
        return param(name, escape(value))
    return strings(name, *map(escape, value.split("|")))


def contents(answer: Answer) -> str:
    """All that an answer says, for looking whether a value is in it."""
    assert answer.status == 200, answer.body
    if answer.kind == XML:
        return etree.tostring(etree.fromstring(answer.body), encoding="unicode")
    return json.dumps(answer.json, ensure_ascii=False)
