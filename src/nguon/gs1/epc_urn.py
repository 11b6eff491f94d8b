"""EPC URNs, read and written (EPC Tag Data Standard 2.x, section 6; CBV 2.0, section 8.2).

A URN shows the company prefix apart and has no check digit. Pure identities
(`urn:epc:id:`), lots (`urn:epc:class:lgtin:`) and classes (`urn:epc:idpat:…*`) are read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from nguon.gs1.charset import decode_urn, encode_urn
from nguon.gs1.checksum import digit_after
from nguon.gs1.error import gs1_error
from nguon.gs1.prefixes import company_prefix_length
from nguon.gs1.values import Elements, check_value

_START = re.compile(r"urn:epc:(id|class|idpat):([a-z0-9]+):(.*)", re.IGNORECASE | re.DOTALL)
_SHORTEST_PREFIX, _LONGEST_PREFIX = 6, 12


@dataclass(frozen=True, slots=True)
class Scheme:
    """How the digits of one GS1 key are spread over the components of its URN.

    - `ai`: of the primary key; `lead`: what stands before the digits in its value.
    - `digits`: of prefix and reference together, without the check digit that follows them;
      None where the reference is text and nothing follows (GIAI, GINC, CPI).
    - `turned`: the reference's first digit comes first in the key (indicator, extension).
    - `pieces`: components between the reference and the serial, taken as they are (ITIP).
    - `serial`: the AI of the last component, "" where it ends the primary key's own value, None
      where there is none.
    """

    name: str
    ai: str
    digits: int | None
    serial: str | None = None
    lead: str = ""
    turned: bool = False
    pieces: int = 0

    @property
    def components(self) -> int:
        return 2 + self.pieces + (self.serial is not None)


SCHEMES = {
    scheme.name: scheme
    for scheme in (
        Scheme("sgtin", "01", 13, "21", turned=True),
        Scheme("lgtin", "01", 13, "10", turned=True),
        Scheme("upui", "01", 13, "235", turned=True),
        Scheme("itip", "8006", 13, "21", turned=True, pieces=2),
        Scheme("sscc", "00", 17, turned=True),
        Scheme("sgln", "414", 12, "254"),
        Scheme("pgln", "417", 12),
        Scheme("grai", "8003", 12, "", lead="0"),
        Scheme("gdti", "253", 12, ""),
        Scheme("sgcn", "255", 12, ""),
        Scheme("gsrn", "8018", 17),
        Scheme("gsrnp", "8017", 17),
        Scheme("gsin", "402", 16),
        Scheme("giai", "8004", None),
        Scheme("ginc", "401", None),
        Scheme("cpi", "8010", None, "8011"),
    )
}
_CAGE = "[0-9A-HJ-NP-Z]{5,6}"
_KEYLESS = {
    "gid": re.compile(r"(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*|\*)", re.ASCII),
    "usdod": re.compile(rf"{_CAGE}\.(?:0|[1-9]\d*)", re.ASCII),
    "adi": re.compile(rf"{_CAGE}\.(?:[A-Z0-9-]|%2F)*\.(?:(?:%23)?(?:[A-Z0-9-]|%2F)+|\*)"),
    "bic": re.compile(r"[A-Z]{3}[JUZ]\d{7}", re.ASCII),
    "imovn": re.compile(r"\d{7}", re.ASCII),
}
_CLASS_SCHEMES = frozenset({"sgtin", "upui", "itip", "grai", "gdti", "sgcn", "cpi", "gid", "adi"})


class Reading(NamedTuple):
    """What a URN says. `ais` is empty for schemes without a GS1 key (gid, usdod, adi, bic …)."""

    kind: str
    scheme: str
    ais: Elements
    prefix_length: int | None


def read(urn: str) -> Reading:
    """The parts of an EPC URN (a text that starts with `urn:epc:`). Raises Gs1Error."""
    found = _START.fullmatch(urn)
    if found is None:
        raise gs1_error("urn_kind", urn, len("urn:epc:"))
    kind, name, body = found[1].lower(), found[2].lower(), found[3]
    _check_kind(urn, kind, name)
    if name in _KEYLESS:
        return _read_keyless(urn, kind, name, body)
    scheme = SCHEMES[name]
    parts = body.split(".", scheme.components - 1)
    if len(parts) != scheme.components:
        words = {"found": len(parts), "expected": scheme.components}
        raise gs1_error("urn_components", urn, scheme=name, **words)
    if kind == "idpat" and (parts[-1] != "*" or "*" in parts[:-1]):
        raise gs1_error("pattern", urn, urn.index("*") if "*" in urn else None)
    serial = None if kind == "idpat" else parts[-1]
    return Reading(kind, name, _elements(scheme, parts, serial), len(parts[0]))


def _check_kind(urn: str, kind: str, name: str) -> None:
    if name not in SCHEMES and name not in _KEYLESS:
        raise gs1_error("urn_scheme", urn, len(f"urn:epc:{kind}:"), name=name)
    if kind == "idpat" and name not in _CLASS_SCHEMES:
        raise gs1_error("pattern", urn, len("urn:epc:idpat:"))
    if kind != "idpat" and (kind == "class") != (name == "lgtin"):
        raise gs1_error("urn_kind", urn, len("urn:epc:"))


def _read_keyless(urn: str, kind: str, name: str, body: str) -> Reading:
    starred = body.endswith("*")
    if _KEYLESS[name].fullmatch(body) is None or starred != (kind == "idpat"):
        raise gs1_error("urn_body", urn, len(urn) - len(body), scheme=name)
    return Reading(kind, name, (), None)


def _elements(scheme: Scheme, parts: list[str], serial: str | None) -> Elements:
    prefix, reference = parts[0], parts[1]
    _check_prefix(prefix)
    if scheme.digits is None:
        value = prefix + decode_urn(reference)
        if not reference:
            raise gs1_error("empty_component", ".".join(parts), len(prefix) + 1, ai=scheme.ai)
    else:
        _check_digits(scheme, prefix, reference)
        value = _join(scheme, prefix, reference) + _pieces(scheme, parts)
    if scheme.serial is None or serial is None:
        return ((scheme.ai, check_value(scheme.ai, value)),)
    if not serial:
        raise gs1_error("empty_component", ".".join(parts), len(".".join(parts)), ai=scheme.serial)
    decoded = decode_urn(serial)
    if not scheme.serial:
        return ((scheme.ai, check_value(scheme.ai, value + decoded)),)
    key = (scheme.ai, check_value(scheme.ai, value))
    if scheme.name == "sgln" and decoded == "0":
        return (key,)
    return (key, (scheme.serial, check_value(scheme.serial, decoded)))


def _pieces(scheme: Scheme, parts: list[str]) -> str:
    """Piece and total of an ITIP, two digits each."""
    pieces = parts[2 : 2 + scheme.pieces]
    for at, piece in enumerate(pieces, 2):
        if len(piece) != 2:
            start = len(".".join(parts[:at])) + 1
            raise gs1_error("urn_body", ".".join(parts), start, scheme=scheme.name)
    return "".join(pieces)


def _join(scheme: Scheme, prefix: str, reference: str) -> str:
    body = reference[0] + prefix + reference[1:] if scheme.turned else prefix + reference
    return scheme.lead + body + digit_after(body)


def _check_prefix(prefix: str) -> None:
    _check_all_digits(prefix)
    if not _SHORTEST_PREFIX <= len(prefix) <= _LONGEST_PREFIX:
        raise gs1_error("prefix_length", prefix, length=len(prefix))


def _check_digits(scheme: Scheme, prefix: str, reference: str) -> None:
    _check_all_digits(reference)
    if scheme.turned and not reference:
        raise gs1_error("empty_component", reference, ai=scheme.ai)
    if len(prefix) + len(reference) != scheme.digits:
        words = {"found": len(prefix) + len(reference), "expected": scheme.digits}
        raise gs1_error("urn_length", f"{prefix}.{reference}", scheme=scheme.name, **words)


def _check_all_digits(text: str) -> None:
    for index, sign in enumerate(text):
        if not "0" <= sign <= "9":
            raise gs1_error("illegal_character", text, index, found=sign, allowed="0-9")


def write(ais: Elements, prefix_length: int | None) -> str:
    """The URN of a checked key with the one qualifier that its EPC knows, or none.

    Raises `gs1.no_urn`, `gs1.prefix_length` or `gs1.prefix_unknown`.
    """
    names = tuple(ai for ai, _ in ais)
    scheme = next((s for s in SCHEMES.values() if names in ((s.ai,), (s.ai, s.serial))), None)
    if scheme is None or (scheme.name == "lgtin" and len(ais) == 1):
        raise gs1_error("no_urn", "/".join(f"{ai}/{value}" for ai, value in ais))
    body, rest = _apart(scheme, ais[0][1])
    parts = _split(scheme, body, prefix_length)
    parts += [rest[at : at + 2] for at in range(0, 2 * scheme.pieces, 2)]
    serial = _serial(scheme, ais, rest)
    if scheme.serial is not None:
        parts.append("*" if serial is None else encode_urn(serial))
    kind = "class" if scheme.name == "lgtin" else "id" if serial is not None else "idpat"
    if scheme.serial is None:
        kind = "id"
    return f"urn:epc:{kind}:{scheme.name}:" + ".".join(parts)


def _apart(scheme: Scheme, value: str) -> tuple[str, str]:
    """The digits of prefix and reference without the check digit; what follows them."""
    if scheme.digits is None:
        return value, ""
    start = len(scheme.lead)
    end = start + scheme.digits
    return value[start:end], value[end + 1 :]


def _serial(scheme: Scheme, ais: Elements, rest: str) -> str | None:
    if scheme.serial == "":
        return rest or None
    if len(ais) > 1:
        return ais[1][1]
    return "0" if scheme.name == "sgln" else None


def _split(scheme: Scheme, body: str, wanted: int | None) -> list[str]:
    """The prefix and the reference of `body`."""
    turned = body[:1] if scheme.turned else ""
    body = body[len(turned) :]
    length = wanted if wanted is not None else company_prefix_length(body)
    if length is None:
        raise gs1_error("prefix_unknown", body)
    if not _SHORTEST_PREFIX <= length <= _LONGEST_PREFIX:
        raise gs1_error("prefix_length", body[:length], length=length)
    prefix, reference = body[:length], body[length:]
    _check_all_digits(prefix)
    if scheme.digits is None:
        if not reference:
            raise gs1_error("prefix_length", prefix, length=length)
        return [prefix, encode_urn(reference)]
    return [prefix, turned + reference]
