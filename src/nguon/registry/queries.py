"""Reads of the register: many keys in one query, names as the public may see them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Exists, Model, OuterRef, Q, QuerySet, Value
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.translation import gettext as _

from nguon.parts.engine import get_store
from nguon.parts.words import read_language
from nguon.registry.captured import Captured, Difference, compare, read_captured
from nguon.registry.grants import list_prefixes
from nguon.registry.models import Certificate, KeyGrant, Kind, Organisation, Place, Product

_FIELDS: dict[type[Model], tuple[str, ...]] = {
    Organisation: ("name", "name_en", "sample", "kind", "address", "commune", "name_shared"),
    Place: ("name", "name_en", "sample", "commune"),
    Product: (
        "name",
        "name_en",
        "sample",
        "brand",
        "description",
        "description_en",
        "image",
        "image_alt",
        "image_alt_en",
        "storage",
        "storage_en",
        "origin",
        "origin_en",
        "producer",
        "standards",
    ),
    Certificate: ("name", "name_en", "sample", "holder", "issuer", "issued", "expires"),
}
_HOUSEHOLDS = Organisation.objects.filter(key=OuterRef("organisation"), kind=Kind.HOUSEHOLD)
# Logistic units and assets have no entry of their own.
_NAMELESS = tuple(f"https://id.gs1.org/{ai}/" for ai in ("00", "8003", "8004"))
_COMPUTED: dict[type[Model], dict[str, Exists]] = {Place: {"private": Exists(_HOUSEHOLDS)}}


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the register with what captured documents say of its key, or these alone."""

    key: str
    values: Mapping[str, Any]
    captured: Captured | None = None

    def say(self, name: str) -> str:
        """A field in the active language: the register's own, else as captured.

        Vietnamese where there is no other. Of a household only the register speaks.
        """
        language = read_language()
        english = str(self.values.get(f"{name}_en") or "") if language == "en" else ""
        own = english or str(self.values.get(name) or "")
        if own or self.captured is None or self.private:
            return own
        return self.captured.say(name, language)

    @property
    def differences(self) -> list[Difference]:
        """Where the register and captured master data disagree."""
        if self.captured is None or self.private:
            return []
        return list(compare(self.captured, self.values, read_language()))

    def day(self, name: str) -> date | None:
        """A field that is a date."""
        text = self.values.get(name)
        return date.fromisoformat(str(text)) if text else None

    @property
    def private(self) -> bool:
        """A household or its place: shown to the public by commune (Law 91/2025/QH15)."""
        return self.values.get("kind") == Kind.HOUSEHOLD or bool(self.values.get("private"))


@dataclass(frozen=True, slots=True)
class Directory:
    """What is known of the keys that were asked for; an unknown key gives None."""

    organisations: Mapping[str, Entry] = field(default_factory=dict)
    places: Mapping[str, Entry] = field(default_factory=dict)
    products: Mapping[str, Entry] = field(default_factory=dict)
    certificates: Mapping[str, Entry] = field(default_factory=dict)

    def organisation(self, key: str | None) -> Entry | None:
        """The organisation of a party key, also where the key names its place."""
        return self.organisations.get(key or "") or self.organisations.get(_as_party(key or ""))

    def name_party(self, key: str | None) -> str:
        """A party's name for the public; a household that did not agree is not named."""
        entry = self.organisation(key)
        if entry is None:
            return ""
        if entry.private and not entry.values.get("name_shared"):
            commune = entry.say("commune")
            return (
                _("A household in %(commune)s") % {"commune": commune}
                if commune
                else _("A household")
            )
        return entry.say("name")

    def name_address(self, key: str | None) -> str:
        """A party's address for the public: the commune only for a household."""
        entry = self.organisation(key)
        if entry is None:
            return ""
        return entry.say("commune") if entry.private else entry.say("address")

    def name_place(self, key: str | None) -> str:
        """A place for the public: its name and commune, the commune only for a household's."""
        entry = self.places.get(key or "") or self.places.get(_without_extension(key or ""))
        if entry is None:
            return ""
        commune = entry.say("commune")
        if entry.private:
            return commune
        name = entry.say("name")
        return f"{name}, {commune}" if commune and _proper(commune) not in name else name

    @property
    def differences(self) -> list[Difference]:
        """Where entries of the register and captured master data disagree, by key."""
        groups = (self.products, self.places, self.organisations)
        entries = [entry for group in groups for _, entry in sorted(group.items())]
        return [each for entry in entries for each in entry.differences]

    def product(self, key: str) -> Entry | None:
        """The product of a lot, a serial or a class."""
        return self.products.get(class_key(key))


_CLASS = re.compile(
    r"https://id\.gs1\.org/(?:01|8006)/[^/]+|[a-z]+://[^/]+/class/[^/]+/[^/]+", re.IGNORECASE
)


def class_key(key: str) -> str:
    """The class that an item's canonical key belongs to; the key itself where it has none.

    A GTIN, an ITIP, or a local class (`…/class/<owner>/<what>`): the same as
    `Identifier.class_key`, without taking the key apart.
    """
    found = _CLASS.match(key)
    return found[0] if found else key


def _proper(commune: str) -> str:
    """`Tiên Yên` of `xã Tiên Yên`."""
    return " ".join(word for word in commune.split() if word[:1].isupper())


def look_up(keys: Iterable[str | None], *, filled: bool = False) -> Directory:
    """Everything known of these keys.

    One query to the register, in which producers of the products found come along. Keys it does
    not know are looked up among the master data of captured documents, in one query more; with
    `filled` so are those it knows, to fill what it leaves empty and to see where they differ.
    """
    asked = {key for key in keys if key and not key.startswith(_NAMELESS)}
    rows = _select(_widen(asked))
    known = {key for _, key, _ in rows}
    missing = [key for key in asked if not known & _widen([key])]
    captured = _read_captured(_widen(missing) | (known if filled else set()))
    groups: dict[str, dict[str, Entry]] = {model.__name__: {} for model in _FIELDS}
    for kind, key, values in rows:
        groups[kind][key] = Entry(key, values, captured.get(key))
    for key in sorted(captured.keys() - known):
        if captured[key].say("name", "vi"):
            groups[captured[key].kind][key] = Entry(key, {}, captured[key])
    return Directory(
        groups["Organisation"], groups["Place"], groups["Product"], groups["Certificate"]
    )


def _select(keys: Iterable[str]) -> list[tuple[str, str, dict[str, Any]]]:
    parts = [_part(model, sorted(keys)) for model in _FIELDS]
    return list(parts[0].union(*parts[1:], all=True))


def _part(model: type[Model], keys: list[str]) -> QuerySet[Any, tuple[str, str, dict[str, Any]]]:
    wanted = Q(key__in=keys)
    if model is Organisation:
        wanted |= Q(key__in=Product.objects.filter(key__in=keys).order_by().values("producer"))
    values = JSONObject(**{name: name for name in _FIELDS[model]}, **_COMPUTED.get(model, {}))
    return (
        model._default_manager.filter(wanted)  # noqa: SLF001 - Django's public name for it
        .order_by()
        .annotate(of=Value(model.__name__), values=values)
        .values_list("of", "key", "values")
    )


def _widen(keys: Iterable[str]) -> set[str]:
    wanted: set[str] = set()
    for key in keys:
        wanted |= {key, class_key(key), _as_party(key), _without_extension(key)}
    return wanted


def _as_party(key: str) -> str:
    return _without_extension(key).replace("/414/", "/417/")


def _without_extension(key: str) -> str:
    return key.split("/254/", 1)[0] if "/414/" in key else key


def _read_captured(keys: Iterable[str]) -> dict[str, Captured]:
    found = get_store().vocabulary(sorted(keys)) if keys else {}
    read = {key: read_captured(known) for key, known in found.items()}
    return {key: captured for key, captured in read.items() if captured.kind}


def count_samples() -> int:
    """How many products are samples: the start page offers codes to try where there are any."""
    return Product.objects.filter(sample=True).count()


def find_owner(key: str, on: date | None = None) -> str:
    """The organisation that may use the key's prefix on a day (today); empty where nobody may.

    The longest prefix decides: a prefix sold on in parts is its parts' holders'.
    """
    day = on or timezone.localdate()
    prefixes = list_prefixes(key)
    rows = KeyGrant.objects.filter(
        Q(valid_from=None) | Q(valid_from__lte=day),
        Q(valid_until=None) | Q(valid_until__gte=day),
        prefix__in=prefixes,
    ).values_list("prefix", "organisation")
    found = dict(rows)
    return next((found[prefix] for prefix in prefixes if prefix in found), "")


def list_grants(organisation: str) -> list[KeyGrant]:
    """The grants of an organisation, the newest first."""
    return list(KeyGrant.objects.filter(organisation=organisation).order_by("-pk"))


def list_products(producers: Iterable[str]) -> list[Product]:
    """The products of these organisations, by name."""
    return list(Product.objects.filter(producer__in=list(producers)).order_by("name", "key"))


def name_organisations(keys: Iterable[str]) -> dict[str, str]:
    """The registered names of organisations, for people who may see them."""
    rows = Organisation.objects.filter(key__in=set(keys)).values_list("key", "name")
    return dict(rows)
