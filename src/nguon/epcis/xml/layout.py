"""In which order, and in which shells, the members of an event stand (XML Schemas 2.0 and 1.2).

EPCIS 1.2 has what came after 1.0 in `extension`, and keeps the `extension` inside that for later
versions: there stands what only 2.0 knows, where a 1.2 reader passes over it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

Version = Literal["2.0", "1.2"]


class Shell(NamedTuple):
    """An element that only holds others."""

    name: str
    items: tuple[str | Shell, ...]


Layout = tuple[str | Shell, ...]
_START = ("eventTime", "recordTime", "eventTimeZoneOffset")
_HEAD: Layout = (*_START, "eventID", "errorDeclaration", "certificationInfo")
_OLD_HEAD: Layout = (*_START, Shell("baseExtension", ("eventID", "errorDeclaration")))
_WHERE = ("bizStep", "disposition", "readPoint", "bizLocation")
_PARTIES = ("sourceList", "destinationList")
_SENSED = ("sensorElementList", "persistentDisposition")
# What EPCIS 1.2 does not know.
NEWER = frozenset((*_SENSED, "certificationInfo"))
_LATER = Shell("extension", (*_SENSED, "certificationInfo"))
_CHANGE = (
    *("inputEPCList", "inputQuantityList", "outputEPCList", "outputQuantityList"),
    *("transformationID", *_WHERE, "bizTransactionList", *_PARTIES),
)
_FIXED = (
    *("parentID", "childEPCs", "childQuantityList", "action"),
    *(*_WHERE, "bizTransactionList", *_PARTIES, *_SENSED),
)
_NEW: Mapping[str, Layout] = {
    "ObjectEvent": (
        *(*_HEAD, "epcList", "action", *_WHERE, "bizTransactionList"),
        *("quantityList", *_PARTIES, *_SENSED, "ilmd"),
    ),
    "AggregationEvent": (
        *(*_HEAD, "parentID", "childEPCs", "action", *_WHERE, "bizTransactionList"),
        *("childQuantityList", *_PARTIES, *_SENSED),
    ),
    "TransactionEvent": (
        *(*_HEAD, "bizTransactionList", "parentID", "epcList", "action", *_WHERE),
        *("quantityList", *_PARTIES, *_SENSED),
    ),
    "TransformationEvent": (*_HEAD, *_CHANGE, *_SENSED, "ilmd"),
    "AssociationEvent": (*_HEAD, *_FIXED),
}
_OLD: Mapping[str, Layout] = {
    "ObjectEvent": (
        *(*_OLD_HEAD, "epcList", "action", *_WHERE, "bizTransactionList"),
        Shell("extension", ("quantityList", *_PARTIES, "ilmd", _LATER)),
    ),
    "AggregationEvent": (
        *(*_OLD_HEAD, "parentID", "childEPCs", "action", *_WHERE, "bizTransactionList"),
        Shell("extension", ("childQuantityList", *_PARTIES, _LATER)),
    ),
    "TransactionEvent": (
        *(*_OLD_HEAD, "bizTransactionList", "parentID", "epcList", "action", *_WHERE),
        Shell("extension", ("quantityList", *_PARTIES, _LATER)),
    ),
    "TransformationEvent": (*_OLD_HEAD, *_CHANGE, "ilmd", _LATER),
    "AssociationEvent": (*_OLD_HEAD, *_FIXED, Shell("extension", ("certificationInfo",))),
}
LAYOUTS: Mapping[Version, Mapping[str, Layout]] = MappingProxyType({"2.0": _NEW, "1.2": _OLD})
# In 1.2 these lists stand there even when they are empty.
OBLIGATORY: Mapping[Version, frozenset[str]] = MappingProxyType(
    {"2.0": frozenset(), "1.2": frozenset(("epcList", "childEPCs"))}
)
# The shells, from outside, in which 1.2 has the events that came after 1.0.
SHELLED: Mapping[Version, Mapping[str, int]] = MappingProxyType(
    {"2.0": {}, "1.2": {"TransformationEvent": 1, "AssociationEvent": 2}}
)
