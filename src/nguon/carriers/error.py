"""What cannot be drawn, or was drawn and could not be read back."""

from __future__ import annotations

from nguon.errors import Fault, NguonError


class CarrierError(NguonError):
    """A symbol, a design or a label that cannot be, with the rule and the way out."""


def carrier_error(
    code: str, value: object = "", pointer: str = "", **params: object
) -> CarrierError:
    """A refusal of one fault out of this package's catalogue, to be raised."""
    return CarrierError(Fault(f"carriers.{code}", pointer=pointer, value=value, params=params))
