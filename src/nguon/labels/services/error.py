"""What the room refuses."""

from __future__ import annotations

from nguon.errors import Fault, NguonError


class LabelError(NguonError):
    """A request about labels or stamps that cannot be carried out, with the reasons."""

    status = 400


def refuse(code: str, value: object = "", **params: object) -> LabelError:
    """A refusal of one fault out of this room's catalogue, to be raised."""
    return LabelError(Fault(f"labels.{code}", value=value, params=params))
