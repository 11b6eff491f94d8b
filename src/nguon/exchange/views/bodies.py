"""The body of a request, read within the announced limits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.http import HttpRequest

from nguon.exchange import services
from nguon.exchange.headers import capture_headers, check_content, is_xml
from nguon.exchange.limits import WHOLE, check_length, read_limited
from nguon.exchange.problem import Problem
from nguon.exchange.spool import receive


def read_body(request: HttpRequest, *, xml: bool = True) -> bytes:
    """A body that is held whole, within its limit; its form and its length are checked first."""
    size = min(services.capture_limits()[1], WHOLE)
    with _announcing(size):
        expected = _measure(request, size, xml=xml)
        return read_limited(request.META["wsgi.input"], expected, size)


def receive_body(request: HttpRequest) -> bytes | Path:
    """The body of a capture, within the announced limits: its bytes, or the file of a long one."""
    size = services.capture_limits()[1]
    ending = services.XML if is_xml(request.content_type or "") else services.JSON
    with _announcing(size):
        expected = _measure(request, size, xml=True)
        return receive(request.META["wsgi.input"], expected, size, ending=ending)


def _measure(request: HttpRequest, size: int, *, xml: bool) -> int | None:
    """How many bytes to read, None for all there are."""
    encoding = request.headers.get("Content-Encoding", "")
    check_content(request.content_type or "", encoding, xml=xml)
    expected = check_length(request.META.get("CONTENT_LENGTH"), size)
    return 0 if expected is None and not _is_streamed(request) else expected


@contextmanager
def _announcing(size: int) -> Iterator[None]:
    """The limits go with every refusal."""
    try:
        yield
    except Problem as problem:
        problem.headers.update(capture_headers(services.capture_limits()[0], size))
        raise


def _is_streamed(request: HttpRequest) -> bool:
    """Whether a body without a length has an end of its own (chunked; RFC 9112 7.1)."""
    chunked = "chunked" in request.headers.get("Transfer-Encoding", "").lower()
    return chunked or bool(request.META.get("wsgi.input_terminated"))
