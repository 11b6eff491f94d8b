"""What a leaf of the ledger says of an event, and what it commits to without telling.

The entry names the event, when it was recorded, its CBV event hash, and two commitments: to the
document as stored, and to who sent it. A commitment is a SHA-256 that begins with a secret salt
of the event's own: whoever is given the salt can check it, nobody else can guess what is in it,
not even of an event that could only have been one of ten. Once the secret is deleted, the leaf's
hash says nothing any more, while every proof that stands on it holds.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

from nguon.ledger.tree import hash_leaf

FORMAT = "nguon-ledger-entry-1"
SECRET = 32


def derive_salt(secret: bytes, purpose: str) -> bytes:
    """The salt of one commitment: to show it tells nothing of the others'."""
    return hmac.digest(secret, purpose.encode(), "sha256")


def commit(salt: bytes, head: str, body: str) -> bytes:
    """SHA-256 of the salt (32 bytes), `head`, a line feed, `body`. `head` has no line feed."""
    if len(salt) != SECRET or "\n" in head:
        raise ValueError("a commitment needs a salt of 32 bytes and a head of one line")
    return sha256(salt + f"{head}\n{body}".encode("utf-8", "surrogatepass")).digest()


def tell_time(moment: datetime) -> str:
    """An instant in UTC to the microsecond: one spelling for each."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


@dataclass(frozen=True, slots=True)
class Stored:
    """An event as the store holds it: what the commitments are over.

    `context`: its own prefixes as JSON text, empty without any. `job`, `sender`: the capture that
    brought it, and who sent that. `digest`: what the store tells "the same again" by.
    """

    event_key: UUID
    record_time: datetime
    context: str
    document: str
    job: UUID
    digest: bytes
    sender: str

    @property
    def arrival(self) -> str:
        """The head of the commitment to how the event came."""
        return f"{self.job} {self.digest.hex()}"


@dataclass(frozen=True, slots=True)
class Entry:
    """The text of a leaf."""

    event_key: str
    record_time: str
    event_hash: str
    content: bytes
    origin: bytes

    def to_bytes(self) -> bytes:
        """Six lines, each ended by a line feed."""
        lines = (
            FORMAT,
            self.event_key,
            self.record_time,
            self.event_hash,
            self.content.hex(),
            self.origin.hex(),
        )
        return "".join(f"{line}\n" for line in lines).encode()

    @property
    def leaf(self) -> bytes:
        """The leaf's hash."""
        return hash_leaf(self.to_bytes())


def make_entry(stored: Stored, event_hash: str, secret: bytes) -> Entry:
    """The entry of an event with its secret of 32 random bytes."""
    return Entry(
        str(stored.event_key),
        tell_time(stored.record_time),
        event_hash,
        commit(derive_salt(secret, "document"), stored.context, stored.document),
        commit(derive_salt(secret, "origin"), stored.arrival, stored.sender),
    )
