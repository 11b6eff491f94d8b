"""Operations of the binding that the door does not have yet: none."""

from __future__ import annotations

PENDING: frozenset[tuple[str, str]] = frozenset()
