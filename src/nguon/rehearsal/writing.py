"""Events as EPCIS 2.0 documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import orjson

from nguon.rules import NGUON_VOC

CONTEXT = [
    "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
    {"nguon": NGUON_VOC},
]


def write_document(
    events: Iterable[bytes], created: str, vocabulary: Sequence[dict[str, Any]] = ()
) -> Iterator[bytes]:
    """An EPCIS document of events, piece by piece. `created`: its creation date, as written."""
    head: dict[str, Any] = {
        "@context": CONTEXT,
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": created,
    }
    if vocabulary:
        head["epcisHeader"] = {"epcisMasterData": {"vocabularyList": list(vocabulary)}}
    yield orjson.dumps(head)[:-1] + b',"epcisBody":{"eventList":['
    between = b"\n"
    for event in events:
        yield between + event
        between = b",\n"
    yield b"\n]}}\n"


def whole_document(
    events: Iterable[bytes], created: str, vocabulary: Sequence[dict[str, Any]] = ()
) -> bytes:
    """The same in one piece, for small ones."""
    return b"".join(write_document(events, created, vocabulary))
