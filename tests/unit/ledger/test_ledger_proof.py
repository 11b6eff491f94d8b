"""Proof files: what is right is found right by two independent checks, what is not by both."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from nguon.ledger import (
    LedgerError,
    TrustedKey,
    check_proof,
    list_keys,
    looks_like_proof,
    read_proof,
    write_proof,
)
from nguon.ledger.ring import sign_with
from nguon.stamps import KeyRing
from tests.unit.ledger.proofs import CLOSED, KEYS, RING, SENDER, VKEY, Tree, make_checker

TREE = Tree(13)
CHECKER = make_checker()
PROOF = structs.replace(TREE.prove([2, 3, 12], 13), roots=[TREE.link(6, 13)])
FILE = write_proof(PROOF)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 13])
def test_every_event_of_a_tree_is_proved_and_both_checks_say_so(size: int) -> None:
    data = write_proof(TREE.prove(list(range(size)), size))
    report = check_proof(data, KEYS)
    assert (report.valid, report.trust) == (True, "given")
    assert [one.event_key for one in report.events] == [
        str(stored.event_key) for stored, _ in TREE.stored[:size]
    ]
    assert report.events[0].event is not None
    assert report.events[0].sender == SENDER
    assert CHECKER.check(json.loads(data), VKEY) == [True] * size


def test_without_a_key_the_report_says_that_the_file_vouches_for_itself() -> None:
    assert check_proof(FILE).trust == "file"
    assert check_proof(FILE).valid
    bare = write_proof(structs.replace(PROOF, keys=[]))
    report = check_proof(bare)
    assert report.trust == "none"
    assert "ledger.no_keys" in {fault.code for fault in report.all_faults()}


def members(value: Any, place: str = "") -> list[str]:
    """Every plain value of the file, as a JSON pointer."""
    if isinstance(value, dict):
        return [p for name, own in value.items() for p in members(own, f"{place}/{name}")]
    if isinstance(value, list):
        return [p for i, own in enumerate(value) for p in members(own, f"{place}/{i}")]
    return [place]


def change(pointer: str, new: Any) -> bytes:
    whole = json.loads(FILE)
    *way, last = pointer.split("/")[1:]
    holder = whole
    for step in way:
        holder = holder[int(step) if isinstance(holder, list) else step]
    at: Any = int(last) if isinstance(holder, list) else last
    holder[at] = new(holder[at])
    return json.dumps(whole, ensure_ascii=False).encode()


def turn(value: Any) -> Any:
    """Another value of the same kind, as near as can be."""
    if isinstance(value, int):
        return value + 1
    middle = len(value) // 2
    other = "0" if value[middle : middle + 1] != "0" else "1"
    return value[:middle] + other + value[middle + 1 :]


_PLACES = {
    "document": "document_changed",
    "context": "document_changed",
    "salt": "document_changed",
    "content": "document_changed",
    "record_time": "entry_changed",
    "event_hash": "entry_changed",
    "event_key": "entry_changed",
    "origin": "entry_changed",
    "leaf": "entry_changed",
    "position": "not_included",
    "sent_by": "sender_changed",
}


@pytest.mark.parametrize("pointer", members(json.loads(FILE)))
def test_a_change_anywhere_is_found_and_its_place_told(pointer: str) -> None:
    data = change(pointer, turn)
    for keys in (KEYS, ()):
        report = check_proof(data, keys)
        faults = list(report.all_faults())
        assert not report.valid
        assert all(fault.sentence(language) for fault in faults for language in ("vi", "en"))
    part = "/".join(pointer.split("/")[:3])
    if pointer.startswith("/events"):
        name = pointer.split("/")[3]
        faults = list(check_proof(data, KEYS).all_faults())
        assert all(fault.pointer.startswith(part) for fault in faults), faults
        code = _PLACES.get(name, "not_included")
        assert f"ledger.{code}" in {fault.code for fault in faults}
        bad = [one.index for one in check_proof(data, KEYS).events if one.faults]
        assert bad == [int(pointer.split("/")[2])]
        if name not in ("sent_by", "content", "leaf"):
            assert CHECKER.check(json.loads(data), VKEY).count(False) == 1


@settings(max_examples=400)
@given(st.integers(0, len(FILE) - 1), st.integers(1, 255))
def test_any_byte_turned_is_found_or_means_the_same(place: int, bits: int) -> None:
    data = FILE[:place] + bytes([FILE[place] ^ bits]) + FILE[place + 1 :]
    report = check_proof(data, KEYS)
    if report.valid:
        assert read_proof(data) == PROOF  # white space, or another spelling of the same JSON
    else:
        assert list(report.all_faults())


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_no_bytes_at_all_break_the_check(data: bytes) -> None:
    assert not check_proof(data).valid
    assert not check_proof(b"{" + data + b"}", KEYS).valid


@pytest.mark.parametrize(
    "swap",
    [
        lambda p: structs.replace(p, format="nguon-proof-2"),
        lambda p: structs.replace(p, checkpoint="nothing"),
        lambda p: structs.replace(p, checkpoint=TREE.note(12)),
        lambda p: structs.replace(p, checkpoint=Tree(14).note(14)),
        lambda p: structs.replace(p, keys=["nonsense"]),
        lambda p: structs.replace(p, roots=[structs.replace(p.roots[0], path=["00"])]),
    ],
)
def test_parts_of_other_proofs_do_not_pass(swap: Any) -> None:
    assert not check_proof(write_proof(swap(PROOF)), KEYS).valid


def test_another_ledgers_key_signs_nothing_here() -> None:
    other = KeyRing("other.example/l").rotate(date(2026, 1, 1), master=b"a" * 32, signing=b"b" * 32)
    codes = {fault.code for fault in check_proof(FILE, list_keys(other)).all_faults()}
    assert "ledger.unsigned" in codes
    # The same name with another key is not the ledger either.
    same = KeyRing(RING.issuer).rotate(date(2026, 1, 1), master=b"a" * 32, signing=b"b" * 32)
    assert not check_proof(FILE, list_keys(same)).valid


def test_a_later_root_of_a_new_key_vouches_for_what_a_revoked_one_signed() -> None:
    later = RING.rotate(date(2026, 6, 1), master=b"x" * 32, signing=b"y" * 32)
    revoked = later.revoke("A", date(2026, 7, 1))
    keys = list_keys(revoked)
    codes = {fault.code for fault in check_proof(FILE, keys).all_faults()}
    assert "ledger.key_revoked" in codes
    grown = Tree(20)
    note = grown.note(20, revoked, CLOSED + timedelta(days=40))
    linked = structs.replace(grown.link(20, 13), checkpoint=note)
    vouched = structs.replace(grown.prove([2], 13), roots=[linked])
    assert check_proof(write_proof(vouched), keys).valid
    # An earlier root cannot vouch: the thief may have added to it.
    backwards = structs.replace(grown.link(6, 13), checkpoint=grown.note(6, revoked))
    earlier = structs.replace(grown.prove([2], 13), roots=[backwards])
    assert not check_proof(write_proof(earlier), keys).valid


@pytest.mark.parametrize(
    ("days", "code"),
    [
        ({"valid_until": date(2026, 5, 1)}, "key_expired"),
        ({"valid_from": date(2026, 6, 1)}, "key_early"),
        ({"revoked": date(2027, 6, 1)}, "key_revoked"),
    ],
)
def test_a_key_counts_within_its_days(days: dict[str, date], code: str) -> None:
    keys = [TrustedKey(KEYS[0].key, **days)]
    found = {fault.code for fault in check_proof(FILE, keys).all_faults()}
    assert f"ledger.{code}" in found


def test_a_root_kept_elsewhere_must_be_in_the_file() -> None:
    assert check_proof(FILE, KEYS, anchors=[TREE.note(13), TREE.note(6)]).valid
    for other in (TREE.note(7), sign_with(RING, "a\n1\n"), "printed"):
        assert not check_proof(FILE, KEYS, anchors=[other]).valid
    rewritten = Tree(13)
    rewritten.leaves[0] = b"x" * 32
    found = check_proof(FILE, KEYS, anchors=[rewritten.note(6)])
    assert [fault.code for fault in found.all_faults()] == ["ledger.anchor"]


def test_what_it_is_is_told_by_its_beginning() -> None:
    assert looks_like_proof(FILE)
    assert looks_like_proof(b"\xef\xbb\xbf" + FILE)
    assert looks_like_proof(b"[" + FILE[1:])
    for other in (b"https://trace.example/01/0/21/1", b"(01)0", b""):
        assert not looks_like_proof(other)
    with pytest.raises(LedgerError):
        read_proof(b'{"format": "nguon-proof-1"}')
