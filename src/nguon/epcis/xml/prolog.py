"""Bytes that claim to be XML: everything to refuse before a parser sees them.

UTF-8, or UTF-16 with its mark, which every XML processor must know (XML 1.0 section 4.3.3); it
is turned into UTF-8 here. A document type declaration that declares anything, or points
anywhere, is refused: entities and external files are what XML is attacked with, and EPCIS needs
neither. A bare `<!DOCTYPE name>`, as GS1's own examples have it, is blotted out.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from typing import Final

from nguon.epcis.error import EpcisError, Limits
from nguon.epcis.text import position
from nguon.errors import Fault

_WIDE = (
    (codecs.BOM_UTF32_LE, ""),
    (codecs.BOM_UTF32_BE, ""),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"""<\?xml\s[^>]*?encoding\s*=\s*["']([^"'>]*)["']""")
_BARE = re.compile(rb"<!DOCTYPE\s+[^\s<>\[\]\"'&%]+\s*>")
_BLANK = re.compile(rb"[ \t\r\n]+")
_DECLARATION = re.compile(rb"<\?xml[ \t\r\n]")
_KNOWN = frozenset((b"utf-8", b"utf8", b"us-ascii", b"ascii"))
_LONGEST: Final = 1 << 20


def _refuse(code: str, value: object = "", **params: object) -> EpcisError:
    return EpcisError(Fault(code, "", value, None, params))


def prepare(chunks: Iterable[bytes], limits: Limits) -> Iterator[bytes]:
    """The document in UTF-8, piece by piece, fit to be parsed.

    Raises `EpcisError` for what no parser should be given.
    """
    pieces = _decode(_count(chunks, limits))
    head = b""
    for piece in pieces:
        head += piece
        ready = _clean(head)
        if ready is not None:
            yield ready
            yield from pieces
            return
        if len(head) > _LONGEST:
            raise _refuse("epcis.xml_malformed", "prolog", line=1, column=1)
    if not head or head.isspace():
        raise _refuse("epcis.empty")
    raise _refuse("epcis.xml_truncated", "", **_place(head, len(head)))


def _count(chunks: Iterable[bytes], limits: Limits) -> Iterator[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > limits.bytes:
            raise _refuse("epcis.too_large", found=size, limit=limits.bytes)
        if chunk:
            yield chunk


def _decode(chunks: Iterator[bytes]) -> Iterator[bytes]:
    first = b""
    for chunk in chunks:
        first += chunk
        if len(first) >= 4:
            break
    for mark, encoding in _WIDE:
        if first.startswith(mark):
            if not encoding:
                raise _refuse("epcis.xml_encoding", "UTF-32", found="UTF-32")
            yield from _narrow(_chain(first[len(mark) :], chunks), encoding)
            return
    if 0 in first[:4]:
        raise _refuse("epcis.xml_encoding", "UTF-16", found="UTF-16")
    yield from _check(_chain(first.removeprefix(codecs.BOM_UTF8), chunks))


def _chain(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    if first:
        yield first
    yield from rest


def _narrow(chunks: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for chunk in chunks:
            yield decoder.decode(chunk).encode("utf-8")
        yield decoder.decode(b"", final=True).encode("utf-8")
    except UnicodeError:
        name = encoding[:6].upper()
        raise _refuse("epcis.xml_encoding", name, found=name) from None


def _check(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The pieces as they are, cut between characters, once they are sure to be UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    line, before = 1, b""
    for chunk in chunks:
        if not before and chunk.isascii():
            line += chunk.count(b"\n")
            yield chunk
            continue
        whole = before + chunk
        try:
            decoder.decode(chunk)
        except UnicodeDecodeError as error:
            offset = len(before) - len(decoder.getstate()[0]) + error.start
            place = position(whole, max(0, offset))
            place["line"] = line + whole.count(b"\n", 0, max(0, offset))
            raise _refuse("epcis.not_utf8", f"0x{error.object[error.start]:02X}", **place) from None
        pending = decoder.getstate()[0]
        ready = whole[: len(whole) - len(pending)]
        line += ready.count(b"\n")
        before = pending
        if ready:
            yield ready
    if before:
        place = {"line": line, "column": 1}
        raise _refuse("epcis.not_utf8", f"0x{before[0]:02X}", **place)


def _clean(head: bytes) -> bytes | None:
    """The head without its bare document type; None while the prolog is not whole."""
    _check_declaration(head)
    at, bare = 0, None
    while True:
        at = _end(_BLANK, head, at)
        if head.startswith(b"<!DOCTYPE", at):
            found = _BARE.match(head, at)
            if found is None and b">" not in head[at:] and b"[" not in head[at:]:
                return None
            if found is None or bare is not None:
                raise _refuse("epcis.xml_doctype", _near(head, at), **_place(head, at))
            bare, at = found, found.end()
        elif head.startswith(b"<?", at) and not _DECLARATION.match(head, at):
            if len(head) - at < 6:
                return None
            raise _refuse("epcis.xml_instruction", _near(head, at), **_place(head, at))
        elif head.startswith((b"<?", b"<!--"), at):
            mark = b"?>" if head.startswith(b"<?", at) else b"-->"
            end = head.find(mark, at + 4)
            if end < 0:
                return None
            at = end + len(mark)
        elif len(head) - at < 9 and b"<!DOCTYPE".startswith(head[at:]):
            return None
        else:
            return head if bare is None else _blot(head, bare)


def _blot(head: bytes, found: re.Match[bytes]) -> bytes:
    return head[: found.start()] + b" " * len(found[0]) + head[found.end() :]


def _end(pattern: re.Pattern[bytes], head: bytes, at: int) -> int:
    found = pattern.match(head, at)
    return at if found is None else found.end()


def _check_declaration(head: bytes) -> None:
    declared = _DECLARED.match(head)
    if declared is None:
        return
    name = declared[1].lower()
    if name not in _KNOWN and not name.startswith(b"utf-16"):
        shown = declared[1].decode("ascii", "replace")
        raise _refuse("epcis.xml_encoding", shown, found=shown)


def _near(head: bytes, at: int) -> str:
    return head[at : at + 60].decode("utf-8", "replace")


def _place(head: bytes, at: int) -> dict[str, object]:
    found = position(head, at)
    return {"line": found["line"], "column": found["column"]}
