"""A reader that asks the store once: what it fetched serves every later question.

A page asks several questions of the same neighbourhood (chain, boxes, gaps). Links into an item
are fetched with all kinds at once, so that the question after does not go to the database.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Protocol, runtime_checkable

from nguon.trace import Link, Reader, Recorded, find_mentions
from nguon.trace.boxes import may_hold
from nguon.trace.model import CLEAR, DERIVES, HOLDS, MEMBER, SERIAL

_INTO = DERIVES + HOLDS
_OUT_OF = HOLDS + CLEAR + SERIAL + MEMBER
_MOST_LINKS = 5_000
_MOST_LAYERS = 3


@runtime_checkable
class Closing(Protocol):
    """A reader that can follow links to their end in one question."""

    def links_to_all(self, items: Collection[str], kinds: str, most: int) -> Sequence[Link] | None:
        """The links into the items, into those links' sources, and so on to the end.

        None when there are more than `most`.
        """
        ...


class RememberingReader:
    """The questions of `nguon.trace.Reader`, each item asked for once."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._into: dict[str, list[Link]] = {}
        self._out_of: dict[str, list[Link]] = {}
        self._events: dict[str, list[Recorded]] = {}

    def prepare(self, key: str) -> None:
        """Fetch everything that leads into an item at once, where the reader can.

        A chain too long for that is walked level by level, as ever.
        """
        if not isinstance(self._reader, Closing):
            return
        keys = self._open(key)
        links = self._reader.links_to_all(keys, _INTO, _MOST_LINKS)
        if links is not None:
            reached = {*keys, *(link.source for link in links)}
            self._into.update((item, []) for item in reached)
            for link in links:
                self._into[link.target].append(link)

    def _open(self, key: str) -> list[str]:
        """The item and what it holds, layer by layer: a pallet's story is that of its contents."""
        found = {key: None}
        level = [key] if may_hold(key) else []
        for _ in range(_MOST_LAYERS):
            links = self.links_from(level, HOLDS) if level else ()
            inner = [link.target for link in links if link.target and link.target not in found]
            found.update(dict.fromkeys(inner))
            level = [item for item in inner if may_hold(item)]
        return list(found)

    def links_to(self, items: Collection[str], kinds: str) -> Iterable[Link]:
        """The links of these kinds whose target is one of the items."""
        _fill(self._into, items, lambda new: self._reader.links_to(new, _INTO), _target)
        return [link for key in items for link in self._into[key] if link.kind in kinds]

    def links_from(self, items: Collection[str], kinds: str) -> Iterable[Link]:
        """The links of these kinds whose source is one of the items."""
        if not set(kinds) <= set(_OUT_OF):
            return self._reader.links_from(items, kinds)
        _fill(self._out_of, items, lambda new: self._reader.links_from(new, _OUT_OF), _source)
        return [link for key in items for link in self._out_of[key] if link.kind in kinds]

    def events_of(self, items: Collection[str]) -> Sequence[Recorded]:
        """Every event that names one of the items, by event time."""
        new = [key for key in dict.fromkeys(items) if key not in self._events]
        self._events.update((key, []) for key in new)
        for entry in self._reader.events_of(new) if new else ():
            for item in {mention.item for mention in find_mentions(entry.event)}.intersection(new):
                self._events[item].append(entry)
        found = {entry.event_key: entry for key in items for entry in self._events[key]}
        return sorted(found.values(), key=lambda entry: (entry.event.event_time, entry.event_key))


def _source(link: Link) -> str:
    return link.source


def _target(link: Link) -> str:
    return link.target


def _fill(
    known: dict[str, list[Link]],
    items: Collection[str],
    ask: Callable[[list[str]], Iterable[Link]],
    side: Callable[[Link], str],
) -> None:
    new = [key for key in dict.fromkeys(items) if key not in known]
    known.update((key, []) for key in new)
    for link in ask(new) if new else ():
        known[side(link)].append(link)
