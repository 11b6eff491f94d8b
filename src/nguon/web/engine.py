"""The store for what stands on the roof; rooms import the same name from `nguon.parts.engine`."""

from __future__ import annotations

from nguon.parts.engine import get_store

__all__ = ["get_store"]
