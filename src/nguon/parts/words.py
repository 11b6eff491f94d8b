"""Values as people read them: numbers, quantities, dates, grades of evidence.

Vietnamese writes thousands with a point and decimals with a comma, dates `dd/mm/yyyy`; number
and unit are joined by a no-break space (design language, section 4). Units are codes of UN/CEFACT
Recommendation 20.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils.timezone import get_default_timezone
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from nguon.errors import Language

NBSP = "\u00a0"
_MINUS = "\u2212"
_SIGNS = {
    "KGM": "kg",
    "GRM": "g",
    "LTR": "l",
    "MLT": "ml",
    "MTR": "m",
    "CEL": "°C",
    "P1": "%",
    "GL": "g/l",
    "HAR": "ha",
    "MTK": "m²",
}
_EVIDENCE = {
    "self_declared": (1, noop("Self-declared")),
    "counterparty_confirmed": (2, noop("Partner confirmed")),
    "instrument": (3, noop("Instrument")),
    "inspected": (4, noop("Inspected")),
    "laboratory": (5, noop("Laboratory")),
}


@dataclass(frozen=True, slots=True)
class Grade:
    """How sure a fact is: 1 self-declared … 5 laboratory, with its word. 0 is missing."""

    level: int
    word: str


def read_language() -> Language:
    """`en` where English is active, else `vi`."""
    return "en" if (get_language() or "vi").startswith("en") else "vi"


def grade_evidence(value: str | None) -> Grade:
    """The grade that an event states; an unknown or missing word counts as self-declared."""
    level, word = _EVIDENCE.get(value or "", _EVIDENCE["self_declared"])
    return Grade(level, _(word))


def all_grades() -> list[Grade]:
    """The five grades, weakest first."""
    return [Grade(level, _(word)) for level, word in _EVIDENCE.values()]


def say_number(value: Decimal | float, *, places: int = 3) -> str:
    """A number with separators of the active language, at most `places` decimals."""
    exact = Decimal(str(value))
    rounded = round(exact, places) if exact.as_tuple().exponent < -places else exact  # type: ignore[operator] # finite numbers have an int exponent
    text = f"{abs(rounded):,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if read_language() == "vi":
        text = text.translate(str.maketrans(",.", ".,"))
    return (_MINUS if rounded < 0 else "") + text


def say_quantity(value: Decimal | float | None, uom: str | None) -> str:
    """A quantity with its unit; a count where there is no unit; empty where nothing is known."""
    if value is None:
        return ""
    if uom == "TNE":
        return say_number(value) + NBSP + _("tonnes")
    if not uom or uom == "H87":
        return say_number(value)
    return say_number(value) + NBSP + _SIGNS.get(uom, uom)


def say_pieces(count: int) -> str:
    """A number of single things."""
    return ngettext("%(count)s piece", "%(count)s pieces", count) % {"count": say_number(count)}


def say_date(value: date) -> str:
    """`18/11/2026` in both languages: the order printed on packets here."""
    return value.strftime("%d/%m/%Y")


def local(value: datetime) -> datetime:
    """An instant on the clock of the province."""
    return value.astimezone(get_default_timezone())


def say_instant(value: datetime) -> str:
    """`18/11/2026, 06:20`."""
    return local(value).strftime("%d/%m/%Y, %H:%M")


def inside_sentence(name: str) -> str:
    """A name as it stands inside a Vietnamese sentence: `chả mực Hạ Long`, but `Hạ Long`.

    Only a capital followed by small words is one of the beginning; English names stay.
    """
    first, _space, rest = name.partition(" ")
    proper = not first[1:].islower() or rest[:1].isupper()
    return name if proper or read_language() == "en" else name[:1].lower() + name[1:]


def begin_sentence(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


def say_list(words: Sequence[str]) -> str:
    """`a, b and c`."""
    if len(words) < 2:
        return "".join(words)
    joiner = pgettext("between the last two of a list", " and ")
    return ", ".join(words[:-1]) + joiner + words[-1]
