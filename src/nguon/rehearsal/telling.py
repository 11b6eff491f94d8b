"""A whole chain: from its producers through processing and packing to the shops."""

from __future__ import annotations

import heapq
from collections.abc import Generator, Iterator, Sequence

from nguon.gs1.local import DEFAULT_HOME
from nguon.rehearsal.chain import MILLI, Chain, Lot
from nguon.rehearsal.clock import DAY, HOUR, write_instant
from nguon.rehearsal.filling import compile_step
from nguon.rehearsal.handing import hand_over
from nguon.rehearsal.origins import set_ripe, share_of, tell_origin
from nguon.rehearsal.province import HOME, Organisation
from nguon.rehearsal.story import Story

_MOST_PIECES = 24
_TEMPERATURE = (-190, 60)


def tell_chain(chain: Chain, story: Story) -> Iterator[int]:
    """Tell a chain; yields the instants up to which everything is told."""
    buyer = chain.province.pick(chain.dice, story.buyer)
    supply: list[Lot] = []
    count = chain.dice.between(*story.producers)
    set_ripe(chain, story)
    at = chain.start
    for reached in _interleave([tell_origin(chain, story, buyer, supply) for _ in range(count)]):
        at = reached
        yield at
    at += chain.dice.between(HOUR, 4 * HOUR)
    lot = yield from _process(chain, story, buyer, supply, at)
    yield from _distribute(chain, story, buyer, lot)


def _interleave(tellers: Sequence[Iterator[int]]) -> Iterator[int]:
    """Several tellers as one, in the order of time."""
    heap = [(next(teller), i, teller) for i, teller in enumerate(tellers)]
    heapq.heapify(heap)
    while heap:
        at, i, teller = heapq.heappop(heap)
        yield at
        following = next(teller, None)
        if following is not None:
            heapq.heappush(heap, (following, i, teller))


# -- processing -------------------------------------------------------------------------------


def _process(
    chain: Chain, story: Story, maker: Organisation, supply: Sequence[Lot], at: int
) -> Generator[int, None, Lot]:
    inputs = list(supply)
    if len(inputs) > 1 and chain.dice.happens(35) and story.uom:
        merged = _merge(chain, maker, inputs, at, story)
        inputs = [merged]
        at += HOUR
        yield at
    for i, stage in enumerate(story.route):
        taken = sum(lot.amount for lot in inputs)
        amount = share_of(chain, stage, taken)
        given = [(lot, lot.amount) for lot in inputs]
        most = taken * stage.most // 1000
        lot = chain.make(
            stage.cte, at, maker, given, stage.product, maker, amount, stage.uom or None, most=most
        )
        if chain.due("used_twice", 40):
            _use_again(chain, maker, inputs[0], at + 3 * HOUR)
        following = story.route[i + 1].cte if i + 1 < len(story.route) else story.pack.cte
        limit = _find_limit(chain, stage.cte, following, rush=story.rush)
        for check in stage.checks:
            _check(chain, check, at + HOUR, maker, lot)
        at += chain.dice.between(2 * HOUR, limit)
        yield at
        inputs = [lot]
    packed = _pack(chain, story, maker, inputs, at)
    yield at
    return packed


def _find_limit(chain: Chain, cte: str, following: str, *, rush: bool) -> int:
    """The longest that goods wait for the next stage: a day or so, within the template's time."""
    longest = (6 if rush else 30) * HOUR
    step = compile_step(cte, chain.day).step
    for each in step.next:
        if each.cte == following.rpartition(".")[2]:
            longest = min(longest, int(each.max_delay.total_seconds()) - HOUR)
    return longest


def _merge(chain: Chain, maker: Organisation, inputs: Sequence[Lot], at: int, story: Story) -> Lot:
    """Several suppliers' lots become one under the maker's own number."""
    amount = sum(lot.amount for lot in inputs)
    given = [(lot, lot.amount) for lot in inputs]
    return chain.make(
        "common.MERGE", at, maker, given, f"{story.product} (gộp)", maker, amount, story.uom
    )


def _use_again(chain: Chain, maker: Organisation, lot: Lot, at: int) -> None:
    """A lot that was used up is thrown away as a whole."""
    told = chain.tell("common.DESTROY", at, maker, {"quantityList": [lot.element()]})
    first = lot.born.side(made=lot.amount / MILLI, uom=lot.uom)
    second = told.side(used=2 * lot.amount / MILLI, uom=lot.uom)
    chain.sow("used_twice", [lot.key], first, second, maker)


def _check(chain: Chain, cte: str, at: int, maker: Organisation, lot: Lot) -> None:
    laboratory = ".LAB_" in cte
    org = chain.province.pick(chain.dice, "laboratory") if laboratory else maker
    chain.note(cte, at, org, lot)


def _pack(chain: Chain, story: Story, maker: Organisation, inputs: Sequence[Lot], at: int) -> Lot:
    """Packs of the same size; the lot's amount becomes their number."""
    pack = story.pack
    taken = sum(lot.amount for lot in inputs)
    given = [(lot, lot.amount) for lot in inputs]
    if pack.uom:
        amount = max(100, taken * pack.share // 1000 // 100 * 100)
        lot = chain.make(
            pack.cte, at, maker, given, pack.product, maker, amount, pack.uom, most=taken
        )
    else:
        count = max(1, taken // pack.unit)
        pieces = min(count, _MOST_PIECES) if pack.pieces else 0
        amount = (pieces or count) * MILLI
        lot = chain.make(
            pack.cte, at, maker, given, pack.product, maker, amount, None, pieces=pieces
        )
    if pack.after:
        _after(chain, pack.after, at + HOUR + 47, maker, lot)
    if lot.serials and chain.due("duplicate_serials"):
        _copy_serial(chain, lot, at + DAY)
    return lot


def _after(chain: Chain, cte: str, at: int, maker: Organisation, lot: Lot) -> None:
    body = {"epcList": list(lot.serials)} if lot.serials else {"quantityList": [lot.element()]}
    chain.tell(cte, at, maker, body)


def _copy_serial(chain: Chain, lot: Lot, at: int) -> None:
    """Somebody else puts one of the serial numbers on a thing of theirs."""
    other = chain.province.pick(chain.dice, "market", "trader")
    serial = chain.dice.pick(lot.serials)
    told = chain.tell("common.LABEL", at, other, {"epcList": [serial]}, known={"lot_code": None})
    chain.sow("duplicate_serials", [serial], lot.born.side(), told.side(), other)


# -- distribution -----------------------------------------------------------------------------


def _distribute(chain: Chain, story: Story, maker: Organisation, lot: Lot) -> Iterator[int]:
    dice = chain.dice
    slow = 1 if story.rush else 3
    at = lot.born.at + dice.between(2, 5 * slow) * HOUR
    if dice.happens(35):
        _test(chain, at - HOUR // 2 - 13, lot)
    cartons = _fill_cartons(chain, maker, lot, at)
    pallet = maker.sscc()
    _box(chain, "common.AGGREGATE", at + HOUR, maker, pallet, [box for box, _, _ in cartons])
    yield at
    trader = chain.province.pick(dice, "trader", "exporter")
    at += dice.between(2, 5 * slow) * HOUR
    if dice.happens(50):
        _measure(chain, at + 600, maker, pallet)
    at = hand_over(chain, at, maker, trader, boxes=[pallet])
    yield at
    at += dice.between(1, 12) * HOUR
    _unbox(chain, at, trader, pallet, [box for box, _, _ in cartons])
    kept = cartons[:]
    if lot.uom is None and not lot.serials and len(kept) > 1 and dice.happens(30):
        _repack(chain, at + HOUR, trader, lot, kept.pop())
    yield at
    at += dice.between(3, 40) * HOUR
    shops = [chain.province.pick(dice, "shop", "market") for _ in range(min(2, len(kept)))]
    for i, shop in enumerate(shops):
        arrived = hand_over(
            chain, at, trader, shop, boxes=[box for box, _, _ in kept[i :: len(shops)]]
        )
        for box, amount, serials in kept[i :: len(shops)]:
            _sell(chain, arrived, shop, lot, box, amount, serials)
    yield at


Carton = tuple[str, int, Sequence[str]]


def _fill_cartons(chain: Chain, maker: Organisation, lot: Lot, at: int) -> list[Carton]:
    """Two to five cartons that hold the whole lot; fewer where there is little."""
    step = 100 if lot.uom else MILLI
    units = len(lot.serials) or lot.amount // step
    count = max(1, min(chain.dice.between(2, 5), units))
    cartons: list[Carton] = []
    for i in range(count):
        first, last = units * i // count, units * (i + 1) // count
        box, amount = maker.sscc(), (last - first) * step
        serials = lot.serials[first:last]
        body = (
            {"childEPCs": list(serials)}
            if serials
            else {"childQuantityList": [lot.element(amount)]}
        )
        chain.tell("common.AGGREGATE", at, maker, {"parentID": box, **body})
        if chain.truth:
            chain.truth.pack(at, box, serials or [lot.key])
        cartons.append((box, amount, serials))
    return cartons


def _box(
    chain: Chain, cte: str, at: int, org: Organisation, box: str, children: Sequence[str]
) -> None:
    chain.tell(cte, at, org, {"parentID": box, "childEPCs": list(children)})
    if chain.truth:
        chain.truth.pack(at, box, children)


def _unbox(
    chain: Chain, at: int, org: Organisation, box: str, children: Sequence[str] = ()
) -> None:
    body = {"parentID": box, **({"childEPCs": list(children)} if children else {})}
    chain.tell("common.DISAGGREGATE", at, org, body)
    if chain.truth:
        chain.truth.unpack(at, box)


def _test(chain: Chain, at: int, lot: Lot) -> None:
    laboratory = chain.province.pick(chain.dice, "laboratory")
    if lot.serials:
        sample: dict[str, object] = {"epcList": [lot.serials[0]]}
    else:
        sample = {"quantityList": [{"epcClass": lot.key}]}
    chain.tell("common.LAB_TEST", at, laboratory, sample)


def _measure(chain: Chain, at: int, org: Organisation, box: str) -> None:
    """What a thermometer on the way said."""
    middle = chain.dice.between(*_TEMPERATURE)
    low, high = middle - chain.dice.between(2, 15), middle + chain.dice.between(2, 15)
    report = {"type": "Temperature", "minValue": low / 10, "maxValue": high / 10, "uom": "CEL"}
    span = {"startTime": write_instant(at - HOUR), "endTime": write_instant(at)}
    device = f"{HOME}/8004/{org.prefix}NK{chain.number % 100}"
    element = {"sensorMetadata": {**span, "deviceID": device}, "sensorReport": [report]}
    chain.tell("common.SENSOR", at, org, {"epcList": [box], "sensorElementList": [element]})


def _repack(chain: Chain, at: int, trader: Organisation, lot: Lot, carton: Carton) -> None:
    """A carton is opened and its packs go under two numbers of the trader's own."""
    box, amount, _ = carton
    _unbox(chain, at, trader, box)
    half = max(MILLI, amount // 2 // MILLI * MILLI)
    for i, part in enumerate((half, amount - half)):
        if part:
            told = at + (i + 1) * HOUR
            child = chain.make(
                "common.SPLIT", told, trader, [(lot, part)], "Hàng chia lại", trader, part, None
            )
            shop = chain.province.pick(chain.dice, "shop")
            arrived = hand_over(chain, told + 6 * HOUR, trader, shop, [child])
            _sell_some(chain, arrived, shop, {"quantityList": [child.element()]})


def _sell(
    chain: Chain,
    at: int,
    shop: Organisation,
    lot: Lot,
    box: str,
    amount: int,
    serials: Sequence[str],
) -> None:
    opened = at + chain.dice.between(1, 20) * HOUR
    _unbox(chain, opened, shop, box)
    if serials:
        _sell_some(chain, opened, shop, {"epcList": list(serials)})
    else:
        _sell_some(chain, opened, shop, {"quantityList": [lot.element(amount)]})


def _sell_some(chain: Chain, at: int, shop: Organisation, goods: dict[str, object]) -> None:
    receipt = (
        f"{DEFAULT_HOME}/doc/receipt/{shop.number}-{chain.number}-{chain.dice.between(0, 9999)}"
    )
    paper = {"type": "inv", "bizTransaction": receipt}
    sold = at + chain.dice.between(1, 60) * HOUR
    chain.tell("common.SELL", sold, shop, {**goods, "bizTransactionList": [paper]})
