"""From a reading to the rows of the store, as lines of PostgreSQL's text COPY format.

Lines are built by hand because an event makes a dozen rows and a general driver spends longer
on each value than the database does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import msgspec
import orjson

from nguon.epcis import Reading, event_key, fast_digest, identity, subject
from nguon.epcis.model import AnyEvent, TransformationEvent
from nguon.gs1 import canonical_key
from nguon.trace.links import find_links, find_mentions
from nguon.trace.model import Link, Mention

NULL = "\\N"


@dataclass(slots=True)
class Prepared:
    """One accepted event with everything the store derives from it."""

    reading: Reading
    event: AnyEvent
    id: str
    key: UUID
    link_key: UUID
    digest: bytes
    mentions: list[Mention]
    links: list[Link]


def prepare(reading: Reading) -> Prepared:
    """Derive an accepted reading's identity, digest, mentions and links."""
    event = reading.event
    if event is None:
        raise TypeError("a reading without an event cannot be stored")
    own = subject(event)
    # A declaration's links are those of the event that it repeats and declares wrong.
    link_key = event_key(own)
    key = link_key if event.error_declaration is None else event_key(identity(event))
    mentions = find_mentions(event)
    return Prepared(
        reading=reading,
        event=event,
        id=own,
        key=key,
        link_key=link_key,
        digest=fast_digest(reading.raw, event.namespaces),
        mentions=mentions,
        links=find_links(link_key, event, mentions),
    )


def escape(text: str) -> str:
    """A value for a text COPY: the four characters that mean something there escaped."""
    if "\\" in text or "\t" in text or "\n" in text or "\r" in text:
        text = text.replace("\\", "\\\\").replace("\t", "\\t")
        text = text.replace("\n", "\\n").replace("\r", "\\r")
    return text


def _escape_document(raw: bytes) -> bytes:
    escaped = raw.replace(b"\\", b"\\\\") if b"\\" in raw else raw
    if b"\n" in escaped or b"\r" in escaped or b"\t" in escaped:
        # White space between tokens: inside JSON strings these stand escaped.
        escaped = escaped.replace(b"\n", b" ").replace(b"\r", b" ").replace(b"\t", b" ")
    return escaped


def _place(event: AnyEvent, name: str) -> str:
    place = getattr(event, name)
    return NULL if place is None else escape(canonical_key(place.id))


def event_line(prepared: Prepared, job: str) -> bytes:
    """The line of `eventstore.event`, in the column order of `copy_event`."""
    event = prepared.event
    declaration = event.error_declaration
    transformation = event.transformation_id if isinstance(event, TransformationEvent) else None
    head = "\t".join(
        (
            str(prepared.key),
            escape(prepared.id),
            f"\\\\x{prepared.digest.hex()}",
            event.type,
            event.event_time.isoformat(),
            event.action or NULL,
            escape(event.step) if event.step else NULL,
            escape(event.disp) if event.disp else NULL,
            _place(event, "read_point"),
            _place(event, "biz_location"),
            escape(transformation) if transformation else NULL,
            declaration.declaration_time.isoformat() if declaration else NULL,
            job,
            encode_context(event.namespaces),
        )
    )
    return b"%b\t%b\n" % (head.encode(), _escape_document(prepared.reading.raw))


def event_values(prepared: Prepared) -> dict[str, object]:
    """The same event with its mentions and links as the parameters of `capture_one`."""
    event = prepared.event
    mentions = list(dict.fromkeys(prepared.mentions))
    links = prepared.links
    place, location = event.read_point, event.biz_location
    return {
        "key": prepared.key,
        "id": prepared.id,
        "digest": prepared.digest,
        "type": event.type,
        "at": event.event_time,
        "action": event.action,
        "biz_step": event.step,
        "disposition": event.disp,
        "read_point": None if place is None else canonical_key(place.id),
        "biz_location": None if location is None else canonical_key(location.id),
        "transformation": getattr(event, "transformation_id", None),
        "context": orjson.dumps(dict(event.namespaces)).decode() if event.namespaces else None,
        "doc": prepared.reading.raw.decode(),
        "items": [item for item, _, _, _ in mentions],
        "roles": [role for _, role, _, _ in mentions],
        "quantities": [quantity for _, _, quantity, _ in mentions],
        "uoms": [uom for _, _, _, uom in mentions],
        "sources": [link.source for link in links],
        "targets": [link.target for link in links],
        "kinds": [link.kind for link in links],
        "link_quantities": [link.quantity for link in links],
        "link_uoms": [link.uom for link in links],
    }


_contexts: dict[int, tuple[Mapping[str, str], str]] = {}


def encode_context(namespaces: Mapping[str, str]) -> str:
    """The prefixes of an event as a COPY value; events of one document share one mapping."""
    if not namespaces:
        return NULL
    known = _contexts.get(id(namespaces))
    if known is not None and known[0] is namespaces:
        return known[1]
    encoded = escape(orjson.dumps(dict(namespaces)).decode())
    if len(_contexts) > 64:
        _contexts.clear()
    _contexts[id(namespaces)] = (namespaces, encoded)
    return encoded


def item_lines(prepared: Prepared) -> str:
    """The lines of `eventstore.event_item`."""
    tail = f"\t{prepared.event.event_time.isoformat()}\t{prepared.key}\t"
    return "".join(
        [
            f"{escape(item)}{tail}{role}\t"
            f"{NULL if quantity is None else quantity}\t{escape(uom) if uom else NULL}\n"
            for item, role, quantity, uom in dict.fromkeys(prepared.mentions)
        ]
    )


def link_lines(links: Sequence[Link]) -> str:
    """The lines of `eventstore.link` and of its mirror."""
    if not links:
        return ""
    first = links[0]
    middle = f"\t{first.at.isoformat()}\t{first.event_key}\t"
    return "".join(
        [
            f"{escape(source)}\t{escape(target)}\t{kind}{middle}"
            f"{NULL if quantity is None else quantity}\t{escape(uom) if uom else NULL}\n"
            for source, target, kind, _, _, quantity, uom in links
        ]
    )


def decode_context(text: str | None) -> Mapping[str, str]:
    """The prefixes back from the store."""
    return {} if text is None else msgspec.json.decode(text, type=dict[str, str])
