"""The amounts written beside the sample chains: shares, balances of lots and of events."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from nguon.epcis.model import TransformationEvent
from nguon.trace.quantities import find_balances, find_shares, weigh
from tests.conformance.trace.test_expected_traces import CHAINS, read_chain, read_expected

ID = "https://id.gs1.org/01/"
# Kilograms a piece, from the notes of the expected answers: eggs, jars, bags.
PIECES = {
    f"{ID}09521104000013": Decimal("0.05"),
    f"{ID}09521204000043": Decimal("0.2"),
    f"{ID}09521204000029": Decimal(5),
}
pytestmark = pytest.mark.usefixtures("shared")


def balances(key: str) -> list[Any]:
    return [
        pytest.param(chain, entry, id=entry[key][-20:])
        for chain in CHAINS
        for entry in read_expected(chain).get("mass_balance", [])
        if key in entry
    ]


@pytest.mark.parametrize(
    ("chain", "query"),
    [
        pytest.param(chain, query, id=query["id"])
        for chain in CHAINS
        for query in read_expected(chain)["queries"]
        if query["kind"] == "upstream" and "quantities" in query
    ],
)
def test_shares_behind_a_lot(chain: str, query: Any) -> None:
    shares = find_shares(read_chain(chain), query["start"][0])
    names = {"share_of_lot_kg": "KGM", "kg_through_meat": "KGM", "kg": "KGM", "count": None}
    for expected in query["quantities"]:
        for name, uom in names.items():
            if name in expected:
                found = shares[expected["item"]][uom]
                assert abs(found - Decimal(str(expected[name]))) < Decimal("0.0005")


@pytest.mark.parametrize(("chain", "expected"), balances("lot"))
def test_what_became_of_a_lot(chain: str, expected: Any) -> None:
    lot = expected["lot"]
    balance = find_balances(read_chain(chain), [lot])[lot]
    parts = {
        "made": balance.made, "stocked": balance.made, "used": balance.used,
        "harvested": balance.used, "dead": balance.ended, "packed": balance.packed,
        "lab_sample": balance.sampled, "sold": balance.sold, "shipped": balance.shipped,
        "received": balance.received,
    }  # fmt: skip
    compared = 0
    for name, value in expected.items():
        part, _, unit = name.rpartition("_")
        uom = "KGM" if unit == "kg" else None
        if part in parts:
            assert parts[part][uom] == Decimal(str(value)), name
        elif part == "left":
            assert balance.left(uom) == Decimal(str(value))
        elif part == "left_in_open_carton":
            assert balance.opened(uom) == Decimal(str(value))
        compared += part in parts or part.startswith("left")
    assert compared == len(expected) - 1


@pytest.mark.parametrize(("chain", "expected"), balances("event"))
def test_what_went_into_an_event_and_came_out(chain: str, expected: Any) -> None:
    events = {
        entry.event.event_id: entry.event
        for entry in read_chain(chain)
        if isinstance(entry.event, TransformationEvent)
    }
    balance = weigh(events[expected["event"]], PIECES)
    assert balance.complete
    assert balance.taken == Decimal(str(expected["in_kg"]))
    assert balance.given == Decimal(str(expected["out_kg"]))
    assert balance.loss == Decimal(str(expected["loss_kg"]))
    if "product_yield" in expected:
        assert balance.product_yield is not None
        assert round(balance.product_yield, 3) == Decimal(str(expected["product_yield"]))
    if "replaces" in expected:
        wrong = weigh(events[expected["replaces"]["event"]], PIECES)
        assert wrong.product_yield is not None
        found = round(wrong.product_yield, 3)
        assert found == Decimal(str(expected["replaces"]["product_yield"]))


def test_missing_quantities_leave_a_balance_open() -> None:
    event = next(
        entry.event
        for entry in read_chain(CHAINS[0])
        if isinstance(entry.event, TransformationEvent) and len(entry.event.input_quantity_list) > 1
    )
    assert not weigh(event, {}).complete


def test_finished_goods_against_raw_over_the_whole_chain() -> None:
    (expected,) = [e for e in read_expected(CHAINS[0])["mass_balance"] if "chain" in e]
    catches = [f"{ID}09521101000016/10/MM-B1-260511", f"{ID}09521102000015/10/MM-B2-260511"]
    packs = [f"{ID}09521105000012/10/L260512{letter}" for letter in "ABC"]
    found = find_balances(read_chain(CHAINS[0]), [*catches, *packs])
    raw = sum((found[lot].used["KGM"] for lot in catches), Decimal(0))
    finished = sum((found[lot].made[None] for lot in packs), Decimal(0)) * Decimal("0.5")
    assert raw == Decimal(str(expected["raw_kg"]))
    assert finished == Decimal(str(expected["finished_kg"]))
    assert round(finished / raw, 3) == Decimal(str(expected["finished_per_raw"]))
