"""Check digits and check character pairs (GS1 General Specifications 7.9).

Mod 10 over digits for every fixed-length numeric key; mod 1021 over character set 82 for the
pair that ends a Global Model Number (8013).
"""

from __future__ import annotations

from nguon.gs1.charset import SET_82
from nguon.gs1.error import gs1_error

_PAIR = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_MODULUS = 1021
# The primes below the modulus: one weight for each place, counted from the right.
_WEIGHTS = tuple(n for n in range(2, _MODULUS) if all(n % d for d in range(2, int(n**0.5) + 1)))
LONGEST_PAIRED = len(_WEIGHTS)
_DIGITS = "0123456789"


def digit_after(body: str) -> str:
    """The check digit of ASCII digits known to be such; `check_digit` is the guarded form.

    Sums the code points in two strides, and takes the 48 of each back out.
    """
    codes = body.encode()
    odd, even = codes[-1::-2], codes[-2::-2]
    total = 3 * (sum(odd) - 48 * len(odd)) + sum(even) - 48 * len(even)
    return _DIGITS[-total % 10]


def check_digit(body: str) -> str:
    """The digit that follows `body` (any number of digits, without the check digit itself).

    Raises `gs1.illegal_character` where `body` holds anything but the digits 0 to 9, and
    `gs1.empty_component` where it is empty.
    """
    _require_digits(body)
    return digit_after(body)


def verify_check_digit(digits: str) -> bool:
    """Whether the last of `digits` is the check digit of those before it."""
    _require_digits(digits)
    return len(digits) > 1 and digit_after(digits[:-1]) == digits[-1]


def check_pair(body: str) -> str:
    """The two check characters after the `body` of a Global Model Number.

    Each character of set 82 counts by its place in the set, times a prime that grows from the
    right; the sum modulo 1021 is written in two characters of 32 that are hard to confuse.
    No wrong character and no two exchanged ones go unnoticed: differences of characters and
    of weights are smaller than the modulus, which is prime. `body` has at most
    `LONGEST_PAIRED` characters, all of set 82 (a Global Model Number 23).
    """
    weights = _WEIGHTS[: len(body)][::-1]
    total = sum(SET_82.index(sign) * weight for sign, weight in zip(body, weights, strict=True))
    high, low = divmod(total % _MODULUS, 32)
    return _PAIR[high] + _PAIR[low]


def _require_digits(text: str) -> None:
    if not text:
        raise gs1_error("empty_component", text)
    for index, sign in enumerate(text):
        if sign not in _DIGITS:
            raise gs1_error("illegal_character", text, index, found=sign, allowed="0-9")
