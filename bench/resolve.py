"""A scanned code against an empty Django view, on the same server in the same run.

The empty view is `/healthz`: the same middleware, no database. Clients are processes with kept
connections on the loopback address; each side is asked for a few seconds, in turns.
"""

from __future__ import annotations

import http.client
import multiprocessing
import os
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.report import Report, make_database
from nguon.cli.database import migrate_all
from nguon.cli.serving import free_port, load_samples

CLIENTS, SECONDS, ROUNDS = 4, 2.0, 3
PATHS = {
    "empty": "/healthz",
    "page": "/01/09521105000012/10/L260512A",
    "find": "/?q=L260512A",
}


def run(data: Path | None) -> Report:
    """Serve the sample data and ask for each path in turns."""
    rates: dict[str, list[float]] = {name: [] for name in [*PATHS, "again"]}
    slowest: dict[str, list[float]] = {name: [] for name in rates}
    with make_database(data) as url:
        migrate_all(url)
        load_samples(url)
        with serving(url) as port:
            tag = read_tag(port, PATHS["page"])
            asked = {name: (path, {}) for name, path in PATHS.items()}
            asked["again"] = (PATHS["page"], {"If-None-Match": tag})
            for _ in range(ROUNDS):
                for name, (path, headers) in asked.items():
                    times = ask(port, path, headers)
                    rates[name].append(len(times) / SECONDS)
                    slowest[name].append(sorted(times)[int(len(times) * 0.99)])
    rate = {name: statistics.median(values) for name, values in rates.items()}
    p99 = {name: statistics.median(values) * 1000 for name, values in slowest.items()}
    return Report(
        "resolve",
        f"{CLIENTS} clients, {SECONDS:.0f} s a turn, {ROUNDS} turns, medians",
        [
            ("empty Django view, requests/s", f"{rate['empty']:,.0f}"),
            ("code to its page (search, redirect), requests/s", f"{rate['find']:,.0f}"),
            ("scan page, requests/s", f"{rate['page']:,.0f}"),
            ("scan page not changed since (304), requests/s", f"{rate['again']:,.0f}"),
            ("scan page, p99 ms", f"{p99['page']:.1f}"),
            ("redirect ÷ empty view", f"{rate['find'] / rate['empty']:.0%}"),
            ("scan page ÷ empty view", f"{rate['page'] / rate['empty']:.0%}"),
            ("unchanged page ÷ empty view", f"{rate['again'] / rate['empty']:.0%}"),
        ],
    )


@contextmanager
def serving(url: str) -> Iterator[int]:
    """A server of one worker on a free port of the loopback address."""
    port = free_port("127.0.0.1")
    program = (sys.executable, "-m", "nguon.cli", "serve", "--port", str(port), "--workers", "1")
    environment = {**os.environ, "DATABASE_URL": url, "NGUON_LOG_LEVEL": "warning"}
    process = subprocess.Popen(program, env=environment, stdout=subprocess.DEVNULL)
    try:
        for _ in range(200):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def read_tag(port: int, path: str) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}") as answer:
        return str(answer.headers["ETag"])


def ask(port: int, path: str, headers: dict[str, str]) -> list[float]:
    """How long each request took, over all clients, in one turn."""
    with multiprocessing.Pool(CLIENTS) as pool:
        answers = pool.starmap(_client, [(port, path, headers)] * CLIENTS)
    return [each for times in answers for each in times]


def _client(port: int, path: str, headers: dict[str, str]) -> list[float]:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    times = []
    end = time.perf_counter() + SECONDS
    while (started := time.perf_counter()) < end:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        assert answer.status in (200, 303, 304), answer.status
        times.append(time.perf_counter() - started)
    connection.close()
    return times
