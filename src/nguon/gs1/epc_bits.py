"""The ways in which an EPC binary string holds digits and letters (EPC Tag Data Standard 14).

Sections 14.3 and 14.4 for the schemes before 2.0, 14.5 for those with a plus sign. Bits are a
text of 0 and 1; each way is a pair, `read_…` from a cursor and `write_…` to bits.
"""

from __future__ import annotations

import string
from collections.abc import Callable

_HEX = "0123456789ABCDEF"
_BASE64 = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"
_CODE_40 = "\0" + string.ascii_uppercase + "-.:" + string.digits
_DELIMITER, _TERMINATOR = 0b1110, 0b1111
# The 6-bit signs of set 39: letters as in ASCII less 64, the rest as in ASCII.
_SIX = {(ord(s) & 31 if s.isalpha() else ord(s)): s for s in string.ascii_uppercase + "#-/"} | {
    ord(s): s for s in string.digits
}
_SIX_BACK = {sign: code for code, sign in _SIX.items()}


class BitsError(ValueError):
    """The bits say nothing that the standard knows; `at` is where, counted from 0."""

    def __init__(self, at: int) -> None:
        super().__init__(at)
        self.at = at


class BitReader:
    """A cursor over bits."""

    def __init__(self, bits: str) -> None:
        self.bits = bits
        self.at = 0

    @property
    def rest(self) -> str:
        """What has not been read."""
        return self.bits[self.at :]

    def take(self, count: int) -> int:
        """The next `count` bits as a number."""
        taken = self.bits[self.at : self.at + count]
        if len(taken) < count:
            raise BitsError(len(self.bits))
        self.at += count
        return int(taken, 2) if taken else 0

    def fail(self, back: int = 0) -> BitsError:
        """The error that what was read last is wrong, `back` bits before the cursor."""
        return BitsError(max(self.at - back, 0))


def write_int(value: int, width: int) -> str:
    """`value` in `width` bits. Raises BitsError where it has more."""
    if value.bit_length() > width:
        raise BitsError(0)
    return f"{value:0{width}b}" if width else ""


def read_digits(reader: BitReader, width: int, digits: int) -> str:
    """A number of `width` bits as so many digits, zeros before it (14.4.3)."""
    value = reader.take(width)
    if value >= 10**digits:
        raise reader.fail(width)
    return f"{value:0{digits}}" if digits else ""


def read_fixed(reader: BitReader, digits: int) -> str:
    """Digits of four bits each (14.5.4)."""
    return "".join(_read_digit(reader) for _ in range(digits))


def _read_digit(reader: BitReader) -> str:
    value = reader.take(4)
    if value > 9:
        raise reader.fail(4)
    return str(value)


def write_fixed(digits: str) -> str:
    """Digits of four bits each (14.5.4)."""
    return "".join(write_int(int(digit), 4) for digit in digits)


def bits_of_digits(count: int) -> int:
    """How many bits the largest number of so many digits has (Table B)."""
    largest: int = 10**count - 1
    return largest.bit_length()


def read_number(reader: BitReader, length_bits: int, longest: int) -> str:
    """Digits behind their count, zeros before them kept (14.5.13)."""
    length = reader.take(length_bits)
    if length > longest:
        raise reader.fail(length_bits)
    return read_digits(reader, bits_of_digits(length), length)


def write_number(digits: str, length_bits: int) -> str:
    """Digits behind their count (14.5.13)."""
    width = bits_of_digits(len(digits))
    return write_int(len(digits), length_bits) + write_int(int(digits or "0"), width)


def read_text(reader: BitReader, length_bits: int, longest: int) -> str:
    """Signs behind the number of their encoding and their count (14.5.6, Table E)."""
    method = reader.take(3)
    length = reader.take(length_bits)
    if method >= len(_READERS) or length > longest:
        raise reader.fail(length_bits + 3)
    return _READERS[method](reader, length)


def write_text(text: str, length_bits: int) -> str:
    """Signs in the encoding that takes the fewest bits (14.5.6, Figure 14-5)."""
    forms = [
        write_int(method, 3) + write_int(len(text), length_bits) + write(text)
        for method, (signs, write) in enumerate(_WRITERS)
        if all(sign in signs for sign in text)
    ]
    if not forms:
        raise BitsError(0)
    return min(forms, key=len)


def _read_integer(reader: BitReader, length: int) -> str:
    return read_digits(reader, bits_of_digits(length), length)


def _write_integer(text: str) -> str:
    return write_int(int(text or "0"), bits_of_digits(len(text)))


def _reader_of(signs: str, width: int) -> Callable[[BitReader, int], str]:
    def read(reader: BitReader, length: int) -> str:
        return "".join(signs[reader.take(width)] for _ in range(length))

    return read


def _writer_of(signs: str, width: int) -> Callable[[str], str]:
    return lambda text: "".join(write_int(signs.index(sign), width) for sign in text)


def _read_code_40(reader: BitReader, length: int) -> str:
    text = ""
    for _ in range(0, length, 3):
        value = reader.take(16) - 1
        if not 0 <= value < 40**3:
            raise reader.fail(16)
        text += _CODE_40[value // 1600] + _CODE_40[value // 40 % 40] + _CODE_40[value % 40]
    if "\0" in text[:length] or text[length:].strip("\0"):
        raise reader.fail(16)
    return text[:length]


def _write_code_40(text: str) -> str:
    padded = text + "\0" * (-len(text) % 3)
    triples = (padded[at : at + 3] for at in range(0, len(padded), 3))
    places = ([_CODE_40.index(sign) for sign in triple] for triple in triples)
    return "".join(write_int(1600 * one + 40 * two + three + 1, 16) for one, two, three in places)


_ASCII = "".join(map(chr, range(128)))
_READERS = (
    _read_integer,
    _reader_of(_HEX, 4),
    _reader_of(_HEX.lower(), 4),
    _reader_of(_BASE64, 6),
    _reader_of(_ASCII, 7),
    _read_code_40,
)
_WRITERS: tuple[tuple[str, Callable[[str], str]], ...] = (
    (string.digits, _write_integer),
    (_HEX, _writer_of(_HEX, 4)),
    (_HEX.lower(), _writer_of(_HEX.lower(), 4)),
    (_BASE64, _writer_of(_BASE64, 6)),
    (_ASCII[33:], _writer_of(_ASCII, 7)),
    (_CODE_40[1:], _write_code_40),
)


def read_delimited(reader: BitReader, length_bits: int, longest: int) -> str:
    """Digits of four bits each up to a sign that they end, or that letters follow (14.5.5)."""
    digits = ""
    while (value := reader.take(4)) <= 9:
        digits += str(value)
        if len(digits) > longest:
            raise reader.fail(4)
    if value == _TERMINATOR:
        return digits
    if value != _DELIMITER:
        raise reader.fail(4)
    return digits + read_text(reader, length_bits, longest)


def write_delimited(text: str, length_bits: int) -> str:
    """Digits of four bits each, then the rest as text (14.5.5)."""
    rest = text.lstrip(string.digits)
    digits = write_fixed(text[: len(text) - len(rest)])
    if not rest:
        return digits + write_int(_TERMINATOR, 4)
    return digits + write_int(_DELIMITER, 4) + write_text(rest, length_bits)


def read_date(reader: BitReader) -> str:
    """Year, month, day in 7, 4 and 5 bits (14.5.8)."""
    return "".join(read_digits(reader, width, 2) for width in (7, 4, 5))


def write_date(date: str) -> str:
    """Year, month, day in 7, 4 and 5 bits (14.5.8)."""
    widths = zip((0, 2, 4), (7, 4, 5), strict=True)
    return "".join(write_int(int(date[at : at + 2]), width) for at, width in widths)


def read_ascii(reader: BitReader, width: int) -> str:
    """Signs of seven bits, filled up with zero bits to `width` (14.4.2)."""
    end = reader.at + width
    text = "".join(chr(reader.take(7)) for _ in range(width // 7))
    filler = reader.take(end - reader.at)
    bare = text.rstrip("\0")
    if filler or not bare or "\0" in bare:
        raise reader.fail(width)
    return bare


def write_ascii(text: str, width: int) -> str:
    """Signs of seven bits, filled up with zero bits to `width` (14.3.2)."""
    bits = "".join(write_int(ord(sign), 7) for sign in text)
    if not text or len(bits) > width:
        raise BitsError(0)
    return bits.ljust(width, "0")


def read_six(reader: BitReader, longest: int) -> str:
    """Signs of six bits up to six zero bits (14.4.8)."""
    text = ""
    while code := reader.take(6):
        if code not in _SIX or len(text) == longest:
            raise reader.fail(6)
        text += _SIX[code]
    return text


def write_six(text: str) -> str:
    """Signs of six bits, then six zero bits (14.3.8)."""
    return "".join(write_int(_SIX_BACK[sign], 6) for sign in text) + "0" * 6


def read_led(reader: BitReader, width: int) -> str:
    """Digits behind a 1 that keeps the zeros before them (14.4.6)."""
    digits = str(reader.take(width))
    if digits[0] != "1" or len(digits) < 2:
        raise reader.fail(width)
    return digits[1:]


def write_led(digits: str, width: int) -> str:
    """Digits behind a 1 that keeps the zeros before them (14.3.6)."""
    if not (digits.isascii() and digits.isdigit()):
        raise BitsError(0)
    return write_int(int("1" + digits), width)


def skip_host(reader: BitReader) -> None:
    """Move past a domain name, which the link that is asked for already has (14.5.16)."""
    in_ascii, length = reader.take(1), reader.take(6)
    reader.take(7 * length if in_ascii else 16 * -(-length // 3))
