"""From an item's canonical key to the addresses of its pages, and back from a path to a key.

The public page of a GS1 key lives at `/scan` and its GS1 Digital Link path; any other key is
carried by `/scan/k/?key=`. The Digital Link path by itself is the resolver's, which leads there.
"""

from __future__ import annotations

import re
from urllib.parse import quote, urlencode

PAGES = "/scan"
_HOME = "https://id.gs1.org"
_ITEM_PATH = re.compile(
    r"/01/(?P<gtin>[^/]+)(?:/22/(?P<cpv>.+?))?(?:/10/(?P<lot>.+?))?(?:/21/(?P<serial>.+?))?/*",
    re.DOTALL,
)
_INNER_QUALIFIER = re.compile(r"/(?:22|10|21)/")


def page_path(key: str) -> str:
    """The path of the public page of a canonical key."""
    if key.startswith(_HOME + "/"):
        return PAGES + key[len(_HOME) :]
    return f"{PAGES}/k/?" + urlencode({"key": key})


def trace_path(key: str, direction: str = "both") -> str:
    """The address of the trace page of a canonical key."""
    return "/trace/?" + urlencode({"key": key, "d": direction})


def link_of_path(path: str) -> str:
    """The Digital Link URI that a decoded request path stands for.

    A WSGI server hands over the path decoded, so a slash inside a lot number (`%2F`) looks like
    one between segments. Qualifiers come in a fixed order (22, 10, 21), therefore whatever
    stands between two of them is one value. A value that would hold a qualifier of its own is
    a path in the wrong order; it is passed on as it is, for the parser to say so.
    """
    found = _ITEM_PATH.fullmatch(path)
    values = found.groupdict() if found else {}
    if not found or any(_INNER_QUALIFIER.search(f"{value}/") for value in values.values() if value):
        return _HOME + quote(path.rstrip("/"), safe="/")
    parts = [("01", "gtin"), ("22", "cpv"), ("10", "lot"), ("21", "serial")]
    segments = [f"/{ai}/{quote(values[name], safe='')}" for ai, name in parts if values[name]]
    return _HOME + "".join(segments)
