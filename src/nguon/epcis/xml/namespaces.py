"""XML namespaces of EPCIS, and the prefixes that stand for all others (EPCIS 2.0 section 9).

JSON-LD names a member `prefix:local`, XML an element `{namespace}local`. A document has one
prefix for each namespace here, whatever its elements declare, so that all its events share them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from nguon.epcis.error import EpcisError
from nguon.epcis.names import KNOWN, TERMS
from nguon.errors import Fault

EPCIS: Mapping[str, str] = MappingProxyType(
    {"2.0": "urn:epcglobal:epcis:xsd:2", "1.2": "urn:epcglobal:epcis:xsd:1"}
)
QUERY: Mapping[str, str] = MappingProxyType(
    {"2.0": "urn:epcglobal:epcis-query:xsd:2", "1.2": "urn:epcglobal:epcis-query:xsd:1"}
)
MASTER_DATA: Mapping[str, str] = MappingProxyType(
    {"2.0": "urn:epcglobal:epcis-masterdata:xsd:2", "1.2": "urn:epcglobal:epcis-masterdata:xsd:1"}
)
SBDH: Final = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"
XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
XSD: Final = "http://www.w3.org/2001/XMLSchema"
# The few marks that make XML able to say what only JSON can (see `values`).
MARKS: Final = "https://nguon.example/xml/"
_MDA: Final = "urn:epcglobal:cbv:mda"

OWN: frozenset[str] = frozenset((*EPCIS.values(), *QUERY.values(), *MASTER_DATA.values()))
_TECHNICAL = OWN | {XSI, XSD, MARKS, "http://xml.apache.org/xslt", "urn:epcglobal:xsd:1"}
_XML = ("http://www.w3.org/XML/1998/namespace", "http://www.w3.org/2000/xmlns/")
_RESERVED = frozenset(
    ("epcis", "epcisq", "epcismd", "sbdh", "xsi", "xsd", "nx", "xml", "xmlns", "urn", "http")
) | {"https", "ni"}
_PREFIX = re.compile(r"[A-Za-z][A-Za-z0-9.\-]*")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[A-Za-z0-9\-._~:/?#@!$&'()*+,;=%]+")
_MOST = 300


def local_name(tag: object) -> str | None:
    """The name of an element of EPCIS itself, with or without its namespace; None for others."""
    if not isinstance(tag, str):
        return None
    if tag[0] != "{":
        return tag
    namespace, _, local = tag[1:].partition("}")
    return local if namespace in OWN else None


def can_declare(namespace: str) -> bool:
    """Whether XML can declare a prefix for a namespace that means nothing else to us."""
    return (
        namespace not in _TECHNICAL
        and not namespace.startswith(_XML)
        and _URI.fullmatch(namespace) is not None
    )


class Prefixes:
    """One prefix for each namespace; what was handed out never changes its meaning."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._prefixes: dict[str, str] = {SBDH: "sbdh"}
        self._taken = _RESERVED | TERMS | frozenset(taken)
        self._given: dict[str, str] = {}
        self._snapshot: dict[str, str] = {}

    def add(self, declared: Mapping[str | None, str]) -> None:
        """Take over what an element declares, for the texts that may be using it."""
        for prefix, namespace in declared.items():
            if prefix is not None and namespace not in _TECHNICAL and namespace != SBDH:
                self.of(namespace, prefix)

    def knows(self, namespace: str) -> bool:
        """Whether a namespace has its prefix already."""
        return namespace in self._prefixes

    def of(self, namespace: str, wanted: str | None) -> str:
        """The prefix of a namespace, the wanted one where it is free and fit for JSON-LD."""
        found = self._prefixes.get(namespace)
        if found is None:
            found = self._choose(namespace, wanted)
            self._prefixes[namespace] = found
        if found not in self._given and KNOWN.get(found) is None:
            self._give(found, namespace)
        return found

    def _choose(self, namespace: str, wanted: str | None) -> str:
        if namespace.rstrip("#:/") == _MDA:
            return "cbvmda"
        for prefix, iri in KNOWN.items():
            if iri == namespace:
                return prefix
        fit = wanted is not None and _PREFIX.fullmatch(wanted) and wanted not in self._taken
        if wanted is not None and fit and wanted not in KNOWN and wanted not in self._given:
            return wanted
        number = 1
        while f"ns{number}" in self._given:
            number += 1
        return f"ns{number}"

    def _give(self, prefix: str, namespace: str) -> None:
        if len(self._given) >= _MOST:
            raise EpcisError(Fault("epcis.context_too_large", "/@context", len(self._given)))
        self._given[prefix] = namespace
        self._snapshot = dict(self._given)

    @property
    def namespaces(self) -> Mapping[str, str]:
        """The prefixes handed out so far, those aside that GS1's context defines."""
        return self._snapshot


def declarations(prefixes: Mapping[str, str]) -> str:
    """`xmlns:…` attributes, each behind a blank."""
    return "".join(f' xmlns:{prefix}="{_attribute(iri)}"' for prefix, iri in prefixes.items())


def _attribute(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
