"""Lists carried over from GS1's artefacts agree with them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from nguon.epcis.names import KNOWN, TERMS
from nguon.epcis.validation import structure
from nguon.epcis.vocabulary import WORDS, normalise, web_uri
from tests.conformance.epcis.shared import EPCIS, needs_shared

pytestmark = needs_shared

_SCHEMA_NAMES = {
    "bizStep": "bizStep",
    "disposition": "disposition",
    "bizTransaction": "bizTransaction-type",
    "sourceDestination": "source-dest-type",
    "errorReason": "error-reason",
    "measurement": "measurementType",
    "sensorAlert": "sensorAlertType",
    "component": "component",
}


@pytest.fixture(scope="module")
def definitions() -> Any:
    text = (EPCIS / "epcis-json-schema-ratified-2.0.0.json").read_text("utf-8")
    return json.loads(text)["definitions"]


@pytest.fixture(scope="module")
def context() -> Any:
    return json.loads((EPCIS / "epcis-context.jsonld").read_text("utf-8"))["@context"]


@pytest.mark.parametrize("kind", _SCHEMA_NAMES)
def test_the_words_are_those_of_the_schema(definitions: Any, kind: Any) -> None:
    assert set(definitions[_SCHEMA_NAMES[kind]]["anyOf"][1]["enum"]) == WORDS[kind]


def test_the_prefixes_are_those_of_the_context(context: Any) -> None:
    for prefix, iri in KNOWN.items():
        assert context[prefix] == iri


def test_the_protected_terms_are_those_of_the_context(context: Any) -> None:
    bare = {name for name in context if not name.startswith("@")} - set(KNOWN) - {"baseURL"}
    assert bare == TERMS


@pytest.mark.parametrize("kind", ["bizStep", "disposition"])
def test_web_uris_are_those_of_the_context(context: Any, kind: Any) -> None:
    for word, compact in context[kind]["@context"].items():
        assert web_uri(kind, word) == compact.replace("cbv:", KNOWN["cbv"])
        assert normalise(kind, compact) == word


@pytest.mark.parametrize("kind", structure.EVENTS)
def test_members_of_events_are_those_of_the_schema(definitions: Any, kind: str) -> None:
    own = definitions[kind]["allOf"][1]
    common = definitions["common-event-properties"]["anyOf"][0]["enum"]
    names = own["propertyNames"]["anyOf"][1]["enum"]
    shape = structure.EVENTS[kind]
    assert set(shape.members) == {*common, *names, "persistentDisposition"}
    required = {*own["required"], *definitions["Event"]["required"]}
    assert set(shape.required) == required
