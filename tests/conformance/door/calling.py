"""A door served by a process of its own, and a caller that sends what is written, byte for byte."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.core.management import call_command

from nguon.cli.serving import free_port
from nguon.eventstore import migrate
from tests.conftest import drop_database, make_database
from tests.integration.cli.running import ROOT, make_environment
from tests.integration.web.site import connected

JSON = "application/json"
XML = "application/xml"
Headers = Mapping[str, str]


@dataclass(frozen=True)
class Answer:
    """What came back: the status, headers by their names in small letters, the body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def kind(self) -> str:
        """The media type without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0]

    @property
    def events(self) -> list[dict[str, Any]]:
        """The events of an EPCISQueryDocument in JSON."""
        found: list[dict[str, Any]] = self.json["epcisBody"]["queryResults"]["resultsBody"][
            "eventList"
        ]
        return found

    @property
    def next_page(self) -> str:
        """The address of the next page, empty on the last."""
        target, _, relation = self.headers.get("link", "").partition(";")
        return target.strip("<>") if 'rel="next"' in relation else ""


class Door:
    """The EPCIS door at an address; one kept connection, no retries, nothing re-encoded."""

    def __init__(self, base: str, timeout: float = 60) -> None:
        self.base = base
        self.root = "/epcis"
        self._connection = http.client.HTTPConnection(base.removeprefix("http://"), timeout=timeout)

    def ask(
        self, method: str, path: str, body: bytes | str | None = None, **headers: str
    ) -> Answer:
        """Send a request; `_` in the name of a header stands for `-`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        data = body.encode() if isinstance(body, str) else body
        target = path if path.startswith(self.root) else self.root + path
        try:
            self._connection.request(method, target, data, named)
            answer = self._connection.getresponse()
        except (http.client.RemoteDisconnected, ConnectionError):
            # A server may end a kept connection between two requests; a new one is no retry of
            # something that was answered.
            self._connection.close()
            self._connection.request(method, target, data, named)
            answer = self._connection.getresponse()
        found = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, found, answer.read())

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, **headers)

    def post(self, path: str, content: object, kind: str = JSON, **headers: str) -> Answer:
        """Send bytes and texts as they are, anything else as JSON."""
        body = content if isinstance(content, bytes | str) else json.dumps(content)
        return self.ask("POST", path, body, Content_Type=kind, **headers)

    def capture(self, document: object, kind: str = JSON, **headers: str) -> dict[str, Any]:
        """Send a document and wait for its job to end; returns the job."""
        answer = self.post("/capture", document, kind, **headers)
        assert answer.status == 202, (answer.status, answer.body[:2000])
        return self.finish(answer.headers["location"])

    def finish(self, job: str) -> dict[str, Any]:
        """The job at an address once it runs no more."""
        for _ in range(600):
            answer = self.get(job)
            assert answer.status == 200, (answer.status, answer.body[:2000])
            found: dict[str, Any] = answer.json
            if not found["running"]:
                return found
            time.sleep(0.05)
        pytest.fail(f"the job goes on for ever: {job}")

    def events(self, parameters: Mapping[str, str], **headers: str) -> list[dict[str, Any]]:
        """All events that answer a query, page after page."""
        found: list[dict[str, Any]] = []
        path = "/events?" + urlencode(parameters, quote_via=quote)
        while path:
            answer = self.get(path, **headers)
            assert answer.status == 200, (path, answer.status, answer.body[:2000])
            found += answer.events
            path = answer.next_page
        return found

    def close(self) -> None:
        self._connection.close()


@contextmanager
def served(url: str, **environment: str) -> Iterator[str]:
    """`nguon serve` over a database with its tables; the address it answers at."""
    base = f"http://127.0.0.1:{free_port('127.0.0.1')}"
    command = [sys.executable, "-m", "nguon.cli", "serve", "--workers", "1"]
    with tempfile.TemporaryDirectory() as data, tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [*command, "--port", base.rpartition(":")[2]],
            env=make_environment(
                **{
                    "DATABASE_URL": url,
                    "NGUON_DATA": data,
                    "NGUON_BASE_URL": base,
                    "NGUON_LOG_LEVEL": "warning",
                    "NGUON_OPEN_CAPTURE": "1",
                    **environment,
                }
            ),
            stdout=log,
            stderr=log,
            cwd=ROOT,
        )
        try:
            _wait(f"{base}/readyz", process)
            yield base
        finally:
            process.terminate()
            process.wait(20)
            log.seek(0)
            # Shown by pytest where a test failed: what the server had to say about it.
            sys.stderr.write(log.read().decode("utf-8", "replace")[-20_000:])


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert process.poll() is None, "the server ended before it answered"
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    pytest.fail(f"no answer from {address}")


@contextmanager
def furnished(server: str, blocker: Any) -> Iterator[str]:
    """An empty database with the tables of the store and of the rooms."""
    url = make_database(server)
    try:
        migrate(url)
        with blocker.unblock(), connected(url):
            call_command("migrate", verbosity=0)
        yield url
    finally:
        drop_database(server, url)
