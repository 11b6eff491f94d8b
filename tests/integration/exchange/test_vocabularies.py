"""Captured master data through its door: documents of every kind in, JSON and XML out."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import jsonschema_rs
import pytest
from django.core.management import call_command
from django.test import Client
from lxml import etree

from nguon.epcis import Document, read_document
from nguon.epcis.xml import read_xml, write_xml
from nguon.eventstore import Store, migrate
from nguon.registry.models import Organisation, Product
from nguon.registry.services import register_organisation, register_product
from tests.conformance.epcis.shared import EPCIS
from tests.conftest import drop_database, make_database
from tests.integration.exchange.samples import make_document, make_event, write
from tests.integration.web.site import connected

pytestmark = pytest.mark.database

MDA = "urn:epcglobal:cbv:mda#"
LOCATION = "urn:epcglobal:epcis:vtype:BusinessLocation"
CLASS = "urn:epcglobal:epcis:vtype:EPCClass"
# Attributes in two languages, nested ones with attributes of their own, children, others' members.
WHOLE = """<?xml version="1.0"?>
<md:EPCISMasterDataDocument xmlns:md="urn:epcglobal:epcis-masterdata:xsd:1" schemaVersion="1.2"
    creationDate="2026-05-11T05:00:00Z" xmlns:ex="https://x.example/ns/">
  <EPCISBody><VocabularyList><Vocabulary type="{kind}"><VocabularyElementList>
    <VocabularyElement id="{name}">
      <attribute id="urn:epcglobal:cbv:mda#name" xml:lang="vi">Kho Bãi Cháy</attribute>
      <attribute id="urn:epcglobal:cbv:mda#name" xml:lang="en">Bai Chay store</attribute>
      <attribute id="urn:epcglobal:cbv:mda#city">Hạ Long</attribute>
      <attribute id="urn:x:opening"><ex:day ex:name="Mon"><ex:from>08:00</ex:from></ex:day>
        <ex:day ex:name="Tue"/></attribute>
      <children><id>{name}:a</id><id>{name}:b</id></children>
      <ex:note ex:by="me">cổng sau</ex:note>
    </VocabularyElement>
  </VocabularyElementList></Vocabulary></VocabularyList></EPCISBody>
</md:EPCISMasterDataDocument>"""


@pytest.fixture(scope="module")
def door_url(server_url: str, django_db_blocker: Any) -> Iterator[str]:
    """A database with a register, that the tests here share."""
    url = make_database(server_url)
    migrate(url)
    with django_db_blocker.unblock(), connected(url):
        call_command("migrate", verbosity=0)
    yield url
    drop_database(server_url, url)


def put(client: Client, body: str | bytes, kind: str = "application/xml") -> None:
    response = client.post("/epcis/capture", body, content_type=kind)
    assert response.status_code == 202, response.content
    job = client.get(response["Location"]).json()
    assert (job["success"], job["errors"]) == (True, [])


def put_json(client: Client, kind: str, name: str, /, **attributes: Any) -> None:
    listed = [{"id": f"{MDA}{key}", "attribute": value} for key, value in attributes.items()]
    element = {"id": name, "attributes": listed}
    lists = [{"type": kind, "vocabularyElementList": [element]}]
    header = {"epcisMasterData": {"vocabularyList": lists}}
    put(client, write(make_document(epcisHeader=header)), "application/json")


def address(*parts: str) -> str:
    return "/epcis/vocabularies" + "".join("/" + quote(part, safe="") for part in parts)


def get(client: Client, *parts: str, accept: str = "application/json", **query: str) -> Any:
    return client.get(address(*parts), query, headers={"Accept": accept})


def elements(response: Any) -> list[dict[str, Any]]:
    assert response.status_code == 200, response.content
    document = json.loads(response.content)
    lists = document["epcisBody"]["queryResults"]["resultsBody"]["vocabularyList"]
    return [entry for one in lists for entry in one["vocabularyElementList"]]


def check_xml(data: bytes) -> None:
    if EPCIS.is_dir():
        path = EPCIS / "xsd" / "EPCglobal-epcis-query-2_0.xsd"
        etree.XMLSchema(etree.parse(path)).assertValid(etree.fromstring(data))


@pytest.fixture
def name() -> str:
    """An id that no other test has."""
    return f"urn:x:{uuid.uuid4().hex}"


@pytest.fixture
def kind() -> str:
    """A vocabulary that no other test has, its name with slashes."""
    return f"https://x.example/vocabularies/{uuid.uuid4().hex}"


def test_a_master_data_document_of_1_2_comes_back_whole(
    client: Client, name: str, kind: str
) -> None:
    sent = WHOLE.format(kind=kind, name=name)
    put(client, sent)
    before = read_xml(sent)
    in_json = get(client, kind, name)
    after = read_document(in_json.content)
    in_xml = get(client, kind, name, accept="application/xml")
    check_xml(in_xml.content)
    again = read_xml(in_xml.content)
    for document in (after, again):
        assert document.accepted, document.all_faults
        (element,) = document.master_data
        recorded = element.extensions.pop("nguon:recorded")
        assert datetime.fromisoformat(recorded) <= datetime.now(UTC)
        assert [element] == before.master_data
    # And from JSON as a document's header into XML, by the common way.
    listed = read_document(get(client, kind).content)
    carried = Document(
        type="EPCISDocument",
        schema_version="2.0",
        creation_date=before.creation_date,
        id=None,
        context=listed.context,
        header={"epcisMasterData": listed.envelope["epcisBody"]["queryResults"]["resultsBody"]},
        master_data=listed.master_data,
        events=[],
        faults=[],
        envelope=listed.envelope,
    )
    assert read_xml(write_xml(carried, version="1.2")).master_data == before.master_data


def test_what_json_says_of_languages_and_numbers_survives(client: Client, name: str) -> None:
    names = [{"@value": "Trà", "@language": "vi"}, {"@value": "Tea", "@language": "en"}]
    listed = [{"id": f"{MDA}name", "attribute": each} for each in names]
    listed += [{"id": "urn:x:n", "attribute": 10**30}, {"id": "urn:x:d", "attribute": 0.25}]
    lists = [{"type": CLASS, "vocabularyElementList": [{"id": name, "attributes": listed}]}]
    header = {"epcisMasterData": {"vocabularyList": lists}}
    put(client, write(make_document(epcisHeader=header)), "application/json")
    response = get(client, CLASS, name)
    (element,) = elements(response)
    assert element["attributes"] == listed
    (again,) = read_xml(get(client, CLASS, name, accept="text/xml").content).master_data
    assert [value for _, value in again.attributes[:2]] == names
    assert again.attributes[2] == ("urn:x:n", 10**30)
    if EPCIS.is_dir():
        schema = json.loads((EPCIS / "epcis-json-schema-ratified-2.0.0.json").read_bytes())
        assert jsonschema_rs.is_valid(schema, response.json())


def test_a_document_with_nothing_but_master_data_is_captured(
    client: Client, store: Store, name: str
) -> None:
    document = make_document()
    lists = [{"type": LOCATION, "vocabularyElementList": [{"id": name}]}]
    document["epcisHeader"] = {"epcisMasterData": {"vocabularyList": lists}}
    put(client, write(document), "application/json")
    assert [each["id"] for each in elements(get(client, LOCATION, name))] == [name]


def test_an_answer_can_be_captured_elsewhere(client: Client, name: str, kind: str) -> None:
    put(client, WHOLE.format(kind=kind, name=name))
    answer = get(client, kind, includeAttributes="true").content
    assert [each["id"] for each in elements(get(client, kind))] == [name]
    put(client, answer, "application/json")
    assert len(elements(get(client, kind, name, history="true"))) == 1


def test_the_same_again_is_no_history(client: Client, name: str) -> None:
    for city in ("Huế", "Huế", "Hà Nội", "Hà Nội", "Huế"):
        put_json(client, LOCATION, name, city=city)
    history = elements(get(client, LOCATION, name, history="true"))
    cities = [entry["attributes"][0]["attribute"] for entry in history]
    assert cities == ["Huế", "Hà Nội", "Huế"]
    times = [datetime.fromisoformat(entry["nguon:recorded"]) for entry in history]
    assert times == sorted(times, reverse=True)
    (now,) = elements(get(client, LOCATION, name))
    assert now == history[0]
    (then,) = elements(get(client, LOCATION, name, asOf=times[1].isoformat()))
    assert then == history[1]
    first = get(client, LOCATION, name, history="true", asOf=times[2].isoformat())
    assert elements(first) == history[2:]
    assert get(client, LOCATION, name, asOf="2001-01-01T00:00:00Z").status_code == 404


def test_history_is_paged(client: Client, name: str) -> None:
    for city in ("1", "2", "3", "4", "5"):
        put_json(client, LOCATION, name, city=city)
    seen, response = [], get(client, LOCATION, name, history="true", perPage="2")
    while True:
        seen += [each["attributes"][0]["attribute"] for each in elements(response)]
        if "Link" not in response:
            break
        response = client.get(response["Link"].split(">")[0].lstrip("<"))
    assert seen == ["5", "4", "3", "2", "1"]


@pytest.mark.parametrize("accept", ["application/json", "application/ld+json", "text/xml"])
def test_vocabularies_are_listed(client: Client, kind: str, name: str, accept: str) -> None:
    put_json(client, kind, name)
    response = client.get("/epcis/vocabularies", headers={"Accept": accept})
    assert response["Content-Type"] == accept
    if accept == "text/xml":
        found = [each.text for each in etree.fromstring(response.content).iter("member")]
    else:
        collection = response.json()
        assert collection["type"] == "Collection"
        found = collection["member"]
    assert kind in found
    assert found == sorted(found)


def test_elements_are_paged_and_nothing_comes_twice(client: Client, kind: str) -> None:
    names = [f"urn:x:{number:02}" for number in range(7)]
    for each in names:
        put_json(client, kind, each, name=each)
    seen: list[str] = []
    response = get(client, kind, perPage="3", includeChildren="false")
    while True:
        page = [each["id"] for each in elements(response)]
        assert len(page) <= 3
        seen += page
        if "Link" not in response:
            break
        # What arrives meanwhile behind the page shifts nothing.
        put_json(client, kind, "urn:x:00", name=f"again {len(seen)}")
        response = client.get(response["Link"].split(">")[0].lstrip("<"))
    assert seen == names


def test_parameters_choose(client: Client, kind: str, name: str) -> None:
    put(client, WHOLE.format(kind=kind, name=name))
    put_json(client, kind, f"{name}:other", city="Huế")
    for query, found in (
        ({"EQ_name": name}, [name]),
        ({"HASATTR": f"{MDA}name"}, [name]),
        ({"EQATTR_cbvmda:name": "Bai Chay store"}, [name]),
        ({"EQATTR_city": "Huế|Hạ Long"}, [name, f"{name}:other"]),
        ({"WD_name": name}, [name]),
        ({"EQATTR_city": "Vinh"}, []),
    ):
        assert [each["id"] for each in elements(get(client, kind, **query))] == found, query
        over = client.get("/epcis/masterData", query | {"vocabularyName": kind})
        assert [each["id"] for each in elements(over)] == found, query
    bare = elements(get(client, kind, includeAttributes="false", includeChildren="false"))
    assert bare == [{"id": name}, {"id": f"{name}:other"}]
    (shown,) = elements(get(client, kind, name, attributeNames="cbvmda:city"))
    assert shown["attributes"] == [{"id": f"{MDA}city", "attribute": "Hạ Long"}]


def test_an_id_is_found_in_any_syntax(client: Client) -> None:
    put_json(client, LOCATION, "urn:epc:id:sgln:9521234.00999.0", name="Bến")
    for spelled in ("https://id.gs1.org/414/9521234009993", "urn:epc:id:sgln:9521234.00999.0"):
        for told in (LOCATION, "BusinessLocation"):
            (element,) = elements(get(client, told, spelled))
            assert element["id"] == "https://id.gs1.org/414/9521234009993"
    put_json(client, LOCATION, "https://id.gs1.org/414/9521234009993", name="Bến")
    history = get(client, LOCATION, "urn:epc:id:sgln:9521234.00999.0", history="true")
    assert len(elements(history)) == 1


def test_ids_are_answered_in_the_syntax_asked_for(client: Client) -> None:
    urn, link = "urn:epc:id:sgln:9521234.00997.0", "https://id.gs1.org/414/9521234009979"
    put_json(client, LOCATION, urn, name="Bến")
    for told, found in (
        ("Always_EPC_URN", urn), ("Always_GS1_Digital_Link", link), ("Never_Translates", urn)
    ):  # fmt: skip
        response = client.get(
            address(LOCATION, urn), headers={"GS1-EPC-Format": told, "Accept": "application/json"}
        )
        assert [each["id"] for each in elements(response)] == [found]
    old = client.get(address(LOCATION, link), {"GS1-EPCIS-Max": "1.2.0"}, headers={"Accept": "*/*"})
    root = etree.fromstring(old.content)
    assert root.tag == "{urn:epcglobal:epcis-query:xsd:1}EPCISQueryDocument"
    assert [each.get("id") for each in root.iter("VocabularyElement")] == [urn]


def test_the_register_stands_beside_what_was_captured(client: Client) -> None:
    key = "https://id.gs1.org/01/09521234000990"
    put_json(client, CLASS, key, descriptionShort="Trà hoa")
    register_product(key, "Trà hoa vàng")
    try:
        (element,) = elements(get(client, CLASS, key))
        assert element["nguon:registered"] == {
            "nguon:kind": "product",
            "nguon:name": "Trà hoa vàng",
        }
        assert element["attributes"][0]["attribute"] == "Trà hoa"
        check_xml(get(client, CLASS, key, accept="text/xml").content)
    finally:
        Product.objects.filter(key=key).delete()
    party = "https://id.gs1.org/417/9521234000990"
    put_json(client, LOCATION, party, name="Ông A")
    register_organisation(party, "Hộ ông A", kind="household")
    try:
        (element,) = elements(get(client, LOCATION, party))
        assert "nguon:registered" not in element
    finally:
        Organisation.objects.filter(key=party).delete()


def test_prefixes_that_clash_are_told_apart(client: Client, kind: str) -> None:
    for number, namespace in enumerate(("urn:a:", "urn:b:", "urn:a:")):
        text = WHOLE.format(kind=kind, name=f"urn:x:{number}")
        put(client, text.replace("https://x.example/ns/", namespace))
    for accept, read in (("application/json", read_document), ("text/xml", read_xml)):
        document = read(get(client, kind, accept=accept).content)
        context = document.context[1]
        found = [
            context[prefix.partition(":")[0]]
            for each in document.master_data
            for prefix in each.extensions
        ]
        assert found == ["urn:a:", "urn:b:", "urn:a:"]


@pytest.mark.parametrize(
    ("path", "query", "status", "name"),
    [
        ("/vocabularies/urn:x:none", {}, 404, "NoSuchResourceException"),
        (f"/vocabularies/{quote(CLASS)}/urn:x:none", {}, 404, "NoSuchResourceException"),
        ("/masterData", {"EQ_nam": "x"}, 400, "QueryParameterException"),
        ("/masterData", {"perPage": "0"}, 400, "QueryParameterException"),
        ("/masterData", {"nextPageToken": "zzz"}, 400, "QueryParameterException"),
        ("/masterData", {"nextPageToken": "WyJhIiwiXHUwMDAwIl0"}, 400, "QueryParameterException"),
        ("/masterData", {"asOf": "yesterday"}, 400, "QueryParameterException"),
        ("/masterData", {"history": "true"}, 400, "QueryParameterException"),
        ("/masterData", {"maxElementCount": "0"}, 413, "QueryTooLargeException"),
        (f"/vocabularies/{quote(CLASS)}", {"history": "true"}, 400, "QueryParameterException"),
        (f"/vocabularies/{quote(CLASS)}", {"vocabularyName": "x"}, 400,
         "QueryParameterException"),
    ],
)  # fmt: skip
def test_what_cannot_be_answered_is_a_problem(
    client: Client, path: str, query: dict[str, str], status: int, name: str
) -> None:
    put_json(client, CLASS, "urn:x:some", name="some")
    response = client.get(f"/epcis{path}", query)
    assert response.status_code == status, response.content
    assert response.json()["type"] == f"epcisException:{name}"


def test_other_forms_and_methods_are_refused(client: Client) -> None:
    for path in ("/epcis/masterData", "/epcis/vocabularies", f"/epcis/vocabularies/{CLASS}"):
        assert client.get(path, headers={"Accept": "text/csv"}).status_code == 406
        assert client.post(path).status_code == 405
        assert "GET" in client.options(path)["Allow"]


def test_events_beside_master_data_are_captured_too(client: Client, name: str) -> None:
    event = make_event()
    lists = [{"type": LOCATION, "vocabularyElementList": [{"id": name}]}]
    header = {"epcisMasterData": {"vocabularyList": lists}}
    put(client, write(make_document(event, epcisHeader=header)), "application/json")
    assert client.get(f"/epcis/events/{event['eventID']}").status_code == 200
    assert len(elements(get(client, LOCATION, name))) == 1
