"""The one field for any code: what a person pasted, and where it leads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from nguon.gs1 import Gs1Error, Identifier
from nguon.labels.queries import judge_serial
from nguon.parts.codes import read_any
from nguon.parts.paths import page_path
from nguon.registry.queries import class_key
from nguon.scan import queries
from nguon.scan.gaps import name_item
from nguon.scan.page import Link
from nguon.scan.reading import Reading, read_missing_lot, read_unknown, read_wrong


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where a search leads: one page, several, or an explanation."""

    path: str = ""
    hits: Sequence[Link] = field(default=())
    reading: Reading | None = None


def search(text: str) -> Outcome:
    """Find what a code, or a bare lot or serial number, stands for."""
    try:
        candidates = read_any(text)
    except Gs1Error as error:
        return _search_text(text, error)
    keys = [found.key for found in candidates if _is_here(found)]
    # Digits that read as a code may still be a lot number in somebody's own numbering.
    keys = keys or list(queries.find_by_text(text))
    return _lead_to(keys) or Outcome(reading=read_unknown(candidates[0].key, text))


def _search_text(text: str, error: Gs1Error) -> Outcome:
    found = _lead_to(list(queries.find_by_text(text)))
    if found is not None:
        return found
    if error.code == "gs1.not_a_code":
        return Outcome(reading=read_missing_lot(text))
    return Outcome(reading=read_wrong(text, error))


def _is_here(found: Identifier) -> bool:
    if found.serial and judge_serial(class_key(found.key), found.serial) != "unmanaged":
        # Issued or not, its page says which.
        return True
    if found.scheme == "gtin":
        return bool(queries.list_lots(found.key)) or queries.is_known(found.key)
    return queries.is_known(found.key)


def _lead_to(keys: Sequence[str]) -> Outcome | None:
    if not keys:
        return None
    if len(keys) == 1:
        return Outcome(path=page_path(keys[0]))
    return Outcome(hits=link_items(keys))


def link_items(keys: Sequence[str]) -> list[Link]:
    """Links to items, each by product and lot."""
    directory = queries.name_keys(keys)
    return [Link(page_path(key), name_item(key, directory)) for key in keys]
