"""Who sends slowly waits outside, and holds up nobody."""

from __future__ import annotations

from io import BytesIO
from threading import Event, Thread
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIRequest

from nguon.web.arrivals import AHEAD, Arrivals

WAIT = 20.0


class Dripping:
    """A body whose end does not come before it is told to."""

    def __init__(self) -> None:
        self.begun, self.end = Event(), Event()

    def read(self, size: int, /) -> bytes:
        self.begun.set()
        assert self.end.wait(WAIT)
        return b"x" * size


def echo(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    return [environ["wsgi.input"].read(100)]


def call(application: Any, stream: Any, length: str = "5") -> list[bytes]:
    return list(application({"CONTENT_LENGTH": length, "wsgi.input": stream}, None))


def test_a_body_that_does_not_end_takes_no_place() -> None:
    application, slow, answers = Arrivals(echo, 1), Dripping(), []
    sender = Thread(target=lambda: answers.append(call(application, slow)))
    sender.start()
    assert slow.begun.wait(WAIT)
    assert call(application, BytesIO(b"whole")) == [b"whole"]
    assert answers == []
    slow.end.set()
    sender.join(WAIT)
    assert answers == [[b"xxxxx"]]


def test_so_many_are_worked_on_at_once_and_a_failure_gives_its_place_back() -> None:
    inside, leave, at_once = Event(), Event(), []

    def work(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        if environ["wsgi.input"].read(5) == b"fails":
            raise ValueError("broken")
        at_once.append(1)
        inside.set()
        assert leave.wait(WAIT)
        return []

    application = Arrivals(work, 1)
    with pytest.raises(ValueError, match="broken"):
        call(application, BytesIO(b"fails"))
    threads = [Thread(target=call, args=(application, BytesIO(b"works"))) for _ in range(3)]
    for thread in threads:
        thread.start()
    assert inside.wait(WAIT)
    assert len(at_once) == 1
    leave.set()
    for thread in threads:
        thread.join(WAIT)
    assert len(at_once) == 3


@pytest.mark.parametrize("length", ["", "x", "-1", "²", str(AHEAD + 1), "9" * 30])
def test_what_is_not_read_ahead_is_left_to_who_judges_it(length: str) -> None:
    seen = []
    stream = BytesIO(b"untouched")

    def look(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        seen.append(environ["wsgi.input"])
        return []

    call(Arrivals(look, 1), stream, length)
    assert seen == [stream]


def test_a_body_that_breaks_off_is_handed_on_as_short_as_it_is() -> None:
    assert call(Arrivals(echo, 1), BytesIO(b"abc"), "90") == [b"abc"]


@pytest.mark.parametrize("size", [0, 3, AHEAD - 1, AHEAD, AHEAD + 70_000])
def test_a_body_without_a_length_is_read_ahead_too_and_stays_whole(size: int) -> None:
    body, seen = bytes(range(256)) * (size // 256) + b"e" * (size % 256), bytearray()

    def collect(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        assert WSGIRequest(environ).method == "POST", "Django takes the stream"
        while chunk := environ["wsgi.input"].read(50_000):
            seen.extend(chunk)
        return []

    environ = {
        "REQUEST_METHOD": "POST",
        "HTTP_TRANSFER_ENCODING": "chunked",
        "wsgi.input": BytesIO(body),
    }
    Arrivals(collect, 1)(environ, None)
    assert bytes(seen) == body
