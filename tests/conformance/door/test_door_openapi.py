"""Every operation of GS1's OpenAPI, asked by schemathesis what nobody would think of asking.

No 5xx; statuses, media types, headers and bodies as the file says; what is a document is valid by
the ratified JSON Schema or the XML Schema. NGUON_DOOR_EXAMPLES says how often each of the 63
operations is asked (12 in the suite, always the same; from other starts when it is set).
"""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Callable
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from lxml import etree
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.conformance.door import openapi
from tests.conformance.door.calling import Door
from tests.conformance.door.mutations import make_json, make_xml
from tests.conformance.epcis.shared import EPCIS, example_files, needs_shared
from tests.integration.exchange.samples import make_bare, make_document, make_event

pytestmark = [pytest.mark.database, needs_shared]

GIVEN = os.environ.get("NGUON_DOOR_EXAMPLES")
EXAMPLES = int(GIVEN or "12")
SPEC = openapi.mended() if EPCIS.is_dir() else {"paths": {}}
OPERATIONS = list(openapi.operations(SPEC))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
# Headers that the file lists for an answer but that only some answers can have.
CONDITIONAL = {"Link", "GS1-Next-Page-Token-Expires", "GS1-Query-Min-Record-Time"}
VERSION_BOUNDS = ("GS1-EPCIS-Min", "GS1-EPCIS-Max", "GS1-CBV-Min", "GS1-CBV-Max")
ACCEPTS = [None, "*/*", "application/json", "application/ld+json", "application/xml", "text/html"]
# A schedule that comes round once a year: nobody is called while these tests run.
SUBSCRIPTION = {
    "dest": "http://127.0.0.1:9999/callback",
    "schedule": {"month": "1", "dayOfMonth": "1", "hour": "3"},
}
QUERY = {"name": "", "query": {"eventType": ["ObjectEvent"], "EQ_bizStep": ["commissioning"]}}


@pytest.fixture(scope="module")
def schema() -> Any:
    return schemathesis.openapi.from_dict(SPEC)


@pytest.fixture(scope="module")
def documents() -> Callable[[bytes, str], None]:
    """Raises for a document that is not valid by GS1's schema for its form."""
    text = (EPCIS / "epcis-json-schema-ratified-2.0.0.json").read_text("utf-8")
    in_json = jsonschema_rs.validator_for(json.loads(text))
    xsd = etree.parse(EPCIS / "xsd" / "EPCglobal-epcis-query-2_0.xsd")
    in_xml = etree.XMLSchema(xsd)

    def check(body: bytes, kind: str) -> None:
        if "json" in kind:
            in_json.validate(json.loads(body))
        else:
            in_xml.assertValid(etree.fromstring(body))

    return check


@pytest.fixture(scope="module")
def known(door: Door) -> dict[str, list[str]]:
    """What the server knows, by the name of the path's parameter: all examples are captured."""
    jobs = []
    for path in example_files():
        answer = door.post("/capture", path.read_bytes())
        assert answer.status == 202, (path.name, answer.body)
        jobs.append(answer.headers["location"].rpartition("/")[2])
    event = make_bare()
    assert door.post("/events", event).status == 201
    names = []
    for _ in range(20):
        names.append(f"q{uuid.uuid4().hex}")
        assert door.post("/queries", QUERY | {"name": names[-1]}).status == 201
    pairs = []
    for name in names[:8]:
        answer = door.post(f"/queries/{name}/subscriptions", SUBSCRIPTION)
        assert answer.status == 201, answer.body
        pairs.append(f"{name} {answer.json['subscriptionID']}")
    return {
        "subscriptions": pairs,
        "captureID": jobs[:5],
        "eventID": [event["eventID"]],
        "eventType": ["ObjectEvent", "TransformationEvent", "AssociationEvent"],
        "epc": ["urn:epc:id:sgtin:0614141.107346.2017", "https://id.gs1.org/00/306141411234567892"],
        "bizStep": ["shipping", "https://ref.gs1.org/cbv/BizStep-commissioning"],
        "disposition": ["in_transit", "in_progress", "urn:epcglobal:cbv:disp:active"],
        "bizLocation": ["urn:epc:id:sgln:0614141.00888.0"],
        "readPoint": ["urn:epc:id:sgln:0614141.07346.1234"],
        "queryName": names,
        "subscriptionID": ["df5a33e3-5aa3-4403-ae01-99b83234e27b"],
        "token": ["abc"],
    }


def bodies(path: str) -> st.SearchStrategy[Any]:
    """Bodies that an operation may take: right ones, and almost right ones."""
    numbers = st.integers(0, 10**9)
    almost = st.one_of(numbers.map(make_json), numbers.map(make_xml))
    if path == "/events":
        return st.one_of(st.builds(make_bare), almost)
    if path == "/capture":
        return st.one_of(st.builds(lambda: make_document(make_event(), make_event())), almost)
    if path == "/queries":
        return st.builds(lambda: QUERY | {"name": f"q{uuid.uuid4().hex}"})
    schedules = st.sampled_from(
        [{"stream": True}, {"schedule": {"hour": "1", "minute": "[0-9],30"}}]
    )
    return schedules.map(lambda when: {"dest": "https://client.example.com/callback", **when})


@st.composite
def cases(draw: st.DrawFn, operation: Any, path: str, known: dict[str, list[str]]) -> Case:
    """A case of schemathesis, often with something the server knows in place of something random.

    Random ids and bodies alone would find nothing but 404 and 400.
    """
    mode = draw(st.sampled_from([GenerationMode.POSITIVE] * 3 + [GenerationMode.NEGATIVE]))
    case = draw(operation.as_strategy(generation_mode=mode))
    for name in case.path_parameters or {}:
        if draw(st.integers(0, 3)):
            case.path_parameters[name] = draw(st.sampled_from(known[name])).replace("/", "%2F")
    if "subscriptionID" in (case.path_parameters or {}) and draw(st.integers(0, 3)):
        query_name, subscription = draw(st.sampled_from(known["subscriptions"])).split()
        case.path_parameters |= {"queryName": query_name, "subscriptionID": subscription}
    headers = dict(case.headers or {})
    for name in ("Upgrade", "Connection", *VERSION_BOUNDS):
        # A web socket is no HTTP answer; bounds at random only ever meet a 406.
        if name in headers and (name not in VERSION_BOUNDS or draw(st.integers(0, 3))):
            del headers[name]
    if accept := draw(st.sampled_from(ACCEPTS)):
        headers["Accept"] = accept
    case.headers = headers
    query = dict(case.query or {})
    if draw(st.integers(0, 3)):
        query.pop("nextPageToken", None)
    if len(query) > 1 and draw(st.booleans()):
        query = {name: query[name] for name in draw(st.permutations(sorted(query)))[:1]}
    case.query = query
    if operation.method == "post" and draw(st.integers(0, 3)):
        case.body = draw(bodies(path))
        case.media_type = "application/json"
    return case


def send(case: Case, base: str) -> Any:
    """Send a case; a body of bytes goes as it is."""
    extra: dict[str, Any] = {}
    if isinstance(case.body, bytes):
        kind = "application/xml" if b"<?xml" in case.body[:9] else "application/json"
        extra = {"data": case.body, "headers": {"Content-Type": kind}}
        case = case.operation.Case(
            method=case.method, path_parameters=case.path_parameters, headers=case.headers
        )
    return case.call(base_url=f"{base}/epcis", timeout=60, **extra)


@pytest.mark.parametrize(("path", "method"), OPERATIONS, ids=lambda value: str(value))
def test_an_operation_keeps_to_the_file(
    path: str,
    method: str,
    schema: Any,
    base: str,
    known: dict[str, list[str]],
    documents: Callable[[bytes, str], None],
) -> None:
    operation = schema[path][method]

    @settings(
        max_examples=EXAMPLES,
        derandomize=GIVEN is None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(cases(operation, path, known))
    def ask(case: Case) -> None:
        response = send(case, base)
        case.validate_response(response, checks=CHECKS)
        check_headers(response, path, method)
        kind = response.headers.get("content-type", [""])[0]
        if response.status_code == 200 and b"QueryDocument" in response.content[:2000]:
            documents(response.content, kind)
        elif "xml" in kind:
            check_xml(response.content, response.status_code)

    ask()


def check_xml(body: bytes, status: int) -> None:
    """XML that has no schema of its own: well formed, and a problem has the members of RFC 7807."""
    root = etree.fromstring(body)
    if status >= 400:
        told = {etree.QName(each).localname: each.text for each in root}
        assert told["type"].startswith("epcisException:")
        assert told["title"]
        assert told["status"] == str(status)


def check_headers(response: Any, path: str, method: str) -> None:
    """Whatever the file lists for an answer that succeeded is there."""
    described = SPEC["paths"][path][method]["responses"].get(str(response.status_code), {})
    if reference := described.get("$ref"):
        described = SPEC["components"]["responses"][reference.rpartition("/")[2]]
    if response.status_code < 300:
        listed = set(described.get("headers", {})) - CONDITIONAL
        assert {name for name in listed if name.lower() not in response.headers} == set()


def test_all_29_paths_and_63_operations_are_asked() -> None:
    assert (len(SPEC["paths"]), len(OPERATIONS)) == (29, 63)


@pytest.mark.parametrize("path", SPEC["paths"])
def test_options_allows_what_the_file_has_and_the_rest_is_405(
    path: str, door: Door, known: dict[str, list[str]]
) -> None:
    methods = {method.upper() for method in SPEC["paths"][path] if method != "parameters"}
    target = path
    for name, values in known.items():
        target = target.replace(f"{{{name}}}", values[0].replace("/", "%2F").replace("?", "%3F"))
    answer = door.ask("OPTIONS", target)
    assert answer.status == 204
    assert {each.strip() for each in answer.headers["allow"].split(",")} >= methods | {"OPTIONS"}
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - methods:
        refused = door.ask(method, target, "", Content_Length="0")
        assert refused.status == 405, method
        assert "allow" in refused.headers
