"""How much one capture may bring, announced in headers and enforced while reading.

EPCIS 2.0 REST binding, headers GS1-EPCIS-Capture-Limit (events) and
GS1-EPCIS-Capture-File-Size-Limit (bytes). A body over the limit is refused by its announced
length before a byte is read, and one without a length as soon as it runs over. An address may be
as long as `ADDRESS`, so that a query in a URL can be long, and no longer (414).
"""

from __future__ import annotations

from typing import Protocol

from nguon.exchange.problem import Problem, refuse

CHUNK = 64 * 1024
EVENTS = 1_000_000
BYTES = 1 << 30
# What is held in memory whole: a dry run, a single event, a query.
WHOLE = 16 << 20
# Path and query in bytes. Proxies in front may allow less.
ADDRESS = 16 * 1024


class Stream(Protocol):
    """What a body is read from."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes, empty at the end."""
        ...


def check_address(path: str, query: str) -> Problem | None:
    """Problem 414 for an address that is too long."""
    length = len(path) + len(query)
    if length <= ADDRESS:
        return None
    return refuse(414, "address_too_long", length, limit=ADDRESS)


def check_length(announced: str | None, limit: int) -> int | None:
    """The announced number of bytes, None where there is none; Problem 400 or 413."""
    if not announced:
        return None
    if not (announced.isascii() and announced.isdigit()):
        raise refuse(400, "length", announced)
    # A number of twenty digits is too large whatever its value.
    length = int(announced) if len(announced) < 20 else limit + 1
    if length > limit:
        raise refuse(413, "too_large", announced, limit=limit)
    return length


def read_limited(stream: Stream, expected: int | None, limit: int) -> bytes:
    """The whole body: `expected` bytes, or to the end where that is None.

    Raises Problem 413 once it runs over `limit`, 400 where it stops short. Never holds more
    than the limit and one chunk.
    """
    body = bytearray()
    while expected is None or len(body) < expected:
        wanted = CHUNK if expected is None else min(CHUNK, expected - len(body))
        chunk = stream.read(wanted)
        if not chunk:
            break
        body += chunk
        if len(body) > limit:
            raise refuse(413, "too_large", len(body), limit=limit)
    if expected is not None and len(body) < expected:
        raise refuse(400, "cut_short", len(body), expected=expected)
    return bytes(body)
