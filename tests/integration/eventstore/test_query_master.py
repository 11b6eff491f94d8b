"""SimpleMasterDataQuery over what headers brought, as now and as it was."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.epcis.query import (
    Knowledge,
    MasterQuery,
    QueryError,
    matches_master,
    read_master_json,
    read_master_rest,
)
from nguon.eventstore import Store
from nguon.eventstore.query import Bounds
from nguon.eventstore.query.fragments import fragment
from nguon.eventstore.query.master import EVER
from tests.integration.eventstore.documents import read

pytestmark = pytest.mark.database

MDA = "urn:epcglobal:cbv:mda#"
PLACE_TYPE = "urn:epcglobal:epcis:vtype:BusinessLocation"
POINT_TYPE = "urn:epcglobal:epcis:vtype:ReadPoint"
CLASS_TYPE = "urn:epcglobal:epcis:vtype:EPCClass"
FARM = "https://id.gs1.org/414/9521234000020"
FIELD = f"{FARM}/254/F1"
GTIN = "https://id.gs1.org/01/09521234000129"
ELEMENTS: dict[tuple[str, str], tuple[dict[str, str], list[str]]] = {
    (PLACE_TYPE, "urn:x:province"): (
        {f"{MDA}name": "Quảng Ninh"}, ["urn:epc:id:sgln:9521234.00002.0"]
    ),
    (PLACE_TYPE, FARM): ({f"{MDA}name": "Trại", f"{MDA}city": "Hạ Long"}, ["urn:x:barn"]),
    (PLACE_TYPE, FIELD): ({f"{MDA}name": "Thửa 1"}, []),
    (PLACE_TYPE, "urn:x:barn"): ({"urn:x:size": "12"}, []),
    (POINT_TYPE, FARM): ({"urn:x:gate": "north"}, []),
    (CLASS_TYPE, GTIN): ({f"{MDA}descriptionShort": "Mực mai"}, []),
}  # fmt: skip
KNOWN = Knowledge(
    children={
        name: [FARM if child.startswith("urn:epc") else child for child in children]
        for (_, name), (_, children) in ELEMENTS.items()
        if children
    }
)


def make_header(elements: dict[tuple[str, str], tuple[dict[str, str], list[str]]]) -> Any:
    lists: dict[str, list[dict[str, Any]]] = {}
    for (kind, name), (attributes, children) in elements.items():
        listed = [{"id": key, "attribute": value} for key, value in attributes.items()]
        element = {"id": name, "attributes": listed} | ({"children": children} if children else {})
        lists.setdefault(kind, []).append(element)
    vocabularies = [{"type": k, "vocabularyElementList": v} for k, v in lists.items()]
    return {"epcisMasterData": {"vocabularyList": vocabularies}}


@pytest.fixture(scope="module")
def store(module_store: Store) -> Store:
    """A store with places, points and a product."""
    assert module_store.capture(read(epcisHeader=make_header(ELEMENTS))).success
    return module_store


def ask(store: Store, *pairs: tuple[str, str]) -> dict[tuple[str, str], dict[str, Any]]:
    found = store.query_master_data(read_master_rest(pairs))
    return {(each.type, each.id): dict(each.attributes) for each in found}


def test_all_of_it_is_given_without_conditions(store: Store) -> None:
    assert ask(store) == {key: attributes for key, (attributes, _) in ELEMENTS.items()}


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([("vocabularyName", POINT_TYPE)], {(POINT_TYPE, FARM)}),
        ([("EQ_name", "urn:epc:id:sgln:9521234.00002.0")],
         {(PLACE_TYPE, FARM), (POINT_TYPE, FARM)}),
        ([("EQ_name", "urn:epc:idpat:sgtin:9521234.000012.*")], {(CLASS_TYPE, GTIN)}),
        ([("WD_name", FARM), ("vocabularyName", PLACE_TYPE)],
         {(PLACE_TYPE, FARM), (PLACE_TYPE, FIELD), (PLACE_TYPE, "urn:x:barn")}),
        ([("WD_name", "urn:x:province"), ("HASATTR", "cbvmda:name")],
         {(PLACE_TYPE, "urn:x:province"), (PLACE_TYPE, FARM), (PLACE_TYPE, FIELD)}),
        ([("HASATTR", "urn:x:size|urn:x:gate")], {(PLACE_TYPE, "urn:x:barn"), (POINT_TYPE, FARM)}),
        ([("EQATTR_cbvmda:city", "Hạ Long")], {(PLACE_TYPE, FARM)}),
        ([("EQATTR_city", "Hạ Long|Huế")], {(PLACE_TYPE, FARM)}),
        ([(f"EQATTR_{MDA}city", "Huế")], set()),
        ([("EQ_name", "urn:x:nobody")], set()),
    ],
)  # fmt: skip
def test_conditions_choose(
    store: Store, pairs: list[tuple[str, str]], expected: set[tuple[str, str]]
) -> None:
    assert set(ask(store, *pairs)) == expected


def test_attributes_and_children_are_shown_as_asked(store: Store) -> None:
    name = ("EQ_name", FARM)
    assert ask(store, name, ("includeAttributes", "false"))[PLACE_TYPE, FARM] == {}
    shown = ask(store, name, ("attributeNames", "cbvmda:city"))
    assert shown[PLACE_TYPE, FARM] == {f"{MDA}city": "Hạ Long"}
    found = store.query_master_data(read_master_rest([name, ("includeChildren", "true")]))
    assert {tuple(each.children) for each in found} == {("urn:x:barn",), ()}
    assert all(each.children == [] for each in store.query_master_data(read_master_rest([name])))


def test_more_elements_than_allowed_are_too_many(store: Store) -> None:
    assert len(ask(store, ("maxElementCount", str(len(ELEMENTS))))) == len(ELEMENTS)
    with pytest.raises(QueryError) as caught:
        ask(store, ("maxElementCount", str(len(ELEMENTS) - 1)))
    assert caught.value.exception == "QueryTooLargeException"
    assert caught.value.fault.pointer == "/maxElementCount"


def test_wrong_parameters_are_refused() -> None:
    for pairs, code in (
        ([("EQ_nam", "x")], "query_unknown"),
        ([("includeAttributes", "perhaps")], "query_value"),
        ([("includeAttributes", "false"), ("attributeNames", "x")], "query_conflict"),
        ([("maxElementCount", "-1")], "query_value"),
    ):
        with pytest.raises(QueryError) as caught:
            read_master_rest(pairs)
        assert caught.value.code == f"epcis.{code}"
    assert read_master_json({"includeAttributes": True, "EQ_name": [FARM]}) == MasterQuery(
        names=(FARM,)
    )


def test_the_newest_speaks_and_the_past_can_be_asked(fresh_store: Store) -> None:
    moments = []
    for city in ("Huế", "Hà Nội", "Huế"):
        elements = {(PLACE_TYPE, FARM): ({f"{MDA}city": city}, ["urn:x:barn"])}
        assert fresh_store.capture(read(epcisHeader=make_header(elements))).success
        moments.append(datetime.now(UTC))
    query = read_master_rest([])
    (now,) = fresh_store.query_master_data(query)
    assert now.attributes == {f"{MDA}city": "Huế"}
    (then,) = fresh_store.query_master_data(query, recorded_by=moments[1])
    assert then.attributes == {f"{MDA}city": "Hà Nội"}
    assert fresh_store.query_master_data(
        read_master_rest([("EQATTR_cbvmda:city", "Hà Nội")])
    ) == []  # fmt: skip
    history = fresh_store.master_data_history("urn:epc:id:sgln:9521234.00002.0", PLACE_TYPE)
    assert [each.attributes[f"{MDA}city"] for each in history] == ["Huế", "Hà Nội", "Huế"]
    assert [each.recorded for each in history] == sorted(
        (each.recorded for each in history), reverse=True
    )


_names = st.sampled_from([FARM, FIELD, "urn:x:province", "urn:x:barn", GTIN, "urn:x:no"])
_pairs = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["EQ_name", "WD_name"]), _names),
        st.tuples(st.just("vocabularyName"), st.sampled_from([PLACE_TYPE, CLASS_TYPE])),
        st.tuples(st.just("HASATTR"), st.sampled_from(["name", "city", "urn:x:size"])),
        st.tuples(st.just("EQATTR_name"), st.sampled_from(["Trại", "Thửa 1", "Quảng Ninh"])),
    ),
    max_size=3,
    unique_by=lambda pair: pair[0],
)


@settings(max_examples=100)
@given(_pairs)
def test_the_answer_is_the_plain_answer(store: Store, pairs: list[tuple[str, str]]) -> None:
    query = read_master_rest(pairs)
    expected = {
        (kind, name)
        for (kind, name), (attributes, _) in ELEMENTS.items()
        if matches_master(query, kind, name, attributes, KNOWN)
    }
    assert set(ask(store, *pairs)) == expected


def test_a_page_that_would_cost_too_much_ends_early_and_goes_on(fresh_store: Store) -> None:
    elements = {
        (CLASS_TYPE, f"urn:x:{number:05}"): ({f"{MDA}name": str(number % 1000)}, [])
        for number in range(2100)
    }
    assert fresh_store.capture(read(epcisHeader=make_header(elements))).success
    query = read_master_rest([("EQATTR_name", "999"), ("vocabularyName", CLASS_TYPE)])
    bounds = Bounds(examined=500)
    found, pages, place = [], 0, None
    while True:
        page, place = fresh_store.master_data_page(query, want=30, after=place, bounds=bounds)
        found += [each.id for each in page]
        pages += 1
        if place is None:
            break
    assert found == ["urn:x:00999", "urn:x:01999"]
    assert pages == 5
    with pytest.raises(QueryError) as caught:
        fresh_store.query_master_data(query, bounds=bounds)
    assert caught.value.exception == "QueryTooComplexException"
    assert len(fresh_store.query_master_data(query)) == 2


def test_names_and_vocabularies_are_looked_up_by_index(fresh_store: Store, store_url: str) -> None:
    elements = {(CLASS_TYPE, f"urn:x:{n:05}"): ({f"{MDA}name": "x"}, []) for n in range(1000)}
    assert fresh_store.capture(read(epcisHeader=make_header(elements))).success
    for name, values in (
        ("master_data_named", {"names": ["urn:x:00001"]}),
        ("master_data_of", {"type": CLASS_TYPE, "id": "urn:x:00500", "chunk": 10}),
    ):
        statement = fragment(name, columns=fragment("master_columns"))
        with psycopg.connect(store_url) as connection:
            connection.execute("analyze eventstore.vocabulary")
            connection.execute("set local enable_seqscan = off")
            told = {**values, "recorded_by": EVER}
            plan = connection.execute(f"explain {statement}".encode(), told).fetchall()
        text = "\n".join(row[0] for row in plan)
        assert "Index" in text, text
        assert "Seq Scan" not in text, text


def test_history_leaves_out_what_two_captures_said_at_once(
    fresh_store: Store, store_url: str
) -> None:
    """Two senders that meet may both store the same; it is one entry of the history."""
    elements = {(PLACE_TYPE, FARM): ({f"{MDA}city": "Huế"}, ["urn:x:barn"])}
    assert fresh_store.capture(read(epcisHeader=make_header(elements))).success
    with psycopg.connect(store_url) as connection:
        connection.execute(
            "insert into eventstore.vocabulary"
            " select id, type, attributes, children, job, recorded + interval '1 ms', element,"
            " context from eventstore.vocabulary"
        )
    (only,) = fresh_store.master_data_history(FARM)
    assert only.listed == [(f"{MDA}city", "Huế")]
