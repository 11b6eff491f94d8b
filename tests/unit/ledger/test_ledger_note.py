"""Signed notes, keys as text, witnesses, the ring's file."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from nguon.ledger import (
    LedgerError,
    TrustedKey,
    check_root,
    cosign,
    load_ring,
    publish_keys,
    read_checkpoint,
    read_keys,
    read_note,
    read_vkey,
)
from nguon.ledger.checkpoint import Checkpoint, chain_erasure
from nguon.ledger.note import COSIGNATURE, NoteKey
from nguon.ledger.ring import create_ring, revoke_key, rotate_ring, sign_with
from tests.unit.ledger.proofs import CLOSED, KEYS, RING, VKEY, Tree

NOTE = Tree(5).note(5)


def test_the_published_example_of_signed_notes() -> None:
    """The key and note that golang.org/x/mod/sumdb/note documents."""
    key = read_vkey("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    signature = (
        "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJn"
        "AM="
    )
    note = read_note(
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n\n"
        f"— PeterNeumann {signature}\n"
    )
    assert note.signed_by(key)
    changed = read_note(
        "If you think cryptography is the answer to your problems,\n"
        "then you don't know what your problem is.\n\n"
        f"— PeterNeumann {signature}\n"
    )
    assert changed.names(key)
    assert not changed.signed_by(key)


def test_a_checkpoint_comes_back_as_it_went() -> None:
    checkpoint, note = read_checkpoint(NOTE)
    assert checkpoint.to_text() == note.text
    assert (checkpoint.size, checkpoint.closed_at) == (5, CLOSED)
    assert note.signed_by(read_vkey(VKEY))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("\n5\n", "\n05\n"),
        ("\n5\n", "\n-5\n"),
        ("closed 2026-05", "closed 2026-13"),
        ("closed ", "Closed "),
        ("erasures 0", "erasures 00"),
        ("— ", "- "),
        ("\n\n", "\n"),
        ("=\n", "=\nmore\n"),
        ("=\nclosed", "\nclosed"),
        ("\n", "\r\n"),
    ],
)
def test_other_spellings_are_no_checkpoints(old: str, new: str) -> None:
    with pytest.raises(LedgerError):
        read_checkpoint(NOTE.replace(old, new))


def test_a_witness_tells_when_it_saw_the_root() -> None:
    private = Ed25519PrivateKey.from_private_bytes(b"w" * 32)
    public = private.public_key().public_bytes_raw()
    key = read_vkey(NoteKey("witness.example", public, COSIGNATURE).vkey)
    note = cosign(NOTE, "witness.example", private, 1_780_000_000)
    found = check_root(note, [*KEYS, TrustedKey(key)])
    assert isinstance(found, tuple)
    assert found[0].witnesses == ("witness.example",)
    assert not found[0].faults
    # Without the witness's key its line is told as one that nobody checked.
    unseen = check_root(note, KEYS)
    assert isinstance(unseen, tuple)
    assert (unseen[0].others, unseen[0].witnesses) == (("witness.example",), ())
    # A witness alone is not the ledger.
    alone = check_root(note, [TrustedKey(key)])
    assert isinstance(alone, tuple)
    assert [fault.code for fault in alone[0].faults] == ["ledger.unsigned"]
    forged = check_root(note.replace("closed 2026", "closed 2025"), [TrustedKey(key)])
    assert isinstance(forged, tuple)
    assert forged[0].faults[0].code == "ledger.signature"


def test_keys_are_read_from_the_published_list_and_from_lines() -> None:
    published = json.dumps(publish_keys(RING)).encode()
    assert [each.key.vkey for each in read_keys(published)] == [VKEY]
    assert read_keys(published)[0].valid_from == date(2026, 1, 5)
    assert [each.key.vkey for each in read_keys(f"# mine\n{VKEY}\n\n".encode())] == [VKEY]
    for broken in (b"", b"{}", b"\xff", b'{"keys": []}', VKEY[:-2].encode()):
        with pytest.raises(LedgerError):
            read_keys(broken)


@pytest.mark.parametrize("broken", ["", "a+b", VKEY.replace("+", "+0", 1), VKEY + "A", f" +{VKEY}"])
def test_a_broken_key_is_refused(broken: str) -> None:
    with pytest.raises(LedgerError) as caught:
        read_vkey(broken)
    assert caught.value.code == "ledger.vkey"


def test_the_ring_is_made_turned_and_revoked_in_its_file(tmp_path: Path) -> None:
    path = tmp_path / "ledger-keys.json"
    made = create_ring(
        path, "trace.example/l", date(2026, 1, 1), master=b"a" * 32, signing=b"b" * 32
    )
    assert path.stat().st_mode & 0o077 == 0
    assert load_ring(path) == made
    with pytest.raises(LedgerError, match="not overwritten"):
        create_ring(path, "x", date(2026, 1, 1), master=b"a" * 32, signing=b"b" * 32)
    turned = rotate_ring(path, date(2026, 2, 1), master=b"c" * 32, signing=b"d" * 32)
    assert [key.state for key in turned.keys] == ["retired", "in use"]
    assert revoke_key(path, "B", date(2026, 3, 1)).active == ""
    with pytest.raises(LedgerError, match="ledger keys rotate"):
        sign_with(load_ring(path), Checkpoint("x", 0, b"0" * 32, CLOSED).to_text())
    with pytest.raises(LedgerError, match="no key Z"):
        revoke_key(path, "Z", date(2026, 3, 1))
    path.chmod(0o644)
    with pytest.raises(LedgerError, match="others can read it"):
        load_ring(path)
    with pytest.raises(LedgerError, match="ledger keys new"):
        load_ring(tmp_path / "none")


@pytest.mark.parametrize("name", ["", "two words", "a+b", "x" * 201, "line\nfeed"])
def test_names_that_notes_cannot_hold_are_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(LedgerError) as caught:
        create_ring(tmp_path / "k", name, date(2026, 1, 1), master=b"a" * 32, signing=b"b" * 32)
    assert caught.value.code == "ledger.name"


def test_the_chain_of_erasures_depends_on_every_part() -> None:
    chain = chain_erasure(bytes(32), 7, CLOSED, "request 1")
    others = [
        chain_erasure(b"x" * 32, 7, CLOSED, "request 1"),
        chain_erasure(bytes(32), 8, CLOSED, "request 1"),
        chain_erasure(bytes(32), 7, CLOSED.replace(microsecond=1), "request 1"),
        chain_erasure(bytes(32), 7, CLOSED, "request 2"),
    ]
    assert len({chain, *others}) == 5
