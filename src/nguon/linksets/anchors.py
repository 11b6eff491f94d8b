"""Anchors: what links may be registered for, and the levels that a request passes on its way up.

GS1-Conformant Resolver 1.2, 2.5.9: a link set of a GTIN is the union of the sets of (01), (01)(22),
(01)(10), (01)(22)(10), (01)(21) and (01)(235), as far as the request names them; a default link is
looked for from the most granular of them upwards. Local codes have levels of the same kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from nguon.errors import Fault
from nguon.gs1 import read_code
from nguon.gs1.charset import encode
from nguon.gs1.local import LocalCode, read_local_uri
from nguon.gs1.values import Elements
from nguon.linksets.error import LinkError

HOME = "https://id.gs1.org"
_SERIALISED = ("01", "8006")
_NAMES = {
    "00": "sscc",
    "01": "gtin",
    "10": "lot",
    "21": "serial",
    "22": "variant",
    "235": "tpx",
    "253": "gdti",
    "254": "extension",
    "255": "gcn",
    "401": "ginc",
    "402": "gsin",
    "414": "gln",
    "415": "gln",
    "417": "gln",
    "7040": "importer",
    "8003": "grai",
    "8004": "giai",
    "8006": "itip",
    "8010": "cpid",
    "8011": "serial",
    "8013": "gmn",
    "8017": "gsrn",
    "8018": "gsrn",
    "8019": "srin",
    "8020": "reference",
}
_LOCAL_NAMES = ("owner", "name", "lot", "serial", "place")
ALL_NAMES = frozenset({*_NAMES.values(), *_LOCAL_NAMES, "path", "key"})


class Anchor(msgspec.Struct, frozen=True):
    """What links are registered for.

    - `key`: the Digital Link at id.gs1.org, or the URI of a local code.
    - `family`: the key of its primary key alone, or of the local class.
    - `names`: what placeholders of templates say, decoded.
    """

    key: str
    family: str
    path: str
    names: Mapping[str, str]

    @property
    def wide(self) -> bool:
        """Whether it names the whole family: no lot, no serial number."""
        return self.key == self.family


def read_anchor(text: str) -> Anchor:
    """The anchor that a code in any syntax stands for.

    Raises Gs1Error for what is no code, LinkError for a code that no links may be set for.
    """
    local = read_local_uri(text.strip())
    if local is not None:
        return local_levels(local, _home_of(text.strip()))[0]
    found = read_code(text)[0]
    if not found.ais:
        local = read_local_uri(found.key)
        if local is None:
            raise LinkError(Fault("linksets.anchor_foreign", value=text))
        return local_levels(local, _home_of(found.key))[0]
    given = [ai for ai, _value in found.ais]
    if found.attributes:
        words = {"ais": ", ".join(f"({ai})" for ai, _value in found.attributes)}
        raise LinkError(Fault("linksets.anchor_attributes", value=text, params=words))
    if given[0] in _SERIALISED and "21" in given and len(given) > 2:
        raise LinkError(Fault("linksets.anchor_serial", value=text, params={"ai": given[0]}))
    return _anchor(found.ais)


def _home_of(uri: str) -> str:
    return "/".join(uri.split("/", 3)[:3])


def _anchor(ais: Elements) -> Anchor:
    path = "".join(f"/{ai}/{encode(value)}" for ai, value in ais)
    family = HOME + path if len(ais) == 1 else HOME + f"/{ais[0][0]}/{encode(ais[0][1])}"
    names = {_NAMES[ai]: value for ai, value in ais}
    return Anchor(HOME + path, family, path, names)


def gs1_levels(ais: Elements) -> list[Anchor]:
    """The anchors on the way up from a GS1 key, the most granular first."""
    key, qualifiers = ais[0], dict(ais[1:])
    if key[0] not in _SERIALISED:
        return [_anchor(ais[:count]) for count in range(len(ais), 0, -1) if _whole(ais[:count])]
    wanted = [("21",), ("235",), ("22", "10"), ("10",), ("22",), ()]
    return [
        _anchor((key, *((ai, qualifiers[ai]) for ai in names)))
        for names in wanted
        if all(ai in qualifiers for ai in names)
    ]


def _whole(ais: Elements) -> bool:
    """A payment slip's (415) is nothing without its reference (8020)."""
    return ais[0][0] != "415" or len(ais) > 1


def local_levels(code: LocalCode, home: str) -> list[Anchor]:
    """The anchors on the way up from a local code."""
    codes = [code]
    if code.serial and code.lot:
        codes += [LocalCode(code.owner, code.name, serial=code.serial)]
        codes += [LocalCode(code.owner, code.name, code.lot)]
    if code.serial or code.lot:
        codes.append(code.class_code)
    return [_local_anchor(one, home) for one in codes]


def _local_anchor(code: LocalCode, home: str) -> Anchor:
    uri = code.uri(home)
    family = code.class_code.uri(home) if code.name else uri
    names = {name: getattr(code, name) for name in _LOCAL_NAMES if getattr(code, name)}
    return Anchor(uri, family, uri[len(home) :], names)


def names_below(anchor: Anchor) -> frozenset[str]:
    """Placeholders that a request below the anchor may fill though the anchor cannot."""
    if anchor.family.startswith(HOME + "/01/") or anchor.family.startswith(HOME + "/8006/"):
        return frozenset({"lot", "serial", "variant", "tpx"})
    if "name" in anchor.names:
        return frozenset({"lot", "serial"})
    return frozenset({"extension", "importer", "serial", "srin", "reference"})


def all_names(levels: Iterable[Anchor]) -> dict[str, str]:
    """What the placeholders say for a request: everything that any of its levels names."""
    found: dict[str, str] = {}
    for level in levels:
        for name, value in level.names.items():
            found.setdefault(name, value)
    return found
