"""The proof file: events as stored, their leaves, their paths to a signed root. JSON.

Hashes and salts are written in hexadecimal, small letters. `content` and `leaf` could be computed
from the rest: they are there so that a check can say which part was changed. The member's
meanings, and how a stranger checks them in fifty lines: docs/explanation/proofs.md.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from nguon.ledger.error import ledger_error

FORMAT = "nguon-proof-1"


class Opening(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who sent an event, with the salt that lets one check it.

    `arrival`: the capture's id and the store's digest of the event, as the ledger took them.
    """

    arrival: str
    sender: str
    salt: str


class ProvenEvent(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One event with everything that ties it to the root.

    `document`, `context`: the JSON texts of the event and of its own prefixes, to the byte as the
    ledger took them.
    """

    position: int
    event_key: str
    record_time: str
    event_hash: str
    document: str
    context: str
    salt: str
    content: str
    origin: str
    leaf: str
    path: list[str]
    sent_by: Opening | None = None


class LinkedRoot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Another root of the same ledger, earlier or later, and the proof that one grew into the
    other.
    """

    checkpoint: str
    path: list[str]


class Proof(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The whole file. `keys`: the public keys of the issuer, for convenience, not for trust."""

    format: str
    checkpoint: str
    events: list[ProvenEvent] = []
    roots: list[LinkedRoot] = []
    keys: list[str] = []


def looks_like_proof(data: bytes) -> bool:
    """Whether a file means to be a proof, sound or not: a JSON object, or what is left of one."""
    begin = data[:400].lstrip(b"\xef\xbb\xbf \t\r\n")
    return begin.startswith(b"{") or b"nguon-proof" in begin


def write_proof(proof: Proof) -> bytes:
    """The file: one member a line, so that people can look into it."""
    return msgspec.json.format(msgspec.json.encode(proof), indent=1) + b"\n"


def read_proof(data: bytes) -> Proof:
    """The file's parts. Raises `ledger.proof_broken`, naming the place, `ledger.proof_format`."""
    try:
        proof = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"), type=Proof)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ledger_error("proof_broken", error) from error
    if proof.format != FORMAT:
        raise ledger_error("proof_format", proof.format, known=FORMAT)
    return proof


def decode_hashes(texts: Sequence[str]) -> list[bytes] | None:
    """Hashes from their text, None where one is not written in the one right way."""
    found = [decode_hash(text) for text in texts]
    known = [each for each in found if each is not None]
    return known if len(known) == len(found) else None


def decode_hash(text: str) -> bytes | None:
    """32 bytes from 64 hexadecimal digits in small letters, else None."""
    try:
        raw = bytes.fromhex(text)
    except ValueError:
        return None
    return raw if raw.hex() == text and len(raw) == 32 else None
