"""Reads of the scan room: the only file here that touches the store and the register."""

from __future__ import annotations

from collections.abc import Sequence

from nguon.parts.engine import get_store
from nguon.registry.queries import Directory, look_up
from nguon.scan.gathering import Gathered, gather
from nguon.scan.page import list_keys
from nguon.scan.remembering import RememberingReader

_MOST_HITS = 50


def read_item(key: str) -> tuple[Gathered, Directory]:
    """Everything the page of an item needs; `known` is False where no event names it."""
    reader = RememberingReader(get_store().reader())
    reader.prepare(key)
    gathered = gather(reader, key)
    return gathered, look_up(list_keys(gathered)) if gathered.known else Directory()


def find_by_text(text: str) -> Sequence[str]:
    """Canonical keys whose lot or serial number is this text."""
    # No number holds NUL, and PostgreSQL cannot be asked for it.
    return [] if "\0" in text else get_store().find_lots(text, _MOST_HITS)


def list_lots(key: str) -> Sequence[str]:
    """The lots of a class of goods, newest first."""
    return get_store().lots_of(key, _MOST_HITS)


def is_known(key: str) -> bool:
    """Whether any event names the key."""
    return get_store().knows(key)


def name_keys(keys: Sequence[str]) -> Directory:
    """What is known of some keys."""
    return look_up(keys, filled=True)
