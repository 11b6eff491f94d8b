"""XML documents to read and to spoil, and what becomes of them."""

from __future__ import annotations

from nguon.epcis import Document, Policy, Reading
from nguon.epcis.xml import read_xml

ITEM = "urn:epc:id:sgtin:9521234.000012.A1"
LOT = "urn:epc:class:lgtin:9521234.000012.L1"
PALLET = "urn:epc:id:sscc:9521234.0000000001"
PLACE = "urn:epc:id:sgln:9521234.00002.0"
EX = "https://ns.example.com/epcis/"
NAMESPACES = {"2.0": "urn:epcglobal:epcis:xsd:2", "1.2": "urn:epcglobal:epcis:xsd:1"}
TIMES = (
    "<eventTime>2026-03-31T08:00:00+07:00</eventTime>"
    "<eventTimeZoneOffset>+07:00</eventTimeZoneOffset>"
)
OBSERVED = f"{TIMES}<epcList><epc>{ITEM}</epc></epcList><action>OBSERVE</action>"


def document(
    events: str, version: str = "2.0", header: str = "", told: str = "", after: str = ""
) -> str:
    """An EPCISDocument around a list of events, with the prefix `ex` declared."""
    return (
        f'<epcis:EPCISDocument xmlns:epcis="{NAMESPACES[version]}" xmlns:ex="{EX}" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        'xmlns:xsd="http://www.w3.org/2001/XMLSchema" '
        'xmlns:nx="https://nguon.example/xml/" '
        f'schemaVersion="{version}" creationDate="2026-03-31T08:00:00Z"{told}>{header}'
        f"<EPCISBody><EventList>{events}</EventList></EPCISBody>{after}</epcis:EPCISDocument>"
    )


def event(rest: str = "", kind: str = "ObjectEvent", body: str = OBSERVED) -> str:
    """An event with something more in it."""
    return f"<{kind}>{body}{rest}</{kind}>"


def read(events: str, version: str = "2.0", policy: Policy | None = None) -> Document:
    """The document of these events, read."""
    return read_xml(document(events, version), policy=policy or Policy())


def read_one(rest: str = "", kind: str = "ObjectEvent", body: str = OBSERVED) -> Reading:
    """One event of a document, read."""
    return read(event(rest, kind, body)).events[0]


def found(result: Reading | Document) -> list[tuple[str, str]]:
    """Codes and pointers, the event's own place left out."""
    faults = result.faults if isinstance(result, Reading) else result.all_faults
    for fault in faults:
        fault.as_dict()
    return [(f.code, f.pointer.removeprefix("/epcisBody/eventList/0")) for f in faults]
