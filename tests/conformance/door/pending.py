"""Operations of the binding that the door does not have yet. The end of the work empties this."""

from __future__ import annotations

_OF_QUERIES = {
    "/queries": ("options", "get", "post"),
    "/queries/{queryName}": ("options", "get", "delete"),
    "/queries/{queryName}/subscriptions": ("options", "get", "post"),
    "/queries/{queryName}/subscriptions/{subscriptionID}": ("options", "get", "delete"),
    "/queries/{queryName}/events": ("options", "get"),
}
PENDING: frozenset[tuple[str, str]] = frozenset(
    (path, method) for path, methods in _OF_QUERIES.items() for method in methods
)
