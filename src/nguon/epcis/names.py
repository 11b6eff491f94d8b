"""Prefixed names and the IRIs they stand for (JSON-LD 1.1 compact IRIs; EPCIS 2.0 section 10).

A name such as `cbvmda:lotNumber` means what the prefixes in force say. GS1's JSON-LD context
defines the prefixes in `KNOWN`. It gives `cbvmda` as `urn:epcglobal:cbv:mda:` while the Core
Business Vocabulary itself, and every master data attribute, writes `urn:epcglobal:cbv:mda#`;
both spellings, and the bare XML namespace, are one here.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from nguon.epcis.memory import remember

MDA = "urn:epcglobal:cbv:mda#"
KNOWN: Mapping[str, str] = MappingProxyType(
    {
        "epcis": "https://ref.gs1.org/epcis/",
        "cbv": "https://ref.gs1.org/cbv/",
        "cbvmda": "urn:epcglobal:cbv:mda:",
        "gs1": "https://gs1.org/voc/",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "owl": "http://www.w3.org/2002/07/owl#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
        "dcterms": "http://purl.org/dc/terms/",
    }
)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# The bare terms that GS1's context defines and protects.
TERMS = _words(
    """id type ObjectEvent AggregationEvent TransformationEvent AssociationEvent TransactionEvent
    Collection member eventTime recordTime eventTimeZoneOffset action certificationInfo bizStep
    disposition bizLocation readPoint transformationID epcList sourceList destinationList
    persistentDisposition quantity epcClass uom quantityList bizTransactionList parentID
    childEPCs childQuantityList inputEPCList outputEPCList inputQuantityList outputQuantityList
    sensorElementList errorDeclaration eventID creationDate sender receiver instanceIdentifier
    schemaVersion ilmd EPCISDocument EPCISQueryDocument epcisHeader masterData vocabularyList
    epcisBody queryResults subscriptionID queryName resultsBody eventList children"""
)
_MDA_SPELLINGS = ("urn:epcglobal:cbv:mda:", "urn:epcglobal:cbv:mda/")
_GS1_SPELLINGS = ("http://gs1.org/voc/", "http://www.gs1.org/voc/", "https://www.gs1.org/voc/")


@remember(4096)
def unify(iri: str) -> str:
    """One spelling for the IRIs that the field writes in several ways."""
    for spelling in _MDA_SPELLINGS:
        if iri.startswith(spelling):
            return MDA + iri[len(spelling) :]
    for spelling in _GS1_SPELLINGS:
        if iri.startswith(spelling):
            return "https://gs1.org/voc/" + iri[len(spelling) :]
    return iri


@remember(8192)
def _join(namespace: str, local: str) -> str:
    return unify(namespace + local)


def split(name: str, namespaces: Mapping[str, str]) -> tuple[str, str]:
    """The namespace of a prefixed name as it was declared, and the rest; ("", name) for others."""
    prefix, colon, local = name.partition(":")
    namespace = namespaces.get(prefix) or KNOWN.get(prefix) if colon else None
    if namespace is None or local.startswith("//"):
        return "", name
    return namespace, local


def expand(name: str, namespaces: Mapping[str, str]) -> str:
    """The IRI of a prefixed name under the prefixes in force; an absolute IRI is itself."""
    namespace, local = split(name, namespaces)
    return _join(namespace, local) if namespace else unify(name)
