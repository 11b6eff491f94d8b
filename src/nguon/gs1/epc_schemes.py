"""The EPC binary coding schemes that hold a GS1 key (EPC Tag Data Standard 2.3, 14.2 and 14.6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from nguon.gs1 import epc_bits, epc_urn
from nguon.gs1.charset import decode_urn, encode_urn
from nguon.gs1.epc_bits import BitReader, BitsError, write_int
from nguon.gs1.epc_values import read_value, write_value
from nguon.gs1.values import Elements, check_value

# A partition is the place of a row: bits and digits of the company prefix, longest first.
_PREFIX_BITS = (40, 37, 34, 30, 27, 24, 20)
_LONGEST_PREFIX = 12
_GTIN = (4, 7, 10, 14, 17, 20, 24)
_GLN = (1, 4, 7, 11, 14, 17, 21)
_SSCC = (18, 21, 24, 28, 31, 34, 38)
_GIAI_96 = (42, 45, 48, 52, 55, 58, 62)
_GIAI_202 = (148, 151, 154, 158, 161, 164, 168)
_CPI_96 = (11, 14, 17, 21, 24, 27, 31)
_CPI_VAR = (0,) * 7
_PIECE = 7
_TOGETHER = 18  # Signs of the reference beside a prefix of twelve digits; one more for each less.

Reference = Literal["digits", "integer", "ascii", "six"]
Serial = Literal["", "integer", "ascii", "led"]


@dataclass(frozen=True, slots=True)
class Classic:
    """A scheme before 2.0: company prefix and reference share bits by a partition.

    - `scheme`: that of the EPC URN; `row`: bits of the reference for each partition.
    - `reference`: how it is written; with "digits", `fewest` is how many it has beside a prefix
      of twelve.
    - `serial`, `serial_bits`: the serial number; `unused`: zero bits at the end.
    """

    name: str
    header: int
    scheme: str
    row: tuple[int, ...]
    serial: Serial = ""
    serial_bits: int = 0
    reference: Reference = "digits"
    fewest: int = 0
    unused: int = 0

    def read(self, reader: BitReader) -> epc_urn.Reading:
        """What follows the filter, by way of the URN, which knows the rules of its keys."""
        partition = reader.take(3)
        if partition >= len(self.row):
            raise reader.fail(3)
        parts = [epc_bits.read_digits(reader, _PREFIX_BITS[partition], 12 - partition)]
        parts.append(self._read_reference(reader, partition))
        if self.scheme == "itip":
            parts += [epc_bits.read_digits(reader, _PIECE, 2) for _ in range(2)]
        if self.serial:
            parts.append(encode_urn(self._read_serial(reader)))
        if reader.take(self.unused):
            raise reader.fail(self.unused)
        return epc_urn.read(f"urn:epc:id:{self.scheme}:" + ".".join(parts))

    def _read_reference(self, reader: BitReader, partition: int) -> str:
        width = self.row[partition]
        if self.reference == "digits":
            return epc_bits.read_digits(reader, width, self.fewest + partition)
        if self.reference == "integer":
            return str(reader.take(width))
        if self.reference == "six":
            return encode_urn(epc_bits.read_six(reader, _TOGETHER + partition))
        return encode_urn(epc_bits.read_ascii(reader, width))

    def _read_serial(self, reader: BitReader) -> str:
        if self.serial == "integer":
            return str(reader.take(self.serial_bits))
        if self.serial == "led":
            return epc_bits.read_led(reader, self.serial_bits)
        return epc_bits.read_ascii(reader, self.serial_bits)

    def write(self, ais: Elements, prefix_length: int | None) -> str:
        """The bits after the filter. Raises Gs1Error for the URN's reasons, else BitsError."""
        urn = epc_urn.write(ais, prefix_length)
        _, _, kind, scheme, body = urn.split(":", 4)
        if (kind, scheme) != ("id", self.scheme):
            raise BitsError(0)
        parts = body.split(".", epc_urn.SCHEMES[scheme].components - 1)
        partition = _LONGEST_PREFIX - len(parts[0])
        bits = write_int(partition, 3) + write_int(int(parts[0]), _PREFIX_BITS[partition])
        bits += self._write_reference(decode_urn(parts[1]), partition)
        if self.scheme == "itip":
            bits += "".join(write_int(int(piece), _PIECE) for piece in parts[2:4])
        if self.serial:
            bits += self._write_serial(decode_urn(parts[-1]))
        return bits + "0" * self.unused

    def _write_reference(self, text: str, partition: int) -> str:
        width = self.row[partition]
        if self.reference == "digits":
            return write_int(int(text or "0"), width)
        if self.reference == "integer":
            return write_int(_plain_number(text), width)
        if len(text) > _TOGETHER + partition:
            raise BitsError(0)
        return (
            epc_bits.write_six(text)
            if self.reference == "six"
            else epc_bits.write_ascii(text, width)
        )

    def _write_serial(self, text: str) -> str:
        if self.serial == "integer":
            return write_int(_plain_number(text), self.serial_bits)
        if self.serial == "led":
            return epc_bits.write_led(text, self.serial_bits)
        return epc_bits.write_ascii(text, self.serial_bits)


def _plain_number(text: str) -> int:
    """A number without zeros before it, which these bits would lose."""
    if not (text.isascii() and text.isdigit()) or (text[0] == "0" and text != "0"):
        raise BitsError(0)
    return int(text)


@dataclass(frozen=True, slots=True)
class Plus:
    """A scheme of 2.0: the values of AIs one after the other, the primary key first.

    `twin` is the header of the scheme of 2.3 that adds a domain name; with `dated` a date comes
    before the key.
    """

    name: str
    header: int
    twin: int
    ais: tuple[str, ...]
    dated: bool = False

    def read(self, reader: BitReader) -> tuple[Elements, Elements]:
        """Key and qualifier, and the date where there is one."""
        dated = (self._read_date(reader),) if self.dated else ()
        ais = tuple((ai, read_value(ai, reader)) for ai in self.ais)
        if len(ais[0][1]) == _CLASS_LENGTHS.get(ais[0][0]):
            raise reader.fail()
        return ais[:1] if ais[1:] == _NO_EXTENSION else ais, dated

    def _read_date(self, reader: BitReader) -> tuple[str, str]:
        kind = reader.take(4)
        if kind >= len(_DATES):
            raise reader.fail(4)
        return _DATES[kind], check_value(_DATES[kind], epc_bits.read_date(reader))

    def write(self, ais: Elements, dates: Elements) -> str:
        """The bits after the filter. Raises BitsError where the scheme holds no such thing."""
        if self.ais[1:] == ("254",) and len(ais) == 1:
            ais += _NO_EXTENSION
        names = tuple(ai for ai, _ in ais)
        if names != self.ais or len(ais[0][1]) == _CLASS_LENGTHS.get(names[0]):
            raise BitsError(0)
        bits = _write_date(dates) if self.dated else ""
        return bits + "".join(write_value(ai, value) for ai, value in ais)


def date_of(attributes: Elements) -> Elements:
    """The one of `attributes` that a DSGTIN+ holds before its key."""
    return next(
        ((element,) for element in attributes if element[0] in _DATES and len(element[1]) == 6), ()
    )


def _write_date(dates: Elements) -> str:
    for ai, value in date_of(dates):
        return write_int(_DATES.index(ai), 4) + epc_bits.write_date(value)
    raise BitsError(0)


_NO_EXTENSION = (("254", "0"),)
# Keys of a class, without the serial number that an EPC must have.
_CLASS_LENGTHS = {"253": 13, "255": 13, "8003": 14}
_DATES = ("11", "13", "15", "16", "17", "7006", "7007")
CLASSIC = {
    scheme.name: scheme
    for scheme in (
        Classic("sgtin-96", 0x30, "sgtin", _GTIN, "integer", 38, fewest=1),
        Classic("sgtin-198", 0x36, "sgtin", _GTIN, "ascii", 140, fewest=1),
        Classic("sscc-96", 0x31, "sscc", _SSCC, fewest=5, unused=24),
        Classic("sgln-96", 0x32, "sgln", _GLN, "integer", 41),
        Classic("sgln-195", 0x39, "sgln", _GLN, "ascii", 140),
        Classic("grai-96", 0x33, "grai", _GTIN, "integer", 38),
        Classic("grai-170", 0x37, "grai", _GTIN, "ascii", 112),
        Classic("giai-96", 0x34, "giai", _GIAI_96, reference="integer"),
        Classic("giai-202", 0x38, "giai", _GIAI_202, reference="ascii"),
        Classic("gsrn-96", 0x2D, "gsrn", _SSCC, fewest=5, unused=24),
        Classic("gsrnp-96", 0x2E, "gsrnp", _SSCC, fewest=5, unused=24),
        Classic("gdti-96", 0x2C, "gdti", _GLN, "integer", 41),
        Classic("gdti-113", 0x3A, "gdti", _GLN, "led", 58),
        Classic("gdti-174", 0x3E, "gdti", _GLN, "ascii", 119),
        Classic("cpi-96", 0x3C, "cpi", _CPI_96, "integer", 31, reference="integer"),
        Classic("cpi-var", 0x3D, "cpi", _CPI_VAR, "integer", 40, reference="six"),
        Classic("sgcn-96", 0x3F, "sgcn", _GLN, "led", 41),
        Classic("itip-110", 0x40, "itip", _GTIN, "integer", 38, fewest=1),
        Classic("itip-212", 0x41, "itip", _GTIN, "ascii", 140, fewest=1),
    )
}
PLUS = {
    scheme.name: scheme
    for scheme in (
        Plus("sgtin+", 0xF7, 0xFD, ("01", "21")),
        Plus("dsgtin+", 0xFB, 0xFC, ("01", "21"), dated=True),
        Plus("sscc+", 0xF9, 0xEF, ("00",)),
        Plus("sgln+", 0xF2, 0xE9, ("414", "254")),
        Plus("grai+", 0xF1, 0xEB, ("8003",)),
        Plus("giai+", 0xFA, 0xEE, ("8004",)),
        Plus("gsrn+", 0xF4, 0xE7, ("8018",)),
        Plus("gsrnp+", 0xF5, 0xE8, ("8017",)),
        Plus("gdti+", 0xF6, 0xEA, ("253",)),
        Plus("cpi+", 0xF0, 0xE6, ("8010", "8011")),
        Plus("sgcn+", 0xF8, 0xEC, ("255",)),
        Plus("itip+", 0xF3, 0xED, ("8006", "21")),
    )
}
