"""What stands outside the events, back into XML: SBDH, master data, extensions (section 9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from nguon.epcis.model import Document
from nguon.epcis.xml.event_writing import time_text
from nguon.epcis.xml.header import STANDARD_HEADER
from nguon.epcis.xml.layout import Version
from nguon.epcis.xml.namespaces import SBDH
from nguon.epcis.xml.pen import Pen
from nguon.epcis.xml.signs import in_attribute, tagged, wrapped
from nguon.errors import Fault

_PSEUDO = ("sender", "receiver", "instanceIdentifier")
_OWN = frozenset(
    ("@context", "id", "type", "schemaVersion", "creationDate", "epcisHeader", "epcisBody")
) | frozenset(_PSEUDO)
_VOCABULARY = frozenset(("type", "vocabularyElementList"))
_ELEMENT = frozenset(("id", "attributes", "children"))


def write_header(
    document: Document, version: Version, created: datetime, pen: Pen, faults: list[Fault]
) -> str:
    """The EPCISHeader, nothing where there is nothing to say."""
    header = document.header or {}
    standard = header.get(STANDARD_HEADER)
    if isinstance(standard, dict):
        written = pen.member(STANDARD_HEADER, standard)
    else:
        written = _standard(document.envelope, version, created, pen, faults)
    master = header.get("epcisMasterData")
    lists = master.get("vocabularyList") if isinstance(master, dict) else None
    inner = ""
    if isinstance(lists, list):
        inner = f"<EPCISMasterData>{write_vocabularies(lists, pen)}</EPCISMasterData>"
    rest = {key: value for key, value in header.items() if ":" in key and key != STANDARD_HEADER}
    # In 1.2 others stand in the header itself, where partners look for them; 2.0 has no place.
    others = pen.members(rest)
    if version == "2.0":
        inner, others = inner + wrapped("extension", wrapped("others", others)), ""
    return wrapped("EPCISHeader", written + wrapped("extension", inner) + others)


def _standard(
    envelope: Mapping[str, Any], version: Version, created: datetime, pen: Pen, faults: list[Fault]
) -> str:
    """An SBDH out of the three members that stand for it in JSON."""
    given = {name: value for name in _PSEUDO if isinstance(value := envelope.get(name), str)}
    missing = [name for name in _PSEUDO if name not in given]
    if not given:
        return ""
    if missing:
        pointer = f"/{missing[0]}"
        faults.append(Fault("epcis.header_incomplete", pointer, "", None, {"name": missing[0]}))
        return ""
    pen.declare(SBDH, "sbdh")
    identification = {
        "Standard": "EPCglobal",
        "TypeVersion": version,
        "InstanceIdentifier": given["instanceIdentifier"],
        "Type": "Events",
        "CreationDateAndTime": time_text(created),
    }
    inner = tagged("sbdh:HeaderVersion", "1.0")
    for name in ("sender", "receiver"):
        tag = f"sbdh:{name.capitalize()}"
        inner += f"<{tag}>{tagged('sbdh:Identifier', given[name])}</{tag}>"
    listed = [tagged(f"sbdh:{name}", text) for name, text in identification.items()]
    inner += f"<sbdh:DocumentIdentification>{''.join(listed)}</sbdh:DocumentIdentification>"
    return f"<{STANDARD_HEADER}>{inner}</{STANDARD_HEADER}>"


def write_others(document: Document, pen: Pen) -> str:
    """What others have put beside header and body."""
    return pen.members({k: v for k, v in document.envelope.items() if k not in _OWN and ":" in k})


def write_vocabularies(vocabularies: Sequence[Any], pen: Pen) -> str:
    """A VocabularyList."""
    written = [_vocabulary(one, pen) for one in vocabularies if isinstance(one, dict)]
    return f"<VocabularyList>{''.join(written)}</VocabularyList>"


def _vocabulary(one: Mapping[str, Any], pen: Pen) -> str:
    elements = one.get("vocabularyElementList")
    listed = elements if isinstance(elements, list) else []
    inner = "".join([_element(entry, pen) for entry in listed if isinstance(entry, dict)])
    inner = wrapped("VocabularyElementList", inner) + _extras(one, _VOCABULARY, pen)
    return f'<Vocabulary type="{_attribute(one, "type")}">{inner}</Vocabulary>'


def _element(one: Mapping[str, Any], pen: Pen) -> str:
    attributes = one.get("attributes")
    inner = ""
    for entry in attributes if isinstance(attributes, list) else ():
        if isinstance(entry, dict):
            told = f' id="{_attribute(entry, "id")}"'
            inner += pen.element("attribute", told, entry.get("attribute", ""))
    children = one.get("children")
    listed = children if isinstance(children, list) else []
    inner += wrapped("children", "".join([tagged("id", str(child)) for child in listed]))
    inner += _extras(one, _ELEMENT, pen)
    return f'<VocabularyElement id="{_attribute(one, "id")}">{inner}</VocabularyElement>'


def _attribute(one: Mapping[str, Any], name: str) -> str:
    return in_attribute(str(one.get(name, "")))


def _extras(one: Mapping[str, Any], own: frozenset[str], pen: Pen) -> str:
    """Members that master data may carry besides: bare ones in the shell kept for them."""
    bare = {key: value for key, value in one.items() if key not in own and ":" not in key}
    others = {key: value for key, value in one.items() if key not in own and ":" in key}
    return wrapped("extension", pen.members(bare)) + pen.members(others)
