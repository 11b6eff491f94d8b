"""What the line of events costs those who capture, and how fast subscribers are told.

Two databases, one without the trigger that notes arrivals, take the same captures in turns. The
line is followed by a query that nothing answers and by one that all answers, against a bare read of
the same events in the order of their recording. Callbacks go to a receiver in this process, which
answers at once; bare posts of the same bodies, without a store, are what they are held against.
"""

from __future__ import annotations

import statistics
import threading
import time
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import psycopg

from bench.documents import Maker, encode
from bench.report import Report, make_database
from nguon.epcis import Document, read_document
from nguon.epcis.query import Query, read_json
from nguon.epcis.subscription import Controls
from nguon.eventstore import migrate
from nguon.eventstore.capture import capture
from nguon.eventstore.subscriptions import Place, Subscriptions, number_arrivals, read_line
from nguon.eventstore.subscriptions.line import last_place

SINGLES, LARGE, ROUNDS = 1500, 3000, 12
_BARE = """
select event_key, event_id, record_time, event_time, doc::text, context::text
  from eventstore.event order by record_time, event_key
"""


def run(data: Path | None) -> Report:
    """Measure; a few minutes."""
    with make_database(data) as with_line, make_database() as without:
        figures = _measure_captures(with_line, without)
        figures += _measure_following(with_line)
        figures += _measure_callbacks(with_line)
    return Report("subscriptions", "captures with the line, following it, callbacks", figures)


def _read(maker: Maker, size: int) -> Document:
    return read_document(encode(maker.make_events(size)))


def _measure_captures(with_line: str, without: str) -> list[tuple[str, str]]:
    figures = []
    with (
        psycopg.connect(with_line, autocommit=True) as ours,
        psycopg.connect(without, autocommit=True) as bare,
    ):
        for url in (with_line, without):
            migrate(url)
        bare.execute("drop trigger event_arrival on eventstore.event")
        maker = Maker(1)
        for name, size, rounds in (("one event", 1, SINGLES), ("3,000 events", LARGE, ROUNDS)):
            taken: dict[bool, list[float]] = {True: [], False: []}
            for number in range(rounds):
                document = _read(maker, size)
                for lined in (True, False) if number % 2 else (False, True):
                    begun = time.perf_counter()
                    capture(ours if lined else bare, document)
                    taken[lined].append(time.perf_counter() - begun)
            middle = {lined: statistics.median(times) for lined, times in taken.items()}
            figures.append((f"capture of {name} with the line", f"{middle[True] * 1000:.2f} ms"))
            ratio = middle[False] / middle[True]
            figures.append((f"speed with ÷ without the line, {name}", f"{ratio:.3f}"))
    return figures


def _measure_following(url: str) -> list[tuple[str, str]]:
    with psycopg.connect(url, autocommit=True) as connection:
        number_arrivals(connection)
        begun = time.perf_counter()
        total = len(connection.execute(_BARE).fetchall())
        bare = total / (time.perf_counter() - begun)
        figures = [("bare read in order", f"{bare:,.0f}/s")]
        nothing = read_json({"EQ_disposition": ["stolen"]}).query
        for name, query in (("all", Query(())), ("none", nothing)):
            begun = time.perf_counter()
            _follow(connection, query)
            speed = total / (time.perf_counter() - begun)
            figures.append((f"looked at where {name} answer", f"{speed:,.0f}/s"))
            figures.append((f"÷ bare read, {name}", f"{speed / bare:.2f}"))
        begun = time.perf_counter()
        for _ in range(200):
            number_arrivals(connection)
            last_place(connection)
        idle = (time.perf_counter() - begun) / 200
    return [*figures, ("one look at an idle line", f"{idle * 1000:.2f} ms")]


def _follow(connection: psycopg.Connection[Any], query: Query) -> None:
    place, last = Place(0), last_place(connection)
    while place < Place(last):
        place = read_line(connection, query, place, last, most=100).reached


class _Taker(BaseHTTPRequestHandler):
    """Takes everything, and counts."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Nothing."""


def _measure_callbacks(url: str) -> list[tuple[str, str]]:
    from nguon.cli.database import start_django

    start_django(url)
    from nguon.exchange.subscriptions.addresses import read_networks
    from nguon.exchange.subscriptions.courier import Courier
    from nguon.exchange.subscriptions.sending import Sender

    server = ThreadingHTTPServer(("127.0.0.1", 0), _Taker)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    dest = f"http://127.0.0.1:{server.server_address[1]}/"
    sender, store = Sender(read_networks(["127.0.0.0/8"])), Subscriptions.open(url)
    sent: list[tuple[bytes, dict[str, str]]] = []

    class Noting:
        def post(self, dest: str, body: bytes, headers: Any) -> Any:
            sent.append((body, dict(headers)))
            return sender.post(dest, body, headers)

    store.add_query("bench", {}, {})
    controls = Controls(dest=dest, initial_record_time=datetime(2000, 1, 1, tzinfo=UTC))
    number = store.subscribe("bench", controls, datetime.now(UTC), batch=100)
    if number is None:
        raise LookupError("bench")
    courier = Courier(store, Noting(), lambda: datetime.now(UTC))
    begun = time.perf_counter()
    while (stands := store.find(number)) and stands.place < Place(store.number()):
        courier.serve(number)
    ours = time.perf_counter() - begun
    begun = time.perf_counter()
    for body, headers in sent:
        sender.post(dest, body, headers)
    bare = time.perf_counter() - begun
    server.shutdown()
    server.server_close()
    events = sum(body.count(b'"eventTime"') for body, _ in sent)
    store.close()
    return [
        ("events told by one thread, 100 a callback", f"{events / ours:,.0f}/s"),
        ("the same bodies, posted barely", f"{events / bare:,.0f}/s"),
        ("told ÷ posted barely", f"{bare / ours:.2f}"),
    ]
