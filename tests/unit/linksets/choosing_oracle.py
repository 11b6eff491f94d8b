"""The choice among links written plainly: every rule a sentence, every pair compared.

Shares no code with `nguon.linksets.choosing`; the property tests hold both together.
"""

from __future__ import annotations

from nguon.linksets import Link, LinkSet, Preferences


def quality(types, media_type: str) -> float:
    """RFC 9110 12.5.1: the most specific range decides."""
    exact = [w for n, w in types if media_type and n == media_type]
    half = [w for n, w in types if media_type and n == media_type.split("/")[0] + "/*"]
    any_ = [w for n, w in types if n == "*/*"]
    return (exact or half or any_ or [0.0])[0]


def welcome(link: Link, types) -> float:
    """A target without a media type may be anything."""
    return quality(types, link.media_type) or (0.0 if link.media_type else 0.0001)


def prefixes(name: str) -> list[str]:
    """RFC 4647 3.4: the range, then ever shorter, no single letter at the end."""
    parts = name.split("-")
    found = []
    while parts:
        found.append("-".join(parts))
        parts = parts[:-1]
        if len(parts) > 1 and len(parts[-1]) == 1:
            parts = parts[:-1]
    return found


def in_language(links: list[Link], languages) -> list[Link]:
    """The links in the first range that any of them fits."""
    refused = [n for n, w in languages if w == 0 and n != "*"]

    def out(link: Link) -> bool:
        tags = [t.lower() for t in link.hreflang]
        hit = [t for t in tags if any(t == n or t.startswith(n + "-") for n in refused)]
        return bool(tags) and len(hit) == len(tags)

    links = [link for link in links if not out(link)]
    for name, weight in languages:
        if weight == 0:
            continue
        if name == "*":
            return [link for link in links if link.hreflang]
        for shorter in prefixes(name):
            fits = [k for k in links if shorter in [t.lower() for t in k.hreflang]]
            if fits:
                return fits
        longer = [k for k in links if [t for t in k.hreflang if t.lower().startswith(name + "-")]]
        if longer:
            return longer
    return []


def best_of(links: list[Link], rank) -> list[Link]:
    """Those that no other beats."""
    return [a for a in links if not any(rank(b) > rank(a) for b in links)]


def narrow(links: list[Link], wants: Preferences) -> list[Link]:
    """Context, then whether acceptable at all, then language, then how acceptable."""

    def context(link: Link) -> int:
        if wants.context and wants.context in link.context:
            return 2
        return 1 if not link.context else 0

    left = best_of(links, context)
    if wants.types:
        left = best_of(left, lambda k: welcome(k, wants.types) > 0)
    if wants.languages and len(left) > 1:
        plain = [k for k in left if not k.hreflang] or left
        left = in_language(left, wants.languages) or plain
    if wants.types:
        left = best_of(left, lambda k: welcome(k, wants.types))
    return left


def wanted_by_name(link: Link, wants: Preferences) -> bool:
    """A variant of the default is taken only where all that it says of itself is wanted."""
    reasons = []
    if link.context:
        if wants.context not in link.context:
            return False
        reasons.append("context")
    if link.hreflang:
        fits = in_language([link], wants.languages)
        if wants.languages and not fits:
            return False
        reasons += ["language"] if fits else []
    if link.media_type:
        if wants.types and quality(wants.types, link.media_type) == 0:
            return False
        reasons += [n for n, _ in wants.types if n == link.media_type]
    return bool(reasons)


def answer(sets: list[LinkSet], asked: tuple[str, ...], wants: Preferences) -> tuple[str, object]:
    """`redirect` with the link, `choices` with the links, or `none`."""
    if not asked or "gs1:defaultLink" in asked:
        for found in sets:
            defaults = [k for k in found.links if k.link_type == "gs1:defaultLink"]
            if not defaults:
                continue
            multi = [k for k in found.links if k.link_type == "gs1:defaultLinkMulti"]
            multi = [k for k in multi if wanted_by_name(k, wants)]
            left = narrow(multi, wants) if multi else []
            return "redirect", left[0] if len(left) == 1 else defaults[0]
        return "none", None
    for found in sets:
        links = [k for k in found.links if k.link_type in asked]
        if links:
            left = narrow(links, wants)
            return ("redirect", left[0]) if len(left) == 1 else ("choices", links)
    return "none", None
