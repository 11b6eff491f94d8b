"""The sample chains give exactly the answers written beside them (rules R1 to R9)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from nguon.epcis import read_document
from nguon.eventstore import Store
from nguon.trace import (
    Answer,
    Gap,
    MemoryReader,
    Reader,
    Recorded,
    contents,
    custody,
    explain,
    find_findings,
    find_gaps,
    record,
    trace,
)
from tests.conftest import SHARED

CHAINS = ("cha-muc-ha-long", "hau-van-don")
FOLDER = SHARED / "domain" / "sectors" / "chains"
DIRECTIONS = {"upstream": "up", "downstream": "down"}


@cache
def read_expected(chain: str) -> Any:
    path = FOLDER / f"{chain}.expected-trace.json"
    return json.loads(path.read_text("utf-8")) if path.exists() else {"queries": []}


def list_queries(*kinds: str) -> list[Any]:
    return [
        pytest.param(chain, query, id=query["id"])
        for chain in CHAINS
        for query in read_expected(chain)["queries"]
        if query["kind"] in kinds
    ]


@cache
def read_chain(chain: str) -> list[Recorded]:
    document = read_document((FOLDER / f"{chain}.jsonld").read_bytes())
    return record(reading.event for reading in document.events if reading.event)


class Sources:
    """A reader over a chain: in memory, or captured into a real store."""

    def __init__(self, kind: str, store: Store | None) -> None:
        self.kind, self.store = kind, store

    def reader(self, chain: str, as_of: datetime | None = None) -> Reader:
        if self.store is None:
            return MemoryReader(read_chain(chain), as_of)
        return self.store.reader(as_of)


@pytest.fixture(scope="module")
def loaded_store(server_url: str, migrated_template: str) -> Any:
    from tests.conftest import drop_database, make_database

    url = make_database(server_url, migrated_template)
    store = Store.open(url)
    for chain in CHAINS:
        result = store.capture(read_document((FOLDER / f"{chain}.jsonld").read_bytes()))
        assert result.success
    yield store
    store.close()
    drop_database(server_url, url)


@pytest.fixture(params=["memory", pytest.param("store", marks=pytest.mark.database)])
def sources(request: pytest.FixtureRequest, shared: Path) -> Sources:
    store = request.getfixturevalue("loaded_store") if request.param == "store" else None
    return Sources(request.param, store)


def window_of(query: Mapping[str, Any]) -> dict[str, datetime]:
    window = query.get("window", {})
    names = {"from": "since", "to": "until"}
    return {names[name]: datetime.fromisoformat(value) for name, value in window.items()}


def walk(sources: Sources, chain: str, query: Mapping[str, Any]) -> Answer:
    reader = sources.reader(chain)
    answer = trace(reader, query["start"], DIRECTIONS[query["kind"]], **window_of(query))
    return explain(reader, answer)


@pytest.mark.parametrize(("chain", "query"), list_queries("upstream", "downstream"))
def test_sets_come_out_exactly(sources: Sources, chain: str, query: Any) -> None:
    answer = walk(sources, chain, query)
    assert sorted(answer.items) == sorted(query["expect"]["items"])
    assert sorted(answer.containers) == sorted(query["expect"]["containers"])
    assert not set(query.get("must_not_include", ())) & (set(answer.items) | set(answer.containers))


@pytest.mark.parametrize(
    ("chain", "query"), [p for p in list_queries("upstream") if "gaps" in p.values[1]]
)
def test_gaps_on_the_way_walked_are_named(sources: Sources, chain: str, query: Any) -> None:
    named = {gap["id"]: gap for q in read_expected(chain)["queries"] if q["kind"] == "gaps"
             for gap in q["expect"]["gaps"]}  # fmt: skip
    expected = sorted((named[name]["kind"], named[name]["items"]) for name in query["gaps"])
    answer = walk(sources, chain, query)
    assert sorted((gap.kind, list(gap.items)) for gap in answer.gaps) == expected


@pytest.mark.parametrize(("chain", "query"), list_queries("container_incident"))
def test_what_a_box_held_in_a_window(sources: Sources, chain: str, query: Any) -> None:
    answer = contents(sources.reader(chain), query["start"][0], **window_of(query))
    assert sorted(answer.items) == sorted(query["expect"]["items"])
    assert sorted(answer.containers) == sorted(query["expect"]["containers"])
    for quantity in query["quantities"]:
        assert answer.items[quantity["item"]].quantity == quantity["count"]


@pytest.mark.parametrize(("chain", "query"), list_queries("custody"))
def test_who_has_it_now(sources: Sources, chain: str, query: Any) -> None:
    held = custody(sources.reader(chain), query["start"])
    for holder in query["holders"]:
        found = held[holder["item"]]
        assert found.party == holder["party"]
        assert found.place == holder["place"]
        assert found.since == datetime.fromisoformat(holder["since"])
        assert found.inside == holder.get("inside")
        if "state" in holder:
            assert found.state == holder["state"]


@pytest.mark.parametrize(("chain", "query"), list_queries("custody"))
def test_who_was_believed_to_have_it(sources: Sources, chain: str, query: Any) -> None:
    for moment, belief in query["as_known_before"].items():
        as_of = datetime.fromisoformat(moment)
        reader = sources.reader(chain, as_of)
        item, missing = belief["item"], belief["item_missing"]
        holder = custody(reader, [item], as_of)[item]
        assert "https://id.gs1.org/417/9521108000019" in holder.others  # shop 1, wrongly
        assert holder.party == "https://id.gs1.org/417/9521109000018"  # shop 2
        gaps = find_gaps(reader.events_of([item, missing]), [missing], as_of)
        assert "ship_without_receive" in {gap.kind for gap in gaps}
        later = as_of + timedelta(minutes=2)
        gaps = find_gaps(reader.events_of([item, missing]), [missing], later)
        assert "ship_without_receive" not in {gap.kind for gap in gaps}


@pytest.mark.parametrize(
    ("chain", "query"), [p for p in list_queries("downstream") if "findings" in p.values[1]]
)
def test_what_goes_against_a_rule_is_found(sources: Sources, chain: str, query: Any) -> None:
    answer = walk(sources, chain, query)
    events = sources.reader(chain).events_of([*query["start"], *answer.items])
    found = [(each.event_id, each.rule, each.level) for each in find_findings(events)]
    assert found == [(each["event"], each["rule"], each["level"]) for each in query["findings"]]


def test_nothing_is_found_before_the_area_was_closed(sources: Sources) -> None:
    events = sources.reader(CHAINS[1]).events_of(
        ["https://id.gs1.org/01/09521202000090/10/BE1-2507"]
    )
    assert not find_findings(events, datetime.fromisoformat("2026-03-18T00:00:00+07:00"))


def matches(gap: Gap, expected: Mapping[str, Any]) -> bool:
    plain = {
        "kind": gap.kind,
        "event": gap.event_id,
        "items": list(gap.items),
        "parties": list(gap.parties),
        "quantity": gap.quantity,
        "uom": gap.uom,
        "shipped": gap.shipped,
        "received": gap.received,
        "percent": gap.percent,
        "within_tolerance": gap.within_tolerance,
        "document": gap.document,
    }
    compared = {name: value for name, value in expected.items() if name not in ("id", "says")}
    return all(
        plain[name] == (Decimal(str(value)) if isinstance(value, float) else value)
        for name, value in compared.items()
    )


@pytest.mark.parametrize(("chain", "query"), list_queries("gaps"))
def test_the_whole_chain_names_its_gaps(sources: Sources, chain: str, query: Any) -> None:
    items = {m for entry in read_chain(chain) for m in mentioned(entry)}
    gaps = find_gaps(sources.reader(chain).events_of(sorted(items)))
    expected = query["expect"]["gaps"]
    for one in expected:
        assert [gap for gap in gaps if matches(gap, one)], one
    assert len(gaps) == len(expected)


def mentioned(entry: Recorded) -> list[str]:
    from nguon.trace import find_mentions

    return [mention.item for mention in find_mentions(entry.event)]


def test_the_expected_answers_were_read(shared: Path) -> None:
    counted = {chain: len(read_expected(chain)["queries"]) for chain in CHAINS}
    assert counted == {"cha-muc-ha-long": 7, "hau-van-don": 7}
