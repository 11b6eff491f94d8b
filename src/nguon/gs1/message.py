"""Which application identifiers may, must and must not stand together in one message.

GS1 General Specifications 4.13: invalid pairs, mandatory associations, one value for each AI;
3.9: a digital signature (8030) signs one thing. The pairs are facts of `ai.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import NamedTuple

from nguon.errors import Fault
from nguon.gs1.error import Gs1Error
from nguon.gs1.table import ApplicationIdentifier, table
from nguon.gs1.values import Elements

# Keys that are a class without the serial number at their end, and where that begins.
_SERIAL_AT = {"253": 13, "255": 13, "8003": 14}
_SIGNATURE = "8030"


class _Rules(NamedTuple):
    """What one AI asks of its company: patterns of AIs, alternatives of patterns joined."""

    requires: tuple[tuple[tuple[re.Pattern[str], ...], ...], ...]
    shown: tuple[str, ...]
    excludes: tuple[re.Pattern[str], ...]


def check_message(elements: Elements) -> Elements:
    """`elements` themselves when they may stand together; else a Gs1Error with every fault.

    Values are not looked at again. An AI that the Digital Link syntax lets follow a key in the
    path needs no other company: URI Syntax 1.7 allows (22) after (8006), where the General
    Specifications want (01) beside (22), and a link must not be right on the web and wrong here.
    """
    if faults := message_faults(elements):
        raise Gs1Error(*faults)
    return elements


def message_faults(elements: Iterable[tuple[str, str]]) -> list[Fault]:
    """Everything that is wrong with the company that AIs keep, in the order of the elements."""
    said: dict[str, str] = {}
    faults: list[Fault] = []
    for ai, value in elements:
        if said.setdefault(ai, value) != value:
            words = {"ai": ai, "first": said[ai], "second": value}
            faults.append(Fault("gs1.repeated_ai", value=value, params=words))
    for ai, value in said.items():
        if entry := table().get(ai):
            faults += _pairing_faults(entry, value, said)
    return faults


def _pairing_faults(
    entry: ApplicationIdentifier, value: str, said: Mapping[str, str]
) -> Iterator[Fault]:
    rules = _rules(entry.ai)
    for other in said:
        if other != entry.ai and any(one.fullmatch(other) for one in rules.excludes):
            words = {"ai": entry.ai, "title": entry.title, "other": other}
            yield Fault("gs1.excluded_ai", value=value, params=words)
    if not _qualifies(entry.ai, said):
        for groups, shown in zip(rules.requires, rules.shown, strict=True):
            if not any(all(_stands(one, said) for one in group) for group in groups):
                words = {"ai": entry.ai, "title": entry.title, "expected": shown}
                yield Fault("gs1.required_ai", value=value, params=words)
    if entry.ai == _SIGNATURE:
        for key, length in _SERIAL_AT.items():
            if len(said.get(key, "")) == length:
                yield Fault("gs1.signed_class", value=said[key], params={"ai": key})


def _stands(pattern: re.Pattern[str], said: Mapping[str, str]) -> bool:
    return any(pattern.fullmatch(ai) for ai in said)


def _qualifies(ai: str, said: Mapping[str, str]) -> bool:
    return any(ai in names for key in said for names in _sequences(key))


@cache
def _sequences(key: str) -> tuple[tuple[str, ...], ...]:
    entry = table().get(key)
    return (entry.qualifiers if entry else None) or ()


@cache
def _rules(ai: str) -> _Rules:
    entry = table()[ai]
    return _Rules(
        tuple(
            tuple(tuple(_pattern(one) for one in group.split("+")) for group in groups.split(","))
            for groups in entry.requires
        ),
        tuple(_show(groups) for groups in entry.requires),
        tuple(_pattern(one) for list_ in entry.excludes for one in list_.split(",")),
    )


def _pattern(ai: str) -> re.Pattern[str]:
    """`31nn` stands for every AI that begins with 31 and has four digits."""
    return re.compile(ai.replace("n", "[0-9]"))


def _show(groups: str) -> str:
    """`01+21,8006+21` as people read it: "(01) + (21) / (8006) + (21)"."""
    shown = (" + ".join(f"({ai})" for ai in group.split("+")) for group in groups.split(","))
    return " / ".join(shown)
