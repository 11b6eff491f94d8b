"""EPC binary strings of RFID and NFC tags, read and written (EPC Tag Data Standard 2.3, 14.6).

Every scheme with a GS1 key: those of 96 bits and more with their partition tables, those with
one plus sign (2.0) and with two (2.3), whose domain name is passed over, and the "+AIDC data"
after the key (15.3). In Digital Link paths the string stands as `/eh<hex>` or `/ex<base64url>`
(compression standard 1.0, 4.2).
"""

from __future__ import annotations

import re

import msgspec

from nguon.gs1.epc_bits import BitReader, BitsError, skip_host, write_int
from nguon.gs1.epc_schemes import CLASSIC, PLUS, Classic, Plus, date_of
from nguon.gs1.epc_values import read_aidc, write_aidc
from nguon.gs1.error import gs1_error
from nguon.gs1.values import Elements

_HEX = re.compile(r"(?:[0-9A-F]+|[0-9a-f]+)")
_PACKED = re.compile(r"eh([0-9a-f]+)|ex([A-Za-z0-9_-]+)")
_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_WORD = 16
# Zero bits that may follow: up to a whole word of a tag, then up to a sign of base64.
_FILLER = _WORD + 6
# A tag's memory for the EPC holds no more (9.3); the strings of links are no longer.
_LONGEST = 512
_HEADERS: dict[int, Classic | Plus] = {
    **{scheme.header: scheme for scheme in CLASSIC.values()},
    **{header: scheme for scheme in PLUS.values() for header in (scheme.header, scheme.twin)},
}


class Epc(msgspec.Struct, frozen=True):
    """What an EPC binary string says.

    - `scheme`: "sgtin-96", "sgtin+", "sgtin++" …; `filter`: what kind of thing is tagged (10).
    - `ais`: primary key and qualifier; `attributes`: the date of a DSGTIN+ and AIDC data.
    - `prefix_length`: digits of the company prefix, which only the older schemes say.
    """

    scheme: str
    ais: Elements
    filter: int
    attributes: Elements = ()
    prefix_length: int | None = None


def read_hex(text: str) -> Epc:
    """The EPC behind hexadecimal digits, all capitals or all small. Raises Gs1Error."""
    if not _HEX.fullmatch(text) or len(text) * 4 > _LONGEST:
        raise gs1_error("epc_text", text)
    return _read(text, "".join(f"{int(digit, 16):04b}" for digit in text))


def read_packed(segment: str) -> Epc:
    """The EPC behind the last segment of a Digital Link, `eh…` or `ex…`. Raises Gs1Error."""
    found = _PACKED.fullmatch(segment)
    if found is None or len(segment) > _LONGEST // 4 + 2:
        raise gs1_error("epc_text", segment)
    if found[1]:
        return _read(segment, "".join(f"{int(digit, 16):04b}" for digit in found[1]))
    return _read(segment, "".join(f"{_BASE64.index(sign):06b}" for sign in found[2]))


def _read(text: str, bits: str) -> Epc:
    reader = BitReader(bits)
    header = int(bits[:8], 2)
    scheme = _HEADERS.get(header) if len(bits) >= 8 else None
    if scheme is None:
        raise gs1_error("epc_header", text, found=f"{header:02X}")
    try:
        reader.take(8)
        if isinstance(scheme, Classic):
            return _read_classic(scheme, reader)
        return _read_plus(scheme, reader, "++" if header == scheme.twin else "+")
    except BitsError as error:
        raise gs1_error("epc_bits", text, None, scheme=scheme.name, at=error.at + 1) from error


def _read_classic(scheme: Classic, reader: BitReader) -> Epc:
    filter_ = reader.take(3)
    reading = scheme.read(reader)
    if "1" in reader.rest or len(reader.rest) >= _FILLER:
        raise reader.fail()
    return Epc(scheme.name, reading.ais, filter_, (), reading.prefix_length)


def _read_plus(scheme: Plus, reader: BitReader, sign: str) -> Epc:
    reader.take(1)  # announces AIDC data to radio filters; what follows the key shows it too
    filter_ = reader.take(3)
    ais, dates = scheme.read(reader)
    if sign == "++":
        skip_host(reader)
    attributes = dates + read_aidc(reader)
    if len({ai for ai, _ in ais + attributes}) != len(ais + attributes):
        raise reader.fail()
    return Epc(scheme.name.rstrip("+") + sign, ais, filter_, attributes)


def write_hex(
    ais: Elements,
    scheme: str,
    *,
    filter_value: int = 0,
    prefix_length: int | None = None,
    attributes: Elements = (),
) -> str:
    """The EPC of `scheme` that names the key and qualifier `ais`, as hexadecimal capitals.

    The older schemes need the length of the company prefix where the issued prefixes do not
    say it, hold no `attributes`, and are filled up to whole words of the tag's memory. A DSGTIN+
    takes its date from the attributes; the others follow the key as AIDC data. Raises
    `gs1.epc_form` where the scheme cannot hold the value.
    """
    shown = "/".join(f"{ai}/{value}" for ai, value in ais)
    try:
        if classic := CLASSIC.get(scheme):
            bits = write_int(classic.header, 8) + write_int(filter_value, 3)
            bits += classic.write(ais, prefix_length)
            return _hex(bits, _WORD)
        if plus := PLUS.get(scheme):
            dates = date_of(attributes) if plus.dated else ()
            more = write_aidc(tuple(one for one in attributes if one not in dates))
            bits = write_int(plus.header, 8) + ("1" if more else "0") + write_int(filter_value, 3)
            return _hex(bits + plus.write(ais, dates) + more, _WORD if more else 4)
    except BitsError as error:
        raise gs1_error("epc_form", shown, None, scheme=scheme) from error
    raise gs1_error("epc_form", shown, None, scheme=scheme)


def _hex(bits: str, whole: int) -> str:
    if len(bits) > _LONGEST - _WORD:
        raise BitsError(0)
    filled = bits + "0" * (-len(bits) % whole)
    return f"{int(filled, 2):0{len(filled) // 4}X}"


def pack(hexadecimal: str, *, base64: bool = True) -> str:
    """The last segment of a Digital Link for an EPC, `ex…` (shorter) or `eh…`."""
    if not base64:
        return "eh" + hexadecimal.lower()
    bits = "".join(f"{int(digit, 16):04b}" for digit in hexadecimal)
    bits += "0" * (-len(bits) % 6)
    groups = (bits[at : at + 6] for at in range(0, len(bits), 6))
    return "ex" + "".join(_BASE64[int(group, 2)] for group in groups)


def plus_scheme(ais: Elements) -> str | None:
    """The scheme with a plus sign that holds such a key and qualifier; None where none does."""
    names = tuple(ai for ai, _ in ais)
    for scheme in PLUS.values():
        if not scheme.dated and names in (scheme.ais, scheme.ais[:1]):
            return scheme.name
    return None
