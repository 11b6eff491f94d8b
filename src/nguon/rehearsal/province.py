"""The people and places of an invented Quảng Ninh: organisations, their places, certificates.

Everything is demo data: GS1's demo prefix 952, names marked "mẫu". Part of the households have
no GS1 licence and go by local codes (`nguon.gs1.local`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from importlib import resources
from typing import Any, Literal, NamedTuple

import msgspec

from nguon.gs1.checksum import digit_after
from nguon.gs1.local import DEFAULT_HOME
from nguon.rehearsal.dice import Dice

Kind = Literal[
    "household", "cooperative", "enterprise", "market", "abattoir", "trader", "shop", "exporter",
    "vessel", "hatchery", "laboratory", "authority",
]  # fmt: skip

HOME = "https://id.gs1.org"
# Of a thousand organisations so many of each kind; at least one of each is there.
_SHARES: Mapping[Kind, int] = {
    "household": 640, "cooperative": 60, "enterprise": 50, "market": 15, "abattoir": 10,
    "trader": 50, "shop": 90, "exporter": 10, "vessel": 60, "hatchery": 8, "laboratory": 4,
    "authority": 3,
}  # fmt: skip
_NAMES: Mapping[Kind, str] = {
    "household": "Hộ mẫu", "cooperative": "HTX mẫu", "enterprise": "Công ty mẫu",
    "market": "Chợ mẫu", "abattoir": "Cơ sở giết mổ mẫu", "trader": "Nhà phân phối mẫu",
    "shop": "Cửa hàng mẫu", "exporter": "Công ty xuất khẩu mẫu", "vessel": "Tàu mẫu",
    "hatchery": "Trại giống mẫu", "laboratory": "Phòng kiểm nghiệm mẫu",
    "authority": "Cơ quan mẫu",
}  # fmt: skip
_LOCAL_PERCENT = 30
_PLACES = 100


class Commune(NamedTuple):
    """One of the 54 communes, wards and the special zone, with its middle."""

    code: str
    name: str
    lon: float
    lat: float


class Certificate(NamedTuple):
    """A certificate of an organisation and the days between which it is in force."""

    uri: str
    scheme: str
    holder: str
    valid_from: date
    valid_to: date

    def in_force(self, day: date) -> bool:
        """Whether it holds on a day."""
        return self.valid_from <= day <= self.valid_to


@cache
def read_communes() -> Sequence[Commune]:
    """The province's communes (units in force since 2025-07-01)."""
    data = resources.files("nguon.rehearsal").joinpath("communes.json").read_bytes()
    return [Commune(**row) for row in msgspec.json.decode(data)]


@dataclass(slots=True, eq=False)
class Organisation:
    """A party with its places; `number` makes its GS1 company prefix 952nnnnnnn."""

    number: int
    kind: Kind
    commune: Commune
    local: str = ""
    party: str = ""
    name: str = ""
    sites: dict[str, str] = field(default_factory=dict)
    boxes: int = 0
    made: dict[str, str] = field(default_factory=dict)

    @property
    def prefix(self) -> str:
        return f"952{self.number:07d}"

    def site(self, kind: str) -> str:
        """Its place of a kind (`packing_room`), the same every time."""
        known = self.sites.get(kind)
        if known is None:
            index = len(self.sites) + 1
            if self.local:
                known = f"{DEFAULT_HOME}/place/{self.local}-p{index}"
            else:
                known = f"{HOME}/414/{_gln(self.prefix, index)}"
            self.sites[kind] = known
        return known

    def gtin(self, product: str) -> str:
        """The key of one of its products, by name, the same every time."""
        known = self.made.get(product)
        if known is None:
            body = f"0{self.prefix}{len(self.made) % _PLACES:02d}"
            known = self.made[product] = f"{HOME}/01/{body}{digit_after(body)}"
        return known

    def sscc(self) -> str:
        """A new logistic unit of its."""
        extension, serial = divmod(self.boxes, 1_000_000)
        self.boxes += 1
        body = f"{extension % 10}{self.prefix}{serial:06d}"
        return f"{HOME}/00/{body}{digit_after(body)}"

    def certificate(self, scheme: str, day: date) -> Certificate:
        """The one in force on a day: certificates run from January to December, two years."""
        return self._certificate(scheme, day.year - day.year % 2)

    def lapsed(self, scheme: str, day: date) -> Certificate:
        """The one that ran out before the one in force on a day."""
        return self._certificate(scheme, day.year - day.year % 2 - 2)

    def _certificate(self, scheme: str, year: int) -> Certificate:
        uri = f"{DEFAULT_HOME}/cert/{scheme}-{self.number}-{year}"
        first, last = date(year, 1, 1), date(year + 2, 1, 1) - timedelta(days=1)
        return Certificate(uri, scheme, self.party, first, last)


def _gln(prefix: str, index: int) -> str:
    body = f"{prefix}{index:02d}"
    return body + digit_after(body)


class Province:
    """All organisations by kind, made from the seed alone."""

    def __init__(self, seed: int, organisations: int) -> None:
        self.seed = seed
        self.by_kind: dict[Kind, list[Organisation]] = {}
        number = 0
        for kind, share in _SHARES.items():
            count = max(2, organisations * share // 1000)
            made = [self._organisation(number + i, kind) for i in range(count)]
            self.by_kind[kind] = made
            number += count

    def _organisation(self, number: int, kind: Kind) -> Organisation:
        dice = Dice(self.seed, "organisation", number)
        commune = dice.pick(read_communes())
        own = Organisation(number, kind, commune)
        own.name = f"{_NAMES[kind]} {number}, {commune.name}"
        if kind == "household" and dice.happens(_LOCAL_PERCENT):
            own.local = f"qn-{commune.code}-h{number}"
            own.party = f"{DEFAULT_HOME}/org/{own.local}"
        else:
            own.party = f"{HOME}/417/{_gln(own.prefix, 0)}"
        return own

    def __iter__(self) -> Iterator[Organisation]:
        for made in self.by_kind.values():
            yield from made

    def __len__(self) -> int:
        return sum(len(made) for made in self.by_kind.values())

    def pick(self, dice: Dice, *kinds: Kind) -> Organisation:
        """One organisation of some kinds."""
        return dice.pick(self.by_kind[dice.pick(kinds) if len(kinds) > 1 else kinds[0]])

    def vocabulary(self) -> list[dict[str, Any]]:
        """Master data of all parties, and of places and products used so far (EPCIS 2.0, 9.4)."""
        parties = [_element(own.party, own.name) for own in self]
        places = [
            _element(uri, f"{own.name}: {kind}", geo=own.commune)
            for own in self
            for kind, uri in own.sites.items()
        ]
        products = [_element(uri, name) for own in self for name, uri in own.made.items()]
        return [
            {"type": f"urn:epcglobal:epcis:vtype:{kind}", "vocabularyElementList": elements}
            for kind, elements in (("Party", parties), ("Location", places), ("EPCClass", products))
            if elements
        ]


def _element(uri: str, name: str, geo: Commune | None = None) -> dict[str, Any]:
    mda = "urn:epcglobal:cbv:mda#"
    attributes = [{"id": f"{mda}name", "attribute": name}]
    if geo is not None:
        attributes.append({"id": f"{mda}geoLocation", "attribute": f"geo:{geo.lat},{geo.lon}"})
    return {"id": uri, "attributes": attributes}
