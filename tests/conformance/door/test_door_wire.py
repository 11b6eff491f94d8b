"""What only a real server and a real line show: long addresses, bodies without length or cut off,
headers nobody would write, limits as they are announced.
"""

from __future__ import annotations

import json
import random
import socket
import uuid
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.conformance.door.calling import JSON, Door, served
from tests.conformance.door.mutations import HOSTILE
from tests.conformance.door.test_door_fuzz import FUZZ
from tests.integration.exchange.samples import make_bare, make_document, make_event

pytestmark = pytest.mark.database

EVENTS, BYTES = 3, 20_000


@pytest.fixture(scope="module")
def narrow(door_url: str) -> Iterator[Door]:
    """A door with small limits."""
    limits = {"NGUON_CAPTURE_LIMIT": EVENTS, "NGUON_CAPTURE_FILE_SIZE_LIMIT": BYTES}
    with served(door_url, **{name: str(value) for name, value in limits.items()}) as address:
        door = Door(address)
        yield door
        door.close()


def send_raw(door: Door, data: bytes, *, end: bool = False) -> bytes:
    """Send bytes as they are; what comes back until the server hangs up."""
    host, port = door.base.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=30) as line:
        line.sendall(data)
        if end:
            line.shutdown(socket.SHUT_WR)
        answer = b""
        while part := line.recv(65536):
            answer += part
    return answer


def head(door: Door, *lines: str) -> bytes:
    told = ["POST /epcis/capture HTTP/1.1", f"Host: {door.base.removeprefix('http://')}"]
    more = ["Connection: close", "Content-Type: application/json", *lines, "", ""]
    return "\r\n".join([*told, *more]).encode()


def test_the_announced_limits_are_the_enforced_ones(narrow: Door) -> None:
    announced = narrow.ask("OPTIONS", "/capture").headers
    assert int(announced["gs1-epcis-capture-limit"]) == EVENTS
    assert int(announced["gs1-epcis-capture-file-size-limit"]) == BYTES
    assert narrow.capture(make_document(*[make_event() for _ in range(EVENTS)]))["success"]
    many = narrow.post("/capture", make_document(*[make_event() for _ in range(EVENTS + 1)]))
    large = narrow.post("/capture", json.dumps(make_document()).ljust(BYTES + 1))
    for answer in (many, large):
        assert answer.status == 413
        assert answer.json["type"] == "epcisException:CaptureLimitExceededException"
        assert int(answer.headers["gs1-epcis-capture-limit"]) == EVENTS
        assert int(answer.headers["gs1-epcis-capture-file-size-limit"]) == BYTES


def test_a_body_in_chunks_is_read_whole_and_held_to_the_limit(narrow: Door) -> None:
    event = make_event()
    body = json.dumps(make_document(event)).encode()
    pieces = [body[at : at + 100] for at in range(0, len(body), 100)]
    chunked = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
    told = head(narrow, "Transfer-Encoding: chunked")
    assert send_raw(narrow, told + chunked).startswith(b"HTTP/1.1 202")
    spaces = b"%x\r\n%s\r\n0\r\n\r\n" % (BYTES + 1, b" " * (BYTES + 1))
    assert send_raw(narrow, told + spaces).startswith(b"HTTP/1.1 413")


def test_a_body_that_stops_short_stores_nothing_and_the_server_goes_on(door: Door) -> None:
    event = make_event()
    body = json.dumps(make_document(event)).encode()
    told = head(door, f"Content-Length: {len(body)}")
    answer = send_raw(door, told + body[:-20], end=True)
    assert answer[:12] in (b"", b"HTTP/1.1 400", b"HTTP/1.1 408")
    assert door.get(f"/events/{event['eventID']}").status == 404
    assert door.get("/").status == 200


def test_an_address_too_long_is_414_in_the_form_of_machines(door: Door) -> None:
    answer = door.get("/events?EQ_bizStep=" + "a" * 30_000)
    assert (answer.status, answer.kind) == (414, "application/problem+json")
    assert answer.json["type"] == "epcisException:URITooLongException"


@pytest.mark.parametrize("encoding", ["gzip", "br", "x"])
def test_a_body_in_an_encoding_that_is_not_read_is_415(door: Door, encoding: str) -> None:
    answer = door.post("/capture", make_document(make_event()), Content_Encoding=encoding)
    assert (answer.status, answer.json["type"]) == (
        415,
        "epcisException:UnsupportedMediaTypeException",
    )


HEADERS = [
    "Accept", "Accept-Language", "Content-Type", "GS1-EPC-Format", "GS1-CBV-XML-Format",
    "GS1-EPCIS-Min", "GS1-EPCIS-Max", "GS1-CBV-Min", "GS1-CBV-Max", "GS1-EPCIS-Version",
    "GS1-CBV-Version", "GS1-Extensions", "GS1-Capture-Error-Behaviour", "If-None-Match",
    "If-Modified-Since", "Range", "Authorization", "X-Forwarded-For", "Expect", "Cookie", "Prefer",
]  # fmt: skip
VALUES = [
    "*/*", "application/xml;q=0.5, */*;q=0.1", "text/html", "application/json;q=x", ",;=,", "q=1",
    "2.0.0", "1.2", "3", "2.0.0.0.0.0", "-1", "9" * 300, "Always_EPC_URN", "proceed", "all",
    "bytes=0-1", "ex=https://ns.example.com/", "=", "a=b=c,d", "ex=", 'W/"x"', "vi;q=0,en",
    "Basic Og==", "Bearer",
]  # fmt: skip


def test_headers_that_nobody_would_write_are_answered(door: Door) -> None:
    hostile = [
        each for each in HOSTILE
        if isinstance(each, str) and each.isascii() and each.isprintable() and len(each) < 500
    ]  # fmt: skip
    ends: Counter[int] = Counter()
    for number in range(max(FUZZ, 300)):
        chance = random.Random(f"header {number}")
        told = {chance.choice(HEADERS): chance.choice(VALUES + hostile) for _ in range(3)}
        if chance.random() < 0.3:
            body = json.dumps(make_bare() if number % 2 else make_document(make_event()))
            path = "/events" if number % 2 else "/capture"
            answer = door.ask("POST", path, body, **{"Content-Type": JSON, **told})
        else:
            path = chance.choice(["/", "/events", "/capture", "/epcs", "/events/x", "/bizSteps"])
            answer = door.ask("GET", f"{path}?perPage=1", **told)
        ends[answer.status] += 1
        assert answer.status < 500, (path, told, answer.body[:300])
        assert answer.status < 400 or "problem" in answer.kind, (path, told, answer.body[:300])
    assert {200, 202, 406} <= set(ends)


def test_an_id_with_every_sign_a_uri_may_have_is_found_by_its_location(door: Door) -> None:
    lot = f"A%2F{uuid.uuid4().hex[:6]}%25%22"
    event = make_bare(eventID=None, quantityList=[
        {"epcClass": f"https://id.gs1.org/01/09521101000016/10/{lot}", "quantity": 1, "uom": "KGM"},
    ])  # fmt: skip
    answer = door.post("/events", event)
    assert answer.status == 201
    assert len(door.get(answer.headers["location"]).events) == 1
