"""Link sets of a resolver: links, their choice, their forms (GS1-Conformant Resolver 1.2).

Pure: no framework, no database, no clock. The room `resolver` keeps the links and answers requests.
`check_links` judges a registration, `walk_up` and `choose` find the answer to a request,
`write_linkset` writes it.
"""

from __future__ import annotations

from nguon.linksets.anchors import Anchor, gs1_levels, local_levels, read_anchor
from nguon.linksets.choosing import Outcome, choose
from nguon.linksets.error import LinkError
from nguon.linksets.model import DEFAULT, DEFAULT_MULTI, Link, LinkSet
from nguon.linksets.preferences import Preferences, read_preferences
from nguon.linksets.types import link_types, read_asked_type, title_of
from nguon.linksets.validation import check_links, tidy
from nguon.linksets.walking import Level, walk_up
from nguon.linksets.writing import write_json_ld, write_linkset

__all__ = [
    "DEFAULT",
    "DEFAULT_MULTI",
    "Anchor",
    "Level",
    "Link",
    "LinkError",
    "LinkSet",
    "Outcome",
    "Preferences",
    "check_links",
    "choose",
    "gs1_levels",
    "link_types",
    "local_levels",
    "read_anchor",
    "read_asked_type",
    "read_preferences",
    "tidy",
    "title_of",
    "walk_up",
    "write_json_ld",
    "write_linkset",
]
