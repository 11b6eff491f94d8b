"""Whatever the ratified JSON Schema refuses, the reader finds a fault in too."""

from __future__ import annotations

import copy
import json
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nguon.epcis import EpcisError, read_document
from tests.conformance.epcis.shared import EPCIS, example_files, needs_shared

pytestmark = needs_shared

# Where JSON-LD allows what the schema refuses, a flag is enough.
LENIENT = {"epcis.context_repeated", "epcis.uri_not_ascii", "epcis.name_not_uri"}
_JUNK: list[Any] = [
    None,
    True,
    0,
    -1.5,
    "",
    "x",
    "not a uri",
    "urn:epcglobal:cbv:bizstep:shipping",
    "https://ns.gs1.org/cbv/BizStep-shipping",
    "https://gs1.org/voc/Temperature",
    "2020-01-01T00:00:00",
    "2020-13-01T00:00:00Z",
    "+15:00",
    "KG",
    "add",
    "https://example.com/a b",
    "https://example.com/é",
    "https://id.gs1.org/01/09521234000129",
    [],
    {},
    [[]],
    ["x", "x"],
    [{}],
    {"x": 1},
    {"ex:y": 1},
]


def _paths(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    if isinstance(node, dict):
        for key, value in node.items():
            found += _paths(value, (*path, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            found += _paths(value, (*path, index))
    return found


def _mutate(document: Any, path: tuple[Any, ...], how: str, junk: Any) -> None:
    owner = document
    for step in path[:-1]:
        owner = owner[step]
    last = path[-1]
    if how == "remove":
        del owner[last]
    elif how == "replace":
        owner[last] = junk
    elif how == "add" and isinstance(owner[last], dict):
        owner[last]["unheardOf"] = junk
    elif how == "append" and isinstance(owner[last], list):
        owner[last].append(junk)
    elif how == "repeat" and isinstance(owner[last], list):
        owner[last].extend(copy.deepcopy(owner[last]))


def _small(document: Any) -> Any:
    """The document with its first three events, which is enough to spoil."""
    body = document["epcisBody"]
    results = body.get("queryResults", {}).get("resultsBody", body)
    del results["eventList"][3:]
    return document


@pytest.fixture(scope="module")
def schema() -> Any:
    ratified = json.loads((EPCIS / "epcis-json-schema-ratified-2.0.0.json").read_text("utf-8"))
    return jsonschema_rs.Draft7Validator(ratified, validate_formats=True)


_DOCUMENTS = [_small(json.loads(path.read_text("utf-8"))) for path in example_files()]


@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_what_the_schema_refuses_has_a_fault(schema: Any, data: st.DataObject) -> None:
    document = copy.deepcopy(data.draw(st.sampled_from(_DOCUMENTS)))
    for _ in range(data.draw(st.integers(1, 2))):
        path = data.draw(st.sampled_from(_paths(document)))
        how = data.draw(st.sampled_from(["remove", "replace", "add", "append", "repeat"]))
        _mutate(document, path, how, copy.deepcopy(data.draw(st.sampled_from(_JUNK))))
    refused = not schema.is_valid(document)
    try:
        found = read_document(json.dumps(document)).all_faults
    except EpcisError as error:
        found = list(error.faults)
    serious = [fault for fault in found if fault.level == "error" or fault.code in LENIENT]
    assert all(fault.as_dict()["vi"] for fault in found)
    assert serious or not refused, "the schema refuses it, the reader does not"
