"""The first line of the page: which of the answers a code gets, and why.

Order when several hold: recalled, on hold, past its date, in circulation. A recall stays open
until a later event takes the lasting disposition `recalled` off the same thing (CBV 2.0, 7.2;
EPCIS 2.0, 7.4.1.7): a change of the passing disposition does not end it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from nguon.epcis import vocabulary
from nguon.epcis.model import AnyEvent
from nguon.parts.words import local, say_date
from nguon.scan.gathering import Fact, Gathered
from nguon.trace.model import COMMISSIONED, COMMISSIONED_CLASS, LOT, OUTPUT, OUTPUT_CLASS

_RECALLED = "recalled"
_DATES = (
    ("itemExpirationDate", "expiry"),
    ("bestBeforeDate", "best_before"),
    ("sellByDate", "sell_by"),
)
_MADE_AS = (OUTPUT, OUTPUT_CLASS, LOT, COMMISSIONED, COMMISSIONED_CLASS)
_COLOURS = {
    "ok": "#085f41",
    "stop": "#aa1816",
    "warn": "#784e0d",
    "odd": "#812661",
    "off": "#425055",
    "none": "#162024",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """The state field of a page, its words ready: `kind` is the class of the component."""

    kind: str
    icon: str
    title: str
    reason: str
    subject: str = ""

    @property
    def colour(self) -> str:
        """The theme colour of the page."""
        return _COLOURS[self.kind]


@dataclass(frozen=True, slots=True)
class Shelf:
    """Until when: which kind of date, the day, and the event that says so."""

    kind: str
    day: date
    fact: Fact


@dataclass(frozen=True, slots=True)
class Stop:
    """A recall or a hold that is open: the event, and whether all of the item is meant."""

    fact: Fact
    whole: bool


def find_making(gathered: Gathered) -> Fact | None:
    """The event in which the item, or the lot it is named by, came into being."""
    ours = {gathered.key, *gathered.lots}
    for fact in gathered.facts:
        if any(m.item in ours and m.role in _MADE_AS for m in fact.mentions):
            return fact
    return None


def find_shelf(making: Fact | None) -> Shelf | None:
    """The date until which the item is good, as declared when it was made."""
    if making is None:
        return None
    for name, kind in _DATES:
        day = read_day(making.recorded.event.ilmd_value(f"cbvmda:{name}"))
        if day is not None:
            return Shelf(kind, day, making)
    return None


def read_day(value: object) -> date | None:
    """A date out of instance/lot master data; what is no date is as if not given."""
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def find_recall(gathered: Gathered) -> Stop | None:
    """The recall that is open over the item, its lot, or what it is inside of."""
    opened: dict[str, Fact] = {}
    for fact in gathered.own:
        event = fact.recorded.event
        for mention in fact.mentions:
            if _RECALLED in _lasting(event, "unset"):
                opened.pop(mention.item, None)
            elif _recalls(event, fact):
                opened.setdefault(mention.item, fact)
    return _choose(gathered, opened)


def find_hold(gathered: Gathered) -> Stop | None:
    """The hold that is open over the item: until an event on the same thing says otherwise."""
    opened: dict[str, Fact] = {}
    for fact in gathered.own:
        event = fact.recorded.event
        for mention in fact.mentions:
            if event.step == "holding" and fact.words.kind == "alert":
                opened[mention.item] = fact
            elif fact.words.kind not in ("measure", "aside"):
                opened.pop(mention.item, None)
    return _choose(gathered, opened)


def _choose(gathered: Gathered, opened: dict[str, Fact]) -> Stop | None:
    ours = [gathered.key, *gathered.lots]
    for key in ours:
        if key in opened:
            return Stop(opened[key], whole=True)
    if not opened:
        return None
    # A single item inside a recalled box is recalled as a whole; of a lot only a part may be.
    single = "/10/" not in gathered.key and not set(opened) <= set(gathered.inside)
    return Stop(next(iter(opened.values())), whole=single)


def _recalls(event: AnyEvent, fact: Fact) -> bool:
    by_step = fact.words.code.endswith("RECALL")
    return event.disp == _RECALLED or _RECALLED in _lasting(event, "set_") or by_step


def _lasting(event: AnyEvent, side: str) -> Iterable[str]:
    lasting = event.persistent_disposition
    words: Sequence[str] = getattr(lasting, side) if lasting is not None else ()
    return [vocabulary.normalise("disposition", word) for word in words]


def judge(gathered: Gathered, shelf: Shelf | None, now: datetime) -> Standing:
    """The answer for the item at an instant."""
    recall, hold = find_recall(gathered), find_hold(gathered)
    if recall is not None:
        return _say_recall(recall)
    if hold is not None:
        return _say_hold(hold)
    if shelf is not None and shelf.day < local(now).date():
        return _say_past(shelf)
    checked = {"time": local(now).strftime("%H:%M"), "day": say_date(local(now))}
    reason = _("No recall, no warning. Checked at %(time)s on %(day)s.") % checked
    title = _("Logistic unit on its way") if "/00/" in gathered.key else _("On the market")
    return Standing("ok", "okring", title, reason)


def _say_recall(recall: Stop) -> Standing:
    number = recall.fact.recorded.event.extension_value("nguon:recallNo")
    day = say_date(local(recall.fact.recorded.event.event_time))
    values = {"number": number, "day": day}
    if number:
        when = _("Recall %(number)s of %(day)s.") % values
    else:
        when = _("Recalled on %(day)s.") % values
    part = "" if recall.whole else " " + _("Part of this lot is meant; its code cannot tell which.")
    return Standing("stop", "stop", _("Recalled. Do not eat or sell."), when + part)


def _say_hold(hold: Stop) -> Standing:
    day = say_date(local(hold.fact.recorded.event.event_time))
    reason = _("Held since %(day)s until a check is done. Do not use or sell it yet.")
    return Standing("warn", "pause", _("On hold for a check"), reason % {"day": day})


def _say_past(shelf: Shelf) -> Standing:
    titles = {
        "expiry": _("Past its use-by date"),
        "best_before": _("Past its best-before date"),
        "sell_by": _("Past its sell-by date"),
    }
    reason = _("The date on record is %(day)s. Compare it with the packet.")
    return Standing("warn", "clock", titles[shelf.kind], reason % {"day": say_date(shelf.day)})
