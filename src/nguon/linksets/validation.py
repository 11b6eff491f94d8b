"""Is this registration of links right? Every fault with its place (Resolver 1.2, 2.5).

One default link at most for an anchor: where none is registered the installation's own page is the
default. A default link has target and title only, and stands once more under the type that
describes it (2.5.8).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from nguon.errors import Fault
from nguon.linksets.anchors import ALL_NAMES, Anchor, names_below
from nguon.linksets.model import DEFAULT, DEFAULT_MULTI, Link
from nguon.linksets.templates import names_in
from nguon.linksets.types import PREFIX, link_types, may_stand, name_type

MOST_LINKS = 100
_LONGEST = {"href": 2000, "title": 200, "media_type": 100}
_ABSOLUTE = re.compile(
    r"https?://[A-Za-z0-9](?:[A-Za-z0-9.\-]*[A-Za-z0-9])?(?::[0-9]{1,5})?"
    r"(?:[/?#][A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*)?"
)
_OWN_PATH = re.compile(r"/(?!/)[A-Za-z0-9\-._~:/?#@!$&'()*+,;=%]*")
_BRACED = re.compile(r"\{[^{}]*\}")
_LANGUAGE = re.compile(r"([A-Za-z]{2})(?:-([A-Za-z]{2}))?")
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+\-]*/[a-z0-9][a-z0-9!#$&^_.+\-]*")
_FULL_URI = re.compile(r"https?://[A-Za-z0-9.\-]+/.+")
_DEFAULTS = (DEFAULT, DEFAULT_MULTI)


def tidy(link: Link) -> Link:
    """The link as it is kept: short type names, languages as `vi-VN`, no blanks around."""
    return msgspec.structs.replace(
        link,
        link_type=name_type(link.link_type),
        href=link.href.strip(),
        title=" ".join(link.title.split()),
        hreflang=tuple(_tidy_language(tag) for tag in link.hreflang if tag.strip()),
        media_type=link.media_type.strip().lower(),
        context=tuple(word.strip() for word in link.context if word.strip()),
    )


def _tidy_language(tag: str) -> str:
    found = _LANGUAGE.fullmatch(tag.strip())
    if found is None:
        return tag.strip()
    return found[1].lower() + (f"-{found[2].upper()}" if found[2] else "")


def check_links(anchor: Anchor, links: Sequence[Link]) -> list[Fault]:
    """Everything that is wrong with these links for this anchor; pointers begin at `/links`."""
    faults: list[Fault] = []
    if len(links) > MOST_LINKS:
        faults.append(_fault("too_many", "/links", len(links), most=MOST_LINKS))
    for index, link in enumerate(links):
        faults += [fault.at(f"/links/{index}") for fault in _check_link(anchor, link)]
    return faults + list(_check_defaults(links))


def _fault(code: str, pointer: str, value: object = "", **words: object) -> Fault:
    return Fault(f"linksets.{code}", pointer, value, params=words)


def _check_link(anchor: Anchor, link: Link) -> Iterator[Fault]:
    yield from _check_type(link)
    yield from _check_href(anchor, link)
    if not link.title:
        yield _fault("title_missing", "/title", link.href)
    for name, longest in _LONGEST.items():
        if len(getattr(link, name)) > longest:
            yield _fault("too_long", f"/{name}", getattr(link, name), longest=longest)
    for index, tag in enumerate(link.hreflang):
        if not _LANGUAGE.fullmatch(tag):
            yield _fault("language", f"/hreflang/{index}", tag)
    if link.media_type and not _MEDIA_TYPE.fullmatch(link.media_type):
        yield _fault("media_type", "/media_type", link.media_type)
    if link.valid_from and link.valid_until and link.valid_from >= link.valid_until:
        yield _fault("times", "/valid_until", link.valid_until, start=link.valid_from)
    for name in ("valid_from", "valid_until"):
        if (time := getattr(link, name)) is not None and time.tzinfo is None:
            yield _fault("zone", f"/{name}", time)


def _check_type(link: Link) -> Iterator[Fault]:
    name = link.link_type
    if name in link_types():
        return
    if name.startswith(PREFIX) or not _FULL_URI.fullmatch(name):
        yield _fault("type_unknown", "/link_type", name)
    elif not may_stand(name):
        yield _fault("type_uri", "/link_type", name)


def _check_href(anchor: Anchor, link: Link) -> Iterator[Fault]:
    href = link.href
    names = names_in(href)
    filled = _BRACED.sub("x", href)
    host = href.split("/", 3)[:3] if "://" in href else []
    if not (_ABSOLUTE.fullmatch(filled) or _OWN_PATH.fullmatch(filled)) or "{" in "/".join(host):
        yield _fault("href", "/href", href)
        return
    if re.search(r"%(?![0-9A-Fa-f]{2})", filled):
        yield _fault("href", "/href", href)
    own = {*anchor.names, "path", "key"}
    for name in names:
        if name not in ALL_NAMES or name not in own | names_below(anchor):
            known = ", ".join(f"{{{one}}}" for one in sorted(own | names_below(anchor)))
            yield _fault("place_unknown", "/href", href, name=name, known=known)
        elif link.link_type in _DEFAULTS and name not in own:
            yield _fault("place_missing", "/href", href, name=name)


def _check_defaults(links: Sequence[Link]) -> Iterator[Fault]:
    described = {(link.href) for link in links if link.link_type not in _DEFAULTS}
    seen = False
    for index, link in enumerate(links):
        place = f"/links/{index}"
        if link.link_type == DEFAULT:
            if seen:
                yield _fault("default_twice", f"{place}/link_type", link.href)
            seen = True
            if link.hreflang or link.media_type or link.context:
                yield _fault("default_bare", place, link.href)
        if link.link_type == DEFAULT_MULTI and not (
            link.hreflang or link.media_type or link.context
        ):
            yield _fault("multi_alike", place, link.href)
        if link.link_type in _DEFAULTS and link.href not in described:
            yield _fault("default_undescribed", f"{place}/href", link.href)
    if not seen and any(link.link_type == DEFAULT_MULTI for link in links):
        yield _fault("multi_alone", "/links")
