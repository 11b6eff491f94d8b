"""Requests that arrive slowly wait outside; only whole ones are worked on.

A server thread that reads a body waits for its sender, however long that takes: a handful of
strangers who never send the end of theirs would otherwise stop a server that has a handful of
threads. So there are many threads to read with (`nguon serve`), and few places to work in: two
database connections for each, for a request may hold Django's and borrow one for the store.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from io import BufferedReader, BytesIO, RawIOBase
from threading import BoundedSemaphore
from typing import Any, Final, Protocol

# Forms and calls are shorter (DATA_UPLOAD_MAX_MEMORY_SIZE, a call over SOAP). What is longer is
# refused by its length, or read by who has a key.
AHEAD: Final = 2 * 1024 * 1024
_CHUNK: Final = 64 * 1024
Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]


class _Stream(Protocol):
    def read(self, size: int, /) -> bytes: ...


class Arrivals:
    """A WSGI application around another: bodies first, then work, `places` at a time."""

    def __init__(self, application: Application, places: int) -> None:
        self._application = application
        self._places = BoundedSemaphore(max(1, places))

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        length = environ.get("CONTENT_LENGTH") or ""
        if length.isascii() and length.isdigit() and len(length) < 10 and int(length) <= AHEAD:
            environ["wsgi.input"] = BytesIO(read_ahead(environ["wsgi.input"], int(length)))
        elif not length and "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower():
            environ["wsgi.input"] = BufferedReader(_Resumed(environ["wsgi.input"]), _CHUNK)
        with self._places:
            return self._application(environ, start_response)


class _Resumed(RawIOBase):
    """A body without a length: its beginning is here, the rest, if there is one, is to come."""

    def __init__(self, stream: _Stream) -> None:
        head = read_ahead(stream, AHEAD)
        self._head, self._stream = BytesIO(head), stream if len(head) == AHEAD else None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        """Fill a buffer with what there is; 0 at the end."""
        size = len(buffer)
        found = self._head.read(size)
        if not found and self._stream is not None:
            found = self._stream.read(size)
        buffer[: len(found)] = found
        return len(found)


def read_ahead(stream: _Stream, length: int) -> bytes:
    """The first bytes of a body, or as much of it as comes."""
    body = bytearray()
    while len(body) < length:
        chunk = stream.read(min(_CHUNK, length - len(body)))
        if not chunk:
            break
        body += chunk
    return bytes(body)
