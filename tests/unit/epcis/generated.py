"""Sound events at random, for properties that must hold of all of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st

from nguon.epcis import (
    AggregationEvent,
    AnyEvent,
    BizTransaction,
    ErrorDeclaration,
    ObjectEvent,
    PersistentDisposition,
    Place,
    QuantityElement,
    SensorElement,
    SensorMetadata,
    SensorReport,
    Source,
    TransformationEvent,
)
from tests.unit.epcis.events import EX, PALLET, PARTY, PLACE

NAMESPACES = {"ex": EX}

_texts = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=8
)
_offsets = st.integers(-14 * 60, 14 * 60)
_decimals = st.decimals(
    min_value=-(10**20), max_value=10**20, allow_nan=False, allow_infinity=False, places=6
)
_amounts = st.decimals(min_value=0, max_value=10**9, places=3)
_items = st.integers(1, 999).map(lambda n: f"https://id.gs1.org/01/09521234000129/21/{n}")
_lots = st.integers(1, 999).map(lambda n: f"https://id.gs1.org/01/09521234000129/10/L{n}")


@st.composite
def _instants(draw: st.DrawFn) -> datetime:
    zone = timezone(timedelta(minutes=draw(_offsets)))
    since = timedelta(microseconds=draw(st.integers(0, 3 * 10**15)))
    moment = datetime(1990, 1, 1, tzinfo=UTC) + since
    return moment.astimezone(draw(st.sampled_from([UTC, zone])))


def _offset_text(minutes: int) -> str:
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


_values: st.SearchStrategy[Any] = st.recursive(
    st.booleans() | st.integers(-(10**6), 10**6) | st.floats(-1e6, 1e6) | _texts,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["ex:a", "ex:b", "cbvmda:c"]), inner, max_size=3)
    ),
    max_leaves=5,
)
_extensions = st.dictionaries(st.sampled_from(["ex:x", "ex:y", "gs1:z"]), _values, max_size=2)
_quantities = st.lists(
    st.builds(QuantityElement, _lots, _amounts, st.just("KGM")) | st.builds(QuantityElement, _lots),
    max_size=3,
).map(tuple)
_epcs = st.lists(_items, min_size=1, max_size=4, unique=True).map(tuple)
_reports = st.builds(
    SensorReport,
    type=st.sampled_from(["Temperature", "Pressure"]),
    value=_decimals,
    uom=st.just("CEL"),
    boolean_value=st.none() | st.booleans(),
    string_value=st.none() | _texts,
    extensions=_extensions,
)
_sensors = st.builds(
    SensorElement,
    st.lists(_reports, min_size=1, max_size=2).map(tuple),
    st.none() | st.builds(SensorMetadata, start_time=_instants(), extensions=_extensions),
    _extensions,
)
_common: dict[str, st.SearchStrategy[Any]] = {
    "event_time": _instants(),
    "event_time_zone_offset": _offsets.map(_offset_text),
    "event_id": st.none() | st.uuids().map(lambda value: f"urn:uuid:{value}"),
    "error_declaration": st.none()
    | st.builds(ErrorDeclaration, _instants(), st.just("incorrect_data"), extensions=_extensions),
    "biz_step": st.sampled_from([None, "shipping", "https://example.com/voc/drying"]),
    "disposition": st.sampled_from([None, "active"]),
    "persistent_disposition": st.none()
    | st.just(PersistentDisposition(("recalled",), ("available",))),
    "read_point": st.none() | st.builds(Place, st.just(PLACE), _extensions),
    "biz_transaction_list": st.just(()) | st.just((BizTransaction("urn:example:po:1", "po"),)),
    "source_list": st.just(()) | st.just((Source("owning_party", PARTY),)),
    "sensor_element_list": st.lists(_sensors, max_size=2).map(tuple),
    "extensions": _extensions,
    "namespaces": st.just(NAMESPACES),
}
_ilmds = st.none() | st.dictionaries(
    st.sampled_from(["cbvmda:lotNumber", "ex:variety"]), _values, max_size=2
)

events: st.SearchStrategy[AnyEvent] = st.one_of(
    st.builds(
        ObjectEvent,
        action=st.just("ADD"),
        epc_list=_epcs,
        quantity_list=_quantities,
        ilmd=_ilmds,
        **_common,
    ),
    st.builds(
        AggregationEvent,
        action=st.sampled_from(["ADD", "OBSERVE", "DELETE"]),
        parent_id=st.just(PALLET),
        child_epcs=_epcs,
        child_quantity_list=_quantities,
        **_common,
    ),
    st.builds(
        TransformationEvent,
        input_epc_list=_epcs,
        output_epc_list=_epcs,
        output_quantity_list=_quantities,
        ilmd=_ilmds,
        **_common,
    ),
)
