"""From parameters to a query, in both shapes: a URL's, and the JSON object of a named query.

EPCIS 2.0 sections 8.2.7.1 and 12; GS1's OpenAPI file and query schema, which differ in places:
`GE_errorDeclaration_Time` and `GE_errorDeclarationTime`, `EQ_ATTR_` and `EQATTR_`,
`EXISTS_sensorElementList` and (TCR-53) `EXISTS_sensorElement` are the same here. Unknown and
contradictory parameters are refused, never ignored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import structs

from nguon.epcis.context import read_context
from nguon.epcis.query.error import QueryError, query_error
from nguon.epcis.query.families import read_family
from nguon.epcis.query.fields import read_field
from nguon.epcis.query.fixed import read_fixed
from nguon.epcis.query.model import (
    Condition,
    FieldIs,
    Measured,
    Order,
    Query,
    Request,
    Timed,
)
from nguon.epcis.query.values import Given

MOST_PARAMETERS = 100
MOST_PER_PAGE = 1000
_NO_NAMESPACES: Mapping[str, str] = {}
# Parameters of the protocol, which are no business of the query: versions and formats.
_PROTOCOL = "GS1-"
_CONTROLS = (
    "orderBy",
    "orderDirection",
    "eventCountLimit",
    "maxEventCount",
    "perPage",
    "nextPageToken",
)


def read_rest(
    parameters: Iterable[tuple[str, str]], namespaces: Mapping[str, str] = _NO_NAMESPACES
) -> Request:
    """The query of a URL's parameters, decoded, in their order.

    `namespaces` are the prefixes in force, from the header GS1-Extensions.
    Raises `QueryError`.
    """
    given: dict[str, Given] = {}
    for name, value in parameters:
        if name.startswith(_PROTOCOL):
            continue
        if name in given:
            raise query_error("query_repeated", name)
        given[name] = Given(name, value)
    return _read(given, namespaces)


def read_json(query: object, namespaces: Mapping[str, str] = _NO_NAMESPACES) -> Request:
    """The query of the `query` object of a named query, its own `@context` included."""
    if not isinstance(query, dict):
        raise Given("query", query, json=True).refuse("object")
    members = dict(query)
    if "@context" in members:
        found, faults = read_context(members.pop("@context"), namespaces, gs1_required=False)
        wrong = [fault for fault in faults if fault.level == "error"]
        if wrong:
            raise QueryError(*wrong)
        namespaces = found
    return _read({str(n): Given(str(n), v, json=True) for n, v in members.items()}, namespaces)


def _read(given: Mapping[str, Given], namespaces: Mapping[str, str]) -> Request:
    if len(given) > MOST_PARAMETERS:
        raise query_error("query_too_many", "query", len(given), limit=MOST_PARAMETERS)
    controls = {name: given[name] for name in _CONTROLS if name in given}
    found = [
        condition
        for name, each in given.items()
        if name not in controls
        for condition in _read_condition(each, namespaces)
    ]
    order, limit, most = _read_controls(controls, namespaces)
    page, token = controls.get("perPage"), controls.get("nextPageToken")
    return Request(
        Query(gather(found), order, limit, most),
        min(page.count(1), MOST_PER_PAGE) if page else None,
        token.text() if token else None,
    )


def _read_condition(given: Given, namespaces: Mapping[str, str]) -> Iterable[Condition]:
    known, condition = read_fixed(given, namespaces)
    if not known:
        condition = read_family(given, namespaces)
    if condition is not None:
        yield condition


def gather(conditions: Iterable[Condition]) -> tuple[Condition, ...]:
    """Conditions with the bounds on one attribute brought together, in a fixed order."""
    merged: dict[object, Condition] = {}
    for condition in conditions:
        match condition:
            case Timed(member) | Measured(member):
                key: object = (type(condition), member)
            case FieldIs(area, inner, field):
                key = (FieldIs, area, inner, field)
            case _:
                key = condition
        known = merged.get(key)
        if isinstance(condition, Timed | Measured | FieldIs) and isinstance(known, type(condition)):
            bounds = dict.fromkeys((*known.bounds, *condition.bounds))
            merged[key] = structs.replace(known, bounds=tuple(sorted(bounds, key=repr)))
        else:
            merged[key] = condition
    return tuple(sorted(merged.values(), key=repr))


def _read_controls(
    given: Mapping[str, Given], namespaces: Mapping[str, str]
) -> tuple[Order | None, int | None, int | None]:
    limit, most = given.get("eventCountLimit"), given.get("maxEventCount")
    if limit and most:
        raise query_error("query_conflict", limit.name, "", other=most.name)
    if limit and "orderBy" not in given:
        raise query_error("query_needs", limit.name, "", other="orderBy")
    order = _read_order(given.get("orderBy"), given.get("orderDirection"), namespaces)
    return order, limit.count(1) if limit else None, most.count(0) if most else None


def _read_order(
    by: Given | None, direction: Given | None, namespaces: Mapping[str, str]
) -> Order | None:
    chosen = direction.choice(("ASC", "DESC")) if direction else "DESC"
    if by is None:
        return None
    name = by.text()
    if name == "eventTime":
        return Order("eventTime", "ASC" if chosen == "ASC" else "DESC")
    if name == "recordTime":
        return Order("recordTime", "ASC" if chosen == "ASC" else "DESC")
    field = read_field(by.name, name, namespaces)
    return Order(field, "ASC" if chosen == "ASC" else "DESC")
