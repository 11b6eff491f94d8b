"""Documents of EPCIS 1.2 as partners write them: whatever its XML Schema lets stand, at random.

Written as text in the order of the schema, with the shells of 1.2, so that what comes back can be
held against it element by element.
"""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape, quoteattr

from hypothesis import strategies as st
from lxml import etree

EX = "https://ns.example.com/epcis/"
MD = "urn:epcglobal:cbv:mda"
SBDH = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"
_SHELLS = frozenset(("extension", "baseExtension"))
_XMLNS = "{http://www.w3.org/2000/xmlns/}"


def said(document: bytes | str) -> list[tuple[str, ...]]:
    """All that a document says, in its order: each value with the names around it.

    Shells, empty lists and comments say nothing; names have their namespaces, not their prefixes.
    """
    data = document.encode() if isinstance(document, str) else document
    root = etree.fromstring(data, etree.XMLParser(remove_comments=True))
    found: list[tuple[str, ...]] = []
    _say(root, (), found)
    return found


def _say(element: Any, path: tuple[str, ...], found: list[tuple[str, ...]]) -> None:
    if element.tag not in _SHELLS:
        path = (*path, element.tag)
    for name, value in sorted(element.items()):
        found.append((*path, f"@{name}", value.strip()))
    text = (element.text or "").strip()
    # An element of others that is empty is there all the same.
    if text or (not len(element) and element.tag[0] == "{"):
        found.append((*path, text))
    for inner in element:
        _say(inner, path, found)


def _tag(name: str, inner: str, told: str = "") -> str:
    return f"<{name}{told}>{inner}</{name}>"


def _list(name: str, item: str, values: list[str]) -> str:
    return _tag(name, "".join(_tag(item, escape(value)) for value in values))


def _maybe(strategy: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(st.just(""), strategy)


def _joined(*parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(*parts).map("".join)


_signs = st.characters(
    codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"
)
_texts = (
    st.text(_signs, min_size=1, max_size=12)
    .map(lambda text: " ".join(text.split()))
    .filter(lambda text: bool(text) and text == text.strip())
)
_serials = st.text("ABCXYZ0123456789", min_size=1, max_size=8)
_items = st.one_of(
    _serials.map(lambda s: f"urn:epc:id:sgtin:9521234.000012.{s}"),
    st.sampled_from(["urn:epc:id:sscc:9521234.0000000001", "urn:epc:id:grai:9521234.00012.7"]),
)
_uris = _serials.map(lambda s: f"https://x.example/{s}")
_places = st.sampled_from(["urn:epc:id:sgln:9521234.00002.0", "urn:epc:id:sgln:9521234.00002.D1"])
_hours = st.integers(0, 23)
_times = st.builds(
    lambda hour, second, zone: f"2016-03-31T{hour:02}:08:{second:02}{zone}",
    _hours, st.integers(0, 59), st.sampled_from(["Z", "+07:00", "-05:30"]),
)  # fmt: skip
_ids = st.uuids().map(lambda each: f"urn:uuid:{each}")


def _grouped(fields: list[str]) -> str:
    """Members of one name stand together in JSON, so they come back together."""
    return "".join(sorted(fields, key=lambda field: field[1:5]))


@st.composite
def _fields(draw: st.DrawFn, depth: int = 0) -> str:
    """An element of others: a text, or elements within, with attributes or without."""
    name = draw(st.sampled_from(["ex:a", "ex:b-c", "ex:Đất"]))
    told = draw(_maybe(_texts.map(lambda text: f" ex:by={quoteattr(text)}")))
    if depth < 2 and draw(st.booleans()):
        inner = _grouped(draw(st.lists(_fields(depth + 1), min_size=1, max_size=3)))
    else:
        inner = draw(_maybe(_texts.map(escape)))
    return _tag(name, inner, told)


_extensions = st.lists(_fields(), max_size=3).map(_grouped)
_quantity = st.builds(
    lambda lot, amount, weighed: _tag(
        "quantityElement",
        _tag("epcClass", f"urn:epc:class:lgtin:9521234.000012.{lot}")
        + (_tag("quantity", amount) if amount else "")
        + ("<uom>KGM</uom>" if "." in amount or (amount and weighed) else ""),
    ),
    _serials,
    st.sampled_from(["", "1", "12.5", "0.001"]),
    st.booleans(),
)


def _quantities(name: str) -> st.SearchStrategy[str]:
    return _maybe(st.lists(_quantity, min_size=1, max_size=2).map(lambda q: _tag(name, "".join(q))))


_declared = st.builds(
    lambda time, reason, ids, more: _tag(
        "errorDeclaration",
        _tag("declarationTime", time)
        + reason
        + (_list("correctiveEventIDs", "correctiveEventID", ids) if ids else "")
        + more,
    ),
    _times,
    _maybe(st.just("<reason>urn:epcglobal:cbv:er:incorrect_data</reason>")),
    st.lists(_ids, max_size=2, unique=True),
    _extensions,
)
_identity = _maybe(
    st.one_of(
        _ids.map(lambda one: _tag("baseExtension", _tag("eventID", one))),
        st.tuples(_ids, _declared).map(
            lambda pair: _tag("baseExtension", _tag("eventID", pair[0]) + pair[1])
        ),
    )
)
_head = _joined(
    _times.map(lambda t: _tag("eventTime", t)),
    _maybe(_times.map(lambda t: _tag("recordTime", t))),
    st.just("<eventTimeZoneOffset>+07:00</eventTimeZoneOffset>"),
    _identity,
)


def _place(name: str) -> st.SearchStrategy[str]:
    return _maybe(
        st.tuples(_places, _extensions).map(lambda p: _tag(name, _tag("id", p[0]) + p[1]))
    )


_where = _joined(
    _maybe(st.sampled_from(["shipping", "commissioning", "https://x.example/step"]).map(
        lambda w: _tag("bizStep", w if ":" in w else f"urn:epcglobal:cbv:bizstep:{w}"))),
    _maybe(st.sampled_from(["in_transit", "active"]).map(
        lambda w: _tag("disposition", f"urn:epcglobal:cbv:disp:{w}"))),
    _place("readPoint"),
    _place("bizLocation"),
)  # fmt: skip
_papers = st.lists(_uris, min_size=1, max_size=2, unique=True).map(
    lambda found: _tag(
        "bizTransactionList",
        "".join(
            _tag("bizTransaction", one, ' type="urn:epcglobal:cbv:btt:po"' if n % 2 else "")
            for n, one in enumerate(found)
        ),
    )
)
_parties = _joined(
    *(
        _maybe(
            _places.map(
                lambda one, kind=kind: _tag(
                    f"{kind}List",
                    _tag(kind, one, ' type="urn:epcglobal:cbv:sdt:owning_party"'),
                )
            )
        )
        for kind in ("source", "destination")
    )
)
_ilmd = _maybe(
    _joined(
        _maybe(_texts.map(lambda t: _tag("md:lotNumber", escape(t)))),
        st.lists(_fields(), min_size=1, max_size=2).map(_grouped),
    ).map(lambda inner: _tag("ilmd", inner))
)


def _epcs(name: str, least: int = 0) -> st.SearchStrategy[str]:
    found = st.lists(_items, min_size=least, max_size=3, unique=True)
    return found.map(lambda epcs: _list(name, "epc", epcs))


def _shell(*parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return _joined(*parts).map(lambda inner: _tag("extension", inner) if inner else "")


def _event(name: str, *parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return _joined(_head, *parts, _extensions).map(lambda inner: _tag(name, inner))


_action = st.sampled_from(["ADD", "OBSERVE", "DELETE"]).map(lambda a: _tag("action", a))
_parent = st.just("<parentID>urn:epc:id:sscc:9521234.0000000002</parentID>")
_events = st.one_of(
    _event(
        "ObjectEvent", _epcs("epcList", 1), st.just("<action>ADD</action>"), _where,
        _maybe(_papers), _shell(_quantities("quantityList"), _parties, _ilmd),
    ),
    _event(
        "AggregationEvent", _parent, _epcs("childEPCs", 1), _action, _where, _maybe(_papers),
        _shell(_quantities("childQuantityList"), _parties),
    ),
    _event(
        "TransactionEvent", _papers, _maybe(_parent), _epcs("epcList", 1), _action, _where,
        _shell(_quantities("quantityList"), _parties),
    ),
    _event(
        "TransformationEvent", _epcs("inputEPCList", 1), _quantities("inputQuantityList"),
        _epcs("outputEPCList", 1), _quantities("outputQuantityList"),
        _maybe(_uris.map(lambda one: _tag("transformationID", one))), _where, _maybe(_papers),
        _parties, _ilmd,
    ).map(lambda event: _tag("extension", event)),
)  # fmt: skip
_attributes = st.lists(
    st.tuples(
        st.sampled_from(["name", "city", "descriptionShort"]),
        st.sampled_from(["", ' xml:lang="vi"', ' xml:lang="en"']),
        st.one_of(_texts.map(escape), _fields()),
    ).map(lambda a: _tag("attribute", a[2], f' id="urn:epcglobal:cbv:mda#{a[0]}"{a[1]}')),
    max_size=4,
).map("".join)
_elements = st.lists(
    st.tuples(_serials, _attributes, st.lists(_uris, max_size=2), _extensions).map(
        lambda e: _tag(
            "VocabularyElement",
            e[1] + (_list("children", "id", e[2]) if e[2] else "") + e[3],
            f' id="urn:x:{e[0]}"',
        )
    ),
    min_size=1,
    max_size=3,
).map(lambda found: _tag("VocabularyElementList", "".join(found)))
_vocabularies = st.lists(
    st.tuples(st.sampled_from(["BusinessLocation", "EPCClass"]), _elements).map(
        lambda v: _tag("Vocabulary", v[1], f' type="urn:epcglobal:epcis:vtype:{v[0]}"')
    ),
    min_size=1,
    max_size=2,
).map(lambda found: _tag("VocabularyList", "".join(found)))
_standard = _texts.map(
    lambda text: _tag(
        "sbdh:StandardBusinessDocumentHeader",
        "<sbdh:HeaderVersion>1.0</sbdh:HeaderVersion>"
        "<sbdh:Sender><sbdh:Identifier Authority='GS1'>urn:epc:id:sgln:9521234.00002.0"
        "</sbdh:Identifier></sbdh:Sender><sbdh:Receiver><sbdh:Identifier>urn:x:r"
        "</sbdh:Identifier></sbdh:Receiver><sbdh:DocumentIdentification><sbdh:Standard>EPCglobal"
        "</sbdh:Standard><sbdh:TypeVersion>1.0</sbdh:TypeVersion><sbdh:InstanceIdentifier>"
        f"{escape(text)}</sbdh:InstanceIdentifier><sbdh:Type>Events</sbdh:Type>"
        "<sbdh:CreationDateAndTime>2016-03-31T01:02:03Z</sbdh:CreationDateAndTime>"
        "</sbdh:DocumentIdentification>",
    )
)
_headers = _maybe(
    _joined(
        _standard,
        _maybe(_vocabularies.map(lambda v: _tag("extension", _tag("EPCISMasterData", v)))),
        _extensions,
    ).map(lambda inner: _tag("EPCISHeader", inner))
)


def _document(header: str, events: list[str]) -> str:
    return (
        f'<epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:1" xmlns:ex="{EX}"'
        f' xmlns:md="{MD}" xmlns:sbdh="{SBDH}" schemaVersion="1.2"'
        f' creationDate="2016-03-31T01:02:03Z">{header}'
        f"<EPCISBody><EventList>{''.join(events)}</EventList></EPCISBody></epcis:EPCISDocument>"
    )


documents = st.builds(_document, _headers, st.lists(_events, min_size=1, max_size=3))
