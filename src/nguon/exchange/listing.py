"""Collections of ids, words and names, in JSON-LD or XML (EPCIS 2.0 REST binding, Collection)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nguon.epcis import EpcisError
from nguon.epcis.context import GS1_CONTEXT
from nguon.epcis.xml.signs import tagged
from nguon.exchange.forms import Form
from nguon.exchange.problem import Problem
from nguon.exchange.rendered import XML_DECLARATION, Rendered, encode_json


def render_collection(
    members: Sequence[str],
    form: Form,
    *,
    name: str = "UriCollection",
    more: Mapping[str, Any] | None = None,
    context: Mapping[str, str] | None = None,
) -> Rendered:
    """A Collection of ids, words or names, with `more` members whose prefixes `context` has.

    XML has no schema for it: it is written as OpenAPI has objects in XML, in an element of the
    schema's name, without namespace; what is ours is in ours.
    """
    headers = form.headers
    if form.xml:
        try:
            inner = tagged("type", "Collection") + _tag_all(
                {"member": list(members), **(more or {})}
            )
        except EpcisError as error:
            raise Problem(406, *error.faults) from error
        root = name + "".join(f' xmlns:{each}="{iri}"' for each, iri in (context or {}).items())
        body = f"{XML_DECLARATION}<{root}>{inner}</{name}>".encode()
        return Rendered(body, form.media_type, headers)
    collection = {
        "@context": [GS1_CONTEXT, context] if context else GS1_CONTEXT,
        "type": "Collection",
        "member": list(members),
        **(more or {}),
    }
    return Rendered(encode_json(collection), form.media_type, headers)


def _tag_all(members: Mapping[str, Any]) -> str:
    """Plain members as elements: a list repeats its element, as OpenAPI has it."""
    written = []
    for name, value in members.items():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                written.append(f"<{name}>{_tag_all(one)}</{name}>")
            else:
                written.append(
                    tagged(name, str(one).lower() if isinstance(one, bool) else str(one))
                )
    return "".join(written)
