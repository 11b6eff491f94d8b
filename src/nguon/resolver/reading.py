"""From a request's address to the code in it, strictly (GS1 Digital Link: URI Syntax 1.7).

A WSGI server hands the path over decoded, so that a slash inside a value (`%2F`) looks like one
between segments. Where the server gives the path as it came (`RAW_URI`, `REQUEST_URI`) that is
read. Else the parts are found by their order: a path that reads plainly in pairs of numbers and
values is taken at its word, in any other a value goes on until a qualifier that may follow it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import msgspec

from nguon.errors import Fault
from nguon.gs1 import Gs1Error
from nguon.gs1.charset import encode
from nguon.gs1.digital_link import KEY_NAMES
from nguon.gs1.identifier import identifier
from nguon.gs1.link import Link, parse_link
from nguon.gs1.local import read_local_uri
from nguon.gs1.table import table
from nguon.linksets.anchors import Anchor, gs1_levels, local_levels
from nguon.parts.codes import list_homes

_ALPHAS = "|".join(KEY_NAMES)
# Without the first slash, as addresses are written in urls.py.
CODE_PATH = (
    rf"(?s:(?:[0-9]{{2,4}}|(?:{_ALPHAS})/[0-9][^/]*|(?:class|place|org)/[^/]+"
    r"|eh[0-9A-Fa-f]{8,}|ex(?=[^/]*[A-Z0-9_])[A-Za-z0-9_-]{8,})(?:/.*)?)"
)
_OURS = re.compile("/" + CODE_PATH)
_LOCAL = re.compile(r"/(?:class|place|org)/")
_NUMBER = re.compile(r"[0-9]{2,4}")
# Signs that a query may not hold are covered up for the parser; they are passed on as they are.
_QUERY_SIGNS = "!$&'()*+,;=:@%/?-._~"
_PATH_SIGNS = "!$&'()*+,;=:@%/-._~"
_ROOT = "https://id.gs1.org"
_LONGEST = 4000


class Asked(msgspec.Struct, frozen=True):
    """The code that an address names.

    - `levels`: the anchors on the way up, the most granular first;
    - `key`: its canonical key, under which the store and the register know it;
    - `serial`: the serial number that a stamp may bear, and `product` what it would belong to;
    - `path`: its Digital Link path uncompressed; `query`: the raw query;
    - `packed`: whether it came as an EPC binary string, and `dates` what that said besides.
    """

    levels: tuple[Anchor, ...]
    key: str
    path: str
    query: str = ""
    product: str = ""
    serial: str = ""
    link_type: str = ""
    context: str = ""
    packed: bool = False
    dates: str = ""


def is_code(path: str) -> bool:
    """Whether a request path is the resolver's: a code, or something that is meant as one."""
    return _OURS.fullmatch(path) is not None


def read_address(path: str, environ: Mapping[str, Any]) -> list[Asked]:
    """The code at a decoded path; a local code once for each home that it may belong to.

    Raises Gs1Error with the rule that the address breaks.
    """
    query = str(environ.get("QUERY_STRING", ""))
    raw = _raw_path(environ)
    if (length := len(path) + len(query)) > _LONGEST:
        raise Gs1Error(
            Fault("gs1.too_long", value=path, params={"length": length, "longest": _LONGEST})
        )
    if _LOCAL.match(path):
        return _read_local(path, query)
    return [_read_gs1(raw or _encode_path(path), query)]


def _raw_path(environ: Mapping[str, Any]) -> str:
    """The path as it came, where the server tells; "" where it does not."""
    raw = str(environ.get("RAW_URI") or environ.get("REQUEST_URI") or "")
    if "://" in raw[:8]:
        raw = "/" + (raw.split("/", 3) + [""] * 3)[3]
    path = raw.partition("?")[0].encode("latin-1", "ignore")
    return quote(path, safe=_PATH_SIGNS) if raw.startswith("/") else ""


def _cover(query: str) -> str:
    """The raw query, its bytes beyond what a URI may hold percent-encoded."""
    return quote(query.encode("latin-1", "ignore"), safe=_QUERY_SIGNS) if query else ""


def _encode_path(path: str) -> str:
    segments = path[1:].removesuffix("/").split("/")
    if len(segments) % 2 == 0 and all(_NUMBER.fullmatch(one) for one in segments[::2]):
        return "/" + "/".join(quote(one, safe="") for one in segments)
    entry = table().get(segments[0])
    if entry is None or entry.qualifiers is None or len(segments) < 2:
        return "/" + "/".join(quote(one, safe="") for one in segments)
    return "".join(f"/{ai}/{quote(value, safe='')}" for ai, value in _fold(segments))


def _fold(segments: Sequence[str]) -> list[tuple[str, str]]:
    """Numbers and values where values may hold slashes: qualifiers are told by their order."""
    key = segments[0]
    sequences = table()[key].qualifiers or ()
    names = [key]
    values: list[list[str]] = [[]]
    for index, segment in enumerate(segments[1:], 1):
        after = {ai for one in sequences if (ai := segment) in _rest(one, names[-1])}
        if after and values[-1] and index + 1 < len(segments):
            names.append(segment)
            values.append([])
        else:
            values[-1].append(segment)
    return [(ai, "/".join(parts)) for ai, parts in zip(names, values, strict=True)]


def _rest(sequence: Sequence[str], name: str) -> Sequence[str]:
    """What may still come in a sequence of qualifiers after one of them, or after the key."""
    return sequence[sequence.index(name) + 1 :] if name in sequence else sequence


def _read_gs1(path: str, query: str) -> Asked:
    shown = _cover(query)
    link = parse_link(_ROOT + path + ("?" + shown if shown else ""))
    if link.stem != _ROOT:
        before = link.stem.removeprefix(_ROOT)
        raise Gs1Error(Fault("resolver.path_start", value=path, params={"found": before}))
    ais = link.ais
    named = identifier(ais)
    levels = gs1_levels(ais)
    numbered = ais[0][0] in ("01", "8006")
    # A number by a third party (235) is a serial number as well: nobody may make one up.
    serial = next((value for ai, value in ais[1:] if ai in ("21", "235")), "") if numbered else ""
    return Asked(
        tuple(levels),
        named.key,
        "".join(f"/{ai}/{encode(value)}" for ai, value in ais),
        query,
        levels[-1].family if serial else "",
        serial,
        (link.link_type or "") if shown else "",
        (link.context or "") if shown else "",
        bool(link.packed),
        "&".join(f"{ai}={encode(value)}" for ai, value in link.attributes) if link.packed else "",
    )


def _read_local(path: str, query: str) -> list[Asked]:
    found = []
    clean = path.removesuffix("/")
    asked = _parameters(query)
    for home in list_homes():
        code = read_local_uri(home + clean)
        if code is None:
            raise Gs1Error(Fault("resolver.local_path", value=path))
        levels = local_levels(code, home)
        found.append(
            Asked(
                tuple(levels),
                levels[0].key,
                clean,
                query,
                levels[-1].family if code.serial else "",
                code.serial,
                asked.link_type or "",
                asked.context or "",
            )
        )
    return found


def _parameters(query: str) -> Link:
    """The reserved parameters of any query: a link without a key carries them."""
    return Link("", (), (), _cover(query))
