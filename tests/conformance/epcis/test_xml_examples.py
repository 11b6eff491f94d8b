"""GS1's XML examples, 2.0 and 1.2, and its JSON examples: through every format and the same."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from nguon.epcis import (
    AnyEvent,
    Document,
    canonical,
    digest,
    event_hash,
    read_document,
    write_document,
)
from nguon.epcis.validation.structure import read_time
from nguon.epcis.xml import (
    Version,
    read_capture_job,
    read_xml,
    write_capture_job,
    write_query_exception,
    write_xml,
)
from nguon.epcis.xml.writing import Kind
from tests.conformance.epcis.shared import EPCIS, example_files, needs_shared
from tests.unit.epcis.xml.old_documents import said

pytestmark = needs_shared

NOW = datetime(2026, 3, 31, 1, 2, 3, tzinfo=UTC)
XML = sorted((EPCIS / "examples-xml").rglob("*.xml"))
JOBS = [path for path in XML if path.parent.name == "CaptureJob"]
OLD = sorted((EPCIS / "examples-1.2").glob("*.xml"))
FILES = [path for path in XML if path not in JOBS] + OLD

# Examples that break a rule themselves, and where.
WRONG: dict[str, set[tuple[str, str]]] = {
    # A sensorReport without a type: the XML Schema lets it pass, the ratified JSON Schema does not.
    "SensorDataExamples.xml": {
        ("epcis.member_missing", "/8/sensorElementList/0/sensorReport/0/type"),
        ("epcis.member_missing", "/8/sensorElementList/0/sensorReport/1/type"),
    },
    # A GRAI whose check digit is wrong.
    "All_eventTypes_in_single_document.xml": {("gs1.check_digit", "/0/epcList/0")},
    # Master data of a lot in an observation, and a certificate that is no URI.
    "ObjectEvent_all_possible_fields.xml": {
        ("epcis.ilmd_without_add", "/0/ilmd"),
        ("epcis.not_a_uri", "/0/certificationInfo/0"),
    },
    # A time without seconds, which no dateTime of XML Schema is.
    "TransactionEvent_all_possible_fields.xml": {
        ("epcis.time_malformed", "/0/errorDeclaration/declarationTime")
    },
}


_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T")
_NUMBER = re.compile(r"-?[0-9]{1,10}(?:\.[0-9]+)?")
_WORD = re.compile(
    r"(?:urn:epcglobal:cbv:\w+:|https://(?:ref|ns)\.gs1\.org/cbv/\w+-|cbv:\w+-"
    r"|gs1:|https://gs1\.org/voc/)(\w+)"
)


def read(path: Path) -> Document:
    data = path.read_bytes()
    return read_xml(data) if path.suffix == ".xml" else read_document(data)


def events_of(document: Document) -> list[AnyEvent]:
    return [reading.event for reading in document.events if reading.event is not None]


def meaning(document: Document) -> list[tuple[dict[str, Any], str]]:
    return [(canonical(event), event_hash(event)) for event in events_of(document)]


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


@pytest.fixture(scope="module")
def schemas() -> dict[str, Any]:
    files = {"document": "EPCglobal-epcis-2_0.xsd", "query": "EPCglobal-epcis-query-2_0.xsd"}
    return {
        kind: etree.XMLSchema(etree.parse(EPCIS / "xsd" / file)) for kind, file in files.items()
    }


def test_all_files_are_there() -> None:
    assert (len(FILES) - len(OLD), len(OLD), len(JOBS)) == (33, 10, 4)


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_an_example_has_only_the_faults_that_are_its_own(path: Path) -> None:
    errors = {
        (fault.code, fault.pointer.removeprefix("/epcisBody/eventList"))
        for fault in read(path).all_faults
        if fault.level == "error"
    }
    own = path.name in WRONG and (path in OLD or path.parent.name == "WithSensorData")
    assert errors == (WRONG[path.name] if own else set())


@pytest.mark.parametrize("version", ["2.0", "1.2"])
@pytest.mark.parametrize("kind", ["document", "query"])
@pytest.mark.parametrize("path", FILES + example_files(), ids=name_of)
def test_an_example_means_the_same_in_xml(
    path: Path, kind: Kind, version: Version, schemas: dict[str, Any]
) -> None:
    before = read(path)
    written = write_xml(before, kind=kind, version=version, creation_date=NOW)
    after = read_xml(written)
    assert meaning(after) == meaning(before)
    if version == "2.0":
        schemas[kind].assertValid(etree.fromstring(written))
    if kind == "document":
        assert after.master_data == before.master_data
        assert before.header is None or after.header == before.header


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_an_example_means_the_same_in_json(path: Path) -> None:
    before = read(path)
    after = read_document(write_document(events_of(before), creation_date=NOW))
    assert meaning(after) == meaning(before)
    assert list(map(digest, events_of(after))) == list(map(digest, events_of(before)))


@pytest.mark.parametrize("path", OLD, ids=name_of)
def test_1_2_to_2_0_to_1_2_loses_nothing(path: Path) -> None:
    first = write_xml(read(path), version="1.2", creation_date=NOW)
    new = write_xml(read_xml(first), version="2.0", creation_date=NOW)
    again = write_xml(read_xml(new), version="1.2", creation_date=NOW)
    assert meaning(read_xml(again)) == meaning(read(path))
    assert again == first


# One of them is an event alone, and of 2.0 for all its shells.
@pytest.mark.parametrize("path", [p for p in OLD if "Single_event" not in p.name], ids=name_of)
def test_every_value_of_1_2_comes_back_where_it_stood(path: Path) -> None:
    document = read(path)
    faults = {fault.code for fault in document.all_faults}
    assert "epcis.xml_not_kept" not in faults
    new = write_xml(document, version="2.0", creation_date=NOW)
    again = write_xml(read_xml(new), version="1.2", creation_date=NOW)
    before, after = (
        Counter(filter(None, map(plain, said(each)))) for each in (path.read_bytes(), again)
    )
    if any(reading.event is None for reading in document.events):
        assert not after - before
    else:
        assert after == before


def plain(value: tuple[str, ...]) -> tuple[str, ...]:
    """A value without what means nothing: how a time, a number, a word of CBV is spelled.

    Left out are the document's own attributes, and the types that an element of others declares.
    """
    *names, text = value
    if names[-1].startswith("@{http://www.w3.org/2001/XMLSchema-instance}") or len(names) == 2:
        return ()
    moment = read_time(text) if _TIME.match(text) else None
    if moment is not None:
        return (*names, moment.isoformat())
    word = _WORD.fullmatch(text)
    if word:
        return (*names, word[1].lower())
    return (*names, str(Decimal(text).normalize()) if _NUMBER.fullmatch(text) else text)


@pytest.mark.parametrize("path", JOBS, ids=name_of)
def test_capture_jobs_are_read_and_written(path: Path, schemas: dict[str, Any]) -> None:
    job = read_capture_job(path.read_bytes())
    written = write_capture_job(job)
    schemas["document"].assertValid(etree.fromstring(written))
    assert read_capture_job(written) == job


@pytest.mark.parametrize("name", ["QueryTooLargeException", "ImplementationException"])
def test_exceptions_of_queries_are_valid(name: str, schemas: dict[str, Any]) -> None:
    severity = "ERROR" if name == "ImplementationException" else None
    for created in (NOW, None):
        written = write_query_exception(
            name, "too much", severity=severity, query_name="Q", creation_date=created
        )
        schemas["query"].assertValid(etree.fromstring(written))
