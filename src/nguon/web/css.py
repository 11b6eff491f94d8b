"""The one stylesheet that public pages carry inside them, and its hash for the policy header.

Inlined because a first visit then costs one round trip (design: byte budget of public pages).
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib import resources

import rcssmin

_FILES = ("tokens.css", "base.css")


@cache
def inline_stylesheet() -> str:
    """Tokens and base, minified, as they stand in the page."""
    folder = resources.files("nguon.web").joinpath("static", "web")
    source = "\n".join(folder.joinpath(name).read_text("utf-8") for name in _FILES)
    return str(rcssmin.cssmin(source))


@cache
def hash_stylesheet() -> str:
    """The stylesheet's CSP source, `sha256-…` (CSP Level 3, 2.3.1)."""
    digest = hashlib.sha256(inline_stylesheet().encode("utf-8")).digest()
    return "sha256-" + base64.b64encode(digest).decode("ascii")
