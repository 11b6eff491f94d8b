"""Base64url without padding (RFC 4648, section 5), one spelling for one value."""

from __future__ import annotations

import base64
import binascii


def to_text(data: bytes) -> str:
    """The bytes in base64url, without `=`."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def to_bytes(text: str) -> bytes | None:
    """The bytes behind `text`; None where it is not the one right spelling of any."""
    try:
        data = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
    except (binascii.Error, UnicodeEncodeError):
        return None
    return data if to_text(data) == text else None
