"""The header GS1-Signature: who sent a callback, when, and that nothing was changed.

The standard leaves the scheme to the implementation. Ours is `t=<seconds>,v1=<hex>`: HMAC-SHA256
under the subscriber's own signatureToken (RFC 2104), over the seconds since 1970, a full stop, and
the body as it was sent. The time is signed so that a callback kept by a stranger cannot be sent
again much later (docs/how-to/subscribe.md has the check in a few lines).
"""

from __future__ import annotations

import hmac


def sign(token: str, body: bytes, seconds: int) -> str:
    """The value of GS1-Signature for a body sent at that time."""
    return f"t={seconds},v1={_digest(token, body, seconds)}"


def verify(token: str, body: bytes, header: str, now: int, tolerance: int = 300) -> bool:
    """Whether a header is the signature of a body, made at most `tolerance` seconds from `now`."""
    parts = dict(part.strip().partition("=")[::2] for part in header.split(","))
    stamp, given = parts.get("t", ""), parts.get("v1", "")
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) < 15 and given.isascii()):
        return False
    right = _digest(token, body, int(stamp))
    return hmac.compare_digest(right, given) and abs(now - int(stamp)) <= tolerance


def _digest(token: str, body: bytes, seconds: int) -> str:
    return hmac.digest(token.encode(), b"%d." % seconds + body, "sha256").hex()
