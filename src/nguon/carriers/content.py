"""What stands on one label: the code in every form, and the words beside it."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

import msgspec

from nguon.carriers.design import Field
from nguon.carriers.error import carrier_error
from nguon.carriers.symbol import (
    Kind,
    Symbol,
    elements_of,
    make_datamatrix,
    make_gs1_128,
    make_qr,
)
from nguon.errors import Language
from nguon.gs1 import Identifier, identify, read_local_uri
from nguon.gs1.charset import encode

_WORDS: dict[Language, dict[str, str]] = {
    "vi": {
        "lot": "Lô {}",
        "expiry": "HSD {}",
        "made": "NSX {}",
        "serial": "Số {}",
        "invite": "Quét xem nguồn gốc",
        "sscc": "SSCC {}",
    },
    "en": {
        "lot": "Lot {}",
        "expiry": "Best before {}",
        "made": "Made {}",
        "serial": "No. {}",
        "invite": "Scan for the origin",
        "sscc": "SSCC {}",
    },
}


class LabelData(msgspec.Struct, frozen=True):
    """The values of one label.

    `key`: the canonical key of a lot, an item or a unit, or a local code's URI. `domain`: where its
    Digital Link leads. `signature`: the value of AI (8030), put into the QR's query. Dates go into
    GS1 symbols as (17) and (11).
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

    def symbol(self, kind: Kind) -> Symbol:
        """The symbol of a kind for this label. Raises Gs1Error or CarrierError."""
        if kind == "qr":
            return make_qr(self.link())
        elements = elements_of(_identify(self.key), self._dates())
        return make_datamatrix(elements) if kind == "datamatrix" else make_gs1_128(elements)

    def link(self) -> str:
        """The address in the QR code."""
        found = _identify(self.key)
        if not found.ais:
            joint = "&" if "?" in self.key else "?"
            return self.key + (f"{joint}sig={self.signature}" if self.signature else "")
        if self.signature and not found.serial:
            raise carrier_error("signature_needs_serial", self.key)
        link = found.digital_link(self.domain)
        return link + (f"?8030={encode(self.signature)}" if self.signature else "")

    def _dates(self) -> tuple[tuple[str, str], ...]:
        dates = (("17", self.expiry), ("11", self.made))
        return tuple((ai, f"{day:%y%m%d}") for ai, day in dates if day)

    def say(self, field: Field, language: Language) -> str:
        """The words of a field; empty where it has no value."""
        words = _WORDS[language]
        match field:
            case "invite":
                return words["invite"]
            case "expiry" | "made":
                day = getattr(self, field)
                return words[field].format(f"{day:%d/%m/%Y}") if day else ""
            case "lot" | "serial" | "gtin" | "elements" | "local" | "sscc":
                return self._say_code(field, words)
            case _:
                return str(getattr(self, field))

    def _say_code(self, field: str, words: dict[str, str]) -> str:
        found = _identify(self.key)
        said: Any = ""
        match field:
            case "lot" | "serial":
                value = getattr(found, field)
                said = words[field].format(value) if value else ""
            case "gtin":
                said = f"(01) {_group(found.gtin)}" if found.gtin else ""
            case "sscc":
                is_unit = bool(found.ais) and found.ais[0][0] == "00"
                said = words["sscc"].format(_group(found.ais[0][1])) if is_unit else ""
            case "elements":
                elements = elements_of(found, self._dates()) if found.ais else ()
                said = "".join(f"({ai}){value}" for ai, value in elements)
            case "local":
                local = read_local_uri(self.key)
                said = local.text() if local else ""
        return str(said)


def _group(digits: str) -> str:
    """Digits in fours, the last group what is left: as they are typed when a code is blurred."""
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


@lru_cache(maxsize=20_000)
def _identify(key: str) -> Identifier:
    return identify(key)
