"""Documents that are almost right: GS1's examples, changed where structure is, by a number.

The number decides everything: the example, how many changes, which and where. A failure is
repeated by its number alone.
"""

from __future__ import annotations

import copy
import json
import random
import re
import uuid
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from lxml import etree

from tests.conformance.epcis.shared import CHAINS, EPCIS, example_files

# Values that have broken readers somewhere: other types, ends of ranges, other spellings.
HOSTILE: list[Any] = [
    None, True, False, 0, -1, 0.1, 1e308, -1e-308, 2**63, 2**1024, "", " ", "\t", "0", "null",
    "None", "true", [], {}, [[]], [{}], {"": ""}, {"id": None}, "\u0000", "\u0001", "\ufffe",
    "\ud7ff", "e\u0301", "ẹ", "🐟" * 5, "A" * 5000, "%", "%00", "%2F", "..", "../../x",
    "'; drop table event; --", "{}", "%s", "urn:", "urn:epc:id:sgtin:",
    "urn:epc:id:sgtin:0614141.107346.2017", "urn:epc:id:sgtin:*.*.*",
    "urn:epc:idpat:sgtin:0614141.107346.*", "urn:epc:id:sgln:0614141.07346.1234",
    "ni:///sha-256;x", "https://id.gs1.org/01/09521234000129",
    "https://id.gs1.org/01/09521234000128", "https://id.gs1.org/01/09521234000129/21/1?x=y#z",
    "http://[::1", "https://", "//x", "a:b", ":", "https://id.gs1.org/01/9521234000129",
    "https://example.com/01/09521234000129/10/A%2FB", "2026-02-30T00:00:00Z",
    "2026-01-01T00:00:00", "0000-01-01T00:00:00Z", "9999-12-31T23:59:60Z",
    "2026-01-01T00:00:00.1234567890123Z", "2026-01-01t00:00:00z", "2026-01-01T24:00:00Z",
    "-0001-01-01T00:00:00Z", "2026-01-01T00:00:00+14:01", "+99:99", "-00:00", "+07:00", "Z",
    "1" * 400, "ObjectEvent", "AssociationEvent", "SomethingEvent", "ADD", "DELETE", "add",
    "shipping", "Shipping", "https://ref.gs1.org/cbv/BizStep-shipping",
    "urn:epcglobal:cbv:bizstep:shipping", "KGM", "XXXX",
    "urn:uuid:00000000-0000-0000-0000-000000000000",
    "URN:UUID:ABCDEF00-0000-0000-0000-000000000000", "NaN", "Infinity", "1e5", "1_000", "०१२",
    "１２", "xsi:type", "@context", "recordTime",
]  # fmt: skip
NAMES = [
    "eventID", "recordTime", "type", "@context", "id", "@id", "@type", "a b", "1x", "x:y",
    "cbvmda:lotNumber", "example:x", "ex:", ":ex", "xml:lang", "xmlns", "https://ns.example.com/f",
    "__proto__", "", "é", "a" * 300, "isA", "ilmd", "epcList", "quantityList", "sensorElementList",
    "errorDeclaration", "extension", "{x}y", "certificationInfo", "persistentDisposition",
    "eventList", "hasOwnProperty", "$ref", "\u0000", "🐟:🐟",
]  # fmt: skip


@cache
def json_examples() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The texts of the JSON documents to start from: sound ones, and ones wrong past the schema."""
    paths = [*example_files(), *sorted(CHAINS.glob("*.jsonld"))]
    wrong = [
        json.dumps(json.loads(path.read_text("utf-8"))["document"])
        for path in sorted((EPCIS / "semantic-invalid").glob("*.json"))
    ]
    return tuple(path.read_text("utf-8") for path in paths), tuple(wrong)


@cache
def xml_examples() -> tuple[bytes, ...]:
    """The bytes of every XML document, 2.0 and 1.2."""
    paths = [*(EPCIS / "examples-xml").rglob("*.xml"), *(EPCIS / "examples-1.2").glob("*.xml")]
    return tuple(path.read_bytes() for path in sorted(paths) if path.parent.name != "CaptureJob")


def make_json(number: int) -> bytes:
    """The mutated JSON document of a number."""
    chance = random.Random(f"json {number}")
    sound, wrong = json_examples()
    document = json.loads(chance.choice(sound if chance.random() < 0.9 else wrong))
    if chance.random() < 0.9:
        _freshen(document, number)
    for _ in range(chance.choice((0, 0, 1, 1, 1, 1, 1, 2, 3, 8))):
        chance.choice(_TREE)(document, chance)
    text = json.dumps(document, ensure_ascii=chance.random() < 0.5)
    data = text.encode("utf-8", "surrogatepass")
    return _spoil(data, chance) if chance.random() < 0.08 else data


def _freshen(document: Any, number: int) -> None:
    """Ids of their own for the events, so that most of them are new to the store."""
    for index, event in enumerate(_events(document)):
        if isinstance(event, dict) and "errorDeclaration" not in event:
            event["eventID"] = make_id(number, index)


def make_id(number: int, index: int) -> str:
    """An eventID that follows from a document's number and an event's place."""
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{number} {index}')}"


def _events(document: Any) -> list[Any]:
    body = document.get("epcisBody", {}) if isinstance(document, dict) else {}
    body = body.get("queryResults", {}).get("resultsBody", body)
    events = body.get("eventList", [body.get("event")])
    return events if isinstance(events, list) else []


# -- changes of a JSON tree ----------------------------------------------------------------------


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every container with each of its keys, or indices."""
    pairs: Any = ()
    if isinstance(value, dict):
        pairs = value.items()
    elif isinstance(value, list):
        pairs = enumerate(value)
    for key, inner in pairs:
        yield value, key
        yield from _places(inner)


def _pick(document: Any, chance: random.Random) -> tuple[Any, Any]:
    places = list(_places(document))
    return chance.choice(places) if places else ([None], 0)


def _replace(document: Any, chance: random.Random) -> None:
    place, key = _pick(document, chance)
    place[key] = copy.deepcopy(chance.choice(HOSTILE))


def _remove(document: Any, chance: random.Random) -> None:
    place, key = _pick(document, chance)
    del place[key]


def _rename(document: Any, chance: random.Random) -> None:
    place, key = _pick(document, chance)
    if isinstance(place, dict):
        place[chance.choice(NAMES)] = place.pop(key)


def _add(document: Any, chance: random.Random) -> None:
    place, _key = _pick(document, chance)
    if isinstance(place, dict):
        place[chance.choice(NAMES)] = copy.deepcopy(chance.choice(HOSTILE))


def _repeat(document: Any, chance: random.Random) -> None:
    place, key = _pick(document, chance)
    if isinstance(place, list):
        place.extend(copy.deepcopy(place[key]) for _ in range(chance.choice((1, 1, 2, 40))))


def _swap(document: Any, chance: random.Random) -> None:
    (one, first), (other, second) = _pick(document, chance), _pick(document, chance)
    one[first], other[second] = copy.deepcopy(other[second]), copy.deepcopy(one[first])


def _graft(document: Any, chance: random.Random) -> None:
    """A part of another example in the place of a part of this one."""
    place, key = _pick(document, chance)
    there, which = _pick(json.loads(chance.choice(json_examples()[0])), chance)
    place[key] = copy.deepcopy(there[which])


def _same_name(document: Any, chance: random.Random) -> None:
    """What another example says under the same name: right in kind, wrong in place."""
    place, key = _pick(document, chance)
    others = list(_places(json.loads(chance.choice(json_examples()[0]))))
    fitting = [there[name] for there, name in others if name == key]
    if fitting:
        place[key] = copy.deepcopy(chance.choice(fitting))


def _bury(document: Any, chance: random.Random) -> None:
    place, key = _pick(document, chance)
    for _ in range(chance.choice((1, 2, 70, 300))):
        place[key] = [place[key]] if chance.random() < 0.5 else {"example:in": place[key]}


def _alter(document: Any, chance: random.Random) -> None:
    """One sign of a text put in, taken out or changed; a number grown."""
    place, key = _pick(document, chance)
    value = place[key]
    if isinstance(value, str):
        at = chance.randrange(len(value) + 1)
        sign = chance.choice(["", "0", "9", ".", ":", "/", "%", " ", "é", "\u0007", "|", "*", "T"])
        place[key] = value[:at] + sign + value[at + chance.randrange(2) :]
    elif isinstance(value, int | float):
        place[key] = value * chance.choice((-1, 10**30, 1e-30, 0.1))


_TREE: list[Callable[[Any, random.Random], None]] = [
    _replace, _replace, _remove, _rename, _add, _repeat, _swap, _graft, _same_name, _same_name,
    _bury, _alter, _alter, _alter,
]  # fmt: skip


def _spoil(data: bytes, chance: random.Random) -> bytes:
    """Changes below all structure: cut, doubled, a byte put in or turned."""
    at, width = chance.randrange(len(data) + 1), chance.randrange(1, 60)
    match chance.randrange(5):
        case 0:
            return data[:at]
        case 1:
            return data[:at] + data[at + width :]
        case 2:
            return data[:at] + data[at : at + width] + data[at:]
        case 3:
            return data[:at] + bytes([chance.randrange(256)]) + data[at:]
        case _:
            return data[:at] + chance.choice([b"\xff", b"\x00", b"\xef\xbb\xbf", b"\xed\xa0\x80"])


# -- changes of an XML tree ----------------------------------------------------------------------

_XML_HEADS = [
    b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>',
    b'<!DOCTYPE x SYSTEM "file:///etc/passwd">',
    b'<?xml-stylesheet href="http://127.0.0.1/x"?>',
    b"<!-- \xe1\xbb\x87 -->",
]
_TAGS = [
    "ObjectEvent", "AggregationEvent", "extension", "baseExtension", "epcList", "epc", "eventID",
    "action", "quantityElement", "ilmd", "sensorElement", "{urn:x}y",
    "{http://ns.example.com/epcis}f", "eventTime", "bizTransaction", "errorDeclaration",
    "{urn:epcglobal:epcis:xsd:2}EPCISDocument", "EventList", "source",
]  # fmt: skip
_TEXTS = [
    each for each in HOSTILE if isinstance(each, str) and not re.search("[\x00-\x08\ufffe]", each)
]


def make_xml(number: int) -> bytes:
    """The mutated XML document of a number."""
    chance = random.Random(f"xml {number}")
    data = chance.choice(xml_examples())
    root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    for index, element in enumerate(root.iter("eventID", "eventTime")):
        if element.tag == "eventID":
            element.text = make_id(number, index)
        else:
            # Where there is no id, the time makes another event of it.
            clock = f"T{number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02}"
            element.text = re.sub(r"T\d\d:\d\d:\d\d", clock, element.text or "")
    for _ in range(chance.choice((0, 0, 1, 1, 1, 1, 1, 2, 3, 8))):
        inner = [each for each in root.iter() if isinstance(each.tag, str) and each is not root]
        if inner:
            _change(chance.choice(inner), inner, chance)
    data = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    if chance.random() < 0.06:
        head, _, rest = data.partition(b"?>")
        data = head + b"?>" + chance.choice(_XML_HEADS) + rest
    return _spoil(data, chance) if chance.random() < 0.08 else data


def _change(element: Any, inner: list[Any], chance: random.Random) -> None:
    parent = element.getparent()
    match chance.randrange(9):
        case 0:
            parent.remove(element)
        case 1:
            for _ in range(chance.choice((1, 1, 40))):
                parent.append(copy.deepcopy(element))
        case 2:
            element.tag = chance.choice(_TAGS)
        case 3:
            element.text = chance.choice(_TEXTS)
        case 4:
            element.set(chance.choice(["id", "type", "x", "{urn:x}a", "schemaVersion"]), "1.2")
        case 5:
            element.append(copy.deepcopy(chance.choice(inner)))
        case 6:
            for name in list(element.attrib):
                element.set(name, chance.choice(_TEXTS))
        case 7:
            deepest = element
            for _ in range(chance.choice((1, 60, 300))):
                deepest = etree.SubElement(deepest, chance.choice(_TAGS))
        case _:
            text = element.text or ""
            at = chance.randrange(len(text) + 1)
            element.text = text[:at] + chance.choice(["0", "é", ":", " ", "/", ""]) + text[at + 1 :]
