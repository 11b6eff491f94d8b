"""SimpleMasterDataQuery (EPCIS 2.0 section 8.2.7.2): its parameters, and what they mean.

`includeAttributes` and `includeChildren` must be given, says the standard's table of the SOAP
binding; here attributes are included and children are not where nobody says. REST has no address
for master data, so the shape of a URL's parameters is that of events.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from nguon.epcis.query.error import query_error
from nguon.epcis.query.extensions import literals
from nguon.epcis.query.fields import attribute_names
from nguon.epcis.query.knowledge import Knowledge
from nguon.epcis.query.model import MasterQuery
from nguon.epcis.query.spelling import plain_name
from nguon.epcis.query.values import Given

_ATTRIBUTE = re.compile(r"EQ_?ATTR_([!-~]{1,500})", re.ASCII)
_NO_NAMESPACES: Mapping[str, str] = {}
_MOST = 100


def read_master_rest(
    parameters: Iterable[tuple[str, str]], namespaces: Mapping[str, str] = _NO_NAMESPACES
) -> MasterQuery:
    """The query of a URL's parameters."""
    given: dict[str, Given] = {}
    for name, value in parameters:
        if name in given:
            raise query_error("query_repeated", name)
        given[name] = Given(name, value)
    return _read(given, namespaces)


def read_master_json(query: object, namespaces: Mapping[str, str] = _NO_NAMESPACES) -> MasterQuery:
    """The query of a JSON object (or of the parameters of a SOAP poll, by name)."""
    if not isinstance(query, dict):
        raise Given("query", query, json=True).refuse("object")
    return _read({str(n): Given(str(n), v, json=True) for n, v in query.items()}, namespaces)


def _read(given: Mapping[str, Given], namespaces: Mapping[str, str]) -> MasterQuery:
    if len(given) > _MOST:
        raise query_error("query_too_many", "query", len(given), limit=_MOST)
    members: dict[str, Any] = {}
    attributes: list[tuple[str, tuple[str, ...]]] = []
    for name, each in given.items():
        match name:
            case "includeAttributes":
                members["include_attributes"] = each.boolean()
            case "includeChildren":
                members["include_children"] = each.boolean()
            case "vocabularyName":
                members["vocabularies"] = each.texts()
            case "EQ_name":
                members["names"] = each.each(plain_name)
            case "WD_name":
                members["within"] = each.each(plain_name)
            case "HASATTR":
                members["having"] = each.texts()
            case "attributeNames":
                members["shown"] = each.texts()
            case "maxElementCount":
                members["max_element_count"] = each.count(0)
            case _:
                attributes.append((_attribute(each, namespaces), each.texts()))
    _check(members)
    return MasterQuery(**members, attributes=tuple(sorted(attributes)))


def _attribute(given: Given, namespaces: Mapping[str, str]) -> str:
    found = _ATTRIBUTE.fullmatch(given.name)
    if found is None:
        raise query_error("query_unknown", given.name)
    return attribute_names(found[1], namespaces)[1]


def _check(members: Mapping[str, Any]) -> None:
    if members.get("shown") is not None and members.get("include_attributes") is False:
        raise query_error("query_conflict", "attributeNames", "", other="includeAttributes=false")


def matches_master(
    query: MasterQuery,
    vocabulary: str,
    name: str,
    attributes: Mapping[str, Any],
    knowledge: Knowledge,
) -> bool:
    """Whether an element of a vocabulary answers a query: plain, for tests to compare with."""
    if query.vocabularies is not None and vocabulary not in query.vocabularies:
        return False
    if query.names is not None and name not in query.names:
        return False
    if query.within is not None and not any(knowledge.is_within(name, w) for w in query.within):
        return False
    if query.having is not None and not any(
        attributes.get(spelling) is not None
        for wanted in query.having
        for spelling in attribute_names(wanted, _NO_NAMESPACES)
    ):
        return False
    return all(
        any(
            text in values
            for spelling in attribute_names(wanted, _NO_NAMESPACES)
            for text in literals(attributes.get(spelling))
        )
        for wanted, values in query.attributes
    )


def shown_attributes(query: MasterQuery, attributes: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes that an answer holds: all, those asked for, or none."""
    if not query.include_attributes:
        return {}
    if query.shown is None:
        return dict(attributes)
    wanted = {s for name in query.shown for s in attribute_names(name, _NO_NAMESPACES)}
    return {name: value for name, value in attributes.items() if name in wanted}
