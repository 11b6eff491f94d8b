"""One identifier, whichever syntax it was read from: what it names, its key, its other forms.

Canonical form: GS1 Digital Link URI Syntax 1.7 at id.gs1.org. Which key and qualifiers name an
EPC, and their URNs: EPC Tag Data Standard 2.x, section 6; CBV 2.0, section 8.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from nguon.gs1 import digital_link, element_string, epc_binary, epc_urn
from nguon.gs1.epc_schemes import date_of
from nguon.gs1.error import gs1_error
from nguon.gs1.local import LocalCode, read_local_uri
from nguon.gs1.scan_data import Carrier, write_scan
from nguon.gs1.values import Elements

Level = Literal["instance", "class", "location", "party", "document", "relation", "other"]

_LABELS = {
    "00": "SSCC",
    "01": "GTIN",
    "10": "LOT",
    "21": "SER",
    "22": "CPV",
    "235": "TPX",
    "253": "GDTI",
    "254": "EXT",
    "255": "GCN",
    "401": "GINC",
    "402": "GSIN",
    "414": "GLN",
    "415": "GLN",
    "417": "PGLN",
    "8003": "GRAI",
    "8004": "GIAI",
    "8006": "ITIP",
    "8010": "CPID",
    "8011": "SER",
    "8013": "GMN",
    "8017": "GSRNP",
    "8018": "GSRN",
    "8019": "SRIN",
    "8020": "REF",
    "7040": "UIC",
}


class Identifier(msgspec.Struct, frozen=True):
    """An identifier as it may stand in an EPCIS event.

    - `scheme`: the kind of key, in the words of the EPC URNs: sgtin, lgtin, gtin, sscc, sgln …;
      "local" for a URI that is no GS1 key.
    - `key`: the canonical key; two syntaxes of one thing have the same.
    - `level`: what is named: one thing, a class of things, a place, a party, a document, a
      service relation; "other" for a URI that does not say.
    - `ais`: primary key and qualifiers in path order, values decoded.
    - `prefix_length`: digits of the GS1 company prefix, known when it came from an EPC URN.
    - `attributes`: the other AIs of an element string (dates, weights), as they came.

    It prints itself in every syntax that it has; where it has none, a Gs1Error says so.
    """

    scheme: str
    key: str
    level: Level
    ais: Elements = ()
    prefix_length: int | None = None
    attributes: Elements = ()

    def digital_link(self, domain: str = "https://id.gs1.org") -> str:
        """The GS1 Digital Link URI on `domain` (scheme and host, a stem where there is one).

        Everything read is kept: a lot beside a serial, attributes in the query.
        Raises `gs1.no_digital_link` for what is no GS1 key.
        """
        return digital_link.write(self._elements("no_digital_link"), self.attributes, domain)

    def element_string(self) -> str:
        """The human-readable element string: "(01)…(21)…". Raises `gs1.no_element_string`."""
        return element_string.bracket(self._elements("no_element_string") + self.attributes)

    def fnc1_string(self) -> str:
        """What a GS1 symbol carries: AIs and values, U+001D where FNC1 separates them."""
        return element_string.join(self._elements("no_element_string") + self.attributes)

    def scan_data(self, carrier: Carrier = "DM") -> str:
        """What a scanner sends for a symbol that carries it, symbology identifier and all.

        EAN, UPC and the DataBars of one GTIN show the GTIN alone. Raises
        `gs1.no_element_string`, or `gs1.symbol_content` where the symbol cannot carry it.
        """
        elements = self._elements("no_element_string") + self.attributes
        gtin_only = carrier not in ("QR", "DM", "DotCode", "GS1_128", "DataBarExpanded")
        return write_scan(carrier, element_string.mark(elements[:1] if gtin_only else elements))

    def epc_hex(
        self,
        scheme: str | None = None,
        filter_value: int = 0,
        prefix_length: int | None = None,
        *,
        whole: bool = False,
    ) -> str:
        """The EPC binary string for a tag, hexadecimal: by default in the scheme with a plus.

        `scheme` is one of "sgtin-96", "sgtin-198", "sgtin+", "dsgtin+" … With `whole`, what the
        EPC does not name (a lot beside a serial, the attributes) follows it. Raises
        `gs1.epc_form` where that scheme cannot hold it, and what `urn` raises for the older ones.
        """
        _, _, known = _classify(self._elements("no_urn"))
        chosen = scheme or epc_binary.plus_scheme(known)
        if chosen is None:
            raise gs1_error("epc_form", self.key, None, scheme="+")
        rest = date_of(self.attributes) if chosen == "dsgtin+" else ()
        if whole:
            rest = tuple(one for one in self.ais if one not in known) + self.attributes
        return epc_binary.write_hex(
            known,
            chosen,
            filter_value=filter_value,
            prefix_length=self.prefix_length if prefix_length is None else prefix_length,
            attributes=rest,
        )

    @property
    def local(self) -> LocalCode | None:
        """The local code that the key is; None for every other key."""
        return read_local_uri(self.key) if self.scheme == "local" else None

    def local_text(self) -> str:
        """The short form of a local code, for labels. Raises `gs1.no_local_text`."""
        if code := self.local:
            return code.text()
        raise gs1_error("no_local_text", self.key)

    def urn(self, prefix_length: int | None = None) -> str:
        """The EPC URN: `urn:epc:id:…`, `urn:epc:class:lgtin:…` or `urn:epc:idpat:…*`.

        `prefix_length` (6 to 12 digits) wins over what the URN it came from said; without
        either, the table of issued prefixes is asked. Raises `gs1.prefix_unknown`,
        `gs1.prefix_length`, or `gs1.no_urn` where no URN can say the same.
        """
        if not self.ais and self.key.startswith("urn:epc:"):
            return self.key
        _, _, known = _classify(self._elements("no_urn"))
        length = self.prefix_length if prefix_length is None else prefix_length
        return epc_urn.write(known, length)

    def _elements(self, refusal: str) -> Elements:
        if not self.ais:
            raise gs1_error(refusal, self.key)
        return self.ais

    def _value(self, *ais: str) -> str | None:
        return next((value for ai, value in self.ais if ai in ais), None)

    @property
    def lot(self) -> str | None:
        """The batch or lot: AI (10), or that of a local code."""
        if code := self.local:
            return code.lot or None
        return self._value("10")

    @property
    def serial(self) -> str | None:
        """What tells one thing from others of its class, also inside a GRAI, GDTI or GCN."""
        if code := self.local:
            return code.serial or None
        return self._value("21", "235", "8011") or _inner_serial(self.ais)

    @property
    def class_key(self) -> str | None:
        """The key of the class that a lot or a single thing is of, its own for a class.

        A GTIN, an ITIP, or the class of a local code; for the keys whose serial number is their
        end (GRAI, GDTI, GCN) the key without it. None where nothing is a class.
        """
        if code := self.local:
            home, _, _ = self.key.partition("/class/")
            return code.class_code.uri(home) if code.name else None
        if not self.ais:
            return None
        ai, value = self.ais[0]
        if ai in ("01", "8006", "8010", "8013"):
            return digital_link.write(self.ais[:1])
        if ai in _SERIAL_AT:
            return digital_link.write(((ai, value[: _SERIAL_AT[ai]]),))
        return None

    @property
    def gtin(self) -> str | None:
        """The GTIN, 14 digits, AI (01) or within AI (8006)."""
        value = self._value("01", "8006")
        return None if value is None else value[:14]

    @property
    def human(self) -> str:
        """One short line for people: "GTIN 09521234000129 · LOT A"."""
        if not self.ais:
            return self.key
        return " · ".join(f"{_LABELS[ai]} {value}" for ai, value in self.ais)


def _inner_serial(ais: Elements) -> str | None:
    if not ais:
        return None
    ai, value = ais[0]
    return value[_SERIAL_AT[ai] :] or None if ai in _SERIAL_AT else None


_SERIAL_AT = {"253": 13, "255": 13, "8003": 14}
_PLAIN: dict[str, tuple[str, Level]] = {
    "00": ("sscc", "instance"),
    "401": ("ginc", "document"),
    "402": ("gsin", "document"),
    "414": ("sgln", "location"),
    "415": ("payslip", "document"),
    "417": ("pgln", "party"),
    "8004": ("giai", "instance"),
    "8013": ("gmn", "class"),
    "8017": ("gsrnp", "relation"),
    "8018": ("gsrn", "relation"),
}
_TRADE: tuple[tuple[str, str, Level], ...] = (
    ("21", "sgtin", "instance"),
    ("235", "upui", "instance"),
    ("10", "lgtin", "class"),
    ("22", "gtin", "class"),
)
_SERIALISED: dict[str, tuple[str, Level]] = {
    "253": ("gdti", "document"),
    "255": ("gcn", "instance"),
    "8003": ("grai", "instance"),
}


def identifier(
    ais: Elements, prefix_length: int | None = None, attributes: Elements = ()
) -> Identifier:
    """The identifier that a checked primary key and its qualifiers make."""
    scheme, level, kept = _classify(ais)
    return Identifier(scheme, digital_link.write(kept), level, ais, prefix_length, attributes)


def _classify(ais: Elements) -> tuple[str, Level, Elements]:
    """Scheme, level, and those of `ais` that make the key.

    The EPC of an instance knows no lot, the one of a lot no variant: what the EPC does not
    know is not in the key, so that one thing has one key.
    """
    ai, value = ais[0]
    if ai in _PLAIN:
        scheme, level = _PLAIN[ai]
        return scheme, level, _without_zero_extension(ais)
    if ai in _SERIALISED:
        scheme, level = _SERIALISED[ai]
        return scheme, level if len(value) > _SERIAL_AT[ai] else "class", ais
    if ai == "8010":
        return "cpi", "instance" if len(ais) > 1 else "class", ais
    for qualifier, scheme, level in _TRADE:
        for element in ais:
            if element[0] == qualifier:
                return "itip" if ai == "8006" else scheme, level, (ais[0], element)
    return "itip" if ai == "8006" else "gtin", "class", ais


def _without_zero_extension(ais: Elements) -> Elements:
    return ais[:1] if ais[1:] == (("254", "0"),) else ais
