"""Link sets as JSON (RFC 9264, the normative schema) and as JSON-LD; `Link:` headers.

Anchors are uncompressed Digital Links on the resolver's own root (2.3, 2.9). What the schema has no
member for (times) is not written.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nguon.linksets.anchors import HOME
from nguon.linksets.model import DEFAULT, Link, LinkSet
from nguon.linksets.types import uri_of

LINKSET_TYPE = "application/linkset+json"
CONTEXT_URI = "https://ref.gs1.org/standards/resolver/linkset-context"
CONTEXT_REL = "http://www.w3.org/ns/json-ld#context"


def write_linkset(sets: Sequence[LinkSet], root: str) -> dict[str, Any]:
    """The body that validates against the schema, one context object an anchor."""
    return {"linkset": [_write_context(found, root) for found in sets]}


def write_json_ld(sets: Sequence[LinkSet], root: str) -> dict[str, Any]:
    """The same as JSON-LD, with the standard's context."""
    return {"@context": CONTEXT_URI, **write_linkset(sets, root)}


def write_anchor(key: str, root: str) -> str:
    """The address of an anchor on the resolver: its path below the root."""
    if key.startswith(HOME + "/"):
        return root + key[len(HOME) :]
    return root + "/" + key.split("/", 3)[3]


def absolute(href: str, root: str) -> str:
    """A target as an absolute URI; paths are ours."""
    return root + href if href.startswith("/") else href


def _write_context(found: LinkSet, root: str) -> dict[str, Any]:
    context: dict[str, Any] = {"anchor": write_anchor(found.anchor, root)}
    if found.description:
        context["itemDescription"] = found.description
    # The default first: it is what most readers look for.
    for link in sorted(found.links, key=lambda link: link.link_type != DEFAULT):
        context.setdefault(uri_of(link.link_type), []).append(_write_link(link, root))
    return context


def _write_link(link: Link, root: str) -> dict[str, Any]:
    target: dict[str, Any] = {"href": absolute(link.href, root), "title": link.title}
    if link.hreflang:
        target["hreflang"] = list(link.hreflang)
    if link.media_type:
        target["type"] = link.media_type
    if link.context:
        target["context"] = list(link.context)
    return target


def write_link_header(uri: str, rel: str, media_type: str = "") -> str:
    """One value of a `Link:` header (RFC 8288)."""
    kind = f'; type="{media_type}"' if media_type else ""
    return f'<{uri}>; rel="{rel}"{kind}'
