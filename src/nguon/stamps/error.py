"""The error of this package (texts in `faults.toml`)."""

from __future__ import annotations

from nguon.errors import Fault, NguonError


class StampError(NguonError):
    """Something about stamps, their keys or their states breaks a rule."""


def stamp_error(code: str, value: object = "", /, **words: object) -> StampError:
    """The error `stamps.<code>` about `value`, ready to be raised; `words` fill the sentence."""
    return StampError(Fault(f"stamps.{code}", value=value, params=words))
