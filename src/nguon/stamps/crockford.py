"""Crockford's base 32: digits and capitals without I, L, O and U, so that people can read it out.

Every character is in the alphanumeric set of a QR code (ISO/IEC 18004) and in set 82 of GS1.
"""

from __future__ import annotations

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PAIRS = [first + second for first in ALPHABET for second in ALPHABET]
_VALUES = {sign: value for value, sign in enumerate(ALPHABET)}
_TYPED = str.maketrans(
    {"O": "0", "I": "1", "L": "1", **dict.fromkeys(" -\u00a0\u2010\u2011\u2013")}
)


def encode(number: int, length: int) -> str:
    """`number` in `length` characters, the most significant first."""
    end = 5 * (length % 2)
    pairs = [_PAIRS[number >> shift & 1023] for shift in range(5 * length - 10, end - 1, -10)]
    return "".join(pairs) + (ALPHABET[number & 31] if end else "")


def decode(text: str) -> int | None:
    """The number behind `text`; None where a character is not of the alphabet."""
    number = 0
    for sign in text:
        value = _VALUES.get(sign)
        if value is None:
            return None
        number = number << 5 | value
    return number


def normalise(text: str) -> str:
    """What somebody typed, as it was printed: capitals, O as 0, I and L as 1, no gaps."""
    return text.upper().translate(_TYPED)
