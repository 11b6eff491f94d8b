"""A receiver of callbacks that does what its script says, however badly, and notes what it got."""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Call:
    """One callback as it arrived."""

    path: str
    headers: dict[str, str]
    body: bytes
    status: int = 0

    @property
    def document(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found

    @property
    def results(self) -> dict[str, Any]:
        found: dict[str, Any] = self.document["epcisBody"]["queryResults"]
        return found

    @property
    def ids(self) -> list[str]:
        """The ids of its events, in order."""
        return [event["eventID"] for event in self.results["resultsBody"]["eventList"]]


# Answers a call with a status, or with None to hang up without a word.
Behaviour = Callable[[Call], "int | Reply | None"]


@dataclass
class Reply:
    """An answer with headers; `drip`: its status line comes a byte in so many seconds."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    drip: float = 0.0


class Receiver:
    """A server on a free loopback port; `behave` may be changed at any time."""

    def __init__(self, behave: Behaviour | None = None) -> None:
        self.behave: Behaviour = behave or (lambda call: 200)
        self.calls: list[Call] = []
        self.released = threading.Event()
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._make_handler())
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/callback"
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self._thread.start()

    @property
    def taken(self) -> list[str]:
        """The ids of events in callbacks answered with success, in the order of arrival."""
        return [each for call in self.calls if 200 <= call.status < 300 for each in call.ids]

    def secure(self, context: ssl.SSLContext) -> None:
        """Speak TLS from now on."""
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        # A handshake that fails ends a connection, not the server, and is nobody's news.
        self._server.handle_error = lambda *args: None  # type: ignore[method-assign]

    def hang(self, call: Call) -> int:
        """Say nothing until the test is over."""
        self.released.wait(60)
        return 200

    def close(self) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _take(self, call: Call) -> int | Reply | None:
        with self._lock:
            self.calls.append(call)
        answer = self.behave(call)
        call.status = answer.status if isinstance(answer, Reply) else answer or 0
        return answer

    def _make_handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                call = Call(self.path, dict(self.headers.items()), body)
                answer = receiver._take(call)
                self.close_connection = True
                if answer is None:
                    return
                reply = answer if isinstance(answer, Reply) else Reply(answer)
                try:
                    self._say(reply)
                except OSError:
                    return

            def _say(self, reply: Reply) -> None:
                if reply.drip:
                    for sign in b"HTTP/1.1 200 OK\r\n" * 100:
                        self.wfile.write(bytes([sign]))
                        self.wfile.flush()
                        time.sleep(reply.drip)
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body)

            def log_message(self, *args: object) -> None:
                """Nothing."""

        return Handler
