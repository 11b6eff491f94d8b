"""Pre-harvest intervals and withdrawal periods: from which day a crop may be taken.

Days are calendar days of the place (UTC+07:00); the day of treatment is day 0. The register in
`intervals.json` shows the structure with numbers for tests; it is no national list.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import cache
from importlib import resources
from typing import Any, Literal

import msgspec

Verdict = Literal["ok", "too_early", "unknown_phi", "not_permitted", "no_spray"]
LOCAL = timezone(timedelta(hours=7))


class Use(msgspec.Struct, frozen=True):
    """The interval of a product on a crop or species, longer for some markets."""

    crop: str
    phi_days: int
    market_phi: dict[str, int] = {}
    unit_name: str = "phi_days"
    note: str = ""


class InputProduct(msgspec.Struct, frozen=True):
    """A pesticide, fertiliser or medicine as registered, with the days it was permitted."""

    id: str
    kind: str
    trade_name: str
    active_ingredients: tuple[str, ...]
    formulation: str
    uses: tuple[Use, ...]
    registration_no: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    src: str | None = None
    note: str = ""

    def permitted(self, day: date) -> bool:
        """Whether it might be used on a day."""
        since, until = self.valid_from or date.min, self.valid_to or date.max
        return since <= day <= until

    def use_on(self, crop: str) -> Use | None:
        """What is registered for a crop."""
        return next((use for use in self.uses if use.crop == crop), None)


@dataclass(frozen=True, slots=True)
class Treatment:
    """A product used on a local day; `typed_days` is what the person wrote, 0 where nothing."""

    product: str
    day: date
    typed_days: int = 0

    @classmethod
    def at(cls, product: str, instant: datetime, typed_days: int = 0) -> Treatment:
        """A treatment by its instant: the day is the place's own, not that of UTC."""
        return cls(product, instant.astimezone(LOCAL).date(), typed_days)


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether a harvest was allowed, and from which day it would have been."""

    verdict: Verdict
    earliest: date | None = None
    short_by_days: int = 0


@cache
def read_register() -> Mapping[str, InputProduct]:
    """The products of the package's sample register, by id."""
    data = resources.files("nguon.rules").joinpath("intervals.json").read_bytes()
    raw: dict[str, Any] = msgspec.json.decode(data)
    products = msgspec.convert(raw["products"], list[InputProduct])
    return {product.id: product for product in products}


def judge_harvest(
    treatments: Iterable[Treatment],
    crop: str,
    harvest: date,
    *,
    market: str = "",
    register: Mapping[str, InputProduct] | None = None,
) -> Judgement:
    """Whether a crop could be taken on a day after these treatments.

    A typed interval counts only where it is longer than the register's. What is not known is
    never taken for allowed.
    """
    known = read_register() if register is None else register
    treated = list(treatments)
    if not treated:
        return Judgement("no_spray")
    days = []
    for treatment in treated:
        product = known.get(treatment.product)
        use = product.use_on(crop) if product else None
        if product is None or use is None:
            return Judgement("unknown_phi")
        if not product.permitted(treatment.day):
            return Judgement("not_permitted")
        interval = max(use.phi_days, use.market_phi.get(market, 0), treatment.typed_days)
        days.append(treatment.day + timedelta(days=interval))
    earliest = max(days)
    if harvest >= earliest:
        return Judgement("ok", earliest)
    return Judgement("too_early", earliest, (earliest - harvest).days)
