"""The faults that are sown, and the sheet on which each is written down.

A fault is a lie in the records, not in the world: the goods went their lawful way, and one
record is missing, late or wrong. What the rule meant for it should show is said beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

KINDS: Mapping[str, str] = {
    "missing_ship": "goods arrive that nobody on record sent",
    "missing_receive": "goods are sent and never arrive on record",
    "quantity_differs": "more was shipped than was received, beyond what scales explain",
    "output_above_input": "a transformation gives more than its input and usual yield allow",
    "before_cause": "goods are handled before they were made",
    "two_places": "one container is at two places at one instant",
    "certificate_not_in_force": "an event names a certificate that had run out",
    "used_twice": "a lot is used up, and used up again",
    "closed_area": "bivalves are taken from an area while it is closed",
    "inside_interval": "a crop is taken before the pre-harvest interval is over",
    "duplicate_serials": "a serial number is put on a second thing",
    "wrong_unit": "the receiver writes the shipped figure in another unit",
    "late_recording": "an event is recorded weeks after it happened",
    "missing_kde": "a fact that a law or a standard asks for is left out",
    "corrected": "a wrong amount, declared wrong and corrected: lawful, no finding",
}
"""What is sown, by kind."""

LAWFUL = frozenset({"corrected"})
"""Kinds that are no fault: a rule that raises one is too eager."""


class Side(NamedTuple):
    """One record of a fault as the sheet shows it."""

    event_id: str
    at: str
    cte: str
    party: str
    place: str
    figures: Mapping[str, Any] = {}

    def as_dict(self) -> dict[str, Any]:
        shown = {"eventID": self.event_id, "eventTime": self.at, "cte": self.cte}
        shown |= {"party": self.party, "place": self.place}
        return shown | ({"figures": dict(self.figures)} if self.figures else {})


class Sown(NamedTuple):
    """A fault: the items it is about, the records side by side, and who owes the amends.

    `second` is None where a record is missing; then `expected` says which.
    """

    kind: str
    chain: int
    items: tuple[str, ...]
    first: Side
    second: Side | None
    owed_by: str
    expected: Mapping[str, Any] = {}

    @property
    def lawful(self) -> bool:
        """Whether nothing is wrong with it."""
        return self.kind in LAWFUL

    def as_dict(self) -> dict[str, Any]:
        """The fault as a line of the answer sheet."""
        return {
            "kind": self.kind,
            "chain": self.chain,
            "lawful": self.lawful,
            "items": list(self.items),
            "first": self.first.as_dict(),
            "second": self.second.as_dict() if self.second else None,
            "owed_by": self.owed_by,
            "expected": dict(self.expected),
        }
