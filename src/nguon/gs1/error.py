"""The error of this package (texts in `faults.toml`)."""

from __future__ import annotations

from nguon.errors import Fault, NguonError


class Gs1Error(NguonError):
    """Something read as a GS1 identifier breaks a rule of its standard."""


def gs1_error(code: str, value: str, position: int | None = None, /, **words: object) -> Gs1Error:
    """The error `gs1.<code>` about `value`, ready to be raised.

    `position` is the index of the offending character; `words` fill the sentence, `{place}`
    (counted from one, as people do) by itself.
    """
    if position is not None:
        words.setdefault("place", position + 1)
    return Gs1Error(Fault(f"gs1.{code}", value=value, position=position, params=words))
