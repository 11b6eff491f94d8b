"""Parameters of a query in XML, typed by `xsi:type`, as the values that JSON would give them.

EPCIS 1.2 section 11.2 and EPCIS 2.0 section 12: lists are an ArrayOfString, numbers and times
the types of XML Schema, an empty VoidHolder says that there is no value. Many clients leave
the type out; then the parameter's own name says whether a number is meant.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from nguon.epcis.query import query_error
from nguon.epcis.query.values import read_number
from nguon.epcis.soap.model import Parameters
from nguon.epcis.xml.header import find
from nguon.epcis.xml.namespaces import XSI, can_declare, local_name
from nguon.epcis.xml.scope import boolean, is_nil, text_of

_TYPE = f"{{{XSI}}}type"
_MOST = 101
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
_NUMBERS = frozenset(
    (
        *("byte", "decimal", "double", "float", "int", "integer", "long", "short"),
        *("negativeInteger", "nonNegativeInteger", "nonPositiveInteger", "positiveInteger"),
        *("unsignedByte", "unsignedInt", "unsignedLong", "unsignedShort"),
    )
)
# What takes numbers, where nobody says that one is meant.
_COUNTS = frozenset(("eventCountLimit", "maxEventCount", "maxElementCount"))
_NUMERIC = re.compile(
    r"(?:GT|GE|LT|LE)_.*|EQ_(?:quantity|value|minValue|maxValue|meanValue|sDev|percValue|percRank)"
    r"(?:_[A-Z0-9]{2,4})?"
)


def read_parameters(element: Any) -> Parameters:
    """The parameters of a `params` element. Raises `QueryError` for what no query can take."""
    values: dict[str, Any] = {}
    namespaces = _prefixes(element)
    for param in element:
        if local_name(param.tag) != "param":
            continue
        named = find(param, "name")
        name = "" if named is None else text_of(named)
        if name in values:
            raise query_error("query_repeated", name)
        if len(values) >= _MOST:
            raise query_error("query_too_many", "params", len(element), limit=_MOST - 1)
        namespaces = _prefixes(param) | namespaces
        values[name] = _value(name, find(param, "value"))
    return Parameters(values, namespaces)


def _prefixes(element: Any) -> dict[str, str]:
    return {
        prefix: namespace
        for prefix, namespace in element.nsmap.items()
        if prefix is not None and can_declare(namespace)
    }


def _value(name: str, element: Any) -> Any:
    if element is None or is_nil(element):
        return None
    if len(element):
        if any(local_name(inner.tag) != "string" or len(inner) for inner in element):
            raise query_error("query_value", name, element[0].tag, **_LIST)
        return [text_of(inner) for inner in element]
    kind = (element.get(_TYPE) or "").rpartition(":")[2]
    text = text_of(element)
    match kind:
        case "":
            return _untyped(name, text)
        case "ArrayOfString":
            return []
        case "VoidHolder" | "EmptyParms":
            return None
        case "boolean":
            return boolean(text)
    return _number(text) if kind in _NUMBERS else text


def _untyped(name: str, text: str) -> Any:
    if not text:
        return None if name.startswith("EXISTS_") else text
    return _number(text) if name in _COUNTS or _NUMERIC.fullmatch(name) else text


def _number(text: str) -> int | Decimal | str:
    """The number that a text is; other texts, times among them, are for the parameter to judge."""
    if _WHOLE.fullmatch(text):
        return int(text)
    found = read_number(text)
    return text if found is None else found


_LIST = {
    "expected_vi": "ArrayOfString, mỗi giá trị trong một phần tử string",
    "expected_en": "an ArrayOfString, each value in an element string",
}
