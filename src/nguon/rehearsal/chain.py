"""One chain as it is told: lots, events as bytes, the faults sown in it, and the truth of it.

The teller (`nguon.rehearsal.telling`) says what happens; here it becomes events. An event waits
in the chain until the stream has come to the instant at which it was recorded.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import orjson

from nguon.rehearsal.clock import DAY, OFFSET, day_of, write_instant
from nguon.rehearsal.dice import Dice
from nguon.rehearsal.faults import Side, Sown
from nguon.rehearsal.filling import (
    Context,
    Form,
    compile_step,
    write_documents,
    write_extensions,
    write_ilmd,
)
from nguon.rehearsal.province import HOME, Organisation, Province
from nguon.rehearsal.truth import Truth

MILLI = 1000
_RECORDED_AFTER = 300
_LATE = 20 * DAY
_DECLARED_AFTER = 900
_INSTRUMENTS = frozenset({"common.SENSOR", "common.TRANSPORT"})
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Told(NamedTuple):
    """An event that was told: what the answer sheet may need of it."""

    event_id: str
    at: int
    cte: str
    org: Organisation
    place: str

    def side(self, **figures: Any) -> Side:
        """It as one of the two records of a fault."""
        return Side(
            self.event_id, write_instant(self.at), self.cte, self.org.party, self.place, figures
        )


@dataclass(slots=True, eq=False)
class Lot:
    """So much of a lot, in thousandths of its unit (None: pieces), and how it came into being."""

    key: str
    number: str
    amount: int
    uom: str | None
    born: Told
    serials: Sequence[str] = ()

    def element(self, amount: int | None = None) -> dict[str, Any]:
        """It as an element of a list of quantities."""
        return write_quantity(self.key, self.amount if amount is None else amount, self.uom)


def write_quantity(key: str, amount: int, uom: str | None) -> dict[str, Any]:
    """`amount` in thousandths; 0 leaves the quantity out, which means "some of it"."""
    if not amount:
        return {"epcClass": key}
    if uom is None:
        return {"epcClass": key, "quantity": amount // MILLI}
    return {"epcClass": key, "quantity": amount / MILLI, "uom": uom}


class Chain:
    """The state of a chain between its events; kept small, for thousands run at a time."""

    __slots__ = (
        "_spoken",
        "day",
        "dice",
        "lots",
        "number",
        "planned",
        "province",
        "ripe",
        "sown",
        "start",
        "truth",
        "waiting",
    )  # fmt: skip

    def __init__(
        self, number: int, start: int, province: Province, planned: Collection[str], day: date
    ) -> None:
        self.number = number
        self.start = start
        # When its goods are ripe: all its producers bring theirs within hours of it.
        self.ripe = start
        self.province = province
        self.day = day
        self.dice = Dice(province.seed, "chain", number)
        self.planned = set(planned)
        self.truth: Truth | None = None
        self.sown: list[Sown] = []
        self.waiting: list[tuple[int, int, bytes]] = []
        self.lots = 0
        self._spoken = 0

    # -- faults ---------------------------------------------------------------------------------

    def due(self, kind: str, percent: float = 60) -> bool:
        """Whether a planned fault is to happen here; each happens once at most."""
        if kind not in self.planned or not self.dice.happens(percent):
            return False
        self.planned.discard(kind)
        return True

    def sow(
        self,
        kind: str,
        items: Sequence[str],
        first: Side,
        second: Side | None,
        owed_by: Organisation,
        **expected: Any,
    ) -> None:
        """Write a fault on the sheet."""
        sown = Sown(kind, self.number, tuple(items), first, second, owed_by.party, expected)
        self.sown.append(sown)

    # -- events ---------------------------------------------------------------------------------

    def tell(
        self,
        cte: str,
        at: int,
        org: Organisation,
        body: Mapping[str, Any],
        *,
        lot: str | None = None,
        place: str | None = None,
        known: Mapping[str, Any] | None = None,
        event_id: str = "",
        noted: int = 0,
    ) -> Told:
        """One event of a step: its lists are given, the rest is filled from the template.

        `noted`: when it was written down, where that is not when it is said to have happened.
        """
        form = compile_step(cte, self.day)
        where = form.step.where
        site = place or org.site(where.read_point or where.biz_location or "facility")
        context = Context(org, site, at, self.number, known or {})
        without = self._leave_out(form)
        event = self._frame(form, at, site)
        event.update(body)
        _fill(event, form, context, without, lot)
        lapsed = self._certify(form, event, org, at)
        told = Told(event_id or self.dice.uuid(), at, cte, org, site)
        recorded = (noted or at) + _RECORDED_AFTER
        if self.due("late_recording", 5):
            recorded = at + _LATE
            side = told.side(recordedAt=write_instant(recorded))
            self.sow("late_recording", find_keys(body), side, None, org, most_days=7)
        if without:
            self.sow("missing_kde", find_keys(body), told.side(), None, org, element=without)
        if lapsed:
            self.sow("certificate_not_in_force", find_keys(body), told.side(**lapsed), None, org)
        self.put(told.event_id, event, recorded)
        return told

    def _frame(self, form: Form, at: int, site: str) -> dict[str, Any]:
        epcis = form.step.epcis
        event: dict[str, Any] = {"eventID": "", "type": epcis.type, "eventTime": write_instant(at)}
        event["eventTimeZoneOffset"] = OFFSET
        if epcis.action:
            event["action"] = epcis.action
        event["bizStep"] = epcis.biz_step
        event["disposition"] = epcis.disposition[0]
        event["readPoint"] = {"id": site}
        if form.step.where.biz_location:
            event["bizLocation"] = {"id": site}
        return event

    def _leave_out(self, form: Form) -> str:
        if not form.loose or not self.due("missing_kde", 25):
            return ""
        return self.dice.pick(form.loose)

    def _certify(
        self, form: Form, event: dict[str, Any], org: Organisation, at: int
    ) -> dict[str, str]:
        """Name the certificate in force, or the one that ran out; then say its days."""
        if not form.certified:
            return {}
        day = day_of(at)
        wrong = self.due("certificate_not_in_force")
        named = (org.lapsed if wrong else org.certificate)("attp", day)
        event["certificationInfo"] = [named.uri]
        if not wrong:
            return {}
        return {"certificate": named.uri, "validTo": named.valid_to.isoformat()}

    def put(self, event_id: str, event: dict[str, Any], recorded: int) -> None:
        """Let an event wait for its turn."""
        event["eventID"] = event_id
        event["nguon:recordedAt"] = write_instant(recorded)
        self._spoken += 1
        # Cut and joined: orjson leaves room behind what it writes, eight times what is needed.
        data = orjson.dumps(event)[:-1] + b"}"
        heapq.heappush(self.waiting, (recorded, self._spoken, data))

    # -- goods ----------------------------------------------------------------------------------

    def name_lot(self, word: str, at: int) -> str:
        """A lot number that no other lot has: letters, day, chain, count."""
        self.lots += 1
        day = write_instant(at)
        chain, digits = self.number, ""
        while chain:
            chain, rest = divmod(chain, 36)
            digits = _DIGITS[rest] + digits
        return f"{word}{day[2:4]}{day[5:7]}{day[8:10]}-{digits or '0'}{_DIGITS[self.lots % 36]}"

    def begin(
        self,
        cte: str,
        at: int,
        org: Organisation,
        product: str,
        owner: Organisation,
        amount: int = 0,
        uom: str | None = None,
        **more: Any,
    ) -> Lot:
        """A lot comes into being of nothing on record. `owner` is whose GTIN it has."""
        number = self.name_lot(_letters(product), at)
        key = f"{owner.gtin(product)}/10/{number}"
        body = {"quantityList": [write_quantity(key, amount, uom)]}
        born = self.tell(cte, at, org, body, lot=number, **more)
        if self.truth:
            self.truth.make(at, (), [key])
        return Lot(key, number, amount, uom, born)

    def note(self, cte: str, at: int, org: Organisation, lot: Lot, **more: Any) -> Told:
        """Something is seen or done with a lot; no amount is said."""
        return self.tell(cte, at, org, {"quantityList": [{"epcClass": lot.key}]}, **more)

    def make(
        self,
        cte: str,
        at: int,
        org: Organisation,
        inputs: Sequence[tuple[Lot, int]],
        product: str,
        owner: Organisation,
        amount: int,
        uom: str | None,
        *,
        most: int = 0,
        pieces: int = 0,
        **more: Any,
    ) -> Lot:
        """A lot is made of others. `most` is the most that may come of it; with `pieces` the lot
        is so many things with serial numbers of their own.
        """
        number = self.name_lot(_letters(product), at)
        key = f"{owner.gtin(product)}/10/{number}"
        serials = [_serial(key, number, i) for i in range(pieces)]
        taken = sum(given for _, given in inputs)
        over = bool(most) and uom == "KGM" and self.due("output_above_input")
        made = max(taken, most) * self.dice.between(12, 16) // 1000 * 100 if over else amount
        body: dict[str, Any] = {"inputQuantityList": [lot.element(given) for lot, given in inputs]}
        if serials:
            body["outputEPCList"] = serials
        else:
            body["outputQuantityList"] = [write_quantity(key, made, uom)]
        right, noted = "", 0
        if not over and uom and not serials and self.due("corrected"):
            noted = at + _DECLARED_AFTER
            right = self._tell_wrong(cte, at, org, body, number, key, made, uom, more)
        born = self.tell(cte, at, org, body, lot=number, event_id=right, noted=noted, **more)
        if self.truth:
            named = serials and compile_step(cte, self.day).names_lot
            sources = [lot.key for lot, _ in inputs]
            self.truth.make(at, sources, serials or [key], key if named else "")
        if over:
            first = inputs[-1][0].born.side(input=taken / MILLI, uom=uom)
            second = born.side(output=made / MILLI, most=most / MILLI, uom=uom)
            self.sow("output_above_input", [key], first, second, org)
        return Lot(key, number, amount, uom, born, serials)

    def _tell_wrong(
        self,
        cte: str,
        at: int,
        org: Organisation,
        body: Mapping[str, Any],
        number: str,
        key: str,
        amount: int,
        uom: str,
        more: Mapping[str, Any],
    ) -> str:
        """A slip of the decimal point and the declaration of it; the name of the right event."""
        planned, self.planned = self.planned, set()
        wrong = {**body, "outputQuantityList": [write_quantity(key, amount * 10, uom)]}
        told = self.tell(cte, at, org, wrong, lot=number, **more)
        self.planned = planned
        event = orjson.loads(max(self.waiting, key=lambda waiting: waiting[1])[2])
        right = told._replace(event_id=self.dice.uuid())
        declared = at + _DECLARED_AFTER
        event["errorDeclaration"] = {
            "declarationTime": write_instant(declared),
            "reason": "incorrect_data",
            "correctiveEventIDs": [right.event_id],
        }
        self.put(told.event_id, event, declared)
        first = told.side(output=amount * 10 / MILLI, uom=uom)
        self.sow("corrected", [key], first, right.side(output=amount / MILLI, uom=uom), org)
        return right.event_id


def _fill(
    event: dict[str, Any], form: Form, context: Context, without: str, lot: str | None
) -> None:
    """Give an event the papers, lot data and extensions that its step asks for, but for one."""
    documents = write_documents(form, context, without)
    if documents:
        event["bizTransactionList"] = [*event.get("bizTransactionList", ()), *documents]
    ilmd = write_ilmd(form, context, without) if form.ilmd else {}
    if lot is not None and form.names_lot:
        ilmd["cbvmda:lotNumber"] = lot
    if ilmd:
        event["ilmd"] = ilmd
    event.update(write_extensions(form, context, without))
    cte = form.step.cte
    event["nguon:cte"] = cte
    event["nguon:performedBy"] = context.org.party
    event["nguon:evidence"] = "instrument" if cte in _INSTRUMENTS else "self_declared"


def find_keys(body: Mapping[str, Any]) -> list[str]:
    """The items that the lists of an event name, outputs before inputs."""
    found: list[str] = []
    for name in ("outputQuantityList", "quantityList", "childQuantityList"):
        found += [element["epcClass"] for element in body.get(name, ())]
    for name in ("outputEPCList", "epcList", "childEPCs"):
        found += body.get(name, ())
    return found or [body["parentID"]]


def _serial(key: str, number: str, index: int) -> str:
    gtin = key[len(HOME) + 4 : len(HOME) + 18]
    return f"{HOME}/01/{gtin}/21/{number.replace('-', '')}{index:02d}"


def _letters(product: str) -> str:
    """The capital letters that a lot number of a product begins with."""
    plain = "".join(c for c in product.upper() if "A" <= c <= "Z")
    return (plain + "XX")[:2]
