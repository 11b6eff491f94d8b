"""The stories as data: one for each sector (`stories.toml`)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Literal

import msgspec

from nguon.rehearsal.province import Kind


class Stage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One step of processing: shares in thousandths of what went in; `most` 0: not judged."""

    cte: str
    product: str
    low: int
    high: int
    most: int = 0
    uom: str = "KGM"
    checks: tuple[str, ...] = ()


class Pack(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The last step: packs of `unit` thousandths; `uom` where the lot stays weighed."""

    cte: str
    product: str
    unit: int
    pieces: bool = False
    after: str = ""
    uom: str = ""
    share: int = 1000


class Story(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is told of a sector. `rush`: what spoils is processed and sent within the day."""

    weight: int
    origin: Literal["field", "catch", "farm", "herd", "pearl"]
    open: str
    product: str
    amount: tuple[int, int]
    producers: tuple[int, int]
    buyer: Kind
    take: str
    route: tuple[Stage, ...]
    pack: Pack
    uom: str = "KGM"
    first: str = ""
    ship: str = "common.SHIP"
    season: str = ""
    cares: tuple[str, ...] = ()
    land: str = ""
    seed: str = ""
    stock: str = ""
    crop: str = ""
    status: str = ""
    losses: str = ""
    rush: bool = False
    grow: tuple[Stage, ...] = ()


@cache
def read_stories() -> Mapping[str, Story]:
    """Every sector's story."""
    text = resources.files("nguon.rehearsal").joinpath("stories.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), dict[str, Story])


@cache
def read_weights() -> tuple[str, ...]:
    """The sectors, each as often as its weight says."""
    return tuple(name for name, story in read_stories().items() for _ in range(story.weight))
