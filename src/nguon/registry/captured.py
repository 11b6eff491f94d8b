"""What captured documents say of the keys that the register knows too, in the register's fields.

The register's own name and owner win on our pages; what it leaves empty is filled from captured
master data, and where both speak and differ, both are shown. Attributes are those of CBV 2.0
(trade items, and parties and locations), by the last part of their names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from babel import Locale

from nguon.epcis.master import say
from nguon.errors import LANGUAGES, Language
from nguon.eventstore import Vocabulary

# Which attribute fills which field, the first that is there.
_PRODUCT: Mapping[str, tuple[str, ...]] = {
    "name": ("descriptionShort", "functionalName", "regulatedProductName", "name"),
    "brand": ("brandName",),
    "description": ("tradeItemDescription", "functionalName"),
    "origin": ("countryOfOrigin",),
}
_PARTY: Mapping[str, tuple[str, ...]] = {"name": ("name",)}
FILLED: Mapping[str, Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {"Product": _PRODUCT, "Organisation": _PARTY, "Place": _PARTY}
)
_LINES = ("streetAddressOne", "streetAddressTwo", "streetAddressThree", "city", "state")
_KINDS = {
    "EPCClass": "Product",
    "Location": "Place",
    "BusinessLocation": "Place",
    "ReadPoint": "Place",
    "Party": "Organisation",
}


@dataclass(frozen=True, slots=True)
class Captured:
    """Captured master data of one key: the register's fields by language, and since when."""

    key: str
    kind: str
    values: Mapping[str, Mapping[Language, str]]
    recorded: datetime | None = None

    def say(self, name: str, language: Language) -> str:
        """A field in a language, empty where nothing was captured."""
        return self.values.get(name, {}).get(language, "")


@dataclass(frozen=True, slots=True)
class Difference:
    """A field of which the register says one thing and a captured document another."""

    key: str
    field: str
    registered: str
    captured: str
    recorded: datetime | None


def read_captured(known: Vocabulary) -> Captured:
    """What is captured of a key, in the register's fields; `kind` is empty for other things."""
    kind = _find_kind(known)
    values: dict[str, dict[Language, str]] = {}
    for name, attributes in FILLED.get(kind, {}).items():
        value = next((known.attributes[a] for a in attributes if a in known.attributes), None)
        values[name] = {language: say(value, language) for language in LANGUAGES}
    if kind == "Product":
        values["origin"] = {lang: _country(text, lang) for lang, text in values["origin"].items()}
    elif kind:
        values["address"] = {lang: _address(known.attributes, lang) for lang in LANGUAGES}
    return Captured(known.id, kind, values, known.recorded)


def _find_kind(known: Vocabulary) -> str:
    kind = _KINDS.get(known.type.rpartition(":")[2], "")
    # A party that stands among the places by its own key is still a party.
    return "Organisation" if kind and "/417/" in known.id else kind


def _address(attributes: Mapping[str, Any], language: Language) -> str:
    lines = [say(attributes.get(name), language) for name in _LINES]
    lines.append(_country(say(attributes.get("countryCode"), language), language))
    return ", ".join(line for line in lines if line)


def _country(code: str, language: Language) -> str:
    """A country's name; what is no code of two letters stays as it is."""
    return str(Locale(language).territories.get(code.upper(), code)) if len(code) == 2 else code


def compare(
    captured: Captured, values: Mapping[str, Any], language: Language
) -> Iterator[Difference]:
    """Where an entry of the register and captured master data disagree.

    The register may say it in either of its languages.
    """
    for name in captured.values:
        registered = [str(values.get(each) or "") for each in (name, f"{name}_en")]
        told = {_plain(text) for text in captured.values[name].values() if text}
        if told and any(registered) and not told & {_plain(text) for text in registered if text}:
            said = captured.say(name, language)
            yield Difference(captured.key, name, registered[0], said, captured.recorded)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
