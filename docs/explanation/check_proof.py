"""Checks a proof file of the ledger without Nguồn: `python check_proof.py FILE VKEY`.

This is what docs/explanation/proofs.md describes, and all of it. It needs Python and the package
`cryptography`. Copy it, or write it again in any language.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def sha(data: bytes) -> bytes:
    """SHA-256."""
    return hashlib.sha256(data).digest()


def read_root(note: str, vkey: str) -> tuple[int, bytes]:
    """Size and root of a signed note; raises unless the key signed it."""
    text, _, below = note.rpartition("\n\n")
    name, _, key = vkey.split("+", 2)
    mark, signed = below.rstrip("\n").split("\n")[0].split(" ")[0::2]
    public = base64.b64decode(key)
    key_id = sha(f"{name}\n".encode() + public)[:4]
    signature = base64.b64decode(signed)
    if mark != "—" or signature[:4] != key_id or not text.startswith(f"{name}\n"):
        raise ValueError("not signed by this key")
    Ed25519PublicKey.from_public_bytes(public[1:]).verify(signature[4:], f"{text}\n".encode())
    size, root = text.split("\n")[1:3]
    return int(size), base64.b64decode(root)


def climb(leaf: bytes, position: int, size: int, path: list[bytes]) -> bytes:
    """The root that a leaf leads to by its path: RFC 9162, section 2.1.3.2, as a recursion."""
    if size == 1:
        return leaf if not path else b""
    half = 1 << ((size - 1).bit_length() - 1)
    if not path:
        return b""
    if position < half:
        return sha(b"\x01" + climb(leaf, position, half, path[:-1]) + path[-1])
    return sha(b"\x01" + path[-1] + climb(leaf, position - half, size - half, path[:-1]))


def find_leaf(event: dict[str, Any]) -> bytes:
    """The leaf's hash from what the event says."""
    document = f"{event['context']}\n{event['document']}".encode()
    content = sha(bytes.fromhex(event["salt"]) + document).hex()
    lines = ("nguon-ledger-entry-1", event["event_key"], event["record_time"])
    entry = (*lines, event["event_hash"], content, event["origin"])
    return sha(b"\x00" + "".join(f"{line}\n" for line in entry).encode())


def check(proof: dict[str, Any], vkey: str) -> list[bool]:
    """Whether each event is in the ledger that the key signed. Raises where the root is not."""
    size, root = read_root(proof["checkpoint"], vkey)
    return [
        0 <= event["position"] < size
        and climb(
            find_leaf(event),
            event["position"],
            size,
            [bytes.fromhex(step) for step in event["path"]],
        )
        == root
        for event in proof["events"]
    ]


if __name__ == "__main__":
    found = check(json.loads(Path(sys.argv[1]).read_text("utf-8")), sys.argv[2])
    sys.stdout.write(f"{found}\n")
    sys.exit(0 if all(found) else 1)
