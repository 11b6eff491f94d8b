"""The EPCIS 2.0 event model (EPCIS 2.0 section 7), neutral of JSON and XML.

Five event classes stand over a common `Event`. Lists that an event does not carry are empty
tuples; members that are not EPCIS's own are kept whole, as written, in `extensions`.
Numbers are `Decimal`, exact; times are aware datetimes to the microsecond (what was received
keeps its own digits in `Reading.raw`). Vocabulary words stay as written; `Event.step` and
`Event.disp` give them bare.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Final, Literal

from msgspec import Meta, Struct, field

from nguon.epcis import names, vocabulary
from nguon.errors import Fault

Instant = Annotated[datetime, Meta(tz=True)]
Action = Literal["ADD", "OBSERVE", "DELETE"]
EventType = Literal[
    "ObjectEvent",
    "AggregationEvent",
    "TransactionEvent",
    "TransformationEvent",
    "AssociationEvent",
]

# Never names on the wire: a bare name that EPCIS does not define is refused before.
EXTENSIONS: Final = "@extensions"
NAMESPACES: Final = "@namespaces"


class QuantityElement(
    Struct, frozen=True, omit_defaults=True, rename="camel", forbid_unknown_fields=True
):
    """So much of a class of things (7.3.3.3): no quantity means an unspecified amount."""

    epc_class: str
    quantity: Decimal | None = None
    uom: str | None = None


class BizTransaction(
    Struct, frozen=True, omit_defaults=True, rename="camel", forbid_unknown_fields=True
):
    """A business document that the event took place under."""

    biz_transaction: str
    type: str | None = None


class Source(Struct, frozen=True, forbid_unknown_fields=True):
    """Where, or from whom, a transfer came."""

    type: str
    source: str


class Destination(Struct, frozen=True, forbid_unknown_fields=True):
    """Where, or to whom, a transfer goes."""

    type: str
    destination: str


class Place(Struct, frozen=True, omit_defaults=True):
    """A read point or business location, with what others added to it."""

    id: str
    extensions: dict[str, Any] = field(default_factory=dict, name=EXTENSIONS)


class PersistentDisposition(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Dispositions that hold until they are unset."""

    set_: tuple[str, ...] = field(default=(), name="set")
    unset: tuple[str, ...] = ()


class ErrorDeclaration(Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Says that the event of the same identity was wrong (EPCIS 2.0 7.4.1.2)."""

    declaration_time: Instant
    reason: str | None = None
    corrective_event_ids: tuple[str, ...] = field(default=(), name="correctiveEventIDs")
    extensions: dict[str, Any] = field(default_factory=dict, name=EXTENSIONS)


class SensorMetadata(Struct, frozen=True, omit_defaults=True, rename="camel"):
    """What holds for all reports of one sensor element."""

    time: Instant | None = None
    start_time: Instant | None = None
    end_time: Instant | None = None
    device_id: str | None = field(default=None, name="deviceID")
    device_metadata: str | None = None
    raw_data: str | None = None
    data_processing_method: str | None = None
    biz_rules: str | None = None
    extensions: dict[str, Any] = field(default_factory=dict, name=EXTENSIONS)


class SensorReport(Struct, frozen=True, omit_defaults=True, rename="camel"):
    """One measurement; `uom` is the UN/ECE Rec 20 code of all its values."""

    type: str
    exception: str | None = None
    device_id: str | None = field(default=None, name="deviceID")
    device_metadata: str | None = None
    raw_data: str | None = None
    data_processing_method: str | None = None
    biz_rules: str | None = None
    time: Instant | None = None
    microorganism: str | None = None
    chemical_substance: str | None = None
    coordinate_reference_system: str | None = None
    value: Decimal | None = None
    component: str | None = None
    string_value: str | None = None
    boolean_value: bool | None = None
    hex_binary_value: str | None = None
    uri_value: str | None = None
    min_value: Decimal | None = None
    max_value: Decimal | None = None
    mean_value: Decimal | None = None
    s_dev: Decimal | None = field(default=None, name="sDev")
    perc_rank: Decimal | None = None
    perc_value: Decimal | None = None
    uom: str | None = None
    extensions: dict[str, Any] = field(default_factory=dict, name=EXTENSIONS)


class SensorElement(Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Reports that belong together, and what holds for them all."""

    sensor_report: tuple[SensorReport, ...]
    sensor_metadata: SensorMetadata | None = None
    extensions: dict[str, Any] = field(default_factory=dict, name=EXTENSIONS)


class Event(Struct, frozen=True, kw_only=True, omit_defaults=True, rename="camel"):
    """What all five classes share. Build one of the five, never this."""

    type: ClassVar[EventType]

    event_time: Instant
    event_time_zone_offset: str
    record_time: Instant | None = None
    event_id: str | None = field(default=None, name="eventID")
    error_declaration: ErrorDeclaration | None = None
    certification_info: tuple[str, ...] = ()
    action: Action | None = None
    biz_step: str | None = None
    disposition: str | None = None
    persistent_disposition: PersistentDisposition | None = None
    read_point: Place | None = None
    biz_location: Place | None = None
    biz_transaction_list: tuple[BizTransaction, ...] = ()
    source_list: tuple[Source, ...] = ()
    destination_list: tuple[Destination, ...] = ()
    sensor_element_list: tuple[SensorElement, ...] = ()
    extensions: dict[str, Any] = field(default_factory=dict, name=EXTENSIONS)
    namespaces: Mapping[str, str] = field(default_factory=dict, name=NAMESPACES)

    @property
    def step(self) -> str | None:
        """The business step as a bare word (`shipping`), whatever its syntax."""
        return None if self.biz_step is None else vocabulary.normalise("bizStep", self.biz_step)

    @property
    def disp(self) -> str | None:
        """The disposition as a bare word (`in_transit`), whatever its syntax."""
        if self.disposition is None:
            return None
        return vocabulary.normalise("disposition", self.disposition)

    def expand(self, name: str) -> str:
        """The IRI of a prefixed name under this event's prefixes."""
        return names.expand(name, self.namespaces)

    def extension_value(self, iri: str) -> Any:
        """The extension of that IRI (or known prefixed name), None when absent."""
        return _member(self.extensions, iri, self.namespaces)

    def ilmd_value(self, iri: str) -> Any:
        """The instance/lot master data of that IRI (or known prefixed name), None when absent."""
        ilmd: dict[str, Any] | None = getattr(self, "ilmd", None)
        return _member(ilmd, iri, self.namespaces) if ilmd else None


def _member(members: Mapping[str, Any], iri: str, namespaces: Mapping[str, str]) -> Any:
    wanted = names.expand(iri, namespaces)
    for name, value in members.items():
        if names.expand(name, namespaces) == wanted:
            return value
    return None


class ObjectEvent(Event, frozen=True, kw_only=True, tag_field="type", tag="ObjectEvent"):
    """Something happened to things: they appeared, were seen, or ceased (7.4.2)."""

    type: ClassVar[EventType] = "ObjectEvent"

    epc_list: tuple[str, ...] = ()
    quantity_list: tuple[QuantityElement, ...] = ()
    ilmd: dict[str, Any] | None = None


class AggregationEvent(Event, frozen=True, kw_only=True, tag_field="type", tag="AggregationEvent"):
    """Children were put into, seen in, or taken out of a parent (7.4.3)."""

    type: ClassVar[EventType] = "AggregationEvent"

    parent_id: str | None = field(default=None, name="parentID")
    child_epcs: tuple[str, ...] = field(default=(), name="childEPCs")
    child_quantity_list: tuple[QuantityElement, ...] = ()


class TransactionEvent(Event, frozen=True, kw_only=True, tag_field="type", tag="TransactionEvent"):
    """Things were tied to, or freed from, business documents (7.4.4)."""

    type: ClassVar[EventType] = "TransactionEvent"

    parent_id: str | None = field(default=None, name="parentID")
    epc_list: tuple[str, ...] = ()
    quantity_list: tuple[QuantityElement, ...] = ()


class TransformationEvent(
    Event, frozen=True, kw_only=True, tag_field="type", tag="TransformationEvent"
):
    """Inputs were wholly or partly consumed and outputs produced (7.4.5)."""

    type: ClassVar[EventType] = "TransformationEvent"

    input_epc_list: tuple[str, ...] = field(default=(), name="inputEPCList")
    input_quantity_list: tuple[QuantityElement, ...] = ()
    output_epc_list: tuple[str, ...] = field(default=(), name="outputEPCList")
    output_quantity_list: tuple[QuantityElement, ...] = ()
    transformation_id: str | None = field(default=None, name="transformationID")
    ilmd: dict[str, Any] | None = None


class AssociationEvent(Event, frozen=True, kw_only=True, tag_field="type", tag="AssociationEvent"):
    """Things were fixed to a parent, which may be a place (7.4.6)."""

    type: ClassVar[EventType] = "AssociationEvent"

    parent_id: str | None = field(default=None, name="parentID")
    child_epcs: tuple[str, ...] = field(default=(), name="childEPCs")
    child_quantity_list: tuple[QuantityElement, ...] = ()


AnyEvent = (
    ObjectEvent | AggregationEvent | TransactionEvent | TransformationEvent | AssociationEvent
)


class VocabularyElement(Struct, frozen=True):
    """One master data entry: `attributes` are (name, value) pairs in their order.

    `extensions` are the members that others have added.
    """

    type: str
    id: str
    attributes: tuple[tuple[str, Any], ...] = ()
    children: tuple[str, ...] = ()
    extensions: dict[str, Any] = {}


class Reading(Struct):
    """One event as it came: its own bytes, what they mean, and what is wrong with them.

    `event` is None when its structure is broken; an event that is well formed and wrong (a check
    digit, a missing parent) is there beside its faults. `accepted` says whether to take it.
    `line` and `column` say where its text began in what was sent (from 1; 0 where that is not
    known: of XML the column never is, since `raw` is not the text itself).
    """

    index: int
    pointer: str
    raw: bytes
    event: AnyEvent | None
    faults: list[Fault]
    line: int = 0
    column: int = 0

    @property
    def accepted(self) -> bool:
        """Whether nothing worse than a flag was found."""
        return self.event is not None and all(fault.level == "flag" for fault in self.faults)


class Document(Struct):
    """An EPCIS document, query document or single event, with every fault found in it.

    `faults` are those of the document itself; each reading carries its own. `envelope` is the
    document as it stands without its events: header, sender, extensions and all.
    """

    type: str
    schema_version: str | None
    creation_date: datetime | None
    id: str | None
    context: Any
    header: dict[str, Any] | None
    master_data: list[VocabularyElement]
    events: list[Reading]
    faults: list[Fault]
    envelope: dict[str, Any] = field(default_factory=dict)

    @property
    def all_faults(self) -> list[Fault]:
        """The document's own faults, then those of its events in their order."""
        return [*self.faults, *(fault for reading in self.events for fault in reading.faults)]

    @property
    def accepted(self) -> bool:
        """Whether the document and all its events hold nothing worse than flags."""
        return all(fault.level == "flag" for fault in self.all_faults)
