"""JSON-LD members out as elements: the counterpart of `values`, with the same marks.

One pen writes one document. It gives each namespace a prefix, which the root declares.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

from nguon.epcis import names
from nguon.epcis.xml.namespaces import MARKS, SBDH, XSD, XSI, can_declare, declarations
from nguon.epcis.xml.signs import FORBIDDEN, NAME, in_attribute, in_text, stays_whole
from nguon.epcis.xml.values import ATTRIBUTES, LANGUAGE, VALUE

_MDA = "urn:epcglobal:cbv:mda"
_RESERVED = frozenset(("epcis", "epcisq", "epcismd", "sbdh", "xsi", "xsd", "nx", "xml", "xmlns"))
_MARKED = {"xsi": XSI, "xsd": XSD, "nx": MARKS}
_encode = msgspec.json.Encoder(decimal_format="number").encode


class Pen:
    """Writes members of others, under the prefixes of the event or header they stand in."""

    def __init__(self) -> None:
        self._prefixes: dict[str, str] = {}
        self._taken: dict[str, str] = {}
        self._namespaces: Mapping[str, str] = {}
        self._tags: dict[str, tuple[str, str]] = {}

    def use(self, namespaces: Mapping[str, str]) -> None:
        """Write under these prefixes from now on; all of them are declared."""
        if namespaces is self._namespaces:
            return
        self._namespaces, self._tags = namespaces, {}
        for prefix, iri in namespaces.items():
            if can_declare(iri):
                self.declare(iri, prefix)

    def declared(self, written: str) -> str:
        """The declarations that a root needs for what was written under it."""
        marked = {key: iri for key, iri in _MARKED.items() if f"{key}:" in written}
        return declarations({**marked, **self._taken})

    def declare(self, namespace: str, wanted: str) -> str:
        """The prefix of a namespace in this document, the wanted one where it is free."""
        namespace = _MDA if namespace.rstrip("#:/") == _MDA else namespace
        found = self._prefixes.get(namespace)
        if found is not None:
            return found
        if namespace == SBDH:
            found = "sbdh"
        elif wanted in self._taken or wanted in _RESERVED or not NAME.fullmatch(wanted):
            found = next(name for n in range(1, 10**9) if (name := f"ns{n}") not in self._taken)
        else:
            found = wanted
        self._prefixes[namespace] = found
        self._taken[found] = namespace
        return found

    def tag(self, name: str) -> tuple[str, str]:
        """The tag of a member, and the attributes that tell its name where no tag can."""
        known = self._tags.get(name)
        if known is None:
            known = self._tags[name] = self._make_tag(name)
        return known

    def _make_tag(self, name: str) -> tuple[str, str]:
        namespace, local = names.split(name, self._namespaces)
        prefix = name.partition(":")[0]
        if not namespace and ":" in name:
            cut = max(name.rfind("/"), name.rfind("#")) + 1
            namespace, local, prefix = name[:cut], name[cut:], "ns1"
        if not namespace and ":" not in name and NAME.fullmatch(name):
            return name, ""
        if namespace and can_declare(namespace) and NAME.fullmatch(local):
            return f"{self.declare(namespace, prefix)}:{local}", ""
        told = f' nx:name="{in_attribute(local)}"'
        if namespace:
            told += f' nx:namespace="{in_attribute(namespace)}"'
        return "nx:member", told

    def members(self, values: Mapping[str, Any]) -> str:
        """All members of an object, one after another."""
        return "".join([self.member(name, value) for name, value in values.items()])

    def member(self, name: str, value: Any) -> str:
        """One member: an element, or as many as its array has entries."""
        tag, told = self.tag(name)
        if type(value) is not list:
            return self.element(tag, told, value)
        if value and not any(isinstance(entry, list) for entry in value):
            alone = ' nx:list="true"' if len(value) == 1 else ""
            return "".join([self.element(tag, told + alone, entry) for entry in value])
        return self._as_json(tag, told, value)

    def element(self, tag: str, told: str, value: Any) -> str:
        """One element of a value that is no array."""
        match value:
            case str():
                if not stays_whole(value):
                    return self._as_json(tag, told, value)
                return f"<{tag}{told}>{in_text(value)}</{tag}>" if value else f"<{tag}{told}/>"
            case dict():
                return self._object(tag, told, value)
            case None:
                return f'<{tag}{told} xsi:nil="true"/>'
            case _ if told:
                # A simple type bears no other attributes, and validators hold to that.
                return self._as_json(tag, told, value)
            case _:
                kind, text = _scalar(value)
                return f'<{tag} xsi:type="xsd:{kind}">{text}</{tag}>'

    def _object(self, tag: str, told: str, value: Mapping[str, Any]) -> str:
        attributes = self._attributes(value)
        if attributes is None or (attributes and not isinstance(value.get(VALUE, ""), str)):
            return self._as_json(tag, told, value)
        listed = value.get(ATTRIBUTES, ())
        inner = {
            name: entry
            for name, entry in value.items()
            if name not in listed and name not in (ATTRIBUTES, LANGUAGE)
        }
        told += attributes
        if VALUE in inner:
            return self.element(tag, told, inner[VALUE])
        if not inner:
            return f"<{tag}{told}/>"
        return f"<{tag}{told}>{self.members(inner)}</{tag}>"

    def _attributes(self, value: Mapping[str, Any]) -> str | None:
        """The attributes of an object; None when elements and attributes cannot show it."""
        listed = value.get(ATTRIBUTES, [])
        language = value.get(LANGUAGE)
        special = {name for name in value if name.startswith("@")}
        sound = (
            value
            and isinstance(listed, list)
            and (bool(listed) or ATTRIBUTES not in value)
            and (language is None) == (LANGUAGE not in value)
            and special <= {ATTRIBUTES, LANGUAGE, VALUE}
            and all(isinstance(name, str) and not name.startswith("@") for name in listed)
            and len(set(listed) & set(value)) == len(listed)
            and (VALUE not in value or _shows(value, listed))
            and not any(FORBIDDEN.search(name) for name in value)
            and len({self.tag(name) for name in value}) == len(value)
        )
        if not sound:
            return None
        texts: dict[str, Any] = {"xml:lang": language} if LANGUAGE in value else {}
        for name in listed:
            tag, told = self.tag(name)
            if told:
                return None
            texts[tag] = value[name]
        if not all(isinstance(text, str) and not FORBIDDEN.search(text) for text in texts.values()):
            return None
        return "".join([f' {tag}="{in_attribute(text)}"' for tag, text in texts.items()])

    def _as_json(self, tag: str, told: str, value: Any) -> str:
        """An element marked with its value; a text beside it for those who do not know the mark."""
        opened = f'<{tag}{told} nx:json="{self.json(value)}"'
        shown = "" if value is None or isinstance(value, dict | list) else _shown(value)
        return f"{opened}>{in_text(shown)}</{tag}>" if shown else f"{opened}/>"

    def json(self, value: Any) -> str:
        """A value as JSON inside an attribute, its prefixes those of the XML."""
        text = _encode(self._rename(value)).decode("utf-8")
        return in_attribute(FORBIDDEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text))

    def _rename(self, value: Any) -> Any:
        match value:
            case dict():
                return {self._renamed(name): self._rename(entry) for name, entry in value.items()}
            case list():
                return [self._rename(entry) for entry in value]
            case _:
                return value

    def _renamed(self, name: str) -> str:
        namespace, local = names.split(name, self._namespaces)
        if name.startswith("{"):
            return "{}" + name
        if not namespace:
            return name
        if not can_declare(namespace):
            return f"{{{namespace}}}{local}"
        return f"{self.declare(namespace, name.partition(':')[0])}:{local}"

    def attribute(self, name: str, value: Any) -> str | None:
        """A member as an attribute; None when none can show it."""
        tag, told = self.tag(name)
        if told or ":" not in tag or not isinstance(value, str) or FORBIDDEN.search(value):
            return None
        return f' {tag}="{in_attribute(value)}"'


def _shows(value: Mapping[str, Any], listed: list[Any]) -> bool:
    """Whether an element with attributes and a text shows the whole of an object with a value."""
    text = value[VALUE]
    scalar = isinstance(text, str | int | float | Decimal)
    whole = scalar and (not isinstance(text, str) or (text != "" and stays_whole(text)))
    return whole and len(value) > 1 and set(value) <= {VALUE, ATTRIBUTES, LANGUAGE, *listed}


def _shown(value: Any) -> str:
    return FORBIDDEN.sub("\ufffd", value) if isinstance(value, str) else _scalar(value)[1]


def _scalar(value: Any) -> tuple[str, str]:
    if isinstance(value, bool):
        return "boolean", "true" if value else "false"
    text = str(value) if isinstance(value, Decimal) else repr(value)
    if isinstance(value, int):
        return "integer", text
    return "double" if "e" in text.lower() else "decimal", text
