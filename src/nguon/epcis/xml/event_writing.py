"""One event out of the model as its element, in the layout of a version (XML Schemas)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

import msgspec

from nguon.epcis.model import EXTENSIONS, AnyEvent, Place, QuantityElement, SensorElement
from nguon.epcis.vocabulary import Kind
from nguon.epcis.writing import format_time
from nguon.epcis.xml.identifiers import EpcFormat, translate
from nguon.epcis.xml.layout import LAYOUTS, NEWER, OBLIGATORY, SHELLED, Layout, Shell, Version
from nguon.epcis.xml.pen import Pen
from nguon.epcis.xml.signs import FORBIDDEN, in_attribute, in_text, tagged, wrapped
from nguon.epcis.xml.words import CbvFormat, write_word
from nguon.errors import Fault

_FARTHEST = timedelta(hours=14)
_MINUTE = timedelta(minutes=1)


class Style(msgspec.Struct, frozen=True):
    """How XML is to be written, where there is a choice.

    `newer` is for EPCIS 1.2: what only 2.0 knows is carried in the extension for later versions,
    or left out; either way it is flagged.
    """

    epc_format: EpcFormat = "Never_Translates"
    cbv_format: CbvFormat = "No_Preference"
    newer: Literal["carry", "leave_out"] = "carry"


class EventWriter:
    """Writes events, one after another, into one document of a version."""

    def __init__(self, version: Version, style: Style, pen: Pen, faults: list[Fault]) -> None:
        self.version = version
        self.style = style
        self.pen = pen
        self.faults = faults

    def write(self, event: AnyEvent, pointer: str) -> str:
        """The event's element in its shells; nothing for one that 1.2 does not have."""
        self.pen.use(event.namespaces)
        event = translate(event, self.style.epc_format, self.faults, pointer)
        if not self._belongs(event, pointer):
            return ""
        body = self._items(event, LAYOUTS[self.version][event.type])
        body += self._certificates(event.certification_info[1:])
        body += self.pen.members(event.extensions)
        shells = SHELLED[self.version].get(event.type, 0)
        inner = f"<{event.type}>{body}</{event.type}>"
        return "<extension>" * shells + inner + "</extension>" * shells

    def _belongs(self, event: AnyEvent, pointer: str) -> bool:
        if self.version == "2.0":
            return True
        carries = self.style.newer == "carry"
        code = "epcis.newer_than_xml" if carries else "epcis.left_out_of_xml"
        if event.type == "AssociationEvent":
            self.faults.append(Fault(code, pointer, event.type, None, {"name": event.type}))
            return carries
        for name in sorted(NEWER):
            if getattr(event, _ATTRIBUTES[name]):
                place = f"{pointer}/{name}"
                self.faults.append(Fault(code, place, name, None, {"name": name}))
        return True

    def _items(self, event: AnyEvent, layout: Layout) -> str:
        written = []
        leaves = self.version == "1.2" and self.style.newer == "leave_out"
        for item in layout:
            if isinstance(item, Shell):
                written.append(wrapped(item.name, self._items(event, item.items)))
            elif not (leaves and item in NEWER):
                value = getattr(event, _ATTRIBUTES[item])
                if value or value == "":
                    written.append(_WRITERS[item](self, item, value))
                elif item == "ilmd" and value is not None:
                    written.append("<ilmd/>")
                elif item in OBLIGATORY[self.version] and event.type != "AssociationEvent":
                    written.append(f"<{item}/>")
        return "".join(written)

    def _certificates(self, uris: Iterable[str]) -> str:
        """The schema has one certificate; the others stand beside, under a name of our own."""
        if self.version == "1.2" and self.style.newer == "leave_out":
            return ""
        return "".join([tagged("nx:certificationInfo", uri) for uri in uris])

    def word(self, kind: Kind, text: str) -> str:
        """A vocabulary word in the form asked for."""
        return write_word(self.style.cbv_format, kind, text)


Write = Callable[[EventWriter, str, Any], str]


def time_text(moment: datetime) -> str:
    """A dateTimeStamp, whose zones go up to fourteen hours and know no seconds."""
    offset = moment.utcoffset() or timedelta()
    if abs(offset) > _FARTHEST or offset % _MINUTE:
        moment = moment.astimezone(UTC)
    return format_time(moment)


def _text(_: EventWriter, name: str, value: str) -> str:
    return tagged(name, value)


def _time(_: EventWriter, name: str, value: datetime) -> str:
    return tagged(name, time_text(value))


def _word(kind: Kind) -> Write:
    return lambda writer, name, value: tagged(name, writer.word(kind, value))


def _epcs(_: EventWriter, name: str, value: tuple[str, ...]) -> str:
    return f"<{name}><epc>" + "</epc><epc>".join(map(in_text, value)) + f"</epc></{name}>"


def _quantities(_: EventWriter, name: str, value: tuple[QuantityElement, ...]) -> str:
    return wrapped(name, "".join([_quantity(one) for one in value]))


def _quantity(one: QuantityElement) -> str:
    inner = tagged("epcClass", one.epc_class)
    if one.quantity is not None:
        inner += tagged("quantity", format(one.quantity, "f"))
    elif one.uom is not None:
        inner += '<quantity xsi:nil="true"/>'
    if one.uom is not None:
        inner += tagged("uom", one.uom)
    return f"<quantityElement>{inner}</quantityElement>"


def _place(writer: EventWriter, name: str, value: Place) -> str:
    inner = tagged("id", value.id) + writer.pen.members(value.extensions)
    return f"<{name}>{inner}</{name}>"


def _typed(tag: str, attribute: str, kind: Kind) -> Write:
    def write(writer: EventWriter, name: str, value: Iterable[Any]) -> str:
        inner = []
        for one in value:
            told = ""
            if one.type is not None:
                told = f' type="{in_attribute(writer.word(kind, one.type))}"'
            inner.append(f"<{tag}{told}>{in_text(getattr(one, attribute))}</{tag}>")
        return wrapped(name, "".join(inner))

    return write


def _persistent(writer: EventWriter, name: str, value: Any) -> str:
    lists = (("unset", value.unset), ("set", value.set_))
    inner = [tagged(tag, writer.word("disposition", w)) for tag, words in lists for w in words]
    return f"<{name}>{''.join(inner)}</{name}>"


def _ilmd(writer: EventWriter, name: str, value: Mapping[str, Any]) -> str:
    return wrapped(name, writer.pen.members(value))


def _declaration(writer: EventWriter, name: str, value: Any) -> str:
    inner = tagged("declarationTime", time_text(value.declaration_time))
    if value.reason is not None:
        inner += tagged("reason", writer.word("errorReason", value.reason))
    ids = [tagged("correctiveEventID", one) for one in value.corrective_event_ids]
    inner += wrapped("correctiveEventIDs", "".join(ids))
    inner += writer.pen.members(value.extensions)
    return f"<{name}>{inner}</{name}>"


_SENSOR_WORDS: Mapping[str, Kind] = {
    "type": "measurement",
    "exception": "sensorAlert",
    "component": "component",
}


def _sensors(writer: EventWriter, name: str, value: tuple[SensorElement, ...]) -> str:
    inner = []
    for element in value:
        inner.append("<sensorElement>")
        if element.sensor_metadata is not None:
            inner.append(_attributed(writer, "sensorMetadata", element.sensor_metadata))
        inner += [_attributed(writer, "sensorReport", one) for one in element.sensor_report]
        inner.append(writer.pen.members(element.extensions) + "</sensorElement>")
    return wrapped(name, "".join(inner))


def _attributed(writer: EventWriter, name: str, owner: Any) -> str:
    """Metadata or a report: members are attributes, what none can show goes as JSON."""
    written, rest = [f"<{name}"], {}
    for field, attribute in zip(
        owner.__struct_fields__, owner.__struct_encode_fields__, strict=True
    ):
        value = getattr(owner, field)
        if value is None or attribute == EXTENSIONS:
            continue
        text = _attribute_text(writer, attribute, value)
        if FORBIDDEN.search(text):
            rest[attribute] = value
        else:
            written.append(f' {attribute}="{in_attribute(text)}"')
    for member, value in owner.extensions.items():
        shown = writer.pen.attribute(member, value)
        if shown is None:
            rest[member] = value
        else:
            written.append(shown)
    if rest:
        written.append(f' nx:json="{writer.pen.json(rest)}"')
    return "".join(written) + "/>"


def _attribute_text(writer: EventWriter, name: str, value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case datetime():
            return time_text(value)
        case Decimal():
            return str(value)
        case _:
            kind = _SENSOR_WORDS.get(name)
            return str(value) if kind is None else writer.word(kind, str(value))


def _certificate(_: EventWriter, name: str, value: tuple[str, ...]) -> str:
    return tagged(name, value[0])


_WRITERS: Mapping[str, Write] = {
    **dict.fromkeys(("eventTime", "recordTime"), _time),
    **dict.fromkeys(("eventTimeZoneOffset", "eventID", "action"), _text),
    **dict.fromkeys(("parentID", "transformationID"), _text),
    "errorDeclaration": _declaration,
    "certificationInfo": _certificate,
    **dict.fromkeys(("epcList", "childEPCs", "inputEPCList", "outputEPCList"), _epcs),
    **dict.fromkeys(("quantityList", "childQuantityList"), _quantities),
    **dict.fromkeys(("inputQuantityList", "outputQuantityList"), _quantities),
    "bizStep": _word("bizStep"),
    "disposition": _word("disposition"),
    **dict.fromkeys(("readPoint", "bizLocation"), _place),
    "bizTransactionList": _typed("bizTransaction", "biz_transaction", "bizTransaction"),
    "sourceList": _typed("source", "source", "sourceDestination"),
    "destinationList": _typed("destination", "destination", "sourceDestination"),
    "sensorElementList": _sensors,
    "persistentDisposition": _persistent,
    "ilmd": _ilmd,
}


def _attribute_names() -> dict[str, str]:
    found: dict[str, str] = {}
    for kind in AnyEvent.__args__:
        fields, shown = kind.__struct_fields__, kind.__struct_encode_fields__
        found |= dict(zip(shown, fields, strict=True))
    return found


_ATTRIBUTES = _attribute_names()
