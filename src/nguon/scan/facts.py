"""The seven facts that the law wants shown on a scan, each with its evidence.

Thông tư 02/2024/TT-BKHCN, Điều 6.5: name, picture, producer, address, time of production, brand
and serial, shelf life. A missing one is said to be missing and counts against the seven.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from nguon.gs1 import Gs1Error, identify
from nguon.parts.words import Grade, grade_evidence, inside_sentence, local, say_date
from nguon.registry.queries import Directory, Entry
from nguon.scan.gathering import Fact, Gathered
from nguon.scan.standing import Shelf, read_day
from nguon.trace.parties import find_performer

_PRODUCED = ("gs1:productionDate", "cbvmda:productionDate", "cbvmda:harvestEndDate")
EVIDENCE = "nguon:evidence"


@dataclass(frozen=True, slots=True)
class Line:
    """One fact: its label, its words, how sure it is. An empty value is a fact not declared."""

    label: str
    value: str
    grade: Grade | None = None
    link: str = ""
    strong: bool = False
    code: bool = False

    @property
    def missing(self) -> bool:
        """Whether nobody declared it."""
        return not self.value


@dataclass(frozen=True, slots=True)
class Seven:
    """The seven facts, and how many of them are there."""

    lines: Sequence[Line]

    @property
    def count(self) -> int:
        """How many of the seven are declared."""
        return sum(not line.missing for line in self.lines)

    @property
    def whole(self) -> bool:
        """Whether none is missing."""
        return self.count == len(self.lines)


def grade_fact(fact: Fact) -> Grade:
    """How sure what an event says is."""
    value = fact.recorded.event.extension_value(EVIDENCE)
    return grade_evidence(value if isinstance(value, str) else None)


def list_seven(
    gathered: Gathered, directory: Directory, making: Fact | None, shelf: Shelf | None
) -> Seven:
    """The seven facts of an item."""
    product = directory.product(gathered.key)
    producer = find_producer(product, making)
    declared = grade_evidence(None)
    name = join_words(product, ("name", "description"))
    lines = [
        Line(_("Product name"), name, declared),
        _picture(product, declared),
        Line(_("Producer"), directory.name_party(producer), declared),
        Line(_("Address"), directory.name_address(producer), declared),
        _made_on(making),
        Line(_("Brand, marks"), _brand(product, gathered.key), declared),
        _good_until(product, shelf),
    ]
    return Seven(lines)


def list_further(gathered: Gathered, directory: Directory, making: Fact | None) -> list[Line]:
    """What stands after the seven: origin, and the lot or serial to compare with the packet."""
    product = directory.product(gathered.key)
    origin = product.say("origin") if product else ""
    lines = [Line(_("Origin"), origin, grade_fact(making) if making else grade_evidence(None))]
    try:
        found = identify(gathered.key)
    except Gs1Error:
        return lines
    lot = found.lot or (identify(gathered.lots[0]).lot if gathered.lots else None)
    if lot:
        lines.append(Line(_("Lot"), lot, strong=True, code=True))
    if found.serial:
        lines.append(Line(_("Serial number"), found.serial, strong=True, code=True))
    return lines


def find_producer(product: Entry | None, making: Fact | None) -> str | None:
    """Who makes it: as registered, else who recorded the making."""
    registered = str(product.values.get("producer") or "") if product else ""
    return registered or (find_performer(making.recorded.event) if making else None)


def join_words(entry: Entry | None, names: Sequence[str]) -> str:
    """The filled fields of an entry, joined as one phrase."""
    said = [entry.say(name) for name in names if entry.say(name)] if entry else []
    return ", ".join([*said[:1], *(inside_sentence(text) for text in said[1:])])


def _picture(product: Entry | None, declared: Grade) -> Line:
    source = str(product.values.get("image") or "") if product else ""
    return Line(_("Picture"), _("Picture by the producer") if source else "", declared, link=source)


def _made_on(making: Fact | None) -> Line:
    if making is None:
        return Line(_("Made on"), "")
    event = making.recorded.event
    days = (read_day(event.ilmd_value(name)) for name in _PRODUCED)
    day = next((day for day in days if day), local(event.event_time).date())
    return Line(_("Made on"), say_date(day), grade_fact(making))


def _brand(product: Entry | None, key: str) -> str:
    brand = product.say("brand") if product else ""
    if not brand:
        return ""
    numbered = _("each piece numbered") if "/21/" in key else _("pieces not numbered")
    return f"{brand}; {numbered}"


def _good_until(product: Entry | None, shelf: Shelf | None) -> Line:
    if shelf is None:
        return Line(_("Good until"), "")
    storage = product.say("storage") if product else ""
    value = ", ".join(filter(None, (say_date(shelf.day), storage)))
    return Line(_("Good until"), value, grade_fact(shelf.fact), strong=True)
