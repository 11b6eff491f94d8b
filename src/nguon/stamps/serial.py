"""Serial numbers of stamps: a keyed permutation of a counter, a short MAC, the key's id.

Sixteen characters, within the twenty of AI (21): `K` key id, ten of body, five of MAC. Design
and figures: docs/algorithms/stamps.md. The bound on guessing is the one of Regulation (EU)
2016/161, Article 4: less than one in ten thousand.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from functools import lru_cache
from hashlib import blake2b
from typing import Any, NamedTuple

from nguon.gs1 import Gs1Error, identify
from nguon.stamps import crockford
from nguon.stamps.crockford import normalise
from nguon.stamps.error import stamp_error
from nguon.stamps.keys import KeyRing, StampKey

__all__ = ["MOST", "Issued", "issue", "issue_range", "normalise", "read"]

BODY, TAG = 10, 5
LENGTH = 1 + BODY + TAG
# With no more than this of 2**50 positions in use, a blind guess hits less than 1 in 10,000.
MOST = 2 ** (5 * BODY) // 10_000
_ROUNDS = 12
_HALF = 5 * BODY // 2
_MASK = (1 << _HALF) - 1
_TAG_MASK = (1 << 5 * TAG) - 1
_CLASSES = ("gtin", "itip", "local")


class Issued(NamedTuple):
    """What a serial of ours says: the key it was made under, and its place in the count."""

    key_id: str
    counter: int


def issue(key: StampKey, class_key: str, counter: int) -> str:
    """The serial number at `counter` of a class, made under `key`.

    Raises `stamps.class_key` for what no serial can stand below, `stamps.counter_range` beyond
    the count up to which guessing is hopeless. Whether a key may make *new* stamps is for the
    ring to say (`active_key`): what an older one made can always be told again.
    """
    _check(class_key, counter, counter)
    return _write(key.id, _prepare(key, class_key), counter)


def issue_range(key: StampKey, class_key: str, first: int, last: int) -> Iterator[str]:
    """The serial numbers from `first` to `last`, both included, in the order of the count."""
    _check(class_key, first, last)
    machine = _prepare(key, class_key)
    return (_write(key.id, machine, counter) for counter in range(first, last + 1))


def read(ring: KeyRing, class_key: str, serial: str) -> Issued | None:
    """Key and counter of a serial that one of our keys made for this class; else None.

    Needs no database, and every refusal costs the same work: one MAC, one comparison. The
    answer says that the serial *can* exist, not that it was handed out: the run that holds
    the counter must also be of this key. A revoked key is still read; ask the ring about it.
    """
    key = ring.get(serial[:1])
    body = crockford.decode(serial[1:])
    if body is None or len(serial) != LENGTH:
        body = 0
    machine = _prepare(key or _decoy(), class_key)
    permuted = body >> 5 * TAG
    expected = _write_tag(machine, permuted)
    given = serial[-TAG:].encode("utf-8", "replace")
    right = hmac.compare_digest(expected.encode(), given)
    counter = _permute_back(machine, permuted)
    if not right or key is None or len(serial) != LENGTH or counter >= MOST:
        return None
    return Issued(key.id, counter) if crockford.encode(body, BODY + TAG) == serial[1:] else None


def _check(class_key: str, first: int, last: int) -> None:
    if not is_class(class_key):
        raise stamp_error("class_key", class_key)
    if not 0 <= first <= last < MOST:
        raise stamp_error("counter_range", f"{first}–{last}", most=MOST - 1)


@lru_cache(maxsize=4096)
def is_class(class_key: str) -> bool:
    """Whether this is the canonical key of a class that serial numbers may stand below."""
    try:
        found = identify(class_key)
    except Gs1Error:
        return False
    return found.key == class_key and found.scheme in _CLASSES and found.serial is None


class _Machine(NamedTuple):
    """Hash states of one key and class, keyed and fed with all that does not change."""

    rounds: tuple[Any, ...]
    tag: Any


@lru_cache(maxsize=1024)
def _prepare(key: StampKey, class_key: str) -> _Machine:
    name = class_key.encode("utf-8", "surrogatepass")
    tweaked = blake2b(name, key=key.permutation, person=b"nguon.class", digest_size=32).digest()
    rounds = tuple(
        blake2b(key=tweaked, person=b"nguon.round" + bytes([turn]), digest_size=4)
        for turn in range(_ROUNDS)
    )
    tag = blake2b(key=key.mac, person=b"nguon.tag", digest_size=4)
    tag.update(key.id.encode() + len(name).to_bytes(4, "big") + name)
    return _Machine(rounds, tag)


@lru_cache(maxsize=1)
def _decoy() -> StampKey:
    """The key that stands in for an unknown one, so that the work done does not tell."""
    return StampKey.make("0", created=None, master=bytes(32), signing=bytes(32))


def _write(key_id: str, machine: _Machine, counter: int) -> str:
    permuted = _permute(machine, counter)
    return key_id + crockford.encode(permuted, BODY) + _write_tag(machine, permuted)


def _write_tag(machine: _Machine, permuted: int) -> str:
    state = machine.tag.copy()
    state.update(permuted.to_bytes(7, "big"))
    return crockford.encode(int.from_bytes(state.digest(), "big") & _TAG_MASK, TAG)


def _permute(machine: _Machine, counter: int) -> int:
    """A balanced Feistel network; each round's hash state is copied and fed one half."""
    left, right = counter >> _HALF, counter & _MASK
    for prepared in machine.rounds:
        state = prepared.copy()
        state.update(right.to_bytes(4, "big"))
        left, right = right, left ^ (int.from_bytes(state.digest(), "big") & _MASK)
    return left << _HALF | right


def _permute_back(machine: _Machine, permuted: int) -> int:
    left, right = permuted >> _HALF, permuted & _MASK
    for prepared in reversed(machine.rounds):
        state = prepared.copy()
        state.update(left.to_bytes(4, "big"))
        left, right = right ^ (int.from_bytes(state.digest(), "big") & _MASK), left
    return left << _HALF | right
