"""What the page of a single stamp adds: was it issued, is it in use, who else has seen it.

A look counts once a device and half hour, and only where a person opens the page: not a HEAD, not
a machine's question, not a crawler, not a browser that fetches ahead.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nguon.gs1 import Identifier
from nguon.labels import queries, services
from nguon.labels.issued import Stamp
from nguon.labels.keys import read_ring_or_none
from nguon.labels.queries import Standing as StampStanding
from nguon.labels.telling import FindingView, tell_finding
from nguon.parts.words import local, read_language, say_instant, say_number
from nguon.registry.queries import class_key
from nguon.scan.standing import Standing
from nguon.stamps.places import ABROAD, name_place, places
from nguon.stamps.states import state_of

# Programs, not the browsers inside messengers: those are how most people here scan.
_PROGRAM = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|facebookexternalhit|^whatsapp/|curl/|wget/|python|^go-http"
    r"|^java/|okhttp|headless|monitor|^$",
    re.IGNORECASE,
)
_IN_USE = ("activated", "shipped", "sold")
_ICONS = {"ok": "okring", "off": "offring", "stop": "stop", "warn": "clock", "odd": "alert"}
# Which answer wins when several hold (design language, section 9).
_ORDER = ("stop", "odd", "warn", "off", "ok")


@dataclass(frozen=True, slots=True)
class StampView:
    """Context of a stamp's part of the page."""

    product: str
    serial: str
    lot: str
    state: Standing
    word: str
    since: str
    seen: str
    first: bool
    findings: Sequence[FindingView]
    covered: bool
    used: bool
    places: Sequence[tuple[str, str]]


def find_issued(found: Identifier) -> Stamp | str | None:
    """The stamp that a code names; "" where its product's serials are not managed here.

    None: they are managed, and this one was never issued.
    """
    if found.serial is None:
        return ""
    product = class_key(found.key)
    judged = queries.judge_serial(product, found.serial)
    if judged == "unmanaged":
        return ""
    return queries.find_stamp(product, found.serial) if judged == "issued" else None


def is_person(request: HttpRequest) -> bool:
    """Whether the request is somebody's, and not a program's or a browser's that looks ahead."""
    heads = ("Sec-Purpose", "Purpose", "X-Purpose")
    ahead = " ".join(request.headers.get(head, "") for head in heads).lower()
    agent = request.headers.get("User-Agent", "")
    return not ("prefetch" in ahead or "preview" in ahead or _PROGRAM.search(agent))


def counts_as_look(request: HttpRequest) -> bool:
    """Whether a person opened the page."""
    return request.method == "GET" and is_person(request)


def tell_device(request: HttpRequest) -> str:
    """What tells devices apart for a day; never kept, only its salted digest."""
    heads = ("X-Forwarded-For", "User-Agent", "Accept-Language")
    return "\n".join(
        [request.META.get("REMOTE_ADDR", ""), *(request.headers.get(h, "") for h in heads)]
    )


def read_stamp(request: HttpRequest, stamp: Stamp, now: datetime, *, look: bool) -> StampView:
    """Where a stamp stands, with what its page discloses; logs the look where it counts."""
    seen = services.note_scan(stamp, tell_device(request), now) if look else None
    standing = seen.standing if seen else queries.read_standing(stamp)
    known = seen or queries.read_summary(stamp)
    first_at, count = (known.first_at, known.count) if known else (None, 0)
    odd = services.judge_stamp(stamp) if count > 1 or standing.state not in _IN_USE else []
    findings = [tell_finding(finding, "") for finding in odd]
    language = read_language()
    named = [(code, name_place(code, language)) for code in (*places(), ABROAD)]
    return StampView(
        product=stamp.product,
        serial=stamp.serial,
        lot=standing.lot,
        state=_say_state(stamp, standing, findings),
        word=state_of(standing.state).say(language),
        since=say_instant(standing.since),
        seen=_say_seen(first_at, count, mine=seen is not None),
        first=count == 0 or (count == 1 and seen is not None),
        findings=[finding for finding in findings if finding.kind == "odd"],
        covered=stamp.run.covered,
        used=standing.state == "consumed",
        places=named,
    )


def _say_seen(first_at: datetime | None, count: int, *, mine: bool) -> str:
    if first_at is None or count == 0:
        return _("Nobody has scanned it yet.")
    if count == 1 and mine:
        return _("This is the first scan, now.")
    told = {"count": say_number(count), "first": say_instant(local(first_at))}
    text = ngettext(
        "Scanned %(count)s time; first at %(first)s.",
        "Scanned %(count)s times; first at %(first)s.",
        count,
    )
    return text % told


def _say_state(stamp: Stamp, standing: StampStanding, findings: Sequence[FindingView]) -> Standing:
    key = read_ring_or_none().get(stamp.run.key_id)
    if key is not None and key.revoked is not None:
        reason = _("The key that made this number may be known to others: anybody could print it.")
        return Standing("odd", "alert", _("The key of this label was revoked"), reason)
    odd = next((finding for finding in findings if finding.kind == "odd"), None)
    state = state_of(standing.state)
    kind, language = state.kind, read_language()
    if odd is not None and _ORDER.index(kind) > _ORDER.index("odd"):
        return Standing("odd", "alert", _("Signs of a copied label"), odd.sentence)
    title = _("Label not activated") if kind == "off" else state.say(language)
    if kind == "stop":
        title = _("Recalled. Do not eat or sell.")
    return Standing(kind, _ICONS[kind], title, state.tell(language))


def choose_state(stamp: Standing, lot: Standing) -> Standing:
    """The more pressing of a stamp's state and its lot's."""
    return min((stamp, lot), key=lambda state: _ORDER.index(state.kind))


def add_seen(state: Standing, view: StampView) -> Standing:
    """The lot's good answer, said of this stamp: it is in use."""
    if state.kind != "ok":
        return state
    return replace(state, reason=f"{view.word}, {view.since}. {state.reason}")
