"""Link types: their names, URIs and titles, and what a request may call them.

The facts are in `link_types.toml`. GS1's own are written `gs1:pip`; requests may also say the full
URI or the bare name (GS1-Conformant Resolver 1.2, 2.6).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib import resources

from nguon.errors import Language

NAMESPACE = "https://gs1.org/voc/"
PREFIX = "gs1:"
_SPELLINGS = (
    NAMESPACE,
    "https://ref.gs1.org/voc/",
    "https://www.gs1.org/voc/",
    "http://gs1.org/voc/",
    "http://www.gs1.org/voc/",
)
# What the normative schema of link sets lets stand as the name of a member.
_SCHEMA_NAME = re.compile(r"[a-z-]+|https?://[A-Za-z0-9./]+")


@cache
def link_types() -> Mapping[str, Mapping[str, str]]:
    """Every link type that is known by a short name, with its titles."""
    text = resources.files("nguon.linksets").joinpath("link_types.toml").read_text("utf-8")
    return tomllib.loads(text)


def title_of(link_type: str, language: Language = "vi") -> str:
    """What a link type is called; a URI is its own title."""
    entry = link_types().get(link_type)
    return entry[language] if entry else link_type


def shorten_type(text: str) -> str:
    """`gs1:pip` for every spelling of its URI; anything else as it is."""
    for spelling in _SPELLINGS:
        if text.startswith(spelling):
            return PREFIX + text[len(spelling) :]
    return text


def name_type(text: str) -> str:
    """The name that a type is kept under: `pip` is GS1's, where it is no relation of IANA's."""
    short = shorten_type(text.strip())
    known = link_types()
    return PREFIX + short if short not in known and PREFIX + short in known else short


def uri_of(link_type: str) -> str:
    """The name of a link type as a member of a link set."""
    return NAMESPACE + link_type[len(PREFIX) :] if link_type.startswith(PREFIX) else link_type


def may_stand(link_type: str) -> bool:
    """Whether the schema of link sets has room for it: some URIs it has not."""
    return _SCHEMA_NAME.fullmatch(uri_of(link_type)) is not None


@lru_cache(maxsize=1024)
def read_asked_type(text: str) -> tuple[str, ...]:
    """What a request may mean by `linkType=`: a bare name may be GS1's and IANA's."""
    short = shorten_type(text.strip())
    if ":" in short:
        return (short,)
    return (PREFIX + short, short)
