"""GS1 identification: keys, check digits, element strings, Digital Link and EPC URIs.

`identify` reads what an event holds, `read_code` what a person pastes or a scanner sends;
`canonical_key` is the one name under which every syntax of a thing is stored. Rules: GS1
General Specifications, GS1 Digital Link URI Syntax 1.7, EPC Tag Data Standard 2.x.
"""

from __future__ import annotations

from nguon.gs1.checksum import check_digit, verify_check_digit
from nguon.gs1.code import read_code
from nguon.gs1.error import Gs1Error
from nguon.gs1.identifier import Identifier, Level
from nguon.gs1.recognition import canonical_key, identify, level_of

__all__ = [
    "Gs1Error",
    "Identifier",
    "Level",
    "canonical_key",
    "check_digit",
    "identify",
    "level_of",
    "read_code",
    "verify_check_digit",
]
