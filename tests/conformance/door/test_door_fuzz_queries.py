"""Questions that are almost right, at the query language and over HTTP: an answer, or a refusal
with the standard's exception that names the parameter; never a failure of ours.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from nguon.epcis import read_document
from nguon.epcis.query import QueryError, Tokens, read_json, read_rest
from nguon.eventstore import Store
from tests.conformance.door import openapi
from tests.conformance.door.calling import JSON, XML, Door
from tests.conformance.door.mutations import HOSTILE
from tests.conformance.door.test_door_fuzz import FUZZ
from tests.conformance.epcis.shared import EPCIS, example_files, needs_shared
from tests.conftest import drop_database, make_database

pytestmark = [pytest.mark.database, needs_shared]

NOW = datetime(2026, 6, 1, tzinfo=UTC)
TOKENS = Tokens(b"a secret of these tests, 32 bytes")
EXCEPTIONS = {
    "QueryParameterException", "QueryValidationException", "QueryTooComplexException",
    "QueryTooLargeException",
}  # fmt: skip
# One of each family; the fixed ones are GS1's OpenAPI's.
FAMILIES = [
    "EQ_bizTransaction_po", "EQ_source_owning_party", "EQ_destination_location", "EQ_example:a",
    "GT_example:a", "LE_ILMD_example:a", "EXISTS_ILMD_example:a", "EQ_INNER_example:a",
    "EQ_INNER_ILMD_example:a", "EXISTS_INNER_example:a", "EQ_ERROR_DECLARATION_example:a",
    "EXISTS_ERROR_DECLARATION_example:a", "EQ_INNER_ERROR_DECLARATION_example:a",
    "EQ_SENSORELEMENT_example:a", "LT_SENSORMETADATA_example:a", "GE_SENSORREPORT_example:a",
    "EQ_INNER_SENSORREPORT_example:a", "HASATTR_bizLocation", "EQ_ATTR_readPoint_example:a",
    "EQATTR_bizLocation_cbvmda:name", "EQ_readPoint_example:a", "EQ_bizLocation_example:a",
    "GE_value_CEL", "EQ_value_KEL", "LT_minValue_FAH", "EQ_quantity_KGM", "GE_sDev_CEL", "EQ_time",
    "GE_percValue_CEL", "GE_time", "LT_percRank", "EXISTS_sensorElementList", "EQ_rawData",
    "EQ_deviceMetadata", "EQ_https://ns.example.com/epcis/a", "EQ_", "MATCH_", "EQ_value_", "GE_",
]  # fmt: skip
WORDS = [
    "ObjectEvent", "ADD", "shipping", "in_transit", "true", "0", "-1", "1.5", "1e400", "0x10",
    "2026-05-11T04:30:00Z", "2026-05-11", "urn:epc:id:sgtin:0614141.107346.2017",
    "urn:epc:idpat:sgtin:0614141.107346.*", "urn:epc:idpat:sgtin:*.*.*",
    "urn:epc:id:sgln:0614141.07346.0", "https://id.gs1.org/01/10614141073464/21/2017",
    "https://id.gs1.org/01/10614141073464", "eventTime", "ASC", "DESC", "po|inv", "|", "a|b|c",
    "|" * 300, "ni:///sha-256;ab?ver=CBV2.0", "a" * 3000, "KGM",
]  # fmt: skip


def names() -> list[str]:
    """The names of the fixed parameters, without those of the protocol."""
    described = openapi.load()["components"]["parameters"].values()
    found = [each["name"] for each in described if each["in"] == "query"]
    return sorted(name for name in found if not name.startswith("GS1-"))


NAMES = [*(names() if EPCIS.is_dir() else []), *FAMILIES]


def make_question(number: int) -> list[tuple[str, str]]:
    """The parameters of a number."""
    chance = random.Random(f"question {number}")
    hostile = [each for each in HOSTILE if isinstance(each, str) and len(each) < 500]
    pairs = []
    for _ in range(chance.choice((1, 1, 2, 2, 3, 6))):
        name = chance.choice(NAMES)
        if chance.random() < 0.05:
            at = chance.randrange(len(name))
            name = name[:at] + chance.choice(("_", ":", "é", "")) + name[at + 1 :]
        value = chance.choice(WORDS if chance.random() < 0.7 else hostile)
        pairs.append((name, value))
    return pairs


@pytest.fixture(scope="module")
def filled(server_url: str, migrated_template: str) -> Iterator[Store]:
    """A store that holds GS1's examples."""
    url = make_database(server_url, migrated_template)
    store = Store.open(url, size=2)
    for path in example_files():
        store.capture(read_document(path.read_bytes()))
    yield store
    store.close()
    drop_database(server_url, url)


def as_json(pairs: list[tuple[str, str]], chance: random.Random) -> dict[str, Any]:
    """The same as the object of a named query, its values of whatever type."""
    shapes: list[Any] = [lambda v: v, lambda v: v.split("|"), lambda v: [v, 1], lambda _: None]
    shapes += [lambda _: True, lambda _: 12.5, lambda _: {}, lambda _: [], lambda v: {"a": v}]
    return {name: chance.choice(shapes)(value) for name, value in pairs}


def test_a_question_is_answered_or_refused_by_name(filled: Store) -> None:
    ends: Counter[str] = Counter()
    for number in range(max(FUZZ, 1500)):
        chance = random.Random(number)
        pairs = make_question(number)
        try:
            ends[ask(filled, pairs, chance)] += 1
        except Exception as error:
            error.add_note(f"question {number}: {pairs}")
            raise
    assert {"answered", "nothing", "QueryParameterException"} <= set(ends)


def ask(store: Store, pairs: list[tuple[str, str]], chance: random.Random) -> str:
    """Ask as a URL or as a named query; what came of it in a word."""
    known = {"example": "http://ns.example.com/epcis/"}
    try:
        if chance.random() < 0.6:
            request = read_rest(pairs, known)
            found = len(store.query_events(request, TOKENS, NOW).events)
        else:
            query = json.loads(json.dumps(as_json(pairs, chance)))
            found = len(store.query_all_events(read_json(query).query))
    except QueryError as error:
        refused = error
    else:
        return "answered" if found else "nothing"
    told = refused.fault.as_dict()
    assert refused.exception in EXCEPTIONS
    assert told["vi"]
    assert told["en"]
    return str(refused.exception)


RESOURCES = [
    "/events", "/eventTypes/ObjectEvent/events", "/bizSteps/shipping/events",
    "/epcs/urn:epc:id:sgtin:0614141.107346.2017/events", "/dispositions/in_transit/events",
    "/readPoints/urn:epc:id:sgln:0614141.07346.1234/events",
]  # fmt: skip


def test_a_question_over_http_is_answered_or_refused_by_name(door: Door) -> None:
    for path in example_files()[:20]:
        assert door.post("/capture", path.read_bytes()).status == 202
    ends: Counter[int] = Counter()
    for number in range(max(FUZZ // 5, 200)):
        chance = random.Random(number)
        pairs = make_question(50_000_000 + number)
        text = urlencode(pairs, quote_via=quote, errors="surrogatepass")
        path = f"{chance.choice(RESOURCES)}?{text}"
        answer = door.get(path, Accept=chance.choice((JSON, XML)))
        ends[answer.status] += 1
        assert answer.status in (200, 400, 413, 414), (path, answer.status, answer.body[:500])
        assert "problem" in answer.kind or answer.status == 200
    assert {200, 400} <= set(ends)
