"""The ledger's mathematics: leaves, the hash tree, signed roots, proof files and their check.

Pure: no framework, no database, no clock. The store keeps leaves and roots
(`nguon.eventstore.ledger`), the room `proofs` publishes them. What is proved, what is not, and how
to check it without this software: docs/explanation/proofs.md.
"""

from __future__ import annotations

from nguon.ledger.checking import CheckedEvent, CheckedRoot, Report, check_proof, check_root
from nguon.ledger.checkpoint import NO_ERASURES, Checkpoint, chain_erasure, read_checkpoint
from nguon.ledger.error import LedgerError
from nguon.ledger.keys import TrustedKey, list_keys, name_key, publish_keys, read_keys
from nguon.ledger.leaf import SECRET, Entry, Stored, derive_salt, make_entry, tell_time
from nguon.ledger.note import cosign, read_note, read_vkey, sign
from nguon.ledger.proof import (
    FORMAT,
    LinkedRoot,
    Opening,
    Proof,
    ProvenEvent,
    looks_like_proof,
    read_proof,
    write_proof,
)
from nguon.ledger.ring import load_ring
from nguon.ledger.tree import Frontier

__all__ = [
    "FORMAT",
    "NO_ERASURES",
    "SECRET",
    "CheckedEvent",
    "CheckedRoot",
    "Checkpoint",
    "Entry",
    "Frontier",
    "LedgerError",
    "LinkedRoot",
    "Opening",
    "Proof",
    "ProvenEvent",
    "Report",
    "Stored",
    "TrustedKey",
    "chain_erasure",
    "check_proof",
    "check_root",
    "cosign",
    "derive_salt",
    "list_keys",
    "load_ring",
    "looks_like_proof",
    "make_entry",
    "name_key",
    "publish_keys",
    "read_checkpoint",
    "read_keys",
    "read_note",
    "read_proof",
    "read_vkey",
    "sign",
    "tell_time",
    "write_proof",
]
