"""Operations of the binding that the door does not have yet. The end of the work empties this."""

from __future__ import annotations

PENDING: frozenset[tuple[str, str]] = frozenset()
