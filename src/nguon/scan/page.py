"""The public page of an item, put together: every word of it ready, nothing left to work out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils.translation import gettext as _

from nguon.parts.paths import page_path, trace_path
from nguon.parts.words import Grade, all_grades, local, say_date, say_instant, say_number
from nguon.registry.queries import Directory, Entry
from nguon.scan.facts import Line, Seven, find_producer, join_words, list_further, list_seven
from nguon.scan.gaps import mark_item, merge_gaps, name_item, say_gap_sentence
from nguon.scan.gathering import Fact, Gathered
from nguon.scan.standing import Shelf, Standing, find_making, find_recall, find_shelf, judge
from nguon.scan.timeline import Timeline, draw_timeline
from nguon.trace.parties import find_destination, find_performer, find_source, place_key

_SOON_DAYS = 60
_DEMONSTRATION = "https://id.gs1.org/01/0952"
_MOST_CONTENTS = 30
_MOST_UNKNOWNS = 12


@dataclass(frozen=True, slots=True)
class Paper:
    """A certificate with its validity in words; `kind` is the class of the chip."""

    name: str
    validity: str
    kind: str = ""
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Recall:
    """What a reader needs to know of an open recall."""

    scope: str
    decided_by: str
    number: str
    day: str
    phone: str


@dataclass(frozen=True, slots=True)
class Link:
    """A thing to go to."""

    href: str
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """Context of the scan page."""

    key: str
    title: str
    sample: bool
    state: Standing
    name: str
    about: str
    image: str
    image_alt: str
    marks: Sequence[str]
    unit: bool
    seven: Seven
    further: Sequence[Line]
    shared_code: bool
    papers: Sequence[Paper]
    chain: Timeline
    unknowns: Sequence[str]
    contents: Sequence[Link]
    recall: Recall | None
    grades: Sequence[Grade]
    updated: str
    trace_link: str
    whole_link: str
    machine_link: str


def list_keys(gathered: Gathered) -> set[str | None]:
    """Every key whose name the page may need."""
    keys: set[str | None] = {gathered.key, *gathered.lots, *gathered.inside}
    for fact in (*gathered.facts, *gathered.own):
        event = fact.recorded.event
        keys |= {mention.item for mention in fact.mentions}
        keys |= {place_key(event.read_point), place_key(event.biz_location)}
        keys |= {find_performer(event), find_source(event), find_destination(event)}
        keys |= set(event.certification_info)
    for gap in (*gathered.upstream.gaps, *gathered.upstream.remarks):
        keys |= {*gap.items, *gap.parties}
    return keys


def build_page(gathered: Gathered, directory: Directory, now: datetime, *, whole: bool) -> Page:
    """The page of an item that is known."""
    product = directory.product(gathered.key)
    making = find_making(gathered)
    shelf = find_shelf(making)
    papers = list(_list_papers(gathered, directory, local(now).date()))
    path = page_path(gathered.key)
    unit = "/00/" in gathered.key
    name = product.say("name") if product else mark_item(gathered.key)
    join = "&" if "?" in path else "?"
    return Page(
        key=gathered.key,
        title=name_item(gathered.key, directory),
        sample=_is_sample(gathered, product),
        state=_name_subject(judge(gathered, shelf, now), name_item(gathered.key, directory)),
        name=_("Logistic unit") if unit else name,
        about=mark_item(gathered.key) if unit else _describe(product),
        image=str(product.values.get("image") or "") if product else "",
        image_alt=product.say("image_alt") if product else "",
        marks=[] if unit else [paper.name for paper in papers if paper.name.startswith("OCOP")],
        unit=unit,
        seven=list_seven(gathered, directory, making, shelf),
        further=list_further(gathered, directory, making),
        shared_code="/21/" not in gathered.key and "/00/" not in gathered.key,
        papers=papers,
        chain=draw_timeline(gathered, directory, now, whole=whole),
        unknowns=_list_unknowns(gathered, directory, shelf),
        contents=_list_contents(gathered, directory),
        recall=_describe_recall(gathered, directory, making),
        grades=all_grades(),
        updated=_last_record(gathered),
        trace_link=trace_path(gathered.key),
        whole_link=f"{path}{join}steps=all#c",
        machine_link=f"{path}{join}format=json",
    )


def _name_subject(state: Standing, name: str) -> Standing:
    """A recall names what is recalled before anything else is said."""
    return replace(state, subject=f"{name}.") if state.kind == "stop" else state


def _is_sample(gathered: Gathered, product: Entry | None) -> bool:
    registered = bool(product and product.values.get("sample"))
    # Keys under GS1's demonstration prefix are samples wherever they come from.
    return registered or any(
        mention.item.startswith(_DEMONSTRATION)
        for fact in gathered.facts[:50]
        for mention in fact.mentions
    )


def _describe(product: Entry | None) -> str:
    about = join_words(product, ("description",))
    brand = product.say("brand") if product else ""
    branded = _("%(about)s, brand %(brand)s") % {"about": about, "brand": brand}
    return branded if about and brand else about or brand


def _list_papers(gathered: Gathered, directory: Directory, today: date) -> Iterable[Paper]:
    keys = [key for fact in gathered.facts for key in fact.recorded.event.certification_info]
    for key in dict.fromkeys(keys):
        entry = directory.certificates.get(key)
        if entry is None:
            yield Paper(key.rpartition("/")[2], _("Named in the chain, not in the register"))
        else:
            yield _describe_paper(entry, today)


def _describe_paper(entry: Entry, today: date) -> Paper:
    expires, name = entry.day("expires"), entry.say("name")
    if expires is None:
        return Paper(name, _("No end date given"))
    values = {"day": say_date(expires)}
    if expires < today:
        return Paper(name, _("Expired on %(day)s") % values, "stop", "x")
    if (expires - today).days <= _SOON_DAYS:
        return Paper(name, _("Expires soon: %(day)s") % values, "warn", "clock")
    return Paper(name, _("Valid until %(day)s") % values, "ok", "check")


def _list_unknowns(gathered: Gathered, directory: Directory, shelf: Shelf | None) -> list[str]:
    gaps = merge_gaps([*gathered.upstream.gaps, *gathered.upstream.remarks])
    said = [say_gap_sentence(gap, directory) for gap in gaps[:_MOST_UNKNOWNS]]
    if len(gaps) > len(said):
        more = len(gaps) - len(said)
        said.append(_("%(count)s more") % {"count": say_number(more)})
    if gathered.cut:
        said.append(_("There are more boxes and steps than this page looks at."))
    if shelf is None and "/00/" not in gathered.key:
        said.append(_("Until when it is good: no date was recorded."))
    said.append(_("How it was kept after the last step on this page."))
    return list(dict.fromkeys(said))


def _list_contents(gathered: Gathered, directory: Directory) -> list[Link]:
    shown = gathered.inside[:_MOST_CONTENTS]
    links = [Link(page_path(key), name_item(key, directory)) for key in shown]
    rest = len(gathered.inside) - len(links)
    if rest > 0:
        more = _("%(count)s more") % {"count": say_number(rest)}
        links.append(Link(trace_path(gathered.key, "up"), more))
    return links


def _describe_recall(
    gathered: Gathered, directory: Directory, making: Fact | None
) -> Recall | None:
    found = find_recall(gathered)
    if found is None:
        return None
    event = found.fact.recorded.event
    number = event.extension_value("nguon:recallNo")
    party = find_performer(event) or find_producer(directory.product(gathered.key), making)
    entry = directory.organisation(party)
    scope = (
        _("All of what this code stands for")
        if found.whole
        else _("Part of what this code stands for")
    )
    return Recall(
        scope=scope,
        decided_by=directory.name_party(party),
        number=str(number or ""),
        day=say_instant(event.event_time),
        phone=entry.say("phone") if entry and not entry.private else "",
    )


def _last_record(gathered: Gathered) -> str:
    times = [fact.recorded.record_time or fact.recorded.event.event_time for fact in gathered.facts]
    return say_instant(max(times)) if times else ""
