"""Coarse places of scans: provinces of Việt Nam and abroad, and how far apart they surely are."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from nguon.errors import Language

ABROAD = "abroad"
_EARTH_KM = 6371.0


@dataclass(frozen=True, slots=True)
class Place:
    """A province: its official code and name, a rough centre, how far it reaches from there."""

    code: str
    name: str
    latitude: float
    longitude: float
    reach_km: float


@cache
def _data() -> Mapping[str, Mapping[str, dict[str, float | str]]]:
    text = resources.files("nguon.stamps").joinpath("places.toml").read_text("utf-8")
    return tomllib.loads(text)


@cache
def places() -> Mapping[str, Place]:
    """The 34 provinces and cities by their code; abroad has no centre and is not among them."""
    return {
        code: Place(
            code,
            str(entry["name"]),
            float(entry["lat"]),
            float(entry["lon"]),
            float(entry["reach"]),
        )
        for code, entry in _data()["places"].items()
    }


def name_place(code: str, language: Language = "vi") -> str:
    """A place for people; a code that is not known, as it is."""
    if code == ABROAD:
        return str(_data()["elsewhere"][f"name_{language}"])
    place = places().get(code)
    return place.name if place else code


def least_km(one: str, other: str) -> float:
    """How far apart two places are at the least, anywhere within both; 0 where nobody knows.

    The reach of both is taken off the distance of their centres: neighbours are 0 apart, and
    somebody who lives at a border is never found to fly.
    """
    here, there = places().get(one), places().get(other)
    if here is None or there is None:
        return 0.0
    return max(0.0, _distance(here, there) - here.reach_km - there.reach_km)


def _distance(one: Place, other: Place) -> float:
    """Great circle by the haversine formula."""
    north, south = math.radians(one.latitude), math.radians(other.latitude)
    rise = math.sin((south - north) / 2) ** 2
    turn = math.sin(math.radians(other.longitude - one.longitude) / 2) ** 2
    return 2 * _EARTH_KM * math.asin(math.sqrt(rise + math.cos(north) * math.cos(south) * turn))
