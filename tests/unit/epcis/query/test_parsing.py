"""Parameters to queries: every name of GS1's files is known, whatever is wrong is named."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nguon.epcis.query import QueryError, Request, read_json, read_rest
from nguon.epcis.query.model import (
    AtPlace,
    AttributeIs,
    FieldBound,
    FieldIs,
    FieldName,
    Listed,
    Matched,
    Measured,
    OneOf,
    Order,
    Timed,
)

EX = {"ex": "https://ns.example.com/epcis/"}
KEL = "https://id.gs1.org/01/09521234000129/21/A1"
VALUES = {
    "time": "2026-05-01T08:00:00+07:00",
    "number": "5",
    "boolean": "true",
    "uri": "https://id.gs1.org/414/9521234000020",
}


def ask(*pairs: tuple[str, str]) -> Request:
    """A request out of a URL's parameters."""
    return read_rest(pairs, EX)


def refusal(*pairs: tuple[str, str]) -> QueryError:
    """What a URL's parameters are refused with."""
    with pytest.raises(QueryError) as caught:
        ask(*pairs)
    fault = caught.value.fault
    assert fault.sentence("vi") != fault.sentence("en")
    assert "{" not in fault.sentence("vi") + fault.sentence("en")
    return caught.value


# -- GS1's own lists ------------------------------------------------------------------------


def test_all_53_filters_of_the_openapi_file_are_known(shared: Path) -> None:
    text = (shared / "standards/epcis/openapi.yaml").read_text("utf-8")
    events = text[text.index("\n  /events:") :]
    listed = re.findall(r"#/components/parameters/(\w+)", events[: events.index("post:")])
    names = [name for name in listed if not name.startswith(("GS1", "NextPage", "PerPage"))]
    assert len(names) == 53
    for name in names:
        value = VALUES["uri"]
        if "ime" in name and "_" in name:
            value = VALUES["time"]
        elif name.endswith(("quantity", "Limit", "Count")):
            value = VALUES["number"]
        elif name.startswith("EXISTS") or name == "EQ_booleanValue":
            value = VALUES["boolean"]
        value = {"EQ_action": "ADD", "orderBy": "eventTime", "orderDirection": "ASC"}.get(
            name, value
        )
        extra = [("orderBy", "eventTime")] if name == "eventCountLimit" else []
        request = ask((name, value), *extra)
        assert request.query != ask().query or name == "orderDirection", name


def example_of(schema: dict[str, Any]) -> object:
    """A value that fits a property of the query schema."""
    shown = json.dumps(schema)
    if schema.get("type") == "array":
        if "number" in shown or "decimal" in shown:
            return [5]
        return ["ADD"] if "action" in shown else [VALUES["uri"]]
    if "definitions/time" in shown:
        return VALUES["time"]
    if "date-string" in shown or "number" in shown or "decimal" in shown:
        return 5
    return {"integer": None, "boolean": True}.get(schema.get("type", ""), "eventTime")


def test_every_name_and_family_of_the_query_schema_is_known(shared: Path) -> None:
    path = shared / "standards/epcis/query-schema-ratified-2.0.0.json"
    schema = json.loads(path.read_bytes())["definitions"]["EPCIS-Query"]
    controls = {"orderBy", "orderDirection", "eventCountLimit", "maxEventCount", "@context"}
    names = {name: s for name, s in schema["properties"].items() if name not in controls}
    for pattern, each in schema["patternProperties"].items():
        name = pattern.strip("^$").replace(r"[a-z][a-zA-Z0-9]*\\:\\w+", "ex:field")
        name = name.replace("[a-z][a-zA-Z0-9_]+", "type").replace("[A-Z0-9]{2,4}", "KEL")
        names[name.replace(r"\\w+_\\w+", "ex:field_ex:name")] = each
    assert len(names) > 150
    for name, each in names.items():
        value = example_of(each)
        query = read_json({"@context": [EX], name: value}).query
        assert len(query.conditions) == 1, name


# -- what parameters come to ----------------------------------------------------------------


def test_lists_are_parted_by_bars_and_words_made_bare() -> None:
    request = ask(("EQ_bizStep", "shipping|urn:epcglobal:cbv:bizstep:receiving|ex:drying"))
    (condition,) = request.query.conditions
    assert isinstance(condition, OneOf)
    assert set(condition.values) == {
        "shipping", "receiving", "ex:drying", "https://ns.example.com/epcis/drying"
    }  # fmt: skip


def test_one_thing_in_any_syntax_is_one_condition() -> None:
    spellings = [
        KEL,
        "urn:epc:id:sgtin:9521234.000012.A1",
        "(01)09521234000129(21)A1",
        "https://shop.example/vi/01/09521234000129/21/A1?17=261231",
    ]
    asked = {ask(("MATCH_epc", spelling)).query for spelling in spellings}
    assert len(asked) == 1
    (condition,) = asked.pop().conditions
    assert isinstance(condition, Matched)
    assert condition.things.exact == (KEL,)


def test_bounds_on_one_attribute_stand_together() -> None:
    query = ask(("GE_value_CEL", "0"), ("LT_value_KEL", "280"), ("GE_eventTime", VALUES["time"]))
    measured, timed = sorted(query.query.conditions, key=lambda each: type(each).__name__)
    assert isinstance(measured, Measured)
    assert isinstance(timed, Timed)
    assert {(b.operator, b.uom) for b in measured.bounds} == {("GE", "CEL"), ("LT", "KEL")}


def test_places_types_fields_and_attributes_are_read_out_of_names() -> None:
    asked = [
        ("WD_readPoint", "urn:epc:id:sgln:9521234.00002.0"),
        ("EQ_source_https://ref.gs1.org/cbv/SDT-owning_party", VALUES["uri"]),
        ("EQ_INNER_ILMD_ex:my_field", "a|b"),
        ("EQATTR_bizLocation_cbvmda:city", "Huế"),
    ]
    found = {type(each): each for each in ask(*asked).query.conditions}
    assert found[AtPlace] == AtPlace("readPoint", (VALUES["uri"],), descendants=True)
    assert isinstance(listed := found[Listed], Listed)
    assert (listed.member, listed.type) == ("source", "owning_party")
    field = FieldName(("https://ns.example.com/epcis/my_field",))
    assert found[FieldIs] == FieldIs("ilmd", True, field, (FieldBound("EQ", ("a", "b")),))
    assert isinstance(attribute := found[AttributeIs], AttributeIs)
    assert "urn:epcglobal:cbv:mda#city" in attribute.names


def test_a_namespace_may_be_written_out_also_as_epcis_1_2_does() -> None:
    names = ["https://ns.example.com/epcis/x", "https://ns.example.com/epcis/#x"]
    for name in names:
        (condition,) = ask((f"EXISTS_{name}", "")).query.conditions
        assert "https://ns.example.com/epcis/x" in condition.field.iris  # type: ignore[union-attr]


def test_json_keeps_the_types_that_a_url_has_to_guess() -> None:
    moment = datetime(2026, 5, 1, 1, tzinfo=UTC)
    for value, read in (
        (5, Decimal(5)), (VALUES["time"], moment), (["5"], ("5",)), ("5", ("5",)),
    ):  # fmt: skip
        (condition,) = read_json({"EQ_ex:x": value}, EX).query.conditions
        assert condition.bounds[0].value == read  # type: ignore[union-attr]
    (condition,) = ask(("GE_ex:x", "5")).query.conditions
    assert condition.bounds[0].value == Decimal(5)  # type: ignore[union-attr]


def test_a_plus_that_a_url_turned_into_a_blank_is_read() -> None:
    assert ask(("GE_eventTime", "2026-05-01T08:00:00 07:00")) == ask(
        ("GE_eventTime", VALUES["time"])
    )


def test_what_only_says_how_to_answer_is_no_condition() -> None:
    request = ask(
        ("perPage", "5000"), ("nextPageToken", "abc"), ("GS1-EPC-Format", "Always_EPC_URN"),
        ("EXISTS_errorDeclaration", "false"), ("orderBy", "ex:x"), ("eventCountLimit", "7"),
    )  # fmt: skip
    assert request.query.conditions == ()
    assert (request.per_page, request.next_page_token) == (1000, "abc")
    order = Order(FieldName(("https://ns.example.com/epcis/x",)), "DESC")
    assert (request.query.order, request.query.event_count_limit) == (order, 7)


def test_both_spellings_of_the_time_of_a_declaration_are_one() -> None:
    assert ask(("GE_errorDeclaration_Time", VALUES["time"])) == ask(
        ("GE_errorDeclarationTime", VALUES["time"])
    )


# -- what is refused ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pairs", "code", "exception"),
    [
        ([("EQ_bizstep", "shipping")], "query_unknown", "QueryParameterException"),
        ([("foo", "1")], "query_unknown", "QueryParameterException"),
        ([("GT_eventTime", VALUES["time"])], "query_unknown", "QueryParameterException"),
        ([("EQ_nope:x", "1")], "query_prefix", "QueryParameterException"),
        ([("EQ_action", "CREATE")], "query_value", "QueryParameterException"),
        ([("GE_eventTime", "2026-05-01T08:00:00")], "query_value", "QueryParameterException"),
        ([("GE_eventTime", "2026-02-30T08:00:00Z")], "query_value", "QueryParameterException"),
        ([("GE_quantity", "many")], "query_value", "QueryParameterException"),
        ([("EQ_quantity", "NaN")], "query_value", "QueryParameterException"),
        ([("EQ_booleanValue", "maybe")], "query_value", "QueryParameterException"),
        ([("MATCH_epc", "no uri")], "query_value", "QueryParameterException"),
        ([("MATCH_epc", "urn:epc:id:sgtin:1.2")], "query_value", "QueryParameterException"),
        ([("MATCH_epc", "urn:epc:pat:sgtin-96:3.9521234.0.[1-9]")], "query_value",
         "QueryParameterException"),
        ([("EQ_eventID", "no id")], "query_value", "QueryParameterException"),
        ([("EQ_bizStep", "")], "query_value", "QueryParameterException"),
        ([("EQ_bizStep", "a|")], "query_value", "QueryParameterException"),
        ([("EQ_bizStep", "a"), ("EQ_bizStep", "b")], "query_repeated", "QueryParameterException"),
        ([("eventCountLimit", "5")], "query_needs", "QueryParameterException"),
        ([("eventCountLimit", "5"), ("maxEventCount", "5"), ("orderBy", "eventTime")],
         "query_conflict", "QueryParameterException"),
        ([("orderBy", "bizStep")], "query_unknown", "QueryParameterException"),
        ([("orderDirection", "UP")], "query_value", "QueryParameterException"),
        ([("perPage", "0")], "query_value", "QueryParameterException"),
        ([("perPage", "-1")], "query_value", "QueryParameterException"),
        ([("EQ_bizStep", "|".join(f"urn:x:{n}" for n in range(201)))], "query_too_many",
         "QueryTooComplexException"),
        ([(f"EQ_ex:f{n}", "x") for n in range(101)], "query_too_many",
         "QueryTooComplexException"),
    ],
)  # fmt: skip
def test_wrong_parameters_are_refused_by_name(
    pairs: list[tuple[str, str]], code: str, exception: str
) -> None:
    error = refusal(*pairs)
    assert error.code == f"epcis.{code}"
    assert error.exception == exception
    assert error.status == (413 if exception == "QueryTooComplexException" else 400)
    if code != "query_too_many":
        assert error.fault.pointer.lstrip("/") in {name for name, _ in pairs}


def test_a_query_object_is_an_object_and_its_context_sound() -> None:
    for wrong in ([], "x", None, {"@context": [5]}, {"EQ_bizStep": {}}, {"GE_eventTime": 5}):
        with pytest.raises(QueryError) as caught:
            read_json(wrong)
        assert caught.value.exception == "QueryParameterException"


_NAMES = [
    "eventType", "EQ_bizStep", "MATCH_epc", "GE_eventTime", "EQ_quantity", "GE_value_KEL",
    "EQ_INNER_ILMD_ex:a", "EXISTS_ex:a", "EQATTR_readPoint_ex:b", "HASATTR_ex:a", "orderBy",
    "perPage", "nextPageToken", "EQ_source_x", "WD_bizLocation", "EQ_eventID", "EQ_type",
]  # fmt: skip
_wild = st.text(max_size=40)
_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | _wild,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_wild, inner, max_size=3),
    max_leaves=6,
)


@given(st.lists(st.tuples(_wild | st.sampled_from(_NAMES), _wild), max_size=4))
def test_no_parameters_of_a_url_do_more_than_be_refused(pairs: list[tuple[str, str]]) -> None:
    try:
        read_rest(pairs, EX)
    except QueryError as error:
        error.fault.as_dict()


@given(st.dictionaries(_wild | st.sampled_from([*_NAMES, "@context"]), _json, max_size=4))
def test_no_query_object_does_more_than_be_refused(query: dict[str, object]) -> None:
    try:
        read_json(query, EX)
    except QueryError as error:
        error.fault.as_dict()
