"""The event hash of XML: the published vectors, and the same value as the JSON beside them."""

from __future__ import annotations

import pytest

from nguon.epcis import event_hash, read_document
from nguon.epcis.xml import read_xml
from tests.conformance.epcis.shared import EPCIS, HASHES, needs_shared

pytestmark = needs_shared

# Where we differ, the rule that decides.
DECIDED = {
    # repository-x:ignoreFields: see test_hash_vectors.py; the event is hashed whole.
    ("epcisXmlDocHavingEventWithIgnoreFields", 0),
    ("epcisXmlDocHavingEventWithIgnoreFields", 1),
    # stringValue is a text (EPCIS 2.0 7.3.7.3): the vector has it rounded as a number of 24 digits.
    ("SensorDataExamples", 6),
    # bizRules of a report stands after dataProcessingMethod (CBV 2.0 8.9.2, order of members); the
    # vector has it behind the event as a second, broken sensorElementList.
    ("SensorDataExamples", 7),
    # One order for all kinds of events (CBV 2.0 8.9.2): documents before sensor data. The vector
    # turns it round, for this TransactionEvent alone.
    ("SensorDataExamples", 10),
    # The CBV master data namespace has one spelling, that of JSON-LD and of the JSON vectors
    # (urn:epcglobal:cbv:mda: with its colon); this vector is the only one with the XML's.
    ("SensorDataExamples", 11),
}
# Its events stand in no EPCISBody: no EPCISQueryDocument by the schema.
NO_DOCUMENT = "epcisXmlQueryDocHavingEventWithIgnoreFields"
# Same event, other offset: the one file of the seven that says something else.
OTHER_OFFSET = "event_with_identical_hash_id_2"


def _vectors() -> list[tuple[str, int, str]]:
    return [
        (path.stem, index, expected)
        for path in sorted(HASHES.glob("*.xml"))
        for index, expected in enumerate(path.with_suffix(".hashes").read_text("utf-8").split())
        if path.stem != NO_DOCUMENT
    ]


VECTORS = _vectors() if HASHES.is_dir() else []
PAIRS = sorted(path.stem for path in HASHES.glob("*.xml") if path.with_suffix(".jsonld").exists())


def test_all_vectors_are_there() -> None:
    assert (len(VECTORS), len(PAIRS)) == (44, 11)


@pytest.mark.parametrize(("name", "index", "expected"), VECTORS)
def test_the_hash_is_the_published_one(name: str, index: int, expected: str) -> None:
    event = read_xml((HASHES / f"{name}.xml").read_bytes()).events[index].event
    assert event is not None
    assert (event_hash(event) == expected) is ((name, index) not in DECIDED)


@pytest.mark.parametrize("name", PAIRS)
def test_xml_and_json_of_one_event_hash_alike(name: str) -> None:
    xml = read_xml((HASHES / f"{name}.xml").read_bytes()).events
    json = read_document((HASHES / f"{name}.jsonld").read_bytes()).events
    hashes = [[r.event and event_hash(r.event) for r in readings] for readings in (xml, json)]
    assert hashes[0] == hashes[1]
    assert None not in hashes[0]


def test_what_is_no_document_has_its_faults_and_no_events() -> None:
    result = read_xml((HASHES / f"{NO_DOCUMENT}.xml").read_bytes())
    assert result.events == []
    assert "epcis.member_missing" in {fault.code for fault in result.faults}


def test_gs1_s_files_of_one_event_hash_alike() -> None:
    folder = EPCIS / "examples-xml" / "WithEventHashID"
    hashes = {}
    for path in folder.iterdir():
        result = (read_xml if path.suffix == ".xml" else read_document)(path.read_bytes())
        (reading,) = result.events
        assert reading.event is not None
        hashes[path.stem] = event_hash(reading.event)
    other = hashes.pop(OTHER_OFFSET)
    assert len(set(hashes.values())) == 1
    assert other not in hashes.values()


# GS1's examples of one event in both syntaxes: XML file, number of the event, JSON file, number.
# The other examples of a name differ in what they say (a place, a certificate, a quantity).
TWINS = [
    *(
        (
            "AssociationEvent/AssociationEventExamples",
            n,
            f"AssociationEvent/AssociationEvent-{x}",
            0,
        )
        for n, x in enumerate("abcdefgh")
    ),
    *(
        ("WithSensorData/SensorDataExamples", n, f"WithSensorData/SensorDataExample{n + 1}", 0)
        for n in (0, 1, 2, 4)
    ),
    ("Example-TransactionEvent-2020_07_03y", 0, "Example-TransactionEvents-2020_07_03y", 0),
    ("Mimasu/Example1", 0, "Example_9.6.1-ObjectEvent", 0),
    ("Mimasu/Example1", 1, "Example_9.6.1-ObjectEvent", 1),
    ("Mimasu/Example2", 0, "Example_9.6.2-ObjectEvent", 0),
    ("Mimasu/Example3", 0, "Example_9.6.3-AggregationEvent", 0),
    ("Mimasu/Example4", 0, "Example_9.6.4-TransformationEvent", 0),
]


@pytest.mark.parametrize(("xml", "number", "json", "index"), TWINS)
def test_examples_of_one_event_hash_alike(xml: str, number: int, json: str, index: int) -> None:
    text = (EPCIS / "examples-xml" / f"{xml}.xml").read_text("utf-8")
    # The JSON has its extensions in a namespace that ends in a stroke, the XML in one without.
    text = text.replace('"http://ns.example.com/epcis"', '"http://ns.example.com/epcis/"')
    one = read_xml(text).events[number].event
    other = read_document((EPCIS / "examples-json" / f"{json}.jsonld").read_bytes())
    two = other.events[index].event
    assert one is not None
    assert two is not None
    assert event_hash(one) == event_hash(two)
