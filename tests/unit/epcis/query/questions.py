"""Questions to such stories, as the parameters of a URL: any of the language's, sharp and blunt."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import strategies as st

from tests.unit.epcis.query.stories import (
    CORRECTIVE,
    DEVICES,
    DISPOSITIONS,
    DOCUMENTS,
    GLN,
    LOTS,
    PARTIES,
    PLACES,
    SERIALS,
    STEPS,
    TIMES,
)

Pair = tuple[str, str]
_PATTERNS = [
    "urn:epc:idpat:sgtin:9521234.*.*", "urn:epc:idpat:sgtin:*.*.*", "urn:epc:idpat:sscc:9521234.*",
    "urn:epc:idpat:sgtin:9521234.000013.*", "(01)09521234000129(21)A1", "urn:x:unknown",
    "urn:epc:idpat:giai:*.*",
]  # fmt: skip


def _spread(spellings: list[list[str]]) -> list[str]:
    return [text for each in spellings for text in each]


def _lists(options: list[str]) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(options), min_size=1, max_size=2, unique=True).map("|".join)


_times = st.sampled_from([*TIMES, "2026-05-02T00:00:00+07:00"])
_amounts = st.sampled_from(["1", "2.5", "25", "298.15", "77", "-3.5", "1000", "0", "1e5"])
_texts = _lists(["5", "7.25", "abc", "Đỏ", "true", "2026-05-01T00:00:00Z", "urn:example:po:1"])
_bounds = st.sampled_from(["5", "7.25", "0", "2026-05-01T00:00:00Z", "2026-05-02T03:30:00Z"])
_names = st.sampled_from(
    ["ex:x", "ex:y", "cbvmda:lotNumber", "gs1:z", "https://ns.example.com/epcis/x",
     "https://ns.example.com/epcis/#x", "urn:epcglobal:cbv:mda#lotNumber"]
)  # fmt: skip
_areas = st.sampled_from(
    ["", "ILMD_", "ERROR_DECLARATION_", "SENSORELEMENT_", "SENSORMETADATA_", "SENSORREPORT_",
     "readPoint_", "bizLocation_"]
)  # fmt: skip
_things = _lists([*_spread(SERIALS), *_spread(LOTS), *_PATTERNS])
_places = _lists([*_spread(PLACES), "urn:x:region"])


def _one(name: str, values: st.SearchStrategy[str]) -> st.SearchStrategy[Pair]:
    return st.tuples(st.just(name), values)


def _any(names: str, values: st.SearchStrategy[str]) -> st.SearchStrategy[Pair]:
    return st.tuples(st.sampled_from(names.split()), values)


@st.composite
def _measured(draw: st.DrawFn) -> Pair:
    operator = draw(st.sampled_from(["EQ", "GT", "GE", "LT", "LE"]))
    member = draw(
        st.sampled_from(
            ["value", "value", "minValue", "maxValue", "meanValue", "sDev", "percValue", "quantity"]
        )
    )
    unit = draw(st.sampled_from(["_CEL", "_KEL", "_FAH", "_PAL", "_BAR", "_KGM", "_GRM", ""]))
    return f"{operator}_{member}{unit}", draw(_amounts)


@st.composite
def _fields(draw: st.DrawFn) -> Pair:
    operator = draw(st.sampled_from(["EQ", "EQ", "GT", "GE", "LT", "LE", "EXISTS"]))
    inner = draw(st.sampled_from(["", "", "INNER_"]))
    area, name = draw(_areas), draw(_names)
    if inner and draw(st.booleans()):
        name = "#elt"
    values = {"EQ": _texts, "EXISTS": st.just("")}.get(operator, _bounds)
    return f"{operator}_{inner}{area}{name}", draw(values)


_single: list[st.SearchStrategy[Pair]] = [
    _one("eventType", _lists(["ObjectEvent", "AggregationEvent", "TransformationEvent", "Other"])),
    _any("GE_eventTime LT_eventTime GE_time LT_time EQ_time GE_startTime LT_endTime", _times),
    _any("GE_errorDeclarationTime LT_errorDeclaration_Time", _times),
    _one("EQ_action", _lists(["ADD", "OBSERVE", "DELETE"])),
    _one("EQ_bizStep", _lists([*STEPS, "https://ref.gs1.org/cbv/BizStep-shipping"])),
    _any(
        "EQ_disposition EQ_persistentDisposition_set EQ_persistentDisposition_unset",
        _lists([*DISPOSITIONS, "urn:epcglobal:cbv:disp:recalled"]),
    ),
    _any("EQ_readPoint WD_readPoint EQ_bizLocation WD_bizLocation", _places),
    _one("EQ_transformationID", _lists(_spread(DOCUMENTS))),
    _any("MATCH_epc MATCH_parentID MATCH_inputEPC MATCH_outputEPC MATCH_anyEPC", _things),
    _any("MATCH_epcClass MATCH_inputEPCClass MATCH_outputEPCClass MATCH_anyEPCClass", _things),
    _any("EXISTS_errorDeclaration EXISTS_sensorElementList", st.sampled_from(["", "true"])),
    _one("EQ_errorReason", _lists(["incorrect_data", "did_not_occur"])),
    _one("EQ_correctiveEventID", st.just(CORRECTIVE.lower())),
    _one("EQ_bizTransaction_po", _lists(_spread(DOCUMENTS))),
    _any("EQ_source_owning_party EQ_destination_possessing_party", _lists(_spread(PARTIES))),
    _any(
        "EQ_deviceID EQ_deviceMetadata EQ_microorganism EQ_chemicalSubstance",
        _lists(_spread(DEVICES)),
    ),
    _any("EQ_dataProcessingMethod EQ_bizRules EQ_rawData EQ_uriValue", _lists(_spread(DOCUMENTS))),
    _one("EQ_type", _lists(["Temperature", "gs1:Pressure"])),
    _one("EQ_stringValue", _lists(["abc", "Đỏ", "a'b"])),
    _one("EQ_booleanValue", st.sampled_from(["true", "false"])),
    _one("EQ_hexBinaryValue", _lists(["0aF1", "ff"])),
    _any("GE_percRank LT_percRank", _amounts),
    _measured(),
    _any("EQ_quantity GE_quantity LT_quantity_GRM GE_quantity_KGM EQ_quantity_GRM", _amounts),
    _one("MATCH_parentID", _lists([*_spread(SERIALS[3:]), GLN, "urn:epc:idpat:sscc:*.*"])),
    _fields(),
    _fields(),
    _any(
        "HASATTR_bizLocation HASATTR_readPoint HASATTR_ex:x",
        _lists(["cbvmda:city", "city", "urn:x:kind"]),
    ),
    _any(
        "EQATTR_bizLocation_cbvmda:city EQ_ATTR_readPoint_urn:x:kind EQATTR_ex:x_cbvmda:city",
        _lists(["Huế", "5"]),
    ),
]
WITHIN = [GLN, "urn:x:region"]


def _unique(pairs: list[Pair]) -> list[Pair]:
    return list({name: (name, value) for name, value in pairs}.values())


conditions: st.SearchStrategy[list[Pair]] = st.lists(st.one_of(_single), max_size=3).map(_unique)
orders: st.SearchStrategy[list[Pair]] = st.sampled_from(
    [
        [], [("orderBy", "eventTime")], [("orderBy", "recordTime")],
        [("orderBy", "eventTime"), ("orderDirection", "ASC")],
        [("orderBy", "recordTime"), ("orderDirection", "ASC")],
        [("orderBy", "ex:x")], [("orderBy", "ex:y"), ("orderDirection", "ASC")],
    ]
)  # fmt: skip
Making = Callable[[], list[Pair]]
