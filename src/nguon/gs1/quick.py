"""Canonical keys of the plainest and commonest forms, without building an identifier.

GTIN, lot, serial, SSCC and GLN in Digital Links without a stem (or one of two letters, as for
a language), and the commonest EPC URNs, with values spelt as in the key. Whatever is not
plainly right is left to `identify`, which also says what is wrong. The rules are those of
`digital_link` and `epc_urn`; a property test ties them.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from nguon.gs1.checksum import digit_after

_HOME = "https://id.gs1.org"
_PLAIN = r"[A-Za-z0-9\-._]{1,20}"
# Within a link also the triplets that `charset.encode` would write for a sign of set 82.
_ENCODED = r"(?:[A-Za-z0-9\-._]|%2[125-9A-CF]|%3[A-F]){1,20}"
_LINK = re.compile(
    r"https?://[A-Za-z0-9.\-]{1,253}(?:/[a-z]{2})?"
    rf"(/(?:01/([0-9]{{14}})(?:/(?:10|21)/{_ENCODED})?|00/([0-9]{{18}})"
    rf"|414/([0-9]{{13}})(?:/254/(?!0\Z){_ENCODED})?|417/([0-9]{{13}})))"
)
_URN = re.compile(
    r"urn:epc:([a-z]{2,5}:[a-z]{4,5}):([0-9]{6,12})\.([0-9]{1,11})"
    rf"(?:\.({_PLAIN}|\*))?"
)


class _Form(NamedTuple):
    """Digits of prefix and reference, whether the first digit is turned to the front, what
    stands before the digits and before the serial (None: no serial), the serial's longest."""

    digits: int
    turned: bool
    lead: str
    joint: str | None = None
    longest: int = 0


_FORMS = {
    "id:sgtin": _Form(13, turned=True, lead="/01/", joint="/21/", longest=20),
    "class:lgtin": _Form(13, turned=True, lead="/01/", joint="/10/", longest=20),
    "idpat:sgtin": _Form(13, turned=True, lead="/01/", joint=""),
    "id:sscc": _Form(17, turned=True, lead="/00/"),
    "id:sgln": _Form(12, turned=False, lead="/414/", joint="/254/", longest=20),
    "id:pgln": _Form(12, turned=False, lead="/417/"),
    "id:grai": _Form(12, turned=False, lead="/8003/0", joint="", longest=16),
    "idpat:grai": _Form(12, turned=False, lead="/8003/0", joint=""),
    "id:gdti": _Form(12, turned=False, lead="/253/", joint="", longest=17),
}


def key(text: str) -> str | None:
    """The canonical key where `text` is one of the plain forms and right; else None."""
    if text.startswith("urn:"):
        found = _URN.fullmatch(text)
        return _key_of_urn(found) if found else None
    if found := _LINK.fullmatch(text):
        path, gtin, sscc, place, party = found.groups()
        digits = gtin or sscc or place or party
        if digit_after(digits[:-1]) == digits[-1]:
            return _HOME + path
    return None


def _key_of_urn(found: re.Match[str]) -> str | None:
    name, prefix, reference, serial = found.groups()
    form = _FORMS.get(name)
    if form is None or len(prefix) + len(reference) != form.digits:
        return None
    body = reference[0] + prefix + reference[1:] if form.turned else prefix + reference
    path = f"{_HOME}{form.lead}{body}{digit_after(body)}"
    if serial is None or form.joint is None:
        return path if serial is form.joint else None
    if serial == "*" or not form.longest:
        return path if serial == "*" and not form.longest else None
    if serial == "0" and name == "id:sgln":
        return path
    return f"{path}{form.joint}{serial}" if len(serial) <= form.longest else None
