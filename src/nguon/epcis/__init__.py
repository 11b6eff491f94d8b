"""EPCIS 2.0 events: model, JSON reading and writing, validation, identity and event hash.

GS1 EPCIS 2.0 and Core Business Vocabulary 2.0. Pure: nothing here reads files other than the
package's own data, opens connections or looks at a clock.
"""

from __future__ import annotations

from nguon.epcis.canonical import canonical, digest, fast_digest
from nguon.epcis.error import EpcisError, Limits, Policy
from nguon.epcis.hash import event_hash
from nguon.epcis.identity import event_key, identity, subject
from nguon.epcis.model import (
    AggregationEvent,
    AnyEvent,
    AssociationEvent,
    BizTransaction,
    Destination,
    Document,
    ErrorDeclaration,
    Event,
    ObjectEvent,
    PersistentDisposition,
    Place,
    QuantityElement,
    Reading,
    SensorElement,
    SensorMetadata,
    SensorReport,
    Source,
    TransactionEvent,
    TransformationEvent,
    VocabularyElement,
)
from nguon.epcis.reading import read_document
from nguon.epcis.writing import encode_event, write_document, write_event, write_query_document

__all__ = [
    "AggregationEvent",
    "AnyEvent",
    "AssociationEvent",
    "BizTransaction",
    "Destination",
    "Document",
    "EpcisError",
    "ErrorDeclaration",
    "Event",
    "Limits",
    "ObjectEvent",
    "PersistentDisposition",
    "Place",
    "Policy",
    "QuantityElement",
    "Reading",
    "SensorElement",
    "SensorMetadata",
    "SensorReport",
    "Source",
    "TransactionEvent",
    "TransformationEvent",
    "VocabularyElement",
    "canonical",
    "digest",
    "encode_event",
    "event_hash",
    "event_key",
    "fast_digest",
    "identity",
    "read_document",
    "subject",
    "write_document",
    "write_event",
    "write_query_document",
]
