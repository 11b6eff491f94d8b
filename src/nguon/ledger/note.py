"""Signed notes: a text that people can read, print and mail, with signatures below it.

The format is C2SP's signed note (c2sp.org/signed-note) with Ed25519 keys (RFC 8032), so that
programs of others check it too; a witness signs by C2SP's cosignature/v1, which tells a time.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from nguon.ledger.error import ledger_error

Algorithm = Literal[1, 4]
ED25519: Algorithm = 1
COSIGNATURE: Algorithm = 4
_NAME = re.compile(r"[^\s+]{1,200}")
_LONGEST = 64 * 1024


@dataclass(frozen=True, slots=True)
class NoteKey:
    """A public key under a name. `algorithm`: 1 signs notes, 4 cosigns as a witness."""

    name: str
    public: bytes
    algorithm: Algorithm = ED25519

    @property
    def id(self) -> bytes:
        """Four bytes by which a signature names its key."""
        return sha256(f"{self.name}\n".encode() + bytes([self.algorithm]) + self.public).digest()[
            :4
        ]

    @property
    def vkey(self) -> str:
        """The key as a line of text: name, id and key."""
        shown = base64.b64encode(bytes([self.algorithm]) + self.public).decode()
        return f"{self.name}+{self.id.hex()}+{shown}"


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: who, which key, and the bytes behind the key's id."""

    name: str
    id: bytes
    data: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A text that ends with a line feed, and its signatures."""

    text: str
    signatures: tuple[Signature, ...]

    def signed_by(self, key: NoteKey) -> bool:
        """Whether one of the signatures is the key's, and right."""
        mine = [s for s in self.signatures if (s.name, s.id) == (key.name, key.id)]
        return bool(mine) and all(_is_right(key, self.text, each.data) for each in mine)

    def names(self, key: NoteKey) -> bool:
        """Whether a signature says to be the key's."""
        return any((s.name, s.id) == (key.name, key.id) for s in self.signatures)


def check_name(name: str) -> str:
    """A name fit for a key and a ledger. Raises `ledger.name`."""
    if not _NAME.fullmatch(name):
        raise ledger_error("name", name)
    return name


def read_vkey(line: str) -> NoteKey:
    """A key from its line of text. Raises `ledger.vkey`."""
    name, _, rest = line.strip().partition("+")
    shown, _, encoded = rest.partition("+")
    raw = _decode(encoded)
    if raw is None or len(raw) != 33 or raw[0] not in (1, 4) or not _NAME.fullmatch(name):
        raise ledger_error("vkey", line)
    key = NoteKey(name, raw[1:], COSIGNATURE if raw[0] == COSIGNATURE else ED25519)
    if key.id.hex() != shown:
        raise ledger_error("vkey", line)
    return key


def sign(text: str, name: str, private: Ed25519PrivateKey) -> str:
    """The whole note: text, empty line, one signature."""
    key = NoteKey(name, private.public_key().public_bytes_raw())
    return f"{text}\n{_line(key, private.sign(text.encode()))}"


def cosign(note: str, name: str, private: Ed25519PrivateKey, seconds: int) -> str:
    """The note with a witness's signature below: it saw this text at that Unix time."""
    parsed = read_note(note)
    key = NoteKey(name, private.public_key().public_bytes_raw(), COSIGNATURE)
    stamp = seconds.to_bytes(8, "big")
    return note + _line(key, stamp + private.sign(_witnessed(parsed.text, seconds)))


def read_note(note: str) -> Note:
    """A note in its parts. Raises `ledger.note`, naming the line that breaks the format."""
    text, gap, below = note.rpartition("\n\n")
    if not gap or not below.endswith("\n") or len(note) > _LONGEST or "\r" in note:
        raise ledger_error("note", note.partition("\n")[0], line=1)
    first = text.count("\n") + 3
    lines = enumerate(below.split("\n")[:-1], first)
    return Note(f"{text}\n", tuple(_read_line(line, number) for number, line in lines))


def _read_line(line: str, number: int) -> Signature:
    parts = line.split(" ")
    raw = _decode(parts[2]) if len(parts) == 3 else None
    if raw is None or parts[0] != "—" or len(raw) < 5 or not _NAME.fullmatch(parts[1]):
        raise ledger_error("note", line, line=number)
    return Signature(parts[1], raw[:4], raw[4:])


def _line(key: NoteKey, data: bytes) -> str:
    return f"— {key.name} {base64.b64encode(key.id + data).decode()}\n"


def _witnessed(text: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def _is_right(key: NoteKey, text: str, data: bytes) -> bool:
    message = text.encode()
    if key.algorithm == COSIGNATURE:
        message, data = _witnessed(text, int.from_bytes(data[:8], "big")), data[8:]
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(data, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _decode(text: str) -> bytes | None:
    """Base64 in its one right spelling, else None."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if base64.b64encode(raw).decode() == text else None
