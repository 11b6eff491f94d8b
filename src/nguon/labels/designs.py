"""The designs an organisation may print with: those that come along, and its own.

An own design may have been kept before a rule of today: it is told by its name, and stops nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nguon.carriers import CarrierError, Design, designs, read_design, write_design
from nguon.carriers.design import check_name
from nguon.labels.models import LabelDesign
from nguon.labels.services.error import refuse
from nguon.parts.words import read_language


@dataclass(frozen=True, slots=True)
class DesignView:
    """A design in a list."""

    name: str
    title: str
    own: bool
    design: Design


def list_designs(
    organisations: Sequence[str], *, stamps: bool | None = None, covered: bool | None = None
) -> list[DesignView]:
    """Own designs first, then those that come along; only for stamps, or only for lots."""
    own = [_read_or_none(row) for row in newest_own(organisations)]
    found = [
        *(_view(design, own=True) for design in own if design),
        *(_view(design, own=False) for design in designs().values()),
    ]
    return [
        view
        for view in found
        if stamps in (None, view.design.stamp) and covered in (None, view.design.covered)
    ]


def list_unreadable(organisations: Sequence[str]) -> list[str]:
    """The names of own designs that no longer are any, or have a name that leads nowhere."""
    return [row.name for row in newest_own(organisations) if _read_or_none(row) is None]


def is_name(name: str) -> bool:
    """Whether a design of one's own may be called so."""
    try:
        check_name(name)
    except CarrierError:
        return False
    return True


def _read_or_none(row: LabelDesign) -> Design | None:
    try:
        return read_design(row.data) if is_name(row.name) else None
    except CarrierError:
        return None


def _view(design: Design, *, own: bool) -> DesignView:
    return DesignView(design.name, design.title(read_language()), own, design)


def newest_own(organisations: Sequence[str]) -> list[LabelDesign]:
    """The newest version of each own design."""
    rows = LabelDesign.objects.filter(organisation__in=organisations)
    newest = rows.order_by("organisation", "name", "-version").distinct("organisation", "name")
    return list(newest)


def find_design(organisation: str, name: str) -> dict[str, Any]:
    """A design as data, own before shipped. Raises LabelError."""
    row = (
        LabelDesign.objects.filter(organisation=organisation, name=name)
        .order_by("-version")
        .first()
    )
    if row is not None:
        return dict(row.data)
    if name not in designs():
        raise refuse("design_unknown", name)
    return write_design(designs()[name])


def save_own(organisation: str, name: str, data: Mapping[str, Any], by: str) -> LabelDesign:
    """The next version of an own design. Raises CarrierError for what is no design or no name."""
    check_name(name)
    design = read_design({**data, "name": name})
    last = (
        LabelDesign.objects.select_for_update()
        .filter(organisation=organisation, name=name)
        .order_by("-version")
        .first()
    )
    return LabelDesign.objects.create(
        organisation=organisation,
        name=name,
        data=write_design(design),
        version=last.version + 1 if last else 1,
        by=by,
    )
