"""From a step of a sector template to the members of its events: every owed fact has a value.

A step is compiled once; then an event costs a few calls. What a story knows better (the days of
an interval, the state of an area) it gives by the element's code.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from nguon.gs1.local import DEFAULT_HOME
from nguon.rehearsal.clock import DAY, write_day, write_instant
from nguon.rehearsal.province import Organisation
from nguon.rules import Kde, Step, find_step
from nguon.rules.mapping import Target, read_targets


class Context(NamedTuple):
    """What the values of one event are made from."""

    org: Organisation
    place: str
    at: int
    number: int
    known: Mapping[str, Any]


Maker = Callable[[Context], Any]


class Slot(NamedTuple):
    """One value of an event: where it goes and how it is made."""

    code: str
    target: Target
    make: Maker


class Form(NamedTuple):
    """A compiled step. `loose` are the elements that an event can be left without, one each."""

    step: Step
    extensions: tuple[Slot, ...]
    ilmd: tuple[Slot, ...]
    documents: tuple[Slot, ...]
    certified: bool
    loose: tuple[str, ...]
    names_lot: bool


_NUMBERS: Mapping[str, float] = {
    "abv": 39.5, "dose": 1.5, "phi_days": 7, "withdrawal_days": 5, "colonies": 40,
    "nitrogen": 25.0, "methanol": 120.0,
}  # fmt: skip
_SPANS = {"best_before": 180, "expiry_date": 180}
_GROUPS = {"cbvmda:vesselCatchInformationList": "cbvmda:vesselCatchInformation"}


@cache
def compile_step(cte: str, day: date) -> Form:
    """The form of a step as its template asks for it on a day."""
    step = find_step(cte, day)
    if step is None:
        raise LookupError(cte)
    extensions, ilmd, documents = [], [], []
    certified = bool(step.certificates) or step.code in ("PACK", "FILL", "BOTTLE", "SORT_PACK")
    holds_ilmd = step.epcis.type == "TransformationEvent" or step.epcis.action == "ADD"
    for kde in step.kdes:
        if not kde.is_owed:
            continue
        for target in read_targets(kde.maps)[0]:
            slot = Slot(kde.code, target, _maker(kde, target))
            if target.part == "extension":
                extensions.append(slot)
            elif target.part == "ilmd" and holds_ilmd:
                ilmd.append(slot)
            elif target.part == "document":
                documents.append(slot)
            elif target.part == "certificate":
                certified = True
    for paper in step.papers:
        if paper.need.startswith("required") and all(
            s.target.name != paper.type for s in documents
        ):
            target = Target("document", paper.type, "bizTransactionList")
            documents.append(Slot(paper.type, target, _document(paper.type)))
    loose = [slot.code for slot in (*extensions, *ilmd) if slot.code != "lot_code"]
    names_lot = any(slot.code == "lot_code" for slot in ilmd)
    slots = tuple(extensions), tuple(ilmd), tuple(documents)
    return Form(step, *slots, certified, tuple(dict.fromkeys(loose)), names_lot)


def write_extensions(form: Form, context: Context, without: str) -> dict[str, Any]:
    """The extension members of an event, but for one element."""
    known = context.known
    return {
        slot.target.name: known[slot.code] if slot.code in known else slot.make(context)
        for slot in form.extensions
        if slot.code != without
    }


def write_ilmd(form: Form, context: Context, without: str) -> dict[str, Any]:
    """The master data of the lot, but for one element; what belongs in a group stands in it."""
    known, found = context.known, {}
    groups: dict[str, dict[str, Any]] = {}
    for slot in form.ilmd:
        if slot.code == without:
            continue
        value = known[slot.code] if slot.code in known else slot.make(context)
        name, _, member = slot.target.name.partition(".")
        if slot.target.owner:
            kind = {"nguon:certificationType": slot.target.owner}
            one = {**kind, "cbvmda:certificationIdentification": value}
            found[name] = {"cbvmda:certification": [one]}
        elif member:
            key = member if ":" in member else f"cbvmda:{member}"
            groups.setdefault(name, {})[key.replace("gdst:", "nguon:")] = value
        elif value is not None:
            found[name] = value
    for name, members in groups.items():
        found[name] = {_GROUPS.get(name, name): [members]}
    return found


def write_documents(form: Form, context: Context, without: str) -> list[dict[str, str]]:
    """The papers that go with an event."""
    return [
        {
            "type": _document_type(slot.target.name),
            "bizTransaction": slot.make(context),
        }
        for slot in form.documents
        if slot.code != without
    ]


@cache
def _document_type(name: str) -> str:
    return name.replace("nguon:", f"{DEFAULT_HOME}/voc/")


# -- values -----------------------------------------------------------------------------------


def _maker(kde: Kde, target: Target) -> Maker:
    special = _SPECIAL.get(kde.code)
    if target.name.endswith("vesselFlagState"):
        return lambda _: "VN"
    if target.name.endswith("vesselName"):
        return lambda context: context.org.name
    if target.name.endswith("vesselID"):
        return lambda context: f"QN-{context.org.number:05d}-TS"
    if special is not None:
        return special
    if kde.type == "choice" and kde.choices:
        first = kde.choices[0].code
        return lambda _: first
    if kde.type == "number":
        number = _NUMBERS.get(kde.code, 1)
        return lambda _: number
    if kde.type == "document":
        return _document(kde.code)
    if kde.type == "date":
        later = _SPANS.get(kde.code, 0) * DAY
        return lambda context: write_day(context.at + later)
    return _BY_TYPE.get(kde.type) or _text(kde.code)


def _text(code: str) -> Maker:
    head = "".join(part[0] for part in code.upper().split("_"))
    return lambda context: f"DEMO-{head}-{context.org.number:05d}"


def _document(code: str) -> Maker:
    tail = code.partition("BTT-")[2] or code
    word = tail.replace("_", "-")
    return lambda context: f"{DEFAULT_HOME}/doc/{word}/{context.org.number}-{context.number}"


def _point(context: Context) -> str:
    return f"geo:{context.org.commune.lat},{context.org.commune.lon}"


_BY_TYPE: Mapping[str, Maker] = {
    "datetime": lambda context: write_instant(context.at),
    "party": lambda context: context.org.party,
    "place": lambda context: context.place,
    "geo-point": _point,
    "item": lambda context: f"{DEFAULT_HOME}/input/demo-{context.org.number % 7 + 1}",
}
_SPECIAL: Mapping[str, Maker] = {
    "lot_code": lambda _: None,
    "result": lambda _: "conformant",
    "field_name": lambda context: f"Thửa {context.org.number % 9 + 1}",
    "growing_area_code": lambda context: f"DEMO-QN-{context.org.number:05d}",
    "catch_area": lambda _: "urn:gdst:fao:61",
    "economic_zone": lambda _: "urn:gdst:eez:vnm",
    "gear": lambda _: "urn:gdst:gear:8.2",
    "active_ingredient": lambda _: "abamectin",
    "input_product": lambda _: f"{DEFAULT_HOME}/input/phi-demo-01",
}
