"""The key ring: rotation, revocation, what it publishes, and what it never shows."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from nguon.stamps import KeyRing, StampError, StampKey, read_jwks
from tests.unit.stamps.rings import DAYS, ISSUER, make_ring

RING = make_ring()
LATER = date(2027, 3, 1)


def test_a_new_key_becomes_active_and_the_one_before_is_retired() -> None:
    older, newer = RING.keys
    assert (older.id, newer.id, RING.active) == ("A", "B", "B")
    assert (older.state, newer.state) == ("retired", "in use")
    assert older.retired == newer.created == DAYS[1]
    assert RING.active_key is newer
    assert RING.get("C") is None


def test_a_revoked_key_is_told_as_revoked_and_makes_nothing_more() -> None:
    ring = RING.revoke("B", LATER)
    assert ring.get("B").state == "revoked"
    assert ring.get("B").retired == LATER
    with pytest.raises(StampError) as raised:
        ring.active_key  # noqa: B018 - raises
    assert raised.value.code == "stamps.no_active_key"
    assert ring.rotate(LATER, master=b"e" * 32, signing=b"f" * 32).active_key.id == "C"


def test_a_key_revoked_twice_keeps_its_first_day() -> None:
    ring = RING.revoke("A", LATER).revoke("A", date(2028, 1, 1))
    assert ring.get("A").revoked == LATER
    assert ring.active == "B"


def test_an_unknown_key_cannot_be_revoked() -> None:
    with pytest.raises(StampError) as raised:
        RING.revoke("Z", LATER)
    assert raised.value.code == "stamps.key_unknown"


def test_a_ring_holds_as_many_keys_as_there_are_names() -> None:
    ring = KeyRing(ISSUER)
    for number in range(31):
        ring = ring.rotate(LATER, master=bytes([number]) * 32, signing=bytes([number]) * 32)
    assert len({key.id for key in ring.keys}) == 31
    with pytest.raises(StampError) as raised:
        ring.rotate(LATER, master=bytes(32), signing=bytes(32))
    assert raised.value.code == "stamps.ring_full"


def test_secrets_are_whole_or_refused() -> None:
    with pytest.raises(StampError) as raised:
        StampKey.make("A", created=LATER, master=b"short", signing=bytes(32))
    assert raised.value.code == "stamps.secret_length"


def test_the_derived_secrets_differ_from_each_other_and_from_the_master() -> None:
    key = RING.active_key
    assert len({key.master, key.permutation, key.mac, key.cover, key.signing, key.public}) == 6


def test_no_form_for_people_shows_a_secret() -> None:
    key = RING.active_key
    secrets = [key.master, key.signing, key.permutation, key.mac, key.cover]
    shown = repr(RING) + str(key) + json.dumps(RING.publish())
    for secret in secrets:
        assert secret.decode("latin-1") not in shown
        assert secret.hex() not in shown


def test_the_file_form_brings_everything_back() -> None:
    ring = RING.revoke("A", LATER)
    ring = replace(ring, keys=tuple(replace(key, until=date(2030, 1, 1)) for key in ring.keys))
    assert KeyRing.from_bytes(ring.to_bytes()) == ring
    assert KeyRing.from_bytes(KeyRing(ISSUER).to_bytes()) == KeyRing(ISSUER)


def _changed(**values: object) -> bytes:
    return json.dumps(json.loads(RING.to_bytes()) | values).encode()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        b"[]",
        RING.to_bytes()[:-40],
        _changed(format="other"),
        _changed(active="Z"),
        _changed(extra=1),
        _changed(keys=[json.loads(RING.to_bytes())["keys"][0]] * 2, active="A"),
        _changed(keys=[json.loads(RING.to_bytes())["keys"][0] | {"id": "AA"}], active=""),
        _changed(keys=[json.loads(RING.to_bytes())["keys"][0] | {"master": "AAAA"}], active=""),
    ],
)
def test_a_broken_file_is_refused_without_quoting_it(data: bytes) -> None:
    with pytest.raises(StampError) as raised:
        KeyRing.from_bytes(data)
    assert raised.value.code == "stamps.key_file_broken"
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__ or raised.value.__context__ is None


def test_what_is_published_is_read_back_as_public_keys() -> None:
    older, newer = read_jwks(json.dumps(RING.revoke("A", LATER).publish()))
    assert (older.kid, older.revoked, older.issuer) == (RING.keys[0].kid, LATER, ISSUER)
    assert (newer.x, newer.valid_from, newer.revoked) == (RING.keys[1].public, DAYS[1], None)
    assert read_jwks(RING.publish()) == read_jwks(json.dumps(RING.publish()).encode())


def test_the_public_name_parts_keys_of_two_issuers_with_one_id() -> None:
    other = KeyRing("Khác").rotate(DAYS[0], master=b"x" * 32, signing=b"y" * 32)
    assert other.active_key.id == RING.keys[0].id == "A"
    assert other.active_key.kid != RING.keys[0].kid
    assert len(other.active_key.kid) == 4


def test_members_of_other_kinds_are_passed_over() -> None:
    member = RING.publish()["keys"][0]
    members = [
        member | {"kty": "RSA"},
        member | {"crv": "X25519"},
        member | {"x": "AAAA"},
        member | {"x": member["x"] + "="},
        member | {"kid": ""},
        member | {"kid": "too-long"},
        {"kty": "oct", "k": "c2VjcmV0"},
        member,
    ]
    assert len(read_jwks({"keys": members})) == 1


@pytest.mark.parametrize("data", [b"", b"\xff", "[]", '{"keys": 1}', {"key": []}])
def test_what_is_no_key_set_is_refused(data: object) -> None:
    with pytest.raises(StampError) as raised:
        read_jwks(data)
    assert raised.value.code == "stamps.jwks_broken"
