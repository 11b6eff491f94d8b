"""Vocabulary words (CBV 2.0 section 7; JSON binding: bare words, EPCIS 2.0 section 10.3).

A standard word stands bare in JSON. Its Web URI means the same and is flagged; its URN is what
the schema refuses. Words outside the lists need a URI of their own.
"""

from __future__ import annotations

from nguon.epcis.memory import remember
from nguon.epcis.model import AnyEvent, PersistentDisposition
from nguon.epcis.uri import uri_fault
from nguon.epcis.vocabulary import WORDS, Kind, normalise
from nguon.errors import Fault

_REFUSED = (
    "urn:epcglobal:cbv",
    "https://ns.gs1.org/cbv/",
    "http://ns.gs1.org/cbv/",
)
_GS1_VOC = (
    "https://gs1.org/voc/",
    "http://gs1.org/voc/",
    "https://www.gs1.org/voc/",
    "http://www.gs1.org/voc/",
)
_OF_GS1_VOC = ("measurement", "sensorAlert")


@remember(4096)
def word_fault(kind: Kind, word: str) -> Fault | None:
    """What is wrong with a vocabulary word, its pointer left empty; None when nothing is."""
    if word in WORDS[kind]:
        return None
    if ":" not in word:
        return Fault("epcis.word_unknown", "", word, None, {"kind": kind})
    refused = _GS1_VOC if kind in _OF_GS1_VOC else _REFUSED
    bare = normalise(kind, word)
    params = {"kind": kind, "bare": bare}
    if word.startswith(refused):
        return Fault("epcis.word_not_bare", "", word, None, params)
    if bare in WORDS[kind]:
        return Fault("epcis.word_as_uri", "", word, None, params)
    if bare != word:
        return Fault("epcis.word_not_in_cbv", "", word, None, params)
    return uri_fault(word)


def _append(kind: Kind, word: str | None, pointer: str, faults: list[Fault]) -> None:
    fault = None if word is None else word_fault(kind, word)
    if fault is not None:
        faults.append(fault.at(pointer))


def check_words(event: AnyEvent, faults: list[Fault]) -> None:
    """Business step, disposition, and the types of documents, sources and destinations."""
    _append("bizStep", event.biz_step, "/bizStep", faults)
    _append("disposition", event.disposition, "/disposition", faults)
    for index, transaction in enumerate(event.biz_transaction_list):
        pointer = f"/bizTransactionList/{index}/type"
        _append("bizTransaction", transaction.type, pointer, faults)
    for index, source in enumerate(event.source_list):
        _append("sourceDestination", source.type, f"/sourceList/{index}/type", faults)
    for index, destination in enumerate(event.destination_list):
        _append("sourceDestination", destination.type, f"/destinationList/{index}/type", faults)
    if event.persistent_disposition is not None:
        _check_persistent(event.persistent_disposition, faults)
    if event.error_declaration is not None:
        reason = event.error_declaration.reason
        _append("errorReason", reason, "/errorDeclaration/reason", faults)
    for index, element in enumerate(event.sensor_element_list):
        for place, report in enumerate(element.sensor_report):
            pointer = f"/sensorElementList/{index}/sensorReport/{place}"
            _append("measurement", report.type, pointer + "/type", faults)
            _append("sensorAlert", report.exception, pointer + "/exception", faults)
            _append("component", report.component, pointer + "/component", faults)


def _check_persistent(persistent: PersistentDisposition, faults: list[Fault]) -> None:
    for name, words in (("set", persistent.set_), ("unset", persistent.unset)):
        for index, word in enumerate(words):
            _append("disposition", word, f"/persistentDisposition/{name}/{index}", faults)
