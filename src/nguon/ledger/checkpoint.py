"""A root of the ledger as it is signed and published: C2SP's tlog-checkpoint, two lines more.

    truyxuat.example/so-cai                              the ledger's name
    10240                                                how many leaves
    qkZ…=                                                the root over them
    closed 2026-05-14T17:10:00.000000Z                   when it was made
    erasures 2 8nX…=                                     how many erasures, and the chain over them

The chain over erasures is SHA-256 of the chain before and a line that tells the erasure, so that
a signed root also says what had been erased by then.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from nguon.ledger.error import ledger_error
from nguon.ledger.leaf import tell_time
from nguon.ledger.note import Note, check_name, read_note
from nguon.ledger.tree import HASH

NO_ERASURES = bytes(HASH)
_TEXT = re.compile(
    r"(?P<origin>[^\s+]{1,200})\n(?P<size>0|[1-9][0-9]{0,17})\n(?P<root>[A-Za-z0-9+/]{43}=)\n"
    r"closed (?P<closed>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z)\n"
    r"erasures (?P<erasures>0|[1-9][0-9]{0,17}) (?P<chain>[A-Za-z0-9+/]{43}=)\n"
)


def chain_erasure(before: bytes, position: int, erased_at: datetime, reason: str) -> bytes:
    """The chain with one erasure more."""
    line = f"{position} {tell_time(erased_at)} {reason}\n"
    return sha256(before + line.encode()).digest()


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a root says."""

    origin: str
    size: int
    root: bytes
    closed_at: datetime
    erasures: int = 0
    chain: bytes = NO_ERASURES

    def to_text(self) -> str:
        """The text that is signed."""
        lines = (
            check_name(self.origin),
            str(self.size),
            _encode(self.root),
            f"closed {tell_time(self.closed_at)}",
            f"erasures {self.erasures} {_encode(self.chain)}",
        )
        return "".join(f"{line}\n" for line in lines)


def read_checkpoint(note: str) -> tuple[Checkpoint, Note]:
    """A checkpoint out of its signed note. Raises `ledger.note` or `ledger.checkpoint`.

    Signatures are not checked here.
    """
    parsed = read_note(note)
    match = _TEXT.fullmatch(parsed.text)
    checkpoint = _make(match) if match else None
    if checkpoint is None or checkpoint.to_text() != parsed.text:
        raise ledger_error("checkpoint", parsed.text)
    return checkpoint, parsed


def _make(match: re.Match[str]) -> Checkpoint | None:
    try:
        closed = datetime.strptime(match["closed"], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    except ValueError:
        return None
    return Checkpoint(
        match["origin"],
        int(match["size"]),
        base64.b64decode(match["root"]),
        closed,
        int(match["erasures"]),
        base64.b64decode(match["chain"]),
    )


def _encode(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
