"""What is asked of master data: SimpleMasterDataQuery's parameters, and those of the door."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

import msgspec
from msgspec import Struct

from nguon.epcis.query import MasterQuery, query_error, read_master_rest
from nguon.epcis.query.values import Given
from nguon.eventstore.query import Place
from nguon.exchange.problem import refuse
from nguon.exchange.queries import read_page_size

_OURS: Final = ("perPage", "nextPageToken", "asOf", "history")
_STANDARD: Final = "urn:epcglobal:epcis:vtype:"


class Asked(Struct, frozen=True):
    """A page of master data: of which query, how long, from where, as recorded by when."""

    query: MasterQuery
    size: int
    after: Place | None
    as_of: datetime | None
    history: bool


def read_asked(
    pairs: Iterable[tuple[str, str]],
    namespaces: Mapping[str, str],
    kind: str | None = None,
) -> Asked:
    """The question of a URL; `kind` is the vocabulary that its path names.

    Children are shown unless `includeChildren` says otherwise. Raises `QueryError`, Problem 400.
    """
    ours: dict[str, Given] = {}
    rest: list[tuple[str, str]] = []
    for name, value in pairs:
        if name in ours:
            raise query_error("query_repeated", name)
        if name.startswith("GS1-"):
            continue
        if name in _OURS:
            ours[name] = Given(name, value)
        elif kind is not None and name == "vocabularyName":
            raise query_error("query_conflict", name, value, other="path")
        else:
            rest.append((name, value))
    query = read_master_rest(rest, namespaces)
    changes: dict[str, object] = {} if kind is None else {"vocabularies": (kind,)}
    if not any(name == "includeChildren" for name, _ in rest):
        changes["include_children"] = True
    return Asked(
        msgspec.structs.replace(query, **changes),
        read_page_size(ours["perPage"].text() if "perPage" in ours else None),
        read_token(ours["nextPageToken"].text()) if "nextPageToken" in ours else None,
        ours["asOf"].instant() if "asOf" in ours else None,
        ours["history"].boolean() if "history" in ours else False,
    )


def write_token(place: Place) -> str:
    """The opaque place after an element, so that new captures do not shift pages."""
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).decode().rstrip("=")


def read_token(token: str) -> Place:
    """The place that a token stands for; Problem 400 for what is none of ours."""
    try:
        padded = token + "=" * (-len(token) % 4)
        place: Place = msgspec.json.decode(base64.urlsafe_b64decode(padded), type=tuple[str, str])
        if "\0" in "".join(place):
            raise ValueError
    except (ValueError, binascii.Error, msgspec.MsgspecError):
        raise refuse(400, "page_token", token, name="QueryParameterException") from None
    return place


def find_vocabulary(place: str, known: Sequence[str]) -> tuple[str, str] | None:
    """The vocabulary that a path begins with, and the id behind it; None where there is none.

    Both are URIs and may hold slashes, so the known names decide, the longest first. The end of
    a standard name will do: `BusinessLocation`.
    """
    for kind in sorted(known, key=len, reverse=True):
        for name in (kind, kind.removeprefix(_STANDARD)):
            if place == name:
                return kind, ""
            if place.startswith(f"{name}/"):
                return kind, place[len(name) + 1 :]
    return None
