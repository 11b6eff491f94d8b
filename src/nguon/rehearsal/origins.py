"""How goods come into being: on a field, at sea, on a farm, in a barn, in an oyster.

Each teller is a generator that yields the instant up to which it has told everything, appends
the lot it ends with, and hands it over to the buyer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from nguon.rehearsal.chain import MILLI, Chain, Lot, Told
from nguon.rehearsal.clock import DAY, HOUR, write_day, write_instant
from nguon.rehearsal.handing import hand_over
from nguon.rehearsal.province import HOME, Organisation
from nguon.rehearsal.story import Stage, Story

_INTERVAL = 7
# Days from the beginning of a chain to the day its goods are ripe.
_SPANS = {"field": (30, 50), "catch": (4, 8), "farm": (40, 70), "herd": (45, 75), "pearl": (0, 0)}
Supply = list[Lot]
Teller = Callable[[Chain, Story, Organisation, Supply], Iterator[int]]


def tell_origin(chain: Chain, story: Story, buyer: Organisation, supply: Supply) -> Iterator[int]:
    """One producer's part of a chain, up to the buyer's receipt."""
    return _TELLERS[story.origin](chain, story, buyer, supply)


def set_ripe(chain: Chain, story: Story) -> None:
    """Choose when a chain's goods are ripe."""
    chain.ripe = chain.start + chain.dice.between(*_SPANS[story.origin]) * DAY


def _amount(chain: Chain, story: Story) -> int:
    return chain.dice.between(*story.amount) * MILLI


def _deliver(
    chain: Chain, story: Story, at: int, giver: Organisation, buyer: Organisation, lot: Lot
) -> int:
    return hand_over(chain, at, giver, buyer, [lot], ship=story.ship, take=story.take)


def _field(chain: Chain, story: Story, buyer: Organisation, supply: Supply) -> Iterator[int]:
    dice = chain.dice
    grower = chain.province.pick(dice, "household", "household", "cooperative")
    at = chain.start + dice.between(0, 3 * DAY)
    season = chain.begin(story.open, at, grower, story.season, buyer)
    yield at
    sprayed: Told | None = None
    early = (
        bool(story.cares) and story.cares[-1].endswith(".SPRAY") and chain.due("inside_interval")
    )
    # The cares lie between the opening and the interval before the harvest.
    last = chain.ripe - (dice.between(1, _INTERVAL - 2) if early else _INTERVAL + 1) * DAY
    for i, cte in enumerate(story.cares, 1):
        at += (last - at) * i // len(story.cares)
        known = {}
        if cte.endswith(".SPRAY"):
            earliest = write_day(at + _INTERVAL * DAY)
            known = {"phi_days": _INTERVAL, "earliest_harvest": earliest}
        told = chain.note(cte, at, grower, season, known=known)
        sprayed = told if known else sprayed
        yield at
    at = chain.ripe + dice.between(0, 2 * HOUR)
    lot = chain.make(
        story.first, at, grower, [(season, 0)], story.product, buyer, _amount(chain, story), "KGM"
    )
    if early and sprayed is not None:
        figures = {"phiDays": _INTERVAL, "harvestDate": write_day(at)}
        chain.sow("inside_interval", [lot.key], sprayed.side(), lot.born.side(**figures), grower)
    supply.append(lot)
    yield _deliver(chain, story, at + dice.between(2, 4) * HOUR, grower, buyer, lot)


def _catch(chain: Chain, story: Story, buyer: Organisation, supply: Supply) -> Iterator[int]:
    dice = chain.dice
    vessel = chain.province.pick(dice, "vessel")
    at = chain.ripe - dice.between(36, 80) * HOUR
    trip = f"{HOME}/8004/{vessel.prefix}T{chain.number}"
    chain.tell(story.open, at, vessel, {"epcList": [trip]})
    yield at
    at = chain.ripe - dice.between(8, 30) * HOUR
    amount = _amount(chain, story)
    lot = chain.begin(story.first, at, vessel, story.product, buyer, amount, "KGM")
    yield at
    at = chain.ripe + dice.between(0, 3 * HOUR)
    chain.tell(story.land, at, vessel, {"quantityList": [lot.element()]})
    supply.append(lot)
    yield _deliver(chain, story, at + HOUR, vessel, buyer, lot)


def _bring_young(
    chain: Chain, story: Story, farmer: Organisation, at: int, cte: str
) -> tuple[Lot, int]:
    """Seed or young stock from a hatchery, and when the farmer received it."""
    hatchery = chain.province.pick(chain.dice, "hatchery")
    amount = _amount(chain, story)
    known = {"country_of_origin": "VN"}
    young = chain.begin(cte, at, hatchery, story.seed, hatchery, amount, known=known)
    sent = at + chain.dice.between(6, 40) * HOUR
    return young, hand_over(chain, sent, hatchery, farmer, [young])


def _farm(chain: Chain, story: Story, buyer: Organisation, supply: Supply) -> Iterator[int]:
    dice = chain.dice
    farmer = chain.province.pick(dice, "household", "cooperative")
    at = chain.start + dice.between(0, 2 * DAY)
    seed, arrived = _bring_young(chain, story, farmer, at, story.open)
    yield at
    at = arrived + dice.between(2, 10) * HOUR
    crop = chain.make(
        story.stock, at, farmer, [(seed, seed.amount)], story.crop, buyer, seed.amount, None
    )
    yield at
    inspected = chain.ripe - dice.between(1, 5) * DAY
    yield from _care(chain, story, at, inspected, farmer, crop)
    at = inspected
    authority = chain.province.pick(dice, "authority")
    closed = chain.due("closed_area")
    state = "closed" if closed else "open"
    known = {"area_status": state, "status_from": write_instant(at)}
    status = chain.note(story.status, at, authority, crop, known=known)
    yield at
    at = chain.ripe + dice.between(0, 2 * HOUR)
    lot = chain.make(
        story.first, at, farmer, [(crop, 0)], story.product, buyer, _amount(chain, story), "KGM",
        known={"area_status": "open"},
    )  # fmt: skip
    if closed:
        figures = {"areaStatus": "closed", "from": write_instant(status.at)}
        chain.sow("closed_area", [lot.key], status.side(**figures), lot.born.side(), farmer)
    supply.append(lot)
    yield _deliver(chain, story, at + dice.between(1, 4) * HOUR, farmer, buyer, lot)


def _care(
    chain: Chain, story: Story, at: int, until: int, farmer: Organisation, lot: Lot
) -> Iterator[int]:
    """The cares of a crop or herd, spread over a time."""
    span = (until - at) // (len(story.cares) + 1)
    for i, cte in enumerate(story.cares, 1):
        chain.note(cte, at + i * span, farmer, lot)
        yield at + i * span


def _herd(chain: Chain, story: Story, buyer: Organisation, supply: Supply) -> Iterator[int]:
    dice = chain.dice
    farmer = chain.province.pick(dice, "household", "cooperative")
    at = chain.start + dice.between(0, 2 * DAY)
    # No stage of the template stands for the breeding farm: eggs and chicks are another's.
    young, arrived = _bring_young(chain, story, farmer, at, "farmed-seafood.HATCH")
    yield at
    at = arrived + dice.between(2, 10) * HOUR
    herd = chain.make(
        story.open, at, farmer, [(young, young.amount)], story.crop, buyer, young.amount, None
    )
    yield at
    counted = chain.ripe - dice.between(3, 12) * DAY
    yield from _care(chain, story, at, counted, farmer, herd)
    at = counted
    lost = herd.amount * dice.between(1, 8) // 100 // MILLI * MILLI
    if lost:
        chain.tell(story.losses, at, farmer, {"quantityList": [herd.element(lost)]})
        herd.amount -= lost
    yield at
    at = chain.ripe + dice.between(0, 2 * HOUR)
    supply.append(herd)
    yield _deliver(chain, story, at, farmer, buyer, herd)


def _pearl(chain: Chain, story: Story, buyer: Organisation, supply: Supply) -> Iterator[int]:
    dice = chain.dice
    farmer = chain.province.pick(dice, "enterprise", "cooperative")
    at = chain.start + dice.between(0, 2 * DAY)
    lot = chain.begin(story.open, at, farmer, story.seed, farmer, _amount(chain, story))
    yield at
    for stage in story.grow:
        at += dice.between(15, 50) * DAY
        amount = share_of(chain, stage, lot.amount)
        lot = chain.make(
            stage.cte, at, farmer, [(lot, lot.amount)], stage.product, farmer, amount, None
        )
        yield at
    supply.append(lot)
    yield _deliver(chain, story, at + dice.between(1, 10) * DAY, farmer, buyer, lot)


def share_of(chain: Chain, stage: Stage, taken: int) -> int:
    """What comes of so much: whole pieces, or weighed to a tenth of a unit, never nothing."""
    amount = taken * chain.dice.between(stage.low, stage.high) // 1000
    step = 100 if stage.uom else MILLI
    return max(step, amount // step * step)


_TELLERS: dict[str, Teller] = {
    "field": _field, "catch": _catch, "farm": _farm, "herd": _herd, "pearl": _pearl,
}  # fmt: skip
