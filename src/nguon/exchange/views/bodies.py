"""The body of a request, read within the announced limits."""

from __future__ import annotations

from django.http import HttpRequest

from nguon.exchange import services
from nguon.exchange.headers import capture_headers, check_content
from nguon.exchange.limits import check_length, read_limited
from nguon.exchange.problem import Problem


def read_body(request: HttpRequest, *, xml: bool = True) -> bytes:
    """The body of a capture, within the limits; its form and its length are checked first."""
    encoding = request.headers.get("Content-Encoding", "")
    check_content(request.content_type or "", encoding, xml=xml)
    events, size = services.capture_limits()
    try:
        expected = check_length(request.META.get("CONTENT_LENGTH"), size)
        if expected is None and not _is_streamed(request):
            expected = 0
        return read_limited(request.META["wsgi.input"], expected, size)
    except Problem as problem:
        problem.headers.update(capture_headers(events, size))
        raise


def _is_streamed(request: HttpRequest) -> bool:
    """Whether a body without a length has an end of its own (chunked; RFC 9112 7.1)."""
    chunked = "chunked" in request.headers.get("Transfer-Encoding", "").lower()
    return chunked or bool(request.META.get("wsgi.input_terminated"))
