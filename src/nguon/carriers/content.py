"""What stands on one label: the code in every form, and the words beside it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Any

import msgspec

from nguon.carriers.design import Carrier, Field, Tongue
from nguon.carriers.error import carrier_error
from nguon.carriers.fonts import NO_BREAK
from nguon.carriers.limits import Kind
from nguon.carriers.symbol import (
    Symbol,
    elements_of,
    make_datamatrix,
    make_gs1_128,
    make_qr,
)
from nguon.gs1 import Identifier, identify, read_local_uri
from nguon.gs1.charset import encode
from nguon.gs1.values import Elements

_WORDS: Mapping[str, Mapping[Tongue, str]] = {
    "lot": {"vi": "Lô {}", "en": "Lot {}", "both": "Lô/Lot {}"},
    "expiry": {"vi": "HSD {}", "en": "EXP {}", "both": "HSD/EXP {}"},
    "made": {"vi": "NSX {}", "en": "MFG {}", "both": "NSX/MFG {}"},
    "serial": {"vi": "Số {}", "en": "No. {}", "both": "Số/No. {}"},
    "sscc": {"vi": "SSCC {}", "en": "SSCC {}", "both": "SSCC {}"},
    "invite": {
        "vi": "Quét xem nguồn gốc",
        "en": "Scan for the origin",
        "both": "Quét xem nguồn gốc · Scan",
    },
    "scratch": {
        "vi": "Cào lớp phủ để lấy mã",
        "en": "Scratch to see the code",
        "both": "Cào lấy mã · Scratch here",
    },
}
# A number and its unit never part.
_MEASURE = re.compile(r"(?<=\d) (?=(?:mg|g|kg|ml|l|L|m|cm|mm|%|°C|°F)\b|[%°])")
# Keys of trade items: only beside these may a symbol hold dates and measures (GenSpecs 4.13).
_TRADED = ("01", "8006")

MOST_TEXT, _MOST_CODE = 300, 2000
_CODES = ("key", "domain", "signature")


class LabelData(msgspec.Struct, frozen=True, dict=True):
    """The values of one label.

    `key`: the lot, item or unit in any syntax that `identify` takes, or a local code's URI.
    `domain`: where its Digital Link leads. `signature`: the value of AI (8030), put into the QR's
    query. Dates go into GS1 symbols of trade items as (17) and (11), `also` (weights and the like)
    as it is. Of names, `name_en` stands on English labels and beside `name` where both are wanted.
    """

    key: str
    domain: str = "https://id.gs1.org"
    name: str = ""
    net: str = ""
    expiry: date | None = None
    made: date | None = None
    maker: str = ""
    address: str = ""
    storage: str = ""
    cover: str = ""
    signature: str = ""
    name_en: str = ""
    also: Elements = ()

    def __post_init__(self) -> None:
        """Bound what is set and encoded. Raises `carriers.text_length`."""
        for name in self.__struct_fields__:
            value = getattr(self, name)
            most = MOST_TEXT if name not in _CODES else _MOST_CODE
            if isinstance(value, str) and len(value) > most:
                words = {"length": len(value), "most": most}
                raise carrier_error("text_length", value, f"/{name}", **words)

    @cached_property
    def _found(self) -> Identifier:
        return identify(self.key)

    def symbol(self, kind: Kind, ais: tuple[str, ...] = ()) -> Symbol:
        """The symbol of a kind for this label. Raises Gs1Error or CarrierError."""
        if kind == "qr":
            return make_qr(self.link())
        elements = self.elements(ais)
        return make_datamatrix(elements) if kind == "datamatrix" else make_gs1_128(elements)

    def symbol_of(self, carrier: Carrier) -> Symbol:
        """The symbol that a design asks for."""
        return self.symbol(carrier.kind, carrier.ais)

    def elements(self, ais: tuple[str, ...] = ()) -> Elements:
        """The element string, or those of its AIs that are named, always with its key.

        Raises Gs1Error, or `carriers.no_gs1_key` for a local code.
        """
        whole = elements_of(self._found, self._attributes())
        kept = {self._found.ais[0][0], *ais}
        return tuple(one for one in whole if one[0] in kept) if ais else whole

    def link(self) -> str:
        """The address in the QR code."""
        found = self._found
        if not found.ais:
            joint = "&" if "?" in self.key else "?"
            return self.key + (f"{joint}sig={self.signature}" if self.signature else "")
        if self.signature and not found.serial:
            raise carrier_error("signature_needs_serial", self.key)
        link = found.digital_link(self.domain)
        return link + (f"?8030={encode(self.signature)}" if self.signature else "")

    def _attributes(self) -> Elements:
        traded = bool(self._found.ais) and self._found.ais[0][0] in _TRADED
        dates = (("17", self.expiry), ("11", self.made)) if traded else ()
        return (*((ai, f"{day:%y%m%d}") for ai, day in dates if day), *self.also)

    def say(self, field: Field, language: Tongue, ais: tuple[str, ...] = ()) -> str:
        """The words of a field; empty where it has no value. `ais`: those of the symbol."""
        match field:
            case "invite":
                return _WORDS[field][language]
            case "scratch":
                return _WORDS[field][language] if self.cover else ""
            case "expiry" | "made":
                day = getattr(self, field)
                return _WORDS[field][language].format(f"{day:%d/%m/%Y}") if day else ""
            case "name":
                return self._say_name(language)
            case "maker" | "address" | "cover":
                return str(getattr(self, field))
            case "net" | "storage":
                return _MEASURE.sub(NO_BREAK, getattr(self, field))
            case _:
                return self._say_code(field, language, ais)

    def _say_name(self, language: Tongue) -> str:
        if language == "both" and self.name_en:
            return f"{self.name} / {self.name_en}"
        return self.name_en if language == "en" and self.name_en else self.name

    def _say_code(self, field: str, language: Tongue, ais: tuple[str, ...]) -> str:
        found = self._found
        said: Any = ""
        match field:
            case "lot" | "serial":
                value = getattr(found, field)
                said = _WORDS[field][language].format(value) if value else ""
            case "gtin":
                said = f"(01) {_group(found.gtin)}" if found.gtin else ""
            case "sscc":
                is_unit = bool(found.ais) and found.ais[0][0] == "00"
                said = _WORDS[field][language].format(_group(found.ais[0][1])) if is_unit else ""
            case "key":
                said = _bracket(found.ais)
            case "elements":
                said = _bracket(self.elements(ais) if found.ais else ())
            case "local":
                local = read_local_uri(self.key)
                said = local.text() if local else ""
        return str(said)


def _bracket(elements: Elements) -> str:
    """Elements for people, a blank between them so that rows break there."""
    return " ".join(f"({ai}){value}" for ai, value in elements)


def _group(digits: str) -> str:
    """Digits in fours, the last group what is left: as they are typed when a code is blurred."""
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))
