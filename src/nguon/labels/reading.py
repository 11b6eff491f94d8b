"""Products and lots as people and machines write them: any syntax of their code."""

from __future__ import annotations

from nguon.gs1 import Identifier
from nguon.parts.codes import read_any


def read_class(text: str) -> Identifier:
    """The class of goods that a text names; of several readings the one that is a class.

    Raises Gs1Error for what is no code at all.
    """
    found = read_any(text)
    return next((one for one in found if one.level == "class"), found[0])
