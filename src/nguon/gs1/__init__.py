"""GS1 identification: keys, check digits, element strings, Digital Link and EPC URIs, local codes.

`identify` reads what an event holds, `read_code` what a person pastes or a scanner sends;
`canonical_key` is the one name under which every syntax of a thing is stored. `parse_link` and
`build_link` are the strict Digital Link that resolvers and labels live by; `check_message` says
which AIs want and shun each other. Rules: GS1 General Specifications, GS1 Digital Link URI Syntax
1.7, EPC Tag Data Standard 2.3.
"""

from __future__ import annotations

from nguon.gs1.checksum import check_digit, verify_check_digit
from nguon.gs1.code import read_code
from nguon.gs1.element_string import read_bracketed, read_marked
from nguon.gs1.epc_binary import Epc, read_hex, read_packed
from nguon.gs1.error import Gs1Error
from nguon.gs1.identifier import Identifier, Level
from nguon.gs1.link import Link, build_link, parse_link
from nguon.gs1.local import LocalCode, read_local_text, read_local_uri
from nguon.gs1.message import check_message, message_faults
from nguon.gs1.recognition import canonical_key, identify, level_of
from nguon.gs1.scan_data import Scan, read_scan, write_scan
from nguon.gs1.values import check_issued, check_value

__all__ = [
    "Epc",
    "Gs1Error",
    "Identifier",
    "Level",
    "Link",
    "LocalCode",
    "Scan",
    "build_link",
    "canonical_key",
    "check_digit",
    "check_issued",
    "check_message",
    "check_value",
    "identify",
    "level_of",
    "message_faults",
    "parse_link",
    "read_bracketed",
    "read_code",
    "read_hex",
    "read_local_text",
    "read_local_uri",
    "read_marked",
    "read_packed",
    "read_scan",
    "verify_check_digit",
    "write_scan",
]
