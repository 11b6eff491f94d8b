"""What a recorded event leaves out or does too late, by its sector's template.

An event says which stage it is (`nguon:cte`); the template in force on its day says which facts a
law or a standard asks of that stage, how soon the event is to be recorded, and how long after a
treatment a crop may not be taken. Nothing here says that goods are bad: a fact is missing, late, or
against a number that the grower wrote down.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from nguon.epcis.model import AnyEvent
from nguon.rules import NGUON_VOC, Kde, Step, find_step
from nguon.rules.intervals import LOCAL
from nguon.rules.mapping import Target, read_targets
from nguon.trace.links import find_mentions
from nguon.trace.model import OUTPUT, OUTPUT_CLASS, Recorded
from nguon.trace.parties import count_in

# Days within which what happened is to be on record (TT 02/2024 leaves it open: our choice).
RECORDED_WITHIN = timedelta(days=7)
_CTE = f"{NGUON_VOC}cte"
_RECORDED_AT = f"{NGUON_VOC}recordedAt"

OmissionKind = Literal["fact_missing", "recorded_late", "harvest_within_interval"]


@dataclass(frozen=True, slots=True)
class Omission:
    """One thing that an event leaves out, or does too late or too early.

    - `fact_missing`: `element` is the template's code of the fact.
    - `recorded_late`: `due` is the instant by which it was to be on record.
    - `harvest_within_interval`: `because` is the treatment, `due` the first day allowed.
    """

    kind: OmissionKind
    items: tuple[str, ...]
    event_id: str | None
    event_key: UUID
    at: datetime
    cte: str
    element: str = ""
    due: datetime | None = None
    because: str | None = None


def find_omissions(entries: Iterable[Recorded], as_of: datetime | None = None) -> list[Omission]:
    """What events that count leave out of what their stages ask for, by time."""
    counted = count_in(entries, as_of)
    found: list[Omission] = []
    for entry in counted:
        step = find_stage(entry.event)
        if step is not None:
            found.extend(_find_missing(entry, step))
            found.extend(_find_late(entry, step))
    found.extend(_find_hasty(counted))
    return sorted(found, key=lambda one: (one.at, one.event_key, one.kind, one.element))


def find_stage(event: AnyEvent) -> Step | None:
    """The stage of a template that an event says it is, on the event's day."""
    cte = event.extension_value(_CTE)
    return find_step(cte, _day(event.event_time)) if isinstance(cte, str) else None


def _day(moment: datetime) -> date:
    return moment.astimezone(LOCAL).date()


def _tell(entry: Recorded, kind: OmissionKind, step: Step, **others: Any) -> Omission:
    mentions = find_mentions(entry.event)
    made = [m.item for m in mentions if m.role in (OUTPUT, OUTPUT_CLASS)]
    items = made or [mention.item for mention in mentions]
    return Omission(
        kind=kind,
        items=tuple(dict.fromkeys(items)),
        event_id=entry.event.event_id,
        event_key=entry.event_key,
        at=entry.event.event_time,
        cte=step.cte,
        **others,
    )


# -- facts ------------------------------------------------------------------------------------


def _find_missing(entry: Recorded, step: Step) -> Iterator[Omission]:
    event, day = entry.event, _day(entry.event.event_time)
    holds_ilmd = event.type == "TransformationEvent" or event.action == "ADD"
    for kde in step.kdes:
        if not kde.is_owed or (kde.since is not None and day < kde.since):
            continue
        alternatives = read_targets(kde.maps)
        if not alternatives or not all(_is_in_events(t, holds_ilmd) for t in alternatives[0]):
            continue
        if not any(_holds_all(event, targets, kde) for targets in alternatives):
            yield _tell(entry, "fact_missing", step, element=kde.code)


def _is_in_events(target: Target, holds_ilmd: bool) -> bool:  # noqa: FBT001  a fact, no mode
    """Whether an event of this kind can hold the fact at all; the rest is the register's."""
    return target.part in ("extension", "document") or (target.part == "ilmd" and holds_ilmd)


def _holds_all(event: AnyEvent, targets: Sequence[Target], kde: Kde) -> bool:
    return all(_holds(event, target, kde) for target in targets)


def _holds(event: AnyEvent, target: Target, kde: Kde) -> bool:
    match target.part:
        case "extension":
            return event.extension_value(target.name) not in (None, "", [])
        case "ilmd":
            return _holds_ilmd(event, target, kde)
        case "document":
            wanted = event.expand(target.name)
            return any(
                d.type and event.expand(d.type) == wanted for d in event.biz_transaction_list
            )
        case "certificate":
            return bool(event.certification_info)
        case "party":
            return bool(event.source_list or event.destination_list)
    return True


def _holds_ilmd(event: AnyEvent, target: Target, kde: Kde) -> bool:
    """A value of the lot; the lot's number may as well stand in the identifiers themselves."""
    name, _, member = target.name.partition(".")
    value = event.ilmd_value(name)
    if value in (None, "", []):
        return kde.code == "lot_code" and _names_lot(event)
    return not member or _mentions(event, value, member)


def _names_lot(event: AnyEvent) -> bool:
    return any(
        "/10/" in mention.item or "/lot/" in mention.item for mention in find_mentions(event)
    )


def _mentions(event: AnyEvent, value: object, member: str) -> bool:
    """Whether a member stands somewhere inside a nested value, under any prefix."""
    wanted = member.rpartition(":")[2]
    if isinstance(value, dict):
        return any(
            name.rpartition(":")[2] == wanted or _mentions(event, inner, member)
            for name, inner in value.items()
        )
    return isinstance(value, list) and any(_mentions(event, one, member) for one in value)


# -- times ------------------------------------------------------------------------------------


def _find_late(entry: Recorded, step: Step) -> Iterator[Omission]:
    """Recorded long after it happened, by the sender's word or, without one, by ours."""
    recorded = _read_instant(entry.event.extension_value(_RECORDED_AT)) or entry.record_time
    due = entry.event.event_time + RECORDED_WITHIN
    if recorded is not None and recorded > due:
        yield _tell(entry, "recorded_late", step, due=due)


def _read_instant(value: object) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _find_hasty(counted: Sequence[Recorded]) -> Iterator[Omission]:
    """Crops taken before the interval that the grower wrote down at the treatment was over."""
    first_days: dict[str, tuple[date, Recorded]] = {}
    for entry in sorted(counted, key=lambda one: (one.event.event_time, one.event_key)):
        event = entry.event
        step = find_stage(event)
        if step is None:
            continue
        mentions = find_mentions(event)
        outputs = {m.item for m in mentions if m.role in (OUTPUT, OUTPUT_CLASS)}
        if outputs:
            for mention in mentions:
                first = first_days.get(mention.item)
                if first is None or mention.item in outputs:
                    continue
                if _day(event.event_time) < first[0]:
                    due = datetime.combine(first[0], datetime.min.time(), LOCAL)
                    because = first[1].event.event_id
                    yield _tell(entry, "harvest_within_interval", step, due=due, because=because)
            continue
        allowed = _read_first_day(event, step)
        for mention in mentions if allowed is not None else ():
            known = first_days.get(mention.item)
            if known is None or allowed > known[0]:  # type: ignore[operator]  # not None here
                first_days[mention.item] = (allowed, entry)  # type: ignore[assignment]


def _read_first_day(event: AnyEvent, step: Step) -> date | None:
    """The first day on which a treated crop may be taken: as written, or from the interval."""
    days = []
    for code in ("phi_days", "withdrawal_days"):
        kde = step.kde(code)
        value = _value_of(event, kde) if kde is not None else None
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 10_000:
            days.append(_day(event.event_time) + timedelta(days=int(value)))
    return max(days, default=None)


def _value_of(event: AnyEvent, kde: Kde) -> object:
    for targets in read_targets(kde.maps):
        for target in targets:
            if target.part == "extension":
                return event.extension_value(target.name)
    return None
