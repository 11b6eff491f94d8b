"""Documents in XML, 2.0 and 1.2: valid by GS1's schemas (EPCIS 2.0 section 9; 1.2 section 9).

What is written reads back with the same meaning. What EPCIS 1.2 cannot say is flagged, and
carried where a later version may stand, or left out (`Style.newer`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from nguon.epcis.context import read_context
from nguon.epcis.decoding import decode_event
from nguon.epcis.error import EpcisError
from nguon.epcis.model import AnyEvent, Document
from nguon.epcis.writing import Writable
from nguon.epcis.xml.event_writing import EventWriter, Style, time_text
from nguon.epcis.xml.header_writing import write_header, write_others, write_vocabularies
from nguon.epcis.xml.layout import Version
from nguon.epcis.xml.namespaces import EPCIS, QUERY
from nguon.epcis.xml.pen import Pen
from nguon.epcis.xml.signs import in_attribute, tagged
from nguon.errors import Fault

# "results" is the QueryResults element alone, as it stands in a SOAP body.
Kind = Literal["document", "query", "results"]
_DECLARATION = "<?xml version='1.0' encoding='UTF-8'?>\n"
_STYLE = Style()
_PATHS: Mapping[Kind, str] = {
    "document": "/epcisBody/eventList",
    "query": "/epcisBody/queryResults/resultsBody/eventList",
    "results": "/epcisBody/queryResults/resultsBody/eventList",
}


def write_xml(
    source: Document | Iterable[Writable],
    *,
    version: Version = "2.0",
    kind: Kind = "document",
    creation_date: datetime | None = None,
    query_name: str = "SimpleEventQuery",
    subscription_id: str | None = None,
    style: Style = _STYLE,
    faults: list[Fault] | None = None,
) -> bytes:
    """An EPCISDocument, EPCISQueryDocument or QueryResults in UTF-8.

    `source` is a document as it was read, whose header and extensions are kept, or events alone,
    for which `creation_date` must be given. Readings without an event are passed over. Flags
    about what could not be said are appended to `faults`. Raises `EpcisError` for what XML
    cannot hold in any way, such as U+0001 in an identifier.
    """
    found: list[Fault] = [] if faults is None else faults
    document = source if isinstance(source, Document) else None
    created = creation_date or (document.creation_date if document is not None else None)
    pen = Pen()
    if document is not None:
        pen.use(_namespaces(document))
    writer = EventWriter(version, style, pen, found)
    listed = f"<EventList>{_events(_writables(source), kind, writer)}</EventList>"
    results = _results(listed, query_name, subscription_id)
    if kind == "results":
        return _alone("QueryResults", results, version, pen)
    if created is None:
        raise TypeError("a document needs its creation date")
    body = listed if kind == "document" else _wrapped("QueryResults", results)
    inner = f"<EPCISBody>{body}</EPCISBody>"
    if document is not None:
        pen.use(_namespaces(document))
        if kind == "document":
            inner = write_header(document, version, created, pen, found) + inner
        inner += write_others(document, pen)
    identifier = None if document is None else document.id
    return _whole(inner, version, kind, created, pen, identifier)


def write_vocabulary_answer(
    vocabularies: Sequence[Mapping[str, Any]],
    *,
    creation_date: datetime | None,
    version: Version = "2.0",
    query_name: str = "SimpleMasterDataQuery",
    namespaces: Mapping[str, str] | None = None,
) -> bytes:
    """The answer to a master data query, its vocabularies as the JSON vocabularyList has them.

    A document where it has a creation date, else QueryResults alone, as in a SOAP body.
    """
    pen = Pen()
    pen.use(namespaces or {})
    results = _results(write_vocabularies(vocabularies, pen), query_name, None)
    if creation_date is None:
        return _alone("QueryResults", results, version, pen)
    body = f"<EPCISBody>{_wrapped('QueryResults', results)}</EPCISBody>"
    return _whole(body, version, "query", creation_date, pen, None)


def write_query_exception(
    name: str,
    reason: str,
    *,
    creation_date: datetime | None = None,
    version: Version = "2.0",
    query_name: str | None = None,
    subscription_id: str | None = None,
    severity: Literal["ERROR", "SEVERE"] | None = None,
) -> bytes:
    """An exception of the query interface, such as QueryTooLargeException.

    A document where it has a creation date, else the element alone, for the detail of a fault.
    """
    members = {
        "reason": reason,
        "severity": severity,
        "queryName": query_name,
        "subscriptionID": subscription_id,
    }
    inner = "".join([tagged(key, text) for key, text in members.items() if text is not None])
    if creation_date is None:
        return _alone(name, inner, version, Pen())
    body = f"<EPCISBody>{_wrapped(name, inner)}</EPCISBody>"
    return _whole(body, version, "query", creation_date, Pen(), None)


def _namespaces(document: Document) -> Mapping[str, str]:
    return read_context(document.context, {}, gs1_required=False)[0]


def _writables(source: Document | Iterable[Writable]) -> Iterator[AnyEvent]:
    if isinstance(source, Document):
        yield from (reading.event for reading in source.events if reading.event is not None)
        return
    for entry in source:
        if isinstance(entry, tuple):
            event, faults, _ = decode_event(*entry)
            if event is None:
                raise EpcisError(*faults)
            yield event
        else:
            yield entry


def _events(events: Iterable[AnyEvent], kind: Kind, writer: EventWriter) -> str:
    written = []
    for index, event in enumerate(events):
        pointer = f"{_PATHS[kind]}/{index}"
        try:
            written.append(writer.write(event, pointer))
        except EpcisError as error:
            raise EpcisError(*[fault.at(pointer) for fault in error.faults]) from None
    return "".join(written)


def _results(listed: str, query_name: str, subscription_id: str | None) -> str:
    inner = tagged("queryName", query_name)
    if subscription_id is not None:
        inner += tagged("subscriptionID", subscription_id)
    return f"{inner}<resultsBody>{listed}</resultsBody>"


def _wrapped(name: str, inner: str) -> str:
    return f"<epcisq:{name}>{inner}</epcisq:{name}>"


def _alone(name: str, inner: str, version: Version, pen: Pen) -> bytes:
    told = f' xmlns:epcisq="{QUERY[version]}"{pen.declared(inner)}'
    return f"{_DECLARATION}<epcisq:{name}{told}>{inner}</epcisq:{name}>".encode()


def _whole(
    inner: str,
    version: Version,
    kind: Kind,
    created: datetime,
    pen: Pen,
    identifier: str | None,
) -> bytes:
    root = "epcis:EPCISDocument" if kind == "document" else "epcisq:EPCISQueryDocument"
    own = EPCIS if kind == "document" else QUERY
    told = f' schemaVersion="{version}" creationDate="{time_text(created)}"'
    if identifier is not None:
        told += f' nx:id="{in_attribute(identifier)}"'
    prefix = root.partition(":")[0]
    opened = f'{root} xmlns:{prefix}="{own[version]}"{pen.declared(inner + told)}{told}'
    return f"{_DECLARATION}<{opened}>{inner}</{root}>".encode()
