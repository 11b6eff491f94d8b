"""The link to the next page (RFC 8288; EPCIS 2.0 REST binding, headers Link and
GS1-Next-Page-Token-Expires).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from urllib.parse import quote, urlencode

from django.http import HttpResponse

from nguon.epcis.writing import format_time

TOKEN = "nextPageToken"  # noqa: S105  the name of a parameter, no secret


def write_next(
    response: HttpResponse,
    address: str,
    parameters: Iterable[tuple[str, str]],
    token: str | None,
    expires: datetime | None = None,
) -> None:
    """Say where the next page is: the same address, all its parameters, and the token.

    `address` is a path as it stands in a link, its ids percent-encoded.
    """
    if not token:
        return
    pairs = [*((name, value) for name, value in parameters if name != TOKEN), (TOKEN, token)]
    response["Link"] = f'<{address}?{urlencode(pairs, quote_via=quote)}>; rel="next"'
    if expires is not None:
        moment = expires.astimezone(UTC).replace(microsecond=0)
        response["GS1-Next-Page-Token-Expires"] = format_time(moment)
