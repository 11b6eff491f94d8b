"""GS1 Digital Link URIs, strictly as URI Syntax 1.7 writes them: read, built, made canonical.

What recorded events hold is read more widely by `digital_link`; this is what a resolver answers
400 to, and what labels are printed from. A primary key and its qualifiers stand in the path, in
order, at its end; other AIs in the query where the table allows it; parameters that are no AI
(their names have letters) are foreign, kept as they came. EPC binary strings in the last
segment, `/eh…` and `/ex…`, are unfolded (compression standard 1.0).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

import msgspec

from nguon.gs1 import epc_binary
from nguon.gs1.charset import decode, decode_freely, decode_query, encode, encode_query
from nguon.gs1.digital_link import KEY_NAMES, QUALIFIER_NAMES, check_path
from nguon.gs1.element_string import without_contradiction
from nguon.gs1.error import gs1_error
from nguon.gs1.identifier import Identifier, identifier
from nguon.gs1.table import table
from nguon.gs1.values import Elements, check_unknown, check_value

HOME_URI = "https://id.gs1.org"
_AUTHORITY = r"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9\-._]+)(?::[0-9]{1,5})?"
_SIGNS = r"[A-Za-z0-9\-._~!$&'()*+,;=:@%/]"
_LATER_SIGNS = _SIGNS[:-1] + "?]"
_URI = re.compile(
    rf"((?:https?|HTTPS?)://{_AUTHORITY})(/{_SIGNS}*)(?:\?({_LATER_SIGNS}*))?(?:#({_LATER_SIGNS}*))?"
)
_ANY_CASE = re.compile(r"(https?)://", re.IGNORECASE)
_STEM = re.compile(rf"(?:https?|HTTPS?)://{_AUTHORITY}(?:/{_SIGNS}*)?")
_FOREIGN_SIGN = re.compile(r"[^A-Za-z0-9\-._~!$&'()*+,;=:@%/?#\[\]]")
_PACKED = re.compile(r"e[hx][A-Za-z0-9_-]+")
_SHORT_GTINS = frozenset({8, 12, 13})


class Link(msgspec.Struct, frozen=True, gc=False):
    """A Digital Link, taken apart.

    - `stem`: scheme, domain and what comes before the key, without a slash at its end.
    - `ais`: primary key and qualifiers, in path order; `attributes`: the AIs of the query, in
      its order. Values are decoded.
    - `query`: the whole query as it came, None where there is no `?`; `fragment` likewise.
    - `packed`: the EPC binary string that the key was unfolded from, else "".
    """

    stem: str
    ais: Elements
    attributes: Elements = ()
    query: str | None = None
    fragment: str | None = None
    packed: str = ""

    @property
    def elements(self) -> Elements:
        """Everything that the link says in AIs, those of the path first."""
        return self.ais + self.attributes

    @property
    def foreign(self) -> tuple[tuple[str, str | None], ...]:
        """The parameters that are no AI, raw: name and value, None where there is no `=`."""
        pieces = (piece.partition("=") for piece in (self.query or "").split("&") if piece)
        return tuple(
            (name, value if equals else None)
            for name, equals, value in pieces
            if not _is_number(name)
        )

    def parameter(self, name: str) -> str | None:
        """What the first foreign parameter of that name says, decoded as web forms are."""
        for key, value in self.foreign:
            if decode_freely(key, query=True) == name:
                return decode_freely(value or "", query=True)
        return None

    @property
    def link_type(self) -> str | None:
        """The kind of link that is asked for: the reserved parameter `linkType`."""
        return self.parameter("linkType")

    @property
    def context(self) -> str | None:
        """The reserved parameter `context`."""
        return self.parameter("context")

    @property
    def identifier(self) -> Identifier:
        """What the link names, with its key for the store."""
        return identifier(self.ais, None, self.attributes)

    @property
    def canonical(self) -> str:
        """The link at id.gs1.org: attributes sorted by AI, nothing foreign, no slash at the end."""
        return _write(HOME_URI, self.ais, tuple(sorted(self.attributes)))

    def on(self, stem: str) -> str:
        """The same link under another stem, unfolded, its query and fragment as they came."""
        query = "" if self.query is None else "?" + self.query
        if self.packed:
            asked = {piece.partition("=")[0] for piece in (self.query or "").split("&")}
            own = _write_query([one for one in self.attributes if one[0] not in asked])
            query = "?" + "&".join(filter(None, (own, self.query))) if own else query
        fragment = "" if self.fragment is None else "#" + self.fragment
        return _write(_checked_stem(stem), self.ais, ()) + query + fragment


def parse_link(
    uri: str,
    *,
    short_gtins: bool = False,
    words: bool = False,
    unknown_ais: bool = False,
) -> Link:
    """The link that `uri` is. Raises Gs1Error with the rule that it breaks.

    Three indulgences, none of them in 1.7: `short_gtins` takes GTINs of 8, 12 and 13 digits
    (until 1.3), `words` takes `gtin`, `lot` … for numbers (until 1.2), `unknown_ais` lets pass
    attributes that the table does not know. Which AIs want or shun each other is for
    `check_message` to say.
    """
    found = _URI.fullmatch(uri)
    if found is None:
        _explain(uri)
        raise gs1_error("not_a_link", uri)
    root, path, query, fragment = found.groups()
    segments = path.split("/")
    if not segments[-1]:
        del segments[-1]
    start = _start(segments, words=words)
    if start < 0:
        return _unfold(uri, root, segments, query, fragment)
    names = segments[start::2]
    if words:
        names = [_NUMBERS.get(name, name) for name in names]
    in_path = _PATHS.get(tuple(names)) or _learn_path(names)
    values = segments[start + 1 :: 2]
    if "%" in path:
        values = _decode_values(path, values)
    if short_gtins and names[0] == "01":
        values[0] = _fill_gtin(values[0])
    for ai, value in zip(names, values, strict=True):
        check_value(ai, value)
    attributes: Elements = ()
    if query:
        attributes = _attributes(uri, query, in_path, short_gtins=short_gtins, unknown=unknown_ais)
    stem = root + "/".join(segments[:start])
    return Link(stem, tuple(zip(names, values, strict=True)), attributes, query, fragment)


_NUMBERS = KEY_NAMES | QUALIFIER_NAMES
# The sequences of AIs met so far that a path may hold; there are a few dozen.
_PATHS: dict[tuple[str, ...], frozenset[str]] = {}


@cache
def _keys() -> frozenset[str]:
    return frozenset(ai for ai, entry in table().items() if entry.qualifiers is not None)


def _start(segments: Sequence[str], *, words: bool) -> int:
    """Where the last primary key of the path stands that ends it in pairs; -1 for nowhere."""
    keys = _keys()
    for index in range(len(segments) - 2, 0, -2):
        if segments[index] in keys or (words and segments[index] in KEY_NAMES):
            return index
    return -1


def _learn_path(names: list[str]) -> frozenset[str]:
    check_path(names[0], tuple(names[1:]))
    known = _PATHS[tuple(names)] = frozenset(names)
    return known


def _decode_values(path: str, values: list[str]) -> list[str]:
    decode(path)  # for broken triplets before the key, too
    return [decode(value) for value in values]


def _fill_gtin(value: str) -> str:
    return value.zfill(14) if len(value) in _SHORT_GTINS else value


def _attributes(
    uri: str, query: str, path: frozenset[str], *, short_gtins: bool, unknown: bool
) -> Elements:
    """The AIs of the query, judged; names with a letter in them are none of ours."""
    found: dict[str, str] = {}
    for piece in query.split("&"):
        name, _, raw = piece.partition("=")
        if not _is_number(name):
            continue
        value = decode_query(raw)
        if short_gtins and name == "01":
            value = _fill_gtin(value)
        if name in found or name in path:
            raise gs1_error("link_twice", uri, ai=name)
        found[name] = _check_attribute(uri, name, value, unknown=unknown)
    return tuple(found.items())


def _is_number(name: str) -> bool:
    """Whether a parameter's name is all digits, however it is spelt: then it must be an AI."""
    if "%" in name:
        name = decode_freely(name)
    return name.isascii() and name.isdigit()


def _check_attribute(uri: str, ai: str, value: str, *, unknown: bool) -> str:
    entry = table().get(ai)
    if entry is None:
        if unknown and 2 <= len(ai) <= 4:
            return check_unknown(ai, value)
        raise gs1_error("link_number", uri, ai=ai)
    if not entry.attribute:
        raise gs1_error("link_attribute", uri, ai=ai)
    return check_value(ai, value)


def _unfold(
    uri: str, root: str, segments: list[str], query: str | None, fragment: str | None
) -> Link:
    """The link behind an EPC binary string in the last segment, or the reason there is none."""
    last = segments[-1] if segments else ""
    if not _PACKED.fullmatch(last):
        if len(segments) > 1 and (
            segments[-1] in _keys() or _start(segments[:-1], words=False) > 0
        ):
            raise gs1_error("path_without_value", uri, ai=segments[-1])
        raise gs1_error("not_a_link", uri)
    epc = epc_binary.read_packed(last)
    ais, rest = _arrange(dict(epc.ais + epc.attributes), uri)
    asked = _attributes(uri, query or "", frozenset(ai for ai, _ in ais), **_STRICTLY)
    attributes = tuple(dict(without_contradiction([*rest, *asked], uri)).items())
    return Link(root + "/".join(segments[:-1]), ais, attributes, query, fragment, last)


_STRICTLY = {"short_gtins": False, "unknown": False}


def _explain(uri: str) -> None:
    """Raise for what can be said about a text that is not even of the form of a link."""
    found = _ANY_CASE.match(uri)
    if found and not (found[1].islower() or found[1].isupper()):
        raise gs1_error("uri_scheme_case", uri, 0, found=found[1])
    if sign := _FOREIGN_SIGN.search(uri):
        raise gs1_error("uri_character", uri, sign.start(), found=sign[0])


def build_link(elements: Elements, stem: str = HOME_URI, *, unknown_ais: bool = False) -> str:
    """The link that says `elements` (checked values, in any order) under `stem`.

    The first primary key among them goes into the path with what qualifies it, the rest into
    the query in its own order, save that AIs of predefined length come first. Raises Gs1Error
    where something may stand in neither.
    """
    said = dict(without_contradiction(list(elements), stem))
    path, rest = _arrange(said, stem, unknown=unknown_ais)
    return _write(_checked_stem(stem), path, rest)


def _arrange(
    said: Mapping[str, str], about: str, *, unknown: bool = False
) -> tuple[Elements, Elements]:
    """What goes into the path, in its order, and what into the query."""
    key = next((ai for ai in said if ai in _keys()), None)
    if key is None:
        raise gs1_error("no_primary_key", about, None, ai=next(iter(said), ""))
    sequences = table()[key].qualifiers or ((),)
    chosen = max(sequences, key=lambda sequence: sum(ai in said for ai in sequence))
    path = (key, *(ai for ai in chosen if ai in said))
    check_path(key, path[1:])
    rest = [(ai, value) for ai, value in said.items() if ai not in path]
    for ai, value in rest:
        _check_attribute(about, ai, value, unknown=unknown)
    rest.sort(key=lambda element: not _is_fixed(element[0]))
    return tuple((ai, said[ai]) for ai in path), tuple(rest)


def _is_fixed(ai: str) -> bool:
    entry = table().get(ai)
    return entry is not None and entry.fixed


def _checked_stem(stem: str) -> str:
    if not _STEM.fullmatch(stem):
        raise gs1_error("link_stem", stem)
    return stem.rstrip("/")


def _write(stem: str, ais: Elements, attributes: Elements) -> str:
    path = "".join(f"/{ai}/{encode(value)}" for ai, value in ais)
    return f"{stem}{path}?{_write_query(attributes)}" if attributes else stem + path


def _write_query(attributes: Sequence[tuple[str, str]]) -> str:
    return "&".join(f"{ai}={encode_query(value)}" for ai, value in attributes)
