"""JSON-LD contexts as EPCIS uses them (EPCIS 2.0 section 10; JSON-LD 1.1 section 9.15).

A context is GS1's, by its address, or an object of prefixes. GS1's is known here; no address is
ever fetched: a document must not make its reader call somewhere. An unknown address can only
define words this reader does not need, unless a prefix used in the document comes from nowhere
else; that is an error where it is used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from nguon.epcis import names
from nguon.epcis.uri import uri_fault
from nguon.errors import Fault

GS1_CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
_GS1 = re.compile(
    r"https?://(?:ref\.gs1\.org/standards/epcis|gs1\.github\.io/EPCIS)"
    r"/(?:[0-9]+(?:\.[0-9]+)*/)?epcis-context\.jsonld"
)
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:.*")
_LONGEST_IRI = 2000
_MOST_PREFIXES = 1000
_MOST_PARTS = 100
_WEIGHTLESS = {"@version", "@protected", "@language", "@base", "@propagate"}


def _parts(context: object) -> Iterator[tuple[str, object]]:
    if isinstance(context, list):
        for index, part in enumerate(context):
            yield f"/{index}", part
    else:
        yield "", context


def knows_gs1(context: object) -> bool:
    """Whether one of the context's addresses is GS1's EPCIS context."""
    return any(isinstance(part, str) and _GS1.fullmatch(part) for _, part in _parts(context))


def read_context(
    context: object, outer: Mapping[str, str], *, gs1_required: bool, pointer: str = "/@context"
) -> tuple[Mapping[str, str], list[Fault]]:
    """The prefixes in force inside `context`, over those of `outer`, and what is wrong with it."""
    faults: list[Fault] = []
    known = knows_gs1(context)
    if gs1_required and not known:
        faults.append(
            Fault("epcis.context_missing", pointer, context, None, {"wanted": GS1_CONTEXT})
        )
    namespaces = dict(outer)
    if context is None:
        return namespaces, faults
    if isinstance(context, list) and len(context) > _MOST_PARTS:
        faults.append(Fault("epcis.context_too_large", pointer, len(context)))
        context = context[:_MOST_PARTS]
    _check_repeats(context, pointer, faults)
    for place, part in _parts(context):
        if isinstance(part, dict):
            _read_prefixes(part, namespaces, pointer + place, faults)
        elif not isinstance(part, str) or uri_fault(part) is not None:
            faults.append(Fault("epcis.context_malformed", pointer + place, part))
        elif not _GS1.fullmatch(part) and (known or not gs1_required):
            faults.append(Fault("epcis.context_unknown", pointer + place, part))
    return namespaces, faults


def _check_repeats(context: object, pointer: str, faults: list[Fault]) -> None:
    seen: set[str] = set()
    for index, part in enumerate(context if isinstance(context, list) else ()):
        spelling = repr(part)
        if spelling in seen:
            faults.append(Fault("epcis.context_repeated", f"{pointer}/{index}", part))
        seen.add(spelling)


def _read_prefixes(
    terms: Mapping[str, Any], namespaces: dict[str, str], pointer: str, faults: list[Fault]
) -> None:
    for term, definition in terms.items():
        place = f"{pointer}/{escape(term)}"
        if term.startswith("@"):
            if term not in _WEIGHTLESS:
                faults.append(Fault("epcis.context_unknown", place, definition))
            continue
        iri = definition.get("@id") if isinstance(definition, dict) else definition
        if isinstance(definition, dict) and iri is None:
            continue
        if len(namespaces) >= _MOST_PREFIXES:
            faults.append(Fault("epcis.context_too_large", pointer, len(terms)))
            return
        if not isinstance(iri, str) or len(iri) > _LONGEST_IRI or not _ABSOLUTE.fullmatch(iri):
            faults.append(Fault("epcis.context_malformed", place, definition))
            continue
        _define(term, "".join(names.split(iri, namespaces)), namespaces, place, faults)


def _define(
    term: str, iri: str, namespaces: dict[str, str], pointer: str, faults: list[Fault]
) -> None:
    given = names.KNOWN.get(term)
    if term in names.TERMS:
        given = names.KNOWN["epcis"] + term
    if given is not None and _stem(given) != _stem(iri):
        params = {"term": term, "given": given}
        faults.append(Fault("epcis.context_redefined", pointer, iri, None, params))
    namespaces[term] = iri


def _stem(iri: str) -> str:
    return names.unify(iri.rstrip("/#:") + ":").rstrip("/#:").replace("http://", "https://")


def escape(name: str) -> str:
    """A member name as a token of a JSON pointer (RFC 6901 section 3)."""
    return name.replace("~", "~0").replace("/", "~1")
