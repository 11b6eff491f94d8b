"""One callback over HTTP: to the address that was checked, within a time that ends.

Redirects are not followed and no proxy is asked: what was checked is what is called. The whole
exchange is cut off when its time is over, however slowly the receiver drips.
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPException

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from nguon.epcis.subscription import Answer
from nguon.exchange.problem import Problem
from nguon.exchange.subscriptions.addresses import (
    Destination,
    Lookup,
    Network,
    check_destination,
    look_up,
    read_destination,
)

_EXCERPT = 500
_FAILURES = (OSError, HTTPException, HTTPError, ValueError)


class Sender:
    """Posts bodies to subscribers.

    `allowed`: networks that are not public but may be called; `seconds`: how long one callback may
    take in all, a third of it for the connection; `trust`: a bundle of certificates instead of the
    system's.
    """

    def __init__(
        self,
        allowed: Sequence[Network] = (),
        seconds: float = 30.0,
        trust: str | None = None,
        lookup: Lookup = look_up,
    ) -> None:
        self._allowed = allowed
        self._seconds = seconds
        self._tls = ssl.create_default_context(cafile=trust)
        self._lookup = lookup

    def check(self, dest: str) -> None:
        """Raise Problem where callbacks cannot go there; an unknown name is no reason."""
        destination = read_destination(dest)
        try:
            check_destination(destination, self._allowed, self._lookup)
        except OSError:
            return

    def post(self, dest: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """What came back; never raises for what a receiver, or the way there, does wrong."""
        try:
            destination = read_destination(dest)
            address = check_destination(destination, self._allowed, self._lookup)
        except Problem as problem:
            return Answer(reason=problem.fault.sentence("en"), forbidden=True)
        except (OSError, UnicodeError) as error:
            return Answer(reason=_tell(error))
        connection = self._make_connection(destination, address)
        try:
            with _deadline(connection, self._seconds) as cut:
                return self._exchange(connection, destination, body, headers, cut)
        finally:
            connection.close()

    def _make_connection(self, destination: Destination, address: str) -> HTTPConnection:
        # A third for the connection: a receiver that is not there shall not cost the whole time.
        seconds = self._seconds / 3
        if destination.scheme == "http":
            return HTTPConnection(address, destination.port, timeout=seconds)
        return HTTPSConnection(
            address,
            destination.port,
            timeout=seconds,
            ssl_context=self._tls,
            server_hostname=destination.host,
            assert_hostname=destination.host,
        )

    def _exchange(
        self,
        connection: HTTPConnection,
        destination: Destination,
        body: bytes,
        headers: Mapping[str, str],
        cut: threading.Event,
    ) -> Answer:
        try:
            connection.connect()
            connection.sock.settimeout(self._seconds)
            told = {**headers, "Host": destination.authority, "Connection": "close"}
            connection.request(
                "POST", destination.target, body=body, headers=told, preload_content=False
            )
            response = connection.getresponse()
        except _FAILURES as error:
            late = cut.is_set() or isinstance(error, TimeoutError)
            return Answer(reason=f"no answer within {self._seconds:g} s" if late else _tell(error))
        try:
            excerpt = response.read(_EXCERPT).decode("utf-8", "replace")
        except _FAILURES:
            # The status has been said; what it was to be followed by does not matter.
            excerpt = ""
        return Answer(
            status=response.status,
            reason=_clean(excerpt),
            retry_after=read_retry_after(response.headers.get("Retry-After")),
        )


@contextmanager
def _deadline(connection: HTTPConnection, seconds: float) -> Iterator[threading.Event]:
    """End the connection when its time is over, whatever it waits for."""
    cut = threading.Event()

    def end() -> None:
        cut.set()
        held = connection.sock
        if held is not None:
            try:
                # The socket's own: TLS would first say goodbye, to one who does not listen.
                socket.socket.shutdown(held, socket.SHUT_RDWR)
            except OSError:
                return

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield cut
    finally:
        timer.cancel()


def read_retry_after(value: str | None, now: datetime | None = None) -> float | None:
    """Seconds to wait (RFC 9110 10.2.3: a number, or a date); None for anything else."""
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        then = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    if then.tzinfo is None:
        then = then.replace(tzinfo=UTC)
    return max(0.0, (then - (now or datetime.now(UTC))).total_seconds())


def _tell(error: BaseException) -> str:
    return _clean(f"{type(error).__name__}: {error}")


def _clean(text: str) -> str:
    """One line of printable signs, short enough to be kept and shown."""
    words = "".join(sign if sign.isprintable() else " " for sign in text).split()
    return " ".join(words)[:300]
