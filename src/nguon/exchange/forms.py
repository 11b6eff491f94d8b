"""In which form an answer is wanted: the media type, the version, the syntax of identifiers.

EPCIS 2.0 REST binding, content negotiation: `Accept`; GS1-EPCIS-Min, -Max and -Version, GS1-CBV-Min
and -Max; GS1-EPC-Format; GS1-CBV-XML-Format. Each may come as a header or as a parameter of the
URL, which wins, since whoever wrote a link into a page cannot set headers. EPCIS 1.2 exists in XML
only: it is answered where the versions asked for leave nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast, get_args
from urllib.parse import unquote_to_bytes

from django.http import HttpRequest
from django.http.request import MediaType

from nguon.epcis.xml import CbvFormat, EpcFormat, Style, Version
from nguon.exchange.headers import (
    CBV_VERSIONS,
    JSON_TYPES,
    VERSIONS,
    XML_TYPES,
    read_version,
    refuse_accept,
)
from nguon.exchange.problem import Problem, refuse
from nguon.rules import NGUON_VOC

_FULL: Mapping[Version, str] = {"2.0": "2.0.0", "1.2": "1.2.0"}
_BOUNDS = (
    ("GS1-EPCIS-Min", "GS1-EPCIS-Max", _FULL),
    ("GS1-CBV-Min", "GS1-CBV-Max", CBV_VERSIONS),
)
_EPC, _CBV = "GS1-EPC-Format", "GS1-CBV-XML-Format"
ASKED: Final = (
    "Accept",
    "GS1-EPCIS-Min",
    "GS1-EPCIS-Max",
    "GS1-CBV-Min",
    "GS1-CBV-Max",
    _EPC,
    _CBV,
)
# The headers as the gateway interface names them: asked for at every answer.
_VARIABLES = [(name, f"HTTP_{name.upper().replace('-', '_')}") for name in ASKED[1:]]
_BROKEN_TRIPLET = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_EXTENSION = re.compile(r"\s*([A-Za-z][A-Za-z0-9.\-]*)\s*=\s*([A-Za-z][A-Za-z0-9+.\-]*:[!-~]+)\s*")


@dataclass(frozen=True, slots=True)
class Form:
    """The form of one answer; its formats are what is done, not what was asked."""

    media_type: str = "application/json"
    version: Version = "2.0"
    epc_format: EpcFormat = "Always_GS1_Digital_Link"
    cbv_format: CbvFormat = "Always_URN"

    @property
    def xml(self) -> bool:
        """Whether it is XML, else JSON-LD."""
        return self.media_type in XML_TYPES

    @property
    def style(self) -> Style:
        """The same for the writer of XML."""
        return Style(epc_format=self.epc_format, cbv_format=self.cbv_format)

    @property
    def headers(self) -> dict[str, str]:
        """What was done, for the answer."""
        told = {
            **VERSIONS,
            "GS1-EPCIS-Version": _FULL[self.version],
            "GS1-CBV-Version": CBV_VERSIONS[self.version],
            _EPC: self.epc_format,
        }
        return told | {_CBV: self.cbv_format} if self.xml else told


def choose_form(request: HttpRequest, *, documents: bool = True) -> Form:
    """The form to answer in; Problem 406, with the offers, where none of ours will do.

    `documents`: whether events are answered, which EPCIS 1.2 has a form for. All else is 2.0.
    """
    asked = _read_all(request)
    if request.method in ("GET", "HEAD") and (exact := read_asked(request, "GS1-EPCIS-Version")):
        asked |= {"GS1-EPCIS-Min": exact, "GS1-EPCIS-Max": exact}
    versions: Sequence[Version] = ("2.0", "1.2") if documents else ("2.0",)
    admitted = [version for version in versions if _find_outside(asked, version) is None]
    if not admitted:
        raise _refuse_version(asked, versions)
    for version in admitted:
        offered = (*JSON_TYPES, *XML_TYPES) if version == "2.0" else XML_TYPES
        chosen = prefer(request, offered)
        if chosen is not None:
            return _make_form(asked, chosen, version)
    offers = (*JSON_TYPES, *XML_TYPES) if "2.0" in admitted else XML_TYPES
    raise refuse_accept(request.headers.get("Accept", ""), offers)


def _read_all(request: HttpRequest) -> dict[str, str]:
    parameters, headers = request.GET, request.META
    asked = {}
    for name, variable in _VARIABLES:
        value = parameters.get(name) or headers.get(variable)
        if value is not None:
            asked[name] = str(value)
    return asked


def prefer(request: HttpRequest, offers: Sequence[str]) -> str | None:
    """The offer that Accept likes best, None where it takes none (RFC 9110 section 12.5.1).

    Parameters of media types, a charset mostly, say nothing here: all that is answered is UTF-8.
    """
    accepted = [MediaType(kind) for kind in request.headers.get("Accept", "").split(",")]
    accepted = [kind for kind in accepted if kind.main_type] or [MediaType("*/*")]
    best, chosen = (0.0, 0), None
    for offer in offers:
        main, _, sub = offer.partition("/")
        fitting = [
            (kind.main_type != "*", kind.sub_type != "*", kind.quality, -place)
            for place, kind in enumerate(accepted)
            if kind.main_type in ("*", main) and kind.sub_type in ("*", sub)
        ]
        # What is said of the very type counts before what is said of all types.
        *_, quality, order = max(fitting, default=(False, False, 0.0, 0))
        if quality and (chosen is None or (quality, order) > best):
            best, chosen = (quality, order), offer
    return chosen


def read_asked(request: HttpRequest, name: str) -> str | None:
    """What a caller asks for under a name: as a parameter, else as a header."""
    return request.GET.get(name) or request.headers.get(name)


def _make_form(asked: Mapping[str, str], media_type: str, version: Version) -> Form:
    epc = _choose(asked, _EPC, get_args(EpcFormat))
    cbv = _choose(asked, _CBV, get_args(CbvFormat))
    if epc is None:
        # The binding's default; partners of 1.2 know no Digital Link.
        epc = "Always_GS1_Digital_Link" if version == "2.0" else "Always_EPC_URN"
    elif epc == "No_Preference":
        epc = "Never_Translates"
    # Words are kept bare, whatever they came as: in XML the URN is the form of every version.
    cbv = "Always_Web_URI" if cbv == "Always_Web_URI" else "Always_URN"
    return Form(media_type, version, cast("EpcFormat", epc), cast("CbvFormat", cbv))


def _choose(asked: Mapping[str, str], name: str, known: Sequence[str]) -> str | None:
    value = asked.get(name)
    if value is not None and value not in known:
        raise refuse(406, "not_acceptable", value, header=name, offer=" | ".join(known))
    return value


def _find_outside(asked: Mapping[str, str], version: Version) -> str | None:
    """The first header whose bound a version is beyond."""
    for low, high, full in _BOUNDS:
        ours = read_version(full[version])
        for name in (low, high):
            if name not in asked:
                continue
            bound = read_version(asked[name])
            if bound is None or ours is None or (bound > ours if name == low else bound < ours):
                return name
    return None


def _refuse_version(asked: Mapping[str, str], versions: Sequence[Version]) -> Problem:
    name = _find_outside(asked, versions[0]) or ASKED[1]
    known = CBV_VERSIONS if "CBV" in name else _FULL
    offer = ", ".join(f"{known[v]} (XML)" if v == "1.2" else known[v] for v in versions)
    return refuse(406, "not_acceptable", asked.get(name, ""), header=name, offer=offer)


def read_parameters(request: HttpRequest) -> list[tuple[str, str]]:
    """The parameters of a URL, decoded, in their order; Problem 400 for what is no UTF-8.

    `+` is a blank, as browsers write it.
    """
    raw = request.META.get("QUERY_STRING", "").encode("latin-1", "replace")
    pairs = [piece.partition(b"=") for piece in raw.split(b"&") if piece]
    return [(_decode(name), _decode(value)) for name, _, value in pairs]


def _decode(piece: bytes) -> str:
    if _BROKEN_TRIPLET.search(piece) is None:
        try:
            text = unquote_to_bytes(piece.replace(b"+", b" ")).decode("utf-8")
        except UnicodeDecodeError:
            text = "\0"
        if "\0" not in text:
            return text
    shown = piece.decode("ascii", "replace")
    raise refuse(400, "query_string", shown, name="QueryParameterException")


def read_extensions(request: HttpRequest) -> dict[str, str]:
    """The prefixes of GS1-Extensions (`ex=https://example.com/ns/, …`) beside our own.

    What is no prefix with an absolute URI is passed over; a name that would need it is refused.
    """
    given = read_asked(request, "GS1-Extensions") or ""
    found = [_EXTENSION.fullmatch(piece) for piece in given.split(",")]
    return {"nguon": NGUON_VOC, **{each[1]: each[2] for each in found if each}}
