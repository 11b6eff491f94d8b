"""The error of this package (texts in `faults.toml`)."""

from __future__ import annotations

from nguon.errors import NguonError


class RulesError(NguonError):
    """A template or a rule cannot be used as it is written, or is asked for and unknown."""
