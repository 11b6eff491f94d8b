"""A scanned code against an empty Django view, on the same server in the same run.

The empty view is `/healthz`: the same middleware, no database. A million serial numbers are loaded
twice: made here (kept as one span) and taken over from elsewhere (a row each). Clients are
processes with kept connections on the loopback address that write bare requests, so that the
server is what is measured; each side is asked for a few seconds, in turns.
"""

from __future__ import annotations

import http.client
import multiprocessing
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.report import Report, make_database
from nguon.cli.database import migrate_all, release_django, start_django
from nguon.cli.serving import free_port, load_samples

CLIENTS, SECONDS, ROUNDS = 4, 2.0, 3
SERIALS = 1_000_000
_MAKER = "https://id.gs1.org/417/9521105000012"
_MADE, _IMPORTED = "09521105000012", "09521105900022"
_DISTINCT = 20_000
_LINKSET = {"Accept": "application/linkset+json"}
_OK = (b"200", b"303", b"304", b"307")
_LABELS = {
    "empty": "empty Django view",
    "lot": "redirect of a lot",
    "made": "redirect of a serial made here, any of a million",
    "imported": "redirect of a serial taken over, any of a million",
    "local": "redirect of a local code",
    "linkset": "link set of a lot, JSON",
    "find": "code to its page (search, redirect)",
    "page": "scan page",
    "again": "scan page not changed since (304)",
}


def run(data: Path | None) -> Report:
    """Load, serve, and ask for each thing in turns."""
    with tempfile.TemporaryDirectory() as folder, make_database(data) as url:
        os.environ["NGUON_STAMP_KEYS"] = str(Path(folder) / "keys.json")
        migrate_all(url)
        load_samples(url)
        serials = load_serials(url)
        with serving(url) as port:
            asked = describe_requests(port, serials)
            rate, p99 = measure(port, asked)
            half = {name: rate[name] / 2 for name in ("lot", "made", "imported")}
            calm = {name: ask_calmly(port, asked[name], each) for name, each in half.items()}
    figures = [(f"{_LABELS[name]}, requests/s", f"{value:,.0f}") for name, value in rate.items()]
    figures.append(("scan page, p99 ms", f"{p99['page']:.1f}"))
    figures += [(f"{_LABELS[n]}, p99 ms at half load", f"{ms:.1f}") for n, ms in calm.items()]
    for name in list(rate)[1:]:
        figures.append((f"{_LABELS[name]} ÷ empty view", f"{rate[name] / rate['empty']:.0%}"))
    what = f"{CLIENTS} clients, {SECONDS:.0f} s a turn, {ROUNDS} turns, medians"
    return Report("resolve", what, figures)


# -- what is loaded ------------------------------------------------------------------------------


def load_serials(url: str) -> dict[str, list[str]]:
    """A million serials made here and a million taken over; some of each, at random."""
    start_django(url)
    from nguon.accounts.decisions import Actor
    from nguon.cli.keys import ensure_ring
    from nguon.labels import queries, services
    from nguon.registry.services import grant_prefix, register_product

    maker = Actor("bench", ((_MAKER, "owner"),))
    province = Actor("bench", (("", "province_admin"),))
    ensure_ring("bench")
    grant_prefix(_IMPORTED[1:10], _MAKER, sample=True)
    register_product(f"https://id.gs1.org/01/{_IMPORTED}", "Bench", producer=_MAKER)
    order = services.request_stamps(maker, _MAKER, f"(01){_MADE}", SERIALS)
    services.approve_order(province, order.pk, "")
    run = services.make_stamps(maker, order.pk)
    chance = random.Random(952)
    taken = [f"X{number:08d}" for number in range(SERIALS)]
    services.import_serials(province, _MAKER, f"(01){_IMPORTED}", taken)
    places = chance.sample(range(run.first, run.last + 1), _DISTINCT)
    made = [queries.name_serial(run, place) for place in places]
    release_django()
    return {"made": made, "imported": chance.sample(taken, _DISTINCT)}


def describe_requests(port: int, serials: dict[str, list[str]]) -> dict[str, list[bytes]]:
    """What is asked for, as bytes to send."""
    lot = f"/01/{_MADE}/10/L260512A"
    page = f"/scan{lot}"
    tag = {"If-None-Match": read_tag(port, page)}
    return {
        "empty": [write_request(port, "/healthz")],
        "lot": [write_request(port, lot)],
        "made": [write_request(port, f"/01/{_MADE}/21/{one}") for one in serials["made"]],
        "imported": [
            write_request(port, f"/01/{_IMPORTED}/21/{one}") for one in serials["imported"]
        ],
        "local": [write_request(port, "/class/qn-06978-h003/hoa-tuoi/lot/260210")],
        "linkset": [write_request(port, lot, _LINKSET)],
        "find": [write_request(port, "/?q=L260512A")],
        "page": [write_request(port, page)],
        "again": [write_request(port, page, tag)],
    }


def read_tag(port: int, path: str) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}") as answer:
        return str(answer.headers["ETag"])


def write_request(port: int, path: str, headers: dict[str, str] | None = None) -> bytes:
    lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}"]
    lines += [f"{name}: {value}" for name, value in (headers or {"Accept": "*/*"}).items()]
    return "\r\n".join([*lines, "", ""]).encode()


# -- serving and asking --------------------------------------------------------------------------


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
            except (OSError, http.client.HTTPException):
                time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def measure(port: int, asked: dict[str, list[bytes]]) -> tuple[dict[str, float], dict[str, float]]:
    """Requests a second and p99 in ms of each side: medians over the turns."""
    rates: dict[str, list[float]] = {name: [] for name in asked}
    slowest: dict[str, list[float]] = {name: [] for name in asked}
    with multiprocessing.get_context("spawn").Pool(CLIENTS) as pool:
        for _ in range(ROUNDS):
            for name, requests in asked.items():
                parts = [requests[index::CLIENTS] or requests for index in range(CLIENTS)]
                answers = pool.starmap(_client, [(port, part, 0.0) for part in parts])
                times = sorted(each for one in answers for each in one)
                rates[name].append(len(times) / SECONDS)
                slowest[name].append(times[int(len(times) * 0.99)] * 1000)
    return (
        {name: statistics.median(values) for name, values in rates.items()},
        {name: statistics.median(values) for name, values in slowest.items()},
    )


def ask_calmly(port: int, requests: Sequence[bytes], rate: float) -> float:
    """p99 in ms at a fixed rate over all clients."""
    with multiprocessing.get_context("spawn").Pool(CLIENTS) as pool:
        parts = [requests[index::CLIENTS] or requests for index in range(CLIENTS)]
        answers = pool.starmap(_client, [(port, part, CLIENTS / rate) for part in parts])
    times = sorted(each for one in answers for each in one)
    return times[int(len(times) * 0.99)] * 1000


def _client(port: int, requests: Sequence[bytes], pause: float) -> list[float]:
    """How long each request took; one every `pause` seconds, or as fast as they are answered."""
    times: list[float] = []
    count = 0
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        begun = due = time.perf_counter()
        while due < begun + SECONDS:
            if pause and (wait := due - time.perf_counter()) > 0:
                time.sleep(wait)
            # A late answer counts against the server from when it was due.
            started = due if pause else time.perf_counter()
            connection.sendall(requests[count % len(requests)])
            _read_answer(connection)
            ended = time.perf_counter()
            times.append(ended - started)
            count += 1
            due = due + pause if pause else ended
    return times


def _read_answer(connection: socket.socket) -> None:
    data = connection.recv(65536)
    while b"\r\n\r\n" not in data:
        data += connection.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    assert head[9:12] in _OK, head
    length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
    missing = int(length or 0) - len(body)
    while missing > 0:
        missing -= len(connection.recv(65536))
