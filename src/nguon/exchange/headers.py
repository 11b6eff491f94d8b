"""What the EPCIS door announces of itself, and what it reads out of a caller's headers.

EPCIS 2.0 REST binding, section on custom headers: GS1-EPCIS-*, GS1-CBV-*, GS1-EPC-Format,
GS1-Extensions, GS1-Vendor-Version, and those of the capture interface.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from nguon import __version__
from nguon.epcis.xml import Version
from nguon.exchange.limits import ADDRESS
from nguon.exchange.problem import Problem, refuse
from nguon.rules import NGUON_VOC

VERSION = "2.0.0"
OLDEST = "1.2.0"
# The vocabulary that belongs to each version of EPCIS.
# Versions whose documents are read: EPCIS and its vocabulary go by the same numbers.
_READ = ((2, 0), (1, 2))
CBV_VERSIONS: Mapping[Version, str] = {"2.0": VERSION, "1.2": OLDEST}
JSON_TYPES = ("application/json", "application/ld+json")
XML_TYPES = ("application/xml", "text/xml")
_XML_TYPES = (*XML_TYPES, "application/epcis+xml")

VERSIONS: Mapping[str, str] = {
    "GS1-EPCIS-Version": VERSION,
    "GS1-CBV-Version": VERSION,
    "GS1-Extensions": f"nguon={NGUON_VOC}",
}
DISCOVERY: Mapping[str, str] = {
    **VERSIONS,
    "GS1-EPCIS-Min": OLDEST,
    "GS1-EPCIS-Max": VERSION,
    "GS1-CBV-Min": OLDEST,
    "GS1-CBV-Max": VERSION,
    # Any of them, as the caller prefers.
    "GS1-EPC-Format": "No_Preference",
    "GS1-CBV-XML-Format": "No_Preference",
    "GS1-Vendor-Version": __version__,
    # Ours: the binding has no header for what a 414 is about.
    "Nguon-URI-Limit": str(ADDRESS),
}


def capture_headers(events: int, size: int) -> dict[str, str]:
    """The limits of the capture interface, for OPTIONS and for a 413."""
    return {
        "GS1-EPCIS-Capture-Limit": str(events),
        "GS1-EPCIS-Capture-File-Size-Limit": str(size),
    }


def is_xml(content_type: str) -> bool:
    """Whether a body says that it is XML."""
    kind = content_type.partition(";")[0].strip().lower()
    return kind in _XML_TYPES or kind.endswith("+xml")


def check_content(content_type: str, encoding: str, *, xml: bool = False) -> None:
    """Problem 415 for a body in a form that is not read here; `xml`: whether XML is."""
    kind = content_type.partition(";")[0].strip().lower()
    if is_xml(content_type) and not xml:
        raise refuse(415, "xml_not_read", kind)
    if kind not in JSON_TYPES and not (xml and is_xml(content_type)):
        raise refuse(415, "media_type", kind or "–")
    if encoding.strip().lower() not in ("", "identity"):
        raise refuse(415, "content_encoding", encoding)


def read_behaviour(value: str | None) -> bool:
    """GS1-Capture-Error-Behaviour: True for proceed, False for rollback (also when absent)."""
    if value in (None, "rollback"):
        return False
    if value == "proceed":
        return True
    raise refuse(400, "error_behaviour", value)


def read_version(version: str) -> tuple[int, ...] | None:
    """The numbers of a version, three at least; None for what is none."""
    parts = version.strip().split(".")
    if not all(part.isascii() and part.isdigit() and len(part) < 6 for part in parts):
        return None
    return tuple(map(int, [*parts, "0", "0"][:3]))


def _outside(header: str, version: str) -> bool:
    wanted, ours = read_version(version), read_version(VERSION)
    if wanted is None or ours is None:
        return True
    return wanted > ours if header.endswith("Min") else wanted < ours


def check_versions(headers: Mapping[str, str]) -> None:
    """Problem 406 where the caller can use no version 2.0, for what exists in no other.

    Where events are answered `forms.choose_form` decides.
    """
    for header in ("GS1-EPCIS-Min", "GS1-EPCIS-Max", "GS1-CBV-Min", "GS1-CBV-Max"):
        version = headers.get(header)
        if version is not None and _outside(header, version):
            raise refuse(406, "not_acceptable", version, header=header, offer=VERSION)


def check_sent(headers: Mapping[str, str]) -> None:
    """Problem 406 for a body that says it is of a version that is not read here."""
    for header in ("GS1-EPCIS-Version", "GS1-CBV-Version"):
        version = headers.get(header)
        if version is None:
            continue
        numbers = read_version(version)
        if numbers is None or numbers[:2] not in _READ:
            offer = ", ".join(CBV_VERSIONS.values())
            raise refuse(406, "not_acceptable", version, header=header, offer=offer)


def refuse_accept(wanted: str, offers: Sequence[str] = JSON_TYPES) -> Problem:
    """The refusal of an Accept header that names nothing we write."""
    return refuse(406, "not_acceptable", wanted, header="Accept", offer=", ".join(offers))


def allow(methods: Iterable[str]) -> dict[str, str]:
    """The Allow header; OPTIONS is always there, and HEAD wherever GET is."""
    named = ["OPTIONS"]
    for method in methods:
        named += ["GET", "HEAD"] if method == "GET" else [method]
    return {"Allow": ", ".join(named)}
