"""What an answer is made of before it is one: bytes, their form, what was done."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import msgspec

XML_DECLARATION: Final = "<?xml version='1.0' encoding='UTF-8'?>\n"
_json = msgspec.json.Encoder(decimal_format="number")


@dataclass(frozen=True, slots=True)
class Rendered:
    """A body, its media type, the headers that say what was done."""

    body: bytes
    media_type: str
    headers: dict[str, str] = field(default_factory=dict)


def encode_json(content: object) -> bytes:
    """Plain values, exact numbers among them, in UTF-8."""
    return _json.encode(content)
