"""A window over a JSON file that hands out whole values, one after another, and no more.

The pattern of a value is regular, since nesting has a limit: it is written out level by level,
and the matching runs at the speed of C (RFC 8259). What it lets pass and JSON does not is left
to the decoder, which looks at each value after it.
"""

from __future__ import annotations

import codecs
import io
import re
from typing import BinaryIO, Final, NoReturn

import msgspec
from msgspec import Raw

from nguon.epcis import text
from nguon.epcis.error import EpcisError, Limits
from nguon.epcis.places import move
from nguon.errors import Fault

CHUNK: Final = 1 << 18
_BLANK = re.compile(rb"[ \t\r\n]*+")
_SCALAR = re.compile(rb'[^ \t\r\n\[\]{},:"]++')
_TEXT = re.compile(text.STRING, re.DOTALL)
_BYTE = re.compile(r"\(byte ([0-9]+)\)")
_raw = msgspec.json.Decoder(Raw)


class Scanner:
    """Reads forward; `offset` is the byte of the document that comes next.

    Every byte is checked to be UTF-8, every value handed out to be JSON within the limits.
    Holds the value in hand, never more than `limits.part` and a chunk.
    """

    def __init__(self, file: BinaryIO, limits: Limits) -> None:
        self._file = file
        self._limits = limits
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        file.seek(0, io.SEEK_END)
        size = file.tell()
        if size > limits.bytes:
            params = {"found": size, "limit": limits.bytes}
            raise EpcisError(Fault("epcis.too_large", "", "", None, params))
        file.seek(0)
        head = file.read(4)
        text.check_head(head)
        # Offsets and columns begin behind a byte order mark, as if it had never been there.
        self.origin = 3 if head.startswith(codecs.BOM_UTF8) else 0
        file.seek(self.origin)
        self._base, self._at, self._buffer = 0, 0, b""
        self._ended = False

    @property
    def offset(self) -> int:
        return self._base + self._at

    def _more(self) -> bool:
        """Read on; twice as much as is held, so that a long value is looked at few times."""
        if self._ended:
            return False
        held = self._buffer[self._at :]
        if len(held) > self._limits.part:
            self.refuse("epcis.part_too_large", self.offset, limit=self._limits.part)
        chunk = self._file.read(max(CHUNK, len(held)))
        self._ended = not chunk
        self._check(chunk, self._base + len(self._buffer))
        self._base, self._at, self._buffer = self.offset, 0, held + chunk
        return not self._ended

    def _check(self, chunk: bytes, start: int) -> None:
        before = len(self._decoder.getstate()[0])
        if not before and chunk.isascii():
            return
        try:
            self._decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            at = start - before + error.start
            found = f"0x{error.object[error.start]:02X}"
            raise EpcisError(Fault("epcis.not_utf8", "", found, None, self._place(at))) from None

    def peek(self) -> bytes:
        """The next byte that is no blank, empty at the end."""
        while True:
            found = _BLANK.match(self._buffer, self._at)
            self._at = self._at if found is None else found.end()
            if self._at < len(self._buffer):
                return self._buffer[self._at : self._at + 1]
            if not self._more():
                return b""

    def take(self, *marks: bytes) -> bytes:
        """The next byte that is no blank, which must be one of these."""
        found = self.peek()
        if found not in marks:
            self.refuse_here()
        self._at += 1
        return found

    def take_text(self) -> bytes:
        """The next value, which must be a string."""
        if self.peek() != b'"':
            self.refuse_here()
        return self.take_value(1)

    def take_value(self, levels: int) -> bytes:
        """The next value whole, nested at most so many levels."""
        first = self.peek()
        if first in b"[{":
            pattern = text.container(levels) if levels > 0 else None
        else:
            pattern = _TEXT if first == b'"' else _SCALAR
        if pattern is None:
            self._refuse_depth(self.offset)
        while True:
            found = pattern.match(self._buffer, self._at)
            # A number may go on in what was not read yet.
            if found is not None and (found.end() < len(self._buffer) or first in b'[{"'):
                break
            # What is short is most likely cut by the window's end, not by a fault.
            if first in b"[{" and len(self._buffer) - self._at > CHUNK:
                self._judge(levels)
            if not self._more():
                found = pattern.match(self._buffer, self._at)
                break
        if found is None:
            self._judge(levels)
            self.refuse_here()
        value = found[0]
        self._decode(value)
        start = self.offset
        self._at = found.end()
        try:
            text.check_escapes(value)
        except EpcisError as error:
            self._refuse_again(error, start)
        return value

    def _decode(self, value: bytes) -> None:
        try:
            _raw.decode(value)
        except (msgspec.MsgspecError, RecursionError) as error:
            place = _BYTE.search(str(error))
            at = int(place[1]) if place else len(value)
            cut = self._ended and self._at + at >= len(self._buffer)
            self._refuse_syntax(self.offset + at, truncated=place is None and cut)

    def _judge(self, levels: int) -> None:
        """Refuse what more bytes cannot make a value of; costs as much as what is held."""
        held = self._buffer[self._at :]
        try:
            _raw.decode(held)
        except RecursionError:
            pass
        except msgspec.MsgspecError as error:
            message = str(error)
            place = _BYTE.search(message)
            if place is None:
                if self._ended:
                    self._refuse_syntax(self._base + len(self._buffer), truncated=True)
                return
            at = int(place[1])
            if at >= len(held) and not self._ended:
                return  # a number that goes on beyond the window
            if "trailing" not in message:
                self._refuse_syntax(self.offset + at)
        self._refuse_if_deep(held, levels)

    def _refuse_if_deep(self, held: bytes, levels: int) -> None:
        try:
            text.check_depth(held, levels)
        except EpcisError as error:
            offset = error.fault.params["offset"]
            if isinstance(offset, int):
                self._refuse_depth(self.offset + offset)

    # -- refusals ---------------------------------------------------------------------------

    def refuse_here(self) -> NoReturn:
        """Something else should stand where the window stands."""
        ended = not self.peek()
        self._refuse_syntax(self.offset, truncated=ended)

    def _refuse_syntax(self, offset: int, *, truncated: bool = False) -> NoReturn:
        self._file.seek(self.origin + max(0, offset - 20))
        near = self._file.read(min(offset, 20) + 20).decode("utf-8", "replace")
        code = "epcis.json_truncated" if truncated else "epcis.json_malformed"
        raise EpcisError(Fault(code, "", near, offset, self._place(offset))) from None

    def _refuse_depth(self, offset: int) -> NoReturn:
        self.refuse("epcis.too_deep", offset, limit=self._limits.depth)

    def _refuse_again(self, error: EpcisError, start: int) -> NoReturn:
        """The same refusal, its place counted from the document's beginning."""
        fault = error.fault
        offset = fault.params["offset"]
        at = start + offset if isinstance(offset, int) else start
        raise EpcisError(Fault(fault.code, "", fault.value, None, self._place(at))) from None

    def refuse(self, code: str, offset: int, **params: object) -> NoReturn:
        """A refusal with its place."""
        raise EpcisError(Fault(code, "", "", None, {**params, **self._place(offset)})) from None

    def _place(self, offset: int) -> dict[str, object]:
        """Line and column of a byte; the file is read again, for this happens once."""
        self._file.seek(self.origin)
        line, column, left = 1, 1, offset
        while left and (chunk := self._file.read(min(CHUNK, left))):
            line, column = move(line, column, chunk)
            left -= len(chunk)
        return {"line": line, "column": column, "offset": offset}
