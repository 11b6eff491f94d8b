"""The choice among links: one to redirect to, several to choose from, the whole set, or none.

GS1-Conformant Resolver 1.2, 2.6 to 2.10. With `linkType` the links of that type at the most
granular level that has any; without, the default link unless headers or the context single out one
of `gs1:defaultLinkMulti` at the same level. Which of several: first the context, then whether the
media type is welcome, then the language (RFC 4647 lookup), then how welcome the media type is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import msgspec

from nguon.linksets.model import DEFAULT, DEFAULT_MULTI, Link, LinkSet
from nguon.linksets.preferences import Preferences, Weighted, weigh_type

Kind = Literal["redirect", "choices", "linkset", "none"]
_NEARLY_NOTHING = 0.0001


class Outcome(msgspec.Struct, frozen=True):
    """What becomes of a request. `sets` are what an answer with a body shows."""

    kind: Kind
    link: Link | None = None
    sets: tuple[LinkSet, ...] = ()


def choose(
    sets: Sequence[LinkSet],
    asked: tuple[str, ...],
    preferences: Preferences,
    *,
    whole: bool = False,
) -> Outcome:
    """The outcome over link sets in walk-up order.

    `asked` are the types that `linkType` may mean, empty where it is not there; `whole` asks for
    the link set itself.
    """
    if not sets:
        return Outcome("none")
    if whole:
        return Outcome("linkset", None, tuple(sets))
    if not asked or DEFAULT in asked:
        return _choose_default(sets, preferences)
    for found in sets:
        links = tuple(link for link in found.links if link.link_type in asked)
        if links:
            return _choose_among(found, links, preferences)
    return Outcome("none")


def _choose_default(sets: Sequence[LinkSet], preferences: Preferences) -> Outcome:
    for found in sets:
        default = found.default
        if default is None:
            continue
        variants = [link for link in found.links if link.link_type == DEFAULT_MULTI]
        if variants and (best := _single_out(variants, preferences)) is not None:
            return Outcome("redirect", best)
        return Outcome("redirect", default)
    return Outcome("none")


def _choose_among(found: LinkSet, links: tuple[Link, ...], preferences: Preferences) -> Outcome:
    left = narrow(links, preferences)
    if len(left) == 1:
        return Outcome("redirect", left[0])
    return Outcome("choices", None, (LinkSet(found.anchor, found.description, links),))


def _single_out(variants: Sequence[Link], preferences: Preferences) -> Link | None:
    """The one variant that the request speaks for; None where it speaks for none or for several."""
    left = [link for link in variants if _speaks_for(link, preferences)]
    left = narrow(left, preferences) if left else left
    return left[0] if len(left) == 1 else None


def _speaks_for(link: Link, preferences: Preferences) -> bool:
    """Whether each thing that the link says of itself is wanted by the request, one by name."""
    named = False
    if link.context:
        if preferences.context not in link.context:
            return False
        named = True
    if link.hreflang:
        matched = match_languages([link], preferences.languages)
        if preferences.languages and not matched:
            return False
        named = named or bool(matched)
    if link.media_type:
        if preferences.types and not weigh_type(preferences.types, link.media_type):
            return False
        named = named or any(name == link.media_type for name, _weight in preferences.types)
    return named


def narrow(links: Sequence[Link], preferences: Preferences) -> list[Link]:
    """Those of the links that no other is better than; at least one."""
    left = list(links)
    if len(left) > 1:
        left = _keep_best(left, lambda link: _rank_context(link, preferences.context))
    if len(left) > 1 and preferences.types:
        left = _keep_best(left, lambda link: float(_welcome(link, preferences.types) > 0))
    if len(left) > 1 and preferences.languages:
        left = match_languages(left, preferences.languages) or _unmarked(left)
    if len(left) > 1 and preferences.types:
        left = _keep_best(left, lambda link: _welcome(link, preferences.types))
    return left


def _keep_best(links: list[Link], rank: Callable[[Link], float]) -> list[Link]:
    ranks = [rank(link) for link in links]
    best = max(ranks)
    return [link for link, each in zip(links, ranks, strict=True) if each == best]


def _rank_context(link: Link, context: str) -> float:
    if context and context in link.context:
        return 2
    return 0 if link.context else 1


def _welcome(link: Link, types: Weighted) -> float:
    """A target that does not say what it is may be anything: hardly, but not un-, welcome."""
    if not link.media_type:
        return weigh_type(types, "") or _NEARLY_NOTHING
    return weigh_type(types, link.media_type)


def _unmarked(links: list[Link]) -> list[Link]:
    """Where no language fits, those that name none; where all name one, all."""
    return [link for link in links if not link.hreflang] or links


def match_languages(links: Sequence[Link], languages: Weighted) -> list[Link]:
    """The links in the best language that any of them has; empty where none fits.

    RFC 4647 lookup: `vi-VN` also finds `vi`. Beyond it `vi` finds `vi-VN`, which people expect. `*`
    fits every language that is not refused by weight 0.
    """
    refused = [name for name, weight in languages if weight == 0 and name != "*"]
    left = [link for link in links if not _is_refused(link, refused)]
    for name, weight in languages:
        if weight == 0:
            continue
        if name == "*":
            return [link for link in left if link.hreflang]
        if found := _match_range(left, name):
            return found
    return []


def _is_refused(link: Link, refused: list[str]) -> bool:
    tags = [tag.lower() for tag in link.hreflang]
    return bool(tags) and all(
        any(tag == name or tag.startswith(name + "-") for name in refused) for tag in tags
    )


def _match_range(links: Sequence[Link], name: str) -> list[Link]:
    wanted = name
    while wanted:
        if found := [link for link in links if wanted in map(str.lower, link.hreflang)]:
            return found
        wanted = wanted.rpartition("-")[0]
        if len(wanted) > 2 and wanted[-2] == "-":
            wanted = wanted[:-2]
    return [
        link for link in links if any(tag.lower().startswith(name + "-") for tag in link.hreflang)
    ]
