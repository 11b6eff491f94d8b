"""The parser of XML, tamed: no document types, no entities, no network, no instructions.

It parses as the bytes come and hands out elements as they end, so that whoever asks can take
them away at once and a document of any length fits. Its errors become faults with their place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from lxml import etree

from nguon.epcis.error import EpcisError, Limits
from nguon.epcis.xml.prolog import prepare
from nguon.errors import Fault

CHUNK: Final = 1 << 16
# libxml2's XML_ERR_RESOURCE_LIMIT, and what says that the end came too early.
_LIMIT = 114
_CUT_OFF = frozenset((5, 37, 44, 62, 73, 74, 77))


def cut(data: bytes | bytearray | memoryview) -> Iterator[bytes]:
    """Bytes at hand, in the pieces that a parser takes."""
    view = memoryview(data)
    for start in range(0, len(view), CHUNK):
        yield bytes(view[start : start + CHUNK])


class Parsing:
    """One document on its way in; iterating gives the elements of the wanted names as they end.

    `root` is there once the first of them is, and whole at the end.
    """

    def __init__(self, chunks: Iterable[bytes], limits: Limits, wanted: Iterable[str]) -> None:
        self._chunks = prepare(chunks, limits)
        self._limits = limits
        self._parser = etree.XMLPullParser(
            events=("end", "pi"),
            tag=[name for local in wanted for name in (local, f"{{*}}{local}")],
            encoding="utf-8",
            resolve_entities="internal",
            no_network=True,
            load_dtd=False,
            dtd_validation=False,
            huge_tree=False,
            remove_comments=True,
            collect_ids=False,
        )
        self.root: Any = None

    def __iter__(self) -> Iterator[Any]:
        for chunk in self._chunks:
            self._guard(self._parser.feed, chunk)
            yield from self._ready()
        self.root = self._guard(self._parser.close)
        yield from self._ready()

    def _ready(self) -> Iterator[Any]:
        for event, element in self._parser.read_events():
            if event == "pi":
                params = {"line": element.sourceline or 0, "column": 1}
                raise EpcisError(Fault("epcis.xml_instruction", "", element.target, None, params))
            yield element

    def _guard(self, step: Any, *arguments: bytes) -> Any:
        try:
            return step(*arguments)
        except etree.XMLSyntaxError as error:
            self._refuse(error, at_end=not arguments)
        except (ValueError, MemoryError) as error:
            params = {"line": 0, "column": 0}
            raise EpcisError(Fault("epcis.xml_malformed", "", str(error), None, params)) from None

    def _refuse(self, error: Any, *, at_end: bool) -> None:
        line, column = error.position
        params: dict[str, object] = {"line": line, "column": column}
        message = str(error.msg).partition(", line ")[0]
        if error.code == _LIMIT:
            deep = "depth" in message
            code = "epcis.too_deep" if deep else "epcis.xml_too_long"
            params |= {"limit": self._limits.depth} if deep else {}
        else:
            cut_off = at_end and error.code in _CUT_OFF
            code = "epcis.xml_truncated" if cut_off else "epcis.xml_malformed"
        raise EpcisError(Fault(code, "", message, None, params)) from None
