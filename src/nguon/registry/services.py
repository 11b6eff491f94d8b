"""Every write of the register is a verb here: checked, whole, and safe to repeat."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction

from nguon.errors import Fault, NguonError
from nguon.gs1 import Level, identify
from nguon.registry.grants import list_prefixes
from nguon.registry.models import (
    Certificate,
    KeyGrant,
    Organisation,
    Place,
    Product,
    Registered,
)
from nguon.registry.queries import find_owner
from nguon.samples import registry_data

Entry = TypeVar("Entry", bound=Registered)

_ORGANISATION: tuple[tuple[Level, ...], str, str] = (
    ("party", "location", "other"),
    "tổ chức",
    "organisation",
)
_PLACE: tuple[tuple[Level, ...], str, str] = (("location", "party", "other"), "địa điểm", "place")
_PRODUCT: tuple[tuple[Level, ...], str, str] = (("class", "other"), "sản phẩm", "product")
_PREFIX = re.compile(r"[0-9]{4,12}|=[0-9]{8}|[a-z]{2}(?:-[a-z0-9]+)*")


class RegistryError(NguonError):
    """What the register refuses, with the reasons."""

    status = 400


def register_organisation(key: str, name: str, **fields: Any) -> Organisation:
    """Add an organisation or bring it up to date; `key` in any form, kept canonical."""
    return _save(Organisation, _read_key(key, *_ORGANISATION), name, fields)


def register_place(key: str, name: str, **fields: Any) -> Place:
    """Add a place or bring it up to date."""
    return _save(Place, _read_key(key, *_PLACE), name, fields)


def register_product(key: str, name: str, **fields: Any) -> Product:
    """Add a product (a class of goods) or bring it up to date."""
    return _save(Product, _read_key(key, *_PRODUCT), name, fields)


def register_certificate(key: str, name: str, **fields: Any) -> Certificate:
    """Add a paper or bring it up to date; `key` as events write it in `certificationInfo`."""
    return _save(Certificate, key, name, fields)


@transaction.atomic
def load_samples() -> dict[str, int]:
    """Write the sample part of the register, marked as such; safe to repeat.

    Returns how many entries of each kind there are.
    """
    writers = {
        "organisations": register_organisation,
        "places": register_place,
        "products": register_product,
        "certificates": register_certificate,
    }
    data = registry_data()
    for kind, register in writers.items():
        for entry in data[kind]:
            register(**entry, sample=True)
    for entry in data["organisations"]:
        # A member may bear a number that its cooperative gave it: the prefix stays the latter's.
        for prefix in [] if find_owner(entry["key"]) else sample_prefixes(entry["key"]):
            grant_prefix(prefix, entry["key"], issuer="GS1 952", sample=True)
    return {kind: len(data[kind]) for kind in writers}


def sample_prefixes(organisation: str) -> list[str]:
    """The prefix that a sample organisation's own key begins with: seven digits, or a namespace."""
    prefixes = list_prefixes(organisation)
    return [p for p in prefixes if len(p) == 7] if "/417/" in organisation else prefixes[:1]


@transaction.atomic
def grant_prefix(
    prefix: str,
    organisation: str,
    *,
    issuer: str = "",
    document: str = "",
    valid_from: date | None = None,
    valid_until: date | None = None,
    sample: bool = False,
) -> KeyGrant:
    """Record that an organisation may use a prefix; safe to repeat.

    Raises RegistryError where the prefix is none, or another organisation holds it at the time.
    """
    if _PREFIX.fullmatch(prefix) is None:
        raise RegistryError(Fault("registry.prefix_malformed", value=prefix))
    known = KeyGrant.objects.select_for_update().filter(prefix=prefix)
    for other in known.exclude(organisation=organisation):
        if _overlap((other.valid_from, other.valid_until), (valid_from, valid_until)):
            words = {"holder": other.organisation}
            raise RegistryError(Fault("registry.prefix_taken", value=prefix, params=words))
    grant, _made = known.update_or_create(
        prefix=prefix,
        organisation=organisation,
        valid_from=valid_from,
        defaults={
            "issuer": issuer,
            "document": document,
            "valid_until": valid_until,
            "sample": sample,
        },
    )
    return grant


def require_grant(organisation: str, key: str, on: date | None = None) -> None:
    """Raise RegistryError unless the key's prefix is this organisation's to use on the day."""
    holder = find_owner(key, on)
    if holder == organisation:
        return
    prefixes = list_prefixes(key)
    code = "registry.prefix_of_other" if holder else "registry.prefix_not_granted"
    words = {"prefix": prefixes[-1] if prefixes else key, "organisation": organisation}
    raise RegistryError(Fault(code, value=key, params=words))


def _overlap(one: tuple[date | None, date | None], other: tuple[date | None, date | None]) -> bool:
    """Whether two spans of days have a day in common; None is open."""
    starts = max(one[0] or date.min, other[0] or date.min)
    return starts <= min(one[1] or date.max, other[1] or date.max)


def _read_key(text: str, levels: tuple[Level, ...], wanted: str, wanted_en: str) -> str:
    found = identify(text)
    if found.level not in levels:
        names = {"wanted": wanted, "wanted_en": wanted_en}
        raise RegistryError(Fault("registry.key_wrong_level", value=text, params=names))
    return found.key


def _save(model: type[Entry], key: str, name: str, fields: dict[str, Any]) -> Entry:
    if not name.strip():
        raise RegistryError(Fault("registry.name_missing", value=key))
    _refuse_unknown(model, fields)
    values = {"name": name.strip(), **fields}
    candidate = model(key=key, **values)
    try:
        candidate.full_clean(validate_unique=False)
    except ValidationError as error:
        raise RegistryError(*_list_faults(error, values)) from error
    entry, _created = model._default_manager.update_or_create(key=key, defaults=values)  # noqa: SLF001 - Django's public name for it
    return entry


def _refuse_unknown(model: type[Registered], fields: dict[str, Any]) -> None:
    known = {field.name for field in model._meta.get_fields()} - {"id", "key"}  # noqa: SLF001 - the same
    if strange := sorted(set(fields) - known):
        listed = {"known": ", ".join(sorted(known))}
        raise RegistryError(
            *(Fault("registry.field_unknown", value=name, params=listed) for name in strange)
        )


def _list_faults(error: ValidationError, values: dict[str, Any]) -> list[Fault]:
    return [
        Fault("registry.value_refused", value=values.get(name, ""), params={"field": name})
        for name in error.message_dict
    ]
