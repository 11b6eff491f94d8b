"""The error of this package (texts in `faults.toml`)."""

from __future__ import annotations

from nguon.errors import NguonError


class LinkError(NguonError):
    """A registration of links breaks a rule; carries every fault found."""
