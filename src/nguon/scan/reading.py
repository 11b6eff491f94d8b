"""What the machine read from a code that leads nowhere: which part is wrong, and what is right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from nguon.gs1 import Gs1Error, Identifier, identify
from nguon.parts.words import read_language

_LABELS = {
    "01": noop("Product code"),
    "10": noop("Lot"),
    "21": noop("Serial number"),
    "22": noop("Product variant"),
    "00": noop("Logistic unit"),
    "414": noop("Place"),
    "417": noop("Party"),
}
_HOME = "https://id.gs1.org"
_VIETNAM, _EXAMPLES = "893", "952"
_SHOWN = 120


@dataclass(frozen=True, slots=True)
class ReadLine:
    """One part of the code: what was read, what is wrong with it."""

    label: str
    value: str
    wrong: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """Context of the page for a code that is not known, or is none."""

    text: str
    title: str
    status: int
    lines: Sequence[ReadLine]
    meaning: str
    error: str = ""
    fault_code: str = ""


def read_unknown(key: str, text: str = "") -> Reading:
    """A well-formed code that no event names."""
    found = identify(key)
    lines = [_show_part(ai, value) for ai, value in found.ais] or [
        ReadLine(_("Code"), key[:_SHOWN])
    ]
    return Reading(
        text=text or (found.element_string() if found.ais else key),
        title=_("This code is not in the system"),
        status=404,
        lines=[*lines, *_show_prefix(found)],
        meaning=_("The code is well formed, but nothing is recorded here under it."),
    )


def read_not_issued(found: Identifier) -> Reading:
    """A serial number that was never issued, of a product whose numbers are managed here."""
    lines = [_show_part(ai, value) for ai, value in found.ais] or [
        ReadLine(_("Code"), found.key[:_SHOWN])
    ]
    return Reading(
        text=found.element_string() if found.ais else found.key,
        title=_("This number was never issued"),
        status=404,
        lines=[*lines, *_show_prefix(found)],
        meaning=_(
            "Every packet of this product has a number given out here, and this is none of them. "
            "A letter may be misread; if not, the label is made up."
        ),
    )


def read_wrong(text: str, error: Gs1Error) -> Reading:
    """A code with a fault in it: a wrong digit, a wrong order, an impossible character."""
    fault = error.fault
    sentence = fault.sentence(read_language())
    none = fault.code in ("gs1.not_a_code", "gs1.not_a_uri")
    return Reading(
        text=_as_typed(text),
        title=_("This code is not in the system"),
        status=404 if none else 400,
        lines=_show_wrong(text, error),
        meaning=_("No code and no lot of this system reads like that.")
        if none
        else _("A digit is misprinted or blurred, or the code was made up."),
        error=sentence,
        fault_code=fault.code,
    )


def _as_typed(text: str) -> str:
    """A path of ours as the brackets under a bar code; anything else as it came."""
    parts = _split(text) if text.startswith(_HOME) else []
    return "".join(f"({ai}){value}" for ai, value in parts) or text[:_SHOWN]


def read_missing_lot(text: str) -> Reading:
    """A text that may be a lot or serial number, but of nothing recorded here."""
    return Reading(
        text=text[:_SHOWN],
        title=_("This code is not in the system"),
        status=404,
        lines=[ReadLine(_("Text"), text[:_SHOWN])],
        meaning=_("It is no GS1 code, and no lot or serial number recorded here."),
    )


def _show_part(ai: str, value: str, wrong: str = "", note: str = "") -> ReadLine:
    label = _(_LABELS[ai]) if ai in _LABELS else f"({ai})"
    return ReadLine(
        label, _space(value) if value.isdigit() and len(value) > 10 else value, wrong, note
    )


def _space(digits: str) -> str:
    """A GTIN-14 as `0 952 1234 0001 99`; other numbers in fours."""
    if len(digits) == 14:
        return " ".join([digits[0], digits[1:4], digits[4:8], digits[8:12], digits[12:]])
    return " ".join(digits[i : i + 4] for i in range(0, len(digits), 4))


def _show_prefix(found: Identifier) -> list[ReadLine]:
    if not found.gtin:
        return []
    prefix = found.gtin[1:4]
    if prefix == _EXAMPLES:
        return [ReadLine(_("Prefix"), prefix, note=_("Reserved for examples"))]
    if prefix == _VIETNAM:
        return [ReadLine(_("Prefix"), prefix, note=_("Given out by GS1 Vietnam"))]
    return [ReadLine(_("Prefix"), prefix, note=_("Not Vietnam’s, which is 893"))]


def _show_wrong(text: str, error: Gs1Error) -> list[ReadLine]:
    """The parts of the code as far as it can be taken apart, the wrong one marked."""
    wrong = _say_wrong(error)
    parts = _split(text)
    if not parts:
        return [ReadLine(_("Read"), text[:_SHOWN], wrong)]
    place = str(error.fault.params.get("ai", parts[0][0]))
    marked = place if place in dict(parts) else parts[0][0]
    doubtful = _("Cannot be looked up while the product code is wrong")
    return [
        _show_part(ai, value, wrong if ai == marked else "", "" if ai == marked else doubtful)
        for ai, value in parts
    ]


def _say_wrong(error: Gs1Error) -> str:
    params = error.fault.params
    if "expected" in params and "found" in params:
        values = {"found": params["found"], "expected": params["expected"]}
        return _("Wrong check digit: read %(found)s, must be %(expected)s") % values
    if error.fault.code == "gs1.qualifier_order":
        return _("The parts stand in the wrong order")
    return ""


def _split(text: str) -> list[tuple[str, str]]:
    segments = text.removeprefix(_HOME).strip("/").split("/")
    pairs = list(zip(segments[::2], segments[1::2], strict=False))
    plain = all(ai.isdigit() and len(ai) <= 4 for ai, _value in pairs)
    return [(ai, value[:_SHOWN]) for ai, value in pairs] if plain else []
