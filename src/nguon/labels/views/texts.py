"""Text out of a file that somebody sends, whatever program wrote it."""

from __future__ import annotations

import codecs

from nguon.labels import services

# What a file begins with, longest first: UTF-16 begins as UTF-32 does.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Windows in Vietnamese, then in the west.
_PAGES = ("cp1258", "cp1252")


def read_text(data: bytes, name: str) -> str:
    """The text of a file of serials.

    Without a mark it is UTF-8; a page of Windows is taken only where nothing could be misread,
    because serials are plain letters. Raises LabelError that says how to save it.
    """
    marked = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), "")
    for encoding in (marked,) if marked else ("utf-8", *_PAGES):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text and (encoding not in _PAGES or _is_plain(text)):
            return text
    raise services.refuse("import_encoding", name)


def _is_plain(text: str) -> bool:
    return all(sign.isascii() or sign.isspace() for sign in text)
