"""The signed form of a stamp: Ed25519 over what stands in the code, checked without network.

A seal is 86 characters of signature and up to four of the key's name: 90, as AI (8030) takes
(GS1 General Specifications 3.9). Signed is a message that can be read in one way only: a name
for the purpose, the key's name, the canonical code, then lot and dates, a line each.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from importlib import resources
from typing import Any, Literal

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from nguon.errors import Fault, Language, NguonError
from nguon.stamps import encoding
from nguon.stamps.coded import Coded, put_in, take_apart
from nguon.stamps.error import stamp_error
from nguon.stamps.jwks import PublicKey, read_jwks
from nguon.stamps.keys import StampKey

Status = Literal["genuine", "unsigned", "unknown_key", "wrong", "revoked", "expired", "unreadable"]
PURPOSE = "nguon-seal-1"
_SIGNATURE = 86
_LONGEST = _SIGNATURE + 4


class Verdict(msgspec.Struct, frozen=True):
    """What a check found, and what it read.

    `elements` holds keys and qualifiers, `covered` the attributes that the signature covers,
    `uncovered` those that anybody could have added.
    """

    status: Status
    code: str = ""
    kid: str = ""
    issuer: str = ""
    day: date | None = None
    elements: tuple[tuple[str, str], ...] = ()
    covered: tuple[tuple[str, str], ...] = ()
    uncovered: tuple[tuple[str, str], ...] = ()
    fault: Fault | None = None

    @property
    def genuine(self) -> bool:
        return self.status == "genuine"

    @property
    def kind(self) -> str:
        """How a page shows it: proof, none, odd or warn."""
        return verdict_words()[self.status]["kind"]

    def title(self, language: Language = "vi") -> str:
        """The answer, in one sentence."""
        return self._fill(f"title_{language}")

    def sentence(self, language: Language = "vi") -> str:
        """What it means and what to do; for a code that cannot be read, what is wrong with it."""
        said = self._fill(language)
        return said if self.fault is None else f"{self.fault.sentence(language)} {said}"

    def _fill(self, name: str) -> str:
        day = "" if self.day is None else f"{self.day:%d/%m/%Y}"
        words = verdict_words()[self.status][name]
        return words.format(issuer=self.issuer, kid=self.kid, day=day)


@cache
def verdict_words() -> Mapping[str, Mapping[str, str]]:
    """Kind, titles and sentences of every status (`verdicts.toml`)."""
    text = resources.files("nguon.stamps").joinpath("verdicts.toml").read_text("utf-8")
    return tomllib.loads(text)


def seal(key: StampKey, text: str) -> str:
    """The value of AI (8030), or of the query key `sig`, for a code in any form.

    Raises Gs1Error for what is no code, `stamps.key_revoked` for a revoked key.
    """
    return _sign(key, take_apart(text))


def attach(key: StampKey, text: str) -> str:
    """The code with its signature in it: where, `coded` says.

    Raises `stamps.seal_needs_serial` for an element string that AI (8030) may not stand in.
    """
    coded = take_apart(text)
    return put_in(text, coded, _sign(key, coded))


def _sign(key: StampKey, coded: Coded) -> str:
    if key.revoked is not None:
        raise stamp_error("key_revoked", key.id, day=key.revoked.isoformat())
    return encoding.to_text(key.private.sign(message(key.kid, coded))) + key.kid


def message(kid: str, coded: Coded) -> bytes:
    """What is signed. No part holds a line break, so that lines cannot be shifted."""
    lines = [PURPOSE, f"kid:{kid}", f"code:{coded.code}"]
    lines += [f"{ai}:{value}" for ai, value in coded.covered]
    if any("\n" in line for line in lines):
        raise stamp_error("line_break", coded.code)
    return "\n".join(lines).encode("utf-8")


def verify(
    text: str,
    jwks: bytes | str | Mapping[str, Any] | Iterable[PublicKey],
    on: date | None = None,
) -> Verdict:
    """Check a code against a key set; `on` is the day by which keys may have expired.

    Never raises for what stands in the code: what cannot be read is a verdict too. Raises
    `stamps.jwks_broken` for a key set that is none.
    """
    keys = read_jwks(jwks) if isinstance(jwks, bytes | str | Mapping) else tuple(jwks)
    try:
        coded = take_apart(text)
        return _judge(coded, keys, on)
    except NguonError as error:
        return Verdict("unreadable", code=text.strip(), fault=error.fault)


def _judge(coded: Coded, keys: tuple[PublicKey, ...], on: date | None) -> Verdict:
    if not coded.seal:
        return _verdict("unsigned", coded)
    signature, kid = encoding.to_bytes(coded.seal[:_SIGNATURE]), coded.seal[_SIGNATURE:]
    named = [key for key in keys if key.kid == kid]
    if signature is None or len(coded.seal) > _LONGEST or not kid:
        return _verdict("wrong", coded, kid=kid[:4] or "?")
    if not named:
        return _verdict("unknown_key", coded, kid=kid)
    signed = message(kid, coded)
    key = next((key for key in named if _fits(key, signature, signed)), None)
    if key is None:
        return _verdict("wrong", coded, kid=kid, issuer=named[0].issuer)
    if key.revoked is not None:
        return _verdict("revoked", coded, kid=kid, issuer=key.issuer, day=key.revoked)
    if on is not None and key.valid_until is not None and on > key.valid_until:
        return _verdict("expired", coded, kid=kid, issuer=key.issuer, day=key.valid_until)
    return _verdict("genuine", coded, kid=kid, issuer=key.issuer)


def _fits(key: PublicKey, signature: bytes, signed: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key.x).verify(signature, signed)
    except (InvalidSignature, ValueError):
        return False
    return True


def _verdict(
    status: Status, coded: Coded, kid: str = "", issuer: str = "", day: date | None = None
) -> Verdict:
    return Verdict(
        status,
        coded.code,
        kid,
        issuer,
        day,
        coded.elements,
        coded.covered,
        coded.uncovered,
    )
