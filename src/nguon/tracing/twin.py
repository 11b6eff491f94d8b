"""The trace as JSON: the same facts as the page, without its words.

Keys are canonical GS1 Digital Link URIs (or local codes as they are), times ISO 8601 UTC,
quantities exact decimals as strings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from nguon.trace import Answer, Found, Gap, Holder
from nguon.trace.contradictions import Contradiction, Side
from nguon.tracing.asking import Question
from nguon.tracing.queries import Traced


def write_trace(traced: Traced, question: Question) -> dict[str, Any]:
    """The whole answer as plain values."""
    return {
        "key": traced.key,
        "direction": question.direction,
        "asOf": _plain(question.as_of),
        "since": _plain(question.since),
        "until": _plain(question.until),
        "truncated": traced.truncated,
        "withheld": traced.withheld,
        "up": _answer(traced.up),
        "down": _answer(traced.down),
        "codes": {key: _code(traced, key) for key in [traced.key, *traced.roles]},
        "gaps": [_gap(gap) for gap in traced.gaps],
        "remarks": [_gap(gap) for gap in traced.remarks],
        "contradictions": [_contradiction(one) for one in traced.contradictions],
    }


def _plain(value: object) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, Decimal | UUID):
        return str(value)
    return list(value) if isinstance(value, tuple) else value


def _answer(answer: Answer | None) -> dict[str, Any] | None:
    if answer is None:
        return None
    return {
        "items": _found(answer.items),
        "containers": _found(answer.containers),
        "edges": [
            {name: _plain(value) for name, value in asdict(edge).items() if name != "event_key"}
            for edge in answer.edges
        ],
        "truncated": answer.truncated,
        "withheld": answer.withheld,
    }


def _found(found: Mapping[str, Found]) -> list[dict[str, Any]]:
    return [{"key": key, "depth": one.depth} for key, one in found.items()]


def _code(traced: Traced, key: str) -> dict[str, Any]:
    facts = traced.facts[key]
    return {
        "made": _plain(facts.when),
        "party": facts.party,
        "place": facts.place,
        "evidence": facts.evidence,
        "events": facts.events,
        "corrected": facts.corrected,
        "holder": _holder(traced.holders.get(key)),
    }


def _holder(holder: Holder | None) -> dict[str, Any] | None:
    if holder is None:
        return None
    return {
        "party": holder.party,
        "place": holder.place,
        "since": _plain(holder.since),
        "state": holder.state,
        "inside": holder.inside,
    }


def _contradiction(one: Contradiction) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "items": list(one.items),
        "first": _side(one.first),
        "second": _side(one.second),
        "figures": {name: _plain(value) for name, value in one.figures.items()},
        **({"uom": one.uom} if one.uom else {}),
    }


def _side(side: Side) -> dict[str, Any]:
    kept = {name: _plain(value) for name, value in asdict(side).items() if name != "event_key"}
    return {name: value for name, value in kept.items() if value is not None}


def _gap(gap: Gap) -> dict[str, Any]:
    kept = {name: _plain(value) for name, value in asdict(gap).items() if name != "event_key"}
    return {name: value for name, value in kept.items() if value not in (None, [])}
