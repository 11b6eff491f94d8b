"""Names of members that are not EPCIS's own, as parameters spell them (EPCIS 2.0 section 8.2.7.1).

`ex:field` under the prefixes of the query, or the whole IRI; also as EPCIS 1.2 spells it: the
namespace, `#`, the name. Names are compared by IRI, so each event may use prefixes of its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from nguon.epcis import names
from nguon.epcis.query.error import query_error
from nguon.epcis.query.model import FieldName

_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[!-~]+", re.ASCII)
_PREFIXED = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):(?!//)[!-~]+", re.ASCII)
_BARE = re.compile(r"#?[A-Za-z_][A-Za-z0-9_.\-]*", re.ASCII)
_LONGEST = 500
_MDA = ("urn:epcglobal:cbv:mda#", "urn:epcglobal:cbv:mda:", "urn:epcglobal:cbv:mda/", "cbvmda:")


def read_field(
    parameter: str, name: str, namespaces: Mapping[str, str], *, inner: bool = False
) -> FieldName:
    """The field that the end of a parameter's name names; inner ones may have no namespace."""
    if len(name) > _LONGEST:
        raise query_error("query_unknown", parameter)
    if inner and _BARE.fullmatch(name):
        return FieldName((name.removeprefix("#"),))
    if _ABSOLUTE.fullmatch(name) is None:
        raise query_error("query_unknown", parameter)
    prefixed = _PREFIXED.fullmatch(name)
    if prefixed and not _known(prefixed[1], namespaces) and prefixed[1] != "urn":
        raise query_error("query_prefix", parameter, prefixed[1])
    iri = names.expand(name, namespaces)
    namespace, mark, local = iri.rpartition("#")
    if mark:
        # EPCIS 1.2 puts the sign between any namespace and name; JSON-LD joins them as they are.
        return FieldName((iri, names.unify(namespace + local)))
    return FieldName((iri,))


def is_field(name: str, namespaces: Mapping[str, str]) -> bool:
    """Whether a text can be the name of a field under the prefixes at hand."""
    prefixed = _PREFIXED.fullmatch(name)
    if prefixed:
        return _known(prefixed[1], namespaces) or prefixed[1] == "urn"
    return _ABSOLUTE.fullmatch(name) is not None


def _known(prefix: str, namespaces: Mapping[str, str]) -> bool:
    return prefix in namespaces or prefix in names.KNOWN


def split_attribute(parameter: str, text: str, namespaces: Mapping[str, str]) -> tuple[str, str]:
    """Field and attribute of `field_attribute`, where both may hold underscores.

    The first cut that leaves names on both sides, the right one with a prefix; else the last.
    """
    cuts = [found.start() for found in re.finditer("_", text)]
    whole = [(text[:cut], text[cut + 1 :]) for cut in cuts if text[:cut] and text[cut + 1 :]]
    fitting = [
        (field, attribute)
        for field, attribute in whole
        if field in ("readPoint", "bizLocation") or is_field(field, namespaces)
    ]
    for field, attribute in fitting:
        if is_field(attribute, namespaces):
            return field, attribute
    if not fitting:
        raise query_error("query_unknown", parameter)
    return fitting[0] if fitting[0][0] in ("readPoint", "bizLocation") else fitting[-1]


def attribute_names(name: str, namespaces: Mapping[str, str]) -> tuple[str, ...]:
    """The spellings under which an attribute may stand in master data."""
    iri = names.expand(name, namespaces) if ":" in name else names.MDA + name
    spellings = [name, iri]
    if iri.startswith(names.MDA):
        spellings += [stem + iri[len(names.MDA) :] for stem in _MDA]
    return tuple(dict.fromkeys(spellings))
