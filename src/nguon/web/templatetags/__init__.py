"""Template tags of the base."""

from __future__ import annotations
