"""A query as a value: what SimpleEventQuery asks (EPCIS 2.0 section 8.2.7.1), already understood.

All conditions must hold. Identifiers are canonical keys, vocabulary words bare, times and numbers
typed. Bounds on one attribute (`GE_value_CEL` with `LT_value_CEL`) stand in one condition: one
and the same value must meet them all.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Literal, TypeAlias

from msgspec import Struct

Operator = Literal["EQ", "GT", "GE", "LT", "LE"]
Area = Literal[
    "event",
    "ilmd",
    "errorDeclaration",
    "sensorElement",
    "sensorMetadata",
    "sensorReport",
    "readPoint",
    "bizLocation",
]
PlaceField = Literal["readPoint", "bizLocation"]
Direction = Literal["ASC", "DESC"]


class Things(Struct, frozen=True):
    """What a MATCH_ parameter asks for: these keys, and every key that begins so."""

    exact: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()


class OneOf(Struct, frozen=True):
    """A member has one of some values: words bare, ids in their one spelling."""

    member: Literal[
        "eventType",
        "action",
        "bizStep",
        "disposition",
        "persistentDisposition_set",
        "persistentDisposition_unset",
        "transformationID",
        "eventID",
        "errorReason",
        "correctiveEventID",
    ]
    values: tuple[str, ...]


class TimeBound(Struct, frozen=True):
    """One comparison with an instant."""

    operator: Operator
    value: datetime


class Timed(Struct, frozen=True):
    """A time lies within bounds; `time` is that of a sensor's metadata or report."""

    member: Literal[
        "eventTime", "recordTime", "errorDeclarationTime", "time", "startTime", "endTime"
    ]
    bounds: tuple[TimeBound, ...]


class AtPlace(Struct, frozen=True):
    """It happened at one of these places, or with `descendants` anywhere inside them."""

    member: PlaceField
    places: tuple[str, ...]
    descendants: bool = False


class Matched(Struct, frozen=True):
    """A thing in one part of the event (`epc`, `anyEPCClass` …) is among those asked for."""

    part: str
    things: Things


class Present(Struct, frozen=True):
    """The event has a part at all."""

    member: Literal["errorDeclaration", "sensorElementList"]


class Measure(Struct, frozen=True):
    """One comparison with an amount, in a unit or (None) in whatever unit stands there."""

    operator: Operator
    values: tuple[Decimal, ...]
    uom: str | None = None


class Measured(Struct, frozen=True):
    """A quantity of a quantity element, or a number of a sensor report, lies within bounds."""

    member: str
    bounds: tuple[Measure, ...]


class Listed(Struct, frozen=True):
    """A business transaction, source or destination of a type is one of some."""

    member: Literal["bizTransaction", "source", "destination"]
    type: str
    names: tuple[str, ...]


class Sensed(Struct, frozen=True):
    """An attribute of sensor metadata or reports has one of some values."""

    attribute: str
    values: tuple[str, ...]


class Answered(Struct, frozen=True):
    """A sensor report's booleanValue."""

    value: bool


class FieldName(Struct, frozen=True):
    """A member that is not EPCIS's own: the IRIs it may have, by which names are compared."""

    iris: tuple[str, ...]


class FieldBound(Struct, frozen=True):
    """One comparison with a field: with one of some texts, a number, or an instant."""

    operator: Operator
    value: tuple[str, ...] | Decimal | datetime


class FieldIs(Struct, frozen=True):
    """A field has a value that meets all bounds; `inner`: nested anywhere within a top one."""

    area: Area
    inner: bool
    field: FieldName
    bounds: tuple[FieldBound, ...]


class FieldExists(Struct, frozen=True):
    """A field is there and not empty."""

    area: Area
    inner: bool
    field: FieldName


class HasAttribute(Struct, frozen=True):
    """The master data of what a member names has one of some attributes."""

    member: PlaceField | FieldName
    names: tuple[str, ...]


class AttributeIs(Struct, frozen=True):
    """An attribute in the master data of what a member names has one of some values."""

    member: PlaceField | FieldName
    names: tuple[str, ...]
    values: tuple[str, ...]


Condition: TypeAlias = (
    OneOf
    | Timed
    | AtPlace
    | Matched
    | Present
    | Measured
    | Listed
    | Sensed
    | Answered
    | FieldIs
    | FieldExists
    | HasAttribute
    | AttributeIs
)


class Order(Struct, frozen=True):
    """What results are ordered by: eventTime, recordTime, or a field of the event."""

    by: Literal["eventTime", "recordTime"] | FieldName
    direction: Direction = "DESC"


class Query(Struct, frozen=True):
    """A whole SimpleEventQuery. Without `order` any will do."""

    conditions: tuple[Condition, ...] = ()
    order: Order | None = None
    event_count_limit: int | None = None
    max_event_count: int | None = None


class Request(Struct, frozen=True):
    """A query and the page asked of it."""

    query: Query
    per_page: int | None = None
    next_page_token: str | None = None


class MasterQuery(Struct, frozen=True):
    """A whole SimpleMasterDataQuery (EPCIS 2.0 section 8.2.7.2). None: not constrained."""

    include_attributes: bool = True
    include_children: bool = False
    vocabularies: tuple[str, ...] | None = None
    names: tuple[str, ...] | None = None
    within: tuple[str, ...] | None = None
    having: tuple[str, ...] | None = None
    attributes: tuple[tuple[str, tuple[str, ...]], ...] = ()
    shown: tuple[str, ...] | None = None
    max_element_count: int | None = None
