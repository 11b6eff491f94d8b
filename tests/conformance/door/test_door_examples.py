"""GS1's examples, 47 JSON, 33 XML and ten of 1.2, through the door and out again in every form.

Each is sent to /capture into an empty store and read back as JSON, XML 2.0 and XML 1.2, in every
GS1-EPC-Format and GS1-CBV-XML-Format. Whatever the form, the events mean what was sent: the same
canonical form, the same event hash.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from lxml import etree

from nguon.epcis import AnyEvent, Document, canonical, event_hash, read_document
from nguon.epcis.xml import CbvFormat, EpcFormat, read_xml, write_xml
from nguon.errors import Fault
from tests.conformance.door.calling import JSON, XML, Answer, Door, furnished, served
from tests.conformance.epcis.shared import example_files, needs_shared
from tests.conformance.epcis.test_xml_examples import FILES, NOW, OLD, WRONG
from tests.integration.eventstore.table_counts import empty

pytestmark = [pytest.mark.database, needs_shared]

EPC_FORMATS = get_args(EpcFormat)
CBV_FORMATS = get_args(CbvFormat)
EXAMPLES = [*example_files(), *FILES]
# Examples with a fault of their own (see WRONG): their other events are kept.
BROKEN = {
    path for path in FILES if path.name in WRONG and (path in OLD or "Sensor" in path.parent.name)
}
# What EPCIS 1.2 cannot say, and how often the examples say it. It is carried in the
# extension that 1.2 keeps for later versions, so that it is read back, but a partner's 1.2 has no
# rule for it.
NEWER = {
    "sensorElementList": 38,
    "AssociationEvent": 16,
    "persistentDisposition": 15,
    "certificationInfo": 5,
}


@pytest.fixture(scope="module")
def own_url(server_url: str, django_db_blocker: Any) -> Iterator[str]:
    """A database that is emptied before each example."""
    with furnished(server_url, django_db_blocker) as url:
        yield url


@pytest.fixture(scope="module")
def own_door(own_url: str) -> Iterator[Door]:
    with served(own_url) as address:
        caller = Door(address)
        yield caller
        caller.close()


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def read(data: bytes, kind: str) -> Document:
    return read_xml(data) if kind == XML else read_document(data)


def meanings(events: list[AnyEvent]) -> Counter[str]:
    """What the events say, each as a text: canonical form without its id, and the hash."""
    found: Counter[str] = Counter()
    for event in events:
        said = dict(canonical(event))
        said.pop("eventID", None)
        found[json.dumps(said, sort_keys=True, default=str) + event_hash(event)] += 1
    return found


def events_of(document: Document) -> list[AnyEvent]:
    return [r.event for r in document.events if r.event is not None and r.accepted]


def check_same(answer: Answer, kind: str, expected: Counter[str]) -> None:
    assert answer.status == 200, answer.body[:2000]
    assert answer.kind == kind
    back = read(answer.body, kind)
    assert [fault for fault in back.all_faults if fault.level == "error"] == []
    assert meanings(events_of(back)) == expected


def spelt(body: bytes, kind: str) -> set[str]:
    """The identifiers of an answer as they are written where EPCs and places stand."""
    texts: set[str] = set()
    if kind == XML:
        for tag in ("epc", "epcClass", "parentID", "transformationID"):
            texts |= {each.text or "" for each in etree.fromstring(body).iter(tag)}
        return texts
    for event in json.loads(body)["epcisBody"]["queryResults"]["resultsBody"]["eventList"]:
        for name in ("epcList", "childEPCs", "inputEPCList", "outputEPCList"):
            texts |= set(event.get(name, []))
        texts |= {event[name] for name in ("parentID",) if name in event}
    return texts


@pytest.mark.parametrize("path", EXAMPLES, ids=name_of)
def test_an_example_comes_back_in_every_form_and_means_the_same(
    path: Path, own_door: Door, own_url: str
) -> None:
    door = own_door
    empty(own_url)
    kind = XML if path.suffix == ".xml" else JSON
    data = path.read_bytes()
    document = read(data, kind)
    if document.type.endswith("Document"):
        job = door.capture(data, kind, GS1_Capture_Error_Behaviour="proceed")
        assert job["success"] is (path not in BROKEN), job["errors"]
    else:  # an event on its own
        assert door.post("/events", data, kind).status == 201
    sent = events_of(document)
    # Twins in one document are one event.
    expected = Counter(dict.fromkeys(meanings(sent), 1))
    assert expected or path in BROKEN or not sent
    for epc in EPC_FORMATS:
        answer = door.get("/events?perPage=200", Accept=JSON, GS1_EPC_Format=epc)
        check_same(answer, JSON, expected)
        check_spelling(answer, JSON, epc)
        for cbv in CBV_FORMATS if epc == EPC_FORMATS[0] else CBV_FORMATS[:1]:
            told = {"Accept": XML, "GS1_EPC_Format": epc, "GS1_CBV_XML_Format": cbv}
            answer = door.get("/events?perPage=200", **told)
            check_same(answer, XML, expected)
            check_spelling(answer, XML, epc)
            check_words(answer, cbv)
    for epc in ("Always_EPC_URN", "Never_Translates"):
        old = {"Accept": XML, "GS1_EPCIS_Max": "1.2.0", "GS1_CBV_Max": "1.2.0"}
        answer = door.get("/events?perPage=200", **old, GS1_EPC_Format=epc)
        assert b'schemaVersion="1.2"' in answer.body
        check_same(answer, XML, expected)


def check_spelling(answer: Answer, kind: str, epc: str) -> None:
    """Where one syntax is always wanted, what can be said in it is."""
    found = spelt(answer.body, kind)
    if epc == "Always_GS1_Digital_Link":
        assert [each for each in found if each.startswith("urn:epc:id:sg")] == []
    if epc == "Always_EPC_URN":
        assert [each for each in found if each.startswith("https://id.gs1.org/01/0614141")] == []


def check_words(answer: Answer, cbv: str) -> None:
    words = [each.text or "" for each in etree.fromstring(answer.body).iter("bizStep")]
    # A word spelt wrong (Bizstep-, in an example) is none of the vocabulary's and stays as it is.
    web = [each for each in words if each.startswith("https://ref.gs1.org/cbv/BizStep-")]
    urns = [each for each in words if each.startswith("urn:epcglobal:cbv:")]
    assert (urns if cbv == "Always_Web_URI" else web) == []


def test_what_1_2_cannot_say_is_known_and_nothing_else() -> None:
    told: Counter[str] = Counter()
    for path in EXAMPLES:
        faults: list[Fault] = []
        document = read(path.read_bytes(), XML if path.suffix == ".xml" else JSON)
        write_xml(document, version="1.2", creation_date=NOW, faults=faults)
        assert {fault.code for fault in faults} <= {"epcis.newer_than_xml"}
        told.update({str(fault.value) for fault in faults})
    assert dict(told) == NEWER


def test_there_are_90_examples() -> None:
    assert (len(example_files()), len(FILES) - len(OLD), len(OLD)) == (47, 33, 10)
