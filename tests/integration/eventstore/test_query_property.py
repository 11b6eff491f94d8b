"""The store's answer is the plain answer: all of it, once, in order, over any pages."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nguon.epcis import AnyEvent, ObjectEvent, write_document
from nguon.epcis.query import Knowledge, Query, QueryError, read_rest
from nguon.epcis.query.model import FieldName
from nguon.eventstore import Store
from nguon.eventstore.query import Bounds
from nguon.eventstore.query.ordering import sort_key
from tests.conftest import drop_database, make_database
from tests.integration.eventstore.query_corpus import NOW, TOKENS, Corpus, ask
from tests.unit.epcis.events import EX
from tests.unit.epcis.generated import events as generated_events
from tests.unit.epcis.query.questions import Pair, conditions, orders
from tests.unit.epcis.query.stories import GLN, PLACES, Teller

pytestmark = pytest.mark.database

REGION = "urn:x:region"
SMALL = Bounds(examined=60, gathered=30)
HEADER = {
    "epcisMasterData": {
        "vocabularyList": [
            {
                "type": "urn:epcglobal:epcis:vtype:BusinessLocation",
                "vocabularyElementList": [
                    {"id": REGION, "children": ["urn:epc:id:sgln:9521234.00002.0"]},
                    {
                        "id": f"{GLN}/254/G1",
                        "attributes": [{"id": "urn:epcglobal:cbv:mda#city", "attribute": "Huế"}],
                        "children": [PLACES[3][0], REGION],
                    },
                    {
                        "id": "urn:example:po:1",
                        "attributes": [{"id": "urn:epcglobal:cbv:mda#city", "attribute": "Huế"}],
                    },
                    {"id": PLACES[2][0], "attributes": [{"id": "urn:x:kind", "attribute": "5"}]},
                ],
            }
        ]
    }
}
KNOWN = Knowledge(
    children={REGION: [GLN], f"{GLN}/254/G1": [PLACES[3][0], REGION]},
    attributes={
        f"{GLN}/254/G1": [{"urn:epcglobal:cbv:mda#city": "Huế"}],
        PLACES[2][0]: [{"urn:x:kind": "5"}],
        "urn:example:po:1": [{"urn:epcglobal:cbv:mda#city": "Huế"}],
        REGION: [{}],
    },
)


@pytest.fixture(scope="module")
def corpus(module_url: str, module_store: Store) -> Corpus:
    """Three hundred events and a little master data."""
    filled = Corpus(module_store, module_url, KNOWN)
    filled.add([], epcisHeader=HEADER)
    teller = Teller(1)
    for _ in range(10):
        filled.add(teller.tell_many(30))
    return filled


def pages_of(draw_size: int | None) -> list[Pair]:
    return [] if draw_size is None else [("perPage", str(draw_size))]


def answered(corpus: Corpus, asked: list[Pair], bounds: Bounds | None) -> list[UUID] | None:
    """The keys of an answer; None where it is refused as too costly."""
    try:
        return corpus.keys(asked, bounds)
    except QueryError as error:
        if error.code != "epcis.query_too_costly":
            raise
        return None


@settings(max_examples=300)
@given(conditions, orders, st.sampled_from([None, 11, 50]), st.sampled_from([None, SMALL]))
def test_the_answer_is_the_plain_answer_in_its_order(
    corpus: Corpus, asked: list[Pair], order: list[Pair], size: int | None, bounds: Bounds | None
) -> None:
    query = ask([*asked, *order]).query
    found = answered(corpus, [*asked, *order, *pages_of(size)], bounds)
    if found is None:
        # Only an order that no index has may be refused, and only where little is allowed.
        assert query.order is not None
        assert isinstance(query.order.by, FieldName)
        assert bounds is SMALL
        return
    assert len(found) == len(set(found)), "something came twice"
    assert set(found) == set(corpus.answer(query))
    if query.order is None:
        return
    if not isinstance(query.order.by, FieldName):
        assert found == corpus.ordered(query, query.order.by, query.order.direction)
        return
    pages = corpus.pages([*asked, *order, *pages_of(size)], bounds)
    keys = [sort_key(each, query.order.by) for page in pages for each in page]
    there = [key for key in keys if key is not None]
    assert there == sorted(there, reverse=query.order.direction == "DESC")
    assert None not in keys[: len(there)]


@settings(max_examples=40)
@given(conditions, st.integers(1, 40), st.sampled_from([3, 50]), st.sampled_from(["ASC", "DESC"]))
def test_a_limit_gives_the_first_so_many(
    corpus: Corpus, asked: list[Pair], limit: int, size: int, direction: str
) -> None:
    order = [("orderBy", "eventTime"), ("orderDirection", direction)]
    more = [("eventCountLimit", str(limit)), ("perPage", str(size))]
    found = corpus.keys([*asked, *order, *more])
    query = ask([*asked, *order]).query
    assert found == corpus.ordered(query, "eventTime", direction)[:limit]


@settings(max_examples=40)
@given(conditions, st.integers(0, 60))
def test_a_maximum_is_kept_or_said_to_be_exceeded(
    corpus: Corpus, asked: list[Pair], most: int
) -> None:
    expected = corpus.answer(ask(asked).query)
    parameters = [*asked, ("maxEventCount", str(most)), ("perPage", "7")]
    if len(expected) > most:
        with pytest.raises(QueryError) as caught:
            corpus.keys(parameters)
        assert caught.value.exception == "QueryTooLargeException"
        assert caught.value.fault.pointer == "/maxEventCount"
    else:
        assert set(corpus.keys(parameters)) == set(expected)


@settings(max_examples=15)
@given(conditions, orders, st.integers(0, 10**6))
def test_events_that_arrive_between_pages_lose_and_double_nothing(
    corpus: Corpus, asked: list[Pair], order: list[Pair], seed: int
) -> None:
    parameters = [*asked, *order, ("perPage", "20")]
    before = corpus.answer(ask([*asked, *order]).query)
    teller = Teller(seed)
    found = []
    token = None
    while True:
        more = [("nextPageToken", token)] if token else []
        page = corpus.store.query_events(ask([*parameters, *more]), TOKENS, NOW)
        found += [each.event_key for each in page.events]
        token = page.next_page_token
        if token is None:
            break
        corpus.add(teller.tell_many(2))
    assert len(found) == len(set(found))
    assert set(before) <= set(found)
    assert set(found) <= set(corpus.answer(ask([*asked, *order]).query))


_wild_names = st.sampled_from(
    ["ex:x", "ex:y", "gs1:z", "cbvmda:lotNumber", "ex:variety", "INNER_ex:a", "INNER_ex:b",
     "INNER_cbvmda:c", "ILMD_ex:variety", "ILMD_cbvmda:lotNumber", "INNER_ILMD_ex:a",
     "SENSORREPORT_ex:x", "INNER_SENSORREPORT_ex:b", "SENSORMETADATA_gs1:z", "readPoint_ex:y",
     "SENSORELEMENT_ex:x", "INNER_SENSORELEMENT_cbvmda:c", "ERROR_DECLARATION_ex:x"]
)  # fmt: skip
_wild_bounds = st.integers(-10, 10).map(str) | st.decimals(-(10**6), 10**6, places=3).map(str)


@settings(max_examples=60)
@given(
    st.lists(generated_events, min_size=1, max_size=4),
    st.sampled_from(["EXISTS", "GE", "LT", "EQ"]),
    _wild_names,
    _wild_bounds,
)
def test_wild_events_are_found_as_plainly_as_tame_ones(
    wild: Corpus, events: list[AnyEvent], operator: str, name: str, bound: str
) -> None:
    written = write_document(events, creation_date=NOW)
    wild.add_document(written, len(events))
    for asked in (
        [(f"{operator}_{name}", "" if operator == "EXISTS" else bound)],
        [("GE_value_KEL", bound)], [("LT_value_FAH", bound)], [("GE_quantity_GRM", bound)],
        [("LT_eventTime", "1991-01-01T00:00:00Z")], [("GE_startTime", "2000-01-01T00:00:00Z")],
    ):  # fmt: skip
        query = ask_wild(asked)
        found = wild.store.query_all_events(query)
        assert {each.event_key for each in found} == set(wild.answer(query)), asked


def ask_wild(asked: list[Pair]) -> Query:
    return read_rest(asked, {"ex": EX}).query


@pytest.fixture(scope="module")
def wild(server_url: str, migrated_template: str) -> Iterator[Corpus]:
    """A store of its own for events at random."""
    url = make_database(server_url, migrated_template)
    store = Store.open(url)
    yield Corpus(store, url)
    store.close()
    drop_database(server_url, url)


def test_the_stories_tell_of_everything(corpus: Corpus) -> None:
    events = [event for event, _ in corpus.events.values()]
    assert {event.type for event in events} == {
        "ObjectEvent", "AggregationEvent", "AssociationEvent", "TransactionEvent",
        "TransformationEvent",
    }  # fmt: skip
    assert any(event.error_declaration for event in events)
    assert any(isinstance(event, ObjectEvent) and event.ilmd for event in events)
