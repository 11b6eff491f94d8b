"""Events over a WebSocket: `GET /epcis/queries/{queryName}/events` with an upgrade.

EPCIS 2.0 REST binding. An ASGI application for a process of its own (`nguon stream`), since the
main server answers whole requests only. Nothing is kept of a connection: who comes back says by
initialRecordTime from where on. Each message is an EPCISQueryDocument; what is refused is told as a
problem body before the connection is closed.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl
from uuid import uuid4

import structlog
from django.utils import timezone

from nguon.epcis.query import Query, QueryError
from nguon.epcis.subscription import Controls, read_stream_controls
from nguon.epcis.writing import format_time
from nguon.errors import NguonError
from nguon.eventstore import StoreError
from nguon.eventstore.subscriptions import NamedQuery, Place, Stretch, Subscriptions
from nguon.exchange.headers import VERSIONS
from nguon.exchange.problem import Problem, refuse
from nguon.exchange.rendered import encode_json
from nguon.exchange.subscriptions.rendering import render_message
from nguon.exchange.subscriptions.services import check_subscribable, get_zone, read

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_ADDRESS = re.compile(r"/epcis/queries/([^/]+)/events")
_PAUSE = 0.5
_BATCH = 100
MOST_CONNECTIONS = 500
# Codes of RFC 6455 7.4.1, and of the registry it founded.
_DONE, _POLICY, _OVERLOADED, _BROKEN = 1000, 1008, 1013, 1011
_log = structlog.get_logger("nguon.exchange.stream")


@dataclass(slots=True)
class _Connection:
    """Somebody who listens."""

    named: NamedQuery
    query: Query
    controls: Controls
    send: Send
    place: Place
    id: str = field(default_factory=lambda: str(uuid4()))


class StreamApplication:
    """The ASGI application: WebSockets for named queries, a health address, nothing else."""

    def __init__(
        self,
        subscriptions: Subscriptions,
        clock: Callable[[], datetime] = timezone.now,
        most: int = MOST_CONNECTIONS,
    ) -> None:
        self._subscriptions = subscriptions
        self._clock = clock
        self._most = most
        self._open = 0
        self._last = 0
        self._tick = asyncio.Event()
        self._watch: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request or connection."""
        if scope["type"] == "websocket":
            await self._serve(scope, receive, send)
        elif scope["type"] == "http":
            await _answer_http(scope, send)
        elif scope["type"] == "lifespan":
            await _live(receive, send)

    # -- one connection -------------------------------------------------------------------------

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        try:
            connection = await self._open_connection(scope, send)
        except NguonError as error:
            await _refuse(send, _explain(error))
            return
        begun = format_time(connection.controls.initial_record_time or self._clock())
        headers = {**VERSIONS, "GS1-Query-Min-Record-Time": begun}
        await send({"type": "websocket.accept", "headers": _encode(headers)})
        self._open += 1
        telling = asyncio.create_task(self._tell(connection))
        listening = asyncio.create_task(_wait_for_end(receive))
        try:
            await asyncio.wait([telling, listening], return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._open -= 1
            gone = listening.done()
            # The server says nothing while it waits for what the client says.
            for task in (telling, listening):
                task.cancel()
            ended = await asyncio.gather(telling, listening, return_exceptions=True)
        if not gone:
            code, reason = _end(ended[0])
            await send({"type": "websocket.close", "code": code, "reason": reason})

    async def _open_connection(self, scope: Scope, send: Send) -> _Connection:
        match = _ADDRESS.fullmatch(scope["path"])
        if match is None:
            raise refuse(404, "no_address", scope["path"])
        if self._open >= self._most:
            raise refuse(503, "stream_full", self._most, name="ImplementationException")
        named = await asyncio.to_thread(self._subscriptions.find_query, match[1])
        if named is None:
            raise refuse(404, "no_query", match[1], name="NoSuchNameException")
        check_subscribable(named)
        parameters = dict(parse_qsl(scope["query_string"].decode("latin-1")))
        controls = read(lambda: read_stream_controls(parameters, get_zone()))
        place = await asyncio.to_thread(self._subscriptions.begin, controls.initial_record_time)
        return _Connection(named, named.read().query, controls, send, place)

    async def _tell(self, connection: _Connection) -> None:
        """Tell events as they come, or at the times of the schedule, until the query is gone."""
        try:
            async for until in self._runs(connection):
                if not await self._is_there(connection):
                    return
                await self._run(connection, until)
        except NguonError as error:
            await _say_problem(connection.send, _explain(error))
            raise

    async def _runs(self, connection: _Connection) -> AsyncIterator[int]:
        """The end of the line whenever there is something to do, and now and then to look."""
        schedule = connection.controls.schedule
        if schedule is None:
            while True:
                yield await self._next_place(connection.place.number)
        while True:
            now = self._clock()
            due = schedule.next(now)
            while due is not None and (left := (due - self._clock()).total_seconds()) > 0:
                # In short steps: a query that is deleted meanwhile ends the connection.
                await asyncio.sleep(min(left, 10 * _PAUSE))
                if not await self._is_there(connection):
                    break
            yield await asyncio.to_thread(self._subscriptions.number)

    async def _run(self, connection: _Connection, until: int) -> None:
        told = 0
        while connection.place < Place(until):
            stretch = await asyncio.to_thread(self._read, connection, until)
            if stretch.events:
                await self._say(connection, stretch)
                told += len(stretch.events)
            connection.place = stretch.reached
        if connection.controls.schedule and connection.controls.report_if_empty and not told:
            await self._say(connection, Stretch([], connection.place))

    def _read(self, connection: _Connection, until: int) -> Stretch:
        return self._subscriptions.follow(
            connection.query,
            connection.place,
            until,
            most=_BATCH,
            since=connection.controls.initial_record_time,
        )

    async def _say(self, connection: _Connection, stretch: Stretch) -> None:
        message = await asyncio.to_thread(
            render_message,
            [event for _, event in stretch.events],
            connection.controls,
            query_name=connection.named.name,
            subscription_id=connection.id,
            now=self._clock(),
        )
        await connection.send({"type": "websocket.send", "text": message.body.decode()})

    async def _is_there(self, connection: _Connection) -> bool:
        """Whether the query is still the one that was subscribed to."""
        name = connection.named.name
        found = await asyncio.to_thread(self._subscriptions.find_query, name)
        return found is not None and found.created_at == connection.named.created_at

    # -- looking for all ------------------------------------------------------------------------

    async def _next_place(self, after: int) -> int:
        """Wait until the line goes on, a few seconds at most; one look serves all connections."""
        if self._watch is None or self._watch.done():
            self._watch = asyncio.create_task(self._look())
        end = self._clock() + timedelta(seconds=10 * _PAUSE)
        while self._last <= after and self._clock() < end:
            tick = self._tick
            try:
                await asyncio.wait_for(tick.wait(), 2 * _PAUSE)
            except TimeoutError:
                break
        return max(self._last, after)

    async def _look(self) -> None:
        """Look for new events as long as anybody listens."""
        while self._open:
            try:
                self._last = await asyncio.to_thread(self._subscriptions.number)
            except StoreError as error:
                _log.warning("streams wait for the database", code=error.code)
            tick, self._tick = self._tick, asyncio.Event()
            tick.set()
            await asyncio.sleep(_PAUSE)


def _end(result: object) -> tuple[int, str]:
    """The code and the reason that a connection is closed with."""
    if isinstance(result, NguonError):
        return _BROKEN, result.code
    if isinstance(result, BaseException):
        _log.error("broken", exc_info=result)
        return _BROKEN, "broken"
    return _DONE, "the query was deleted"


async def _wait_for_end(receive: Receive) -> None:
    """What clients say is passed over; that they leave is not."""
    while (await receive())["type"] != "websocket.disconnect":
        pass


def _explain(error: NguonError) -> Problem:
    if isinstance(error, Problem):
        return error
    if isinstance(error, QueryError):
        return Problem(error.status, *error.faults, name=error.exception)
    return Problem(int(getattr(error, "status", 500)), *error.faults)


async def _refuse(send: Send, problem: Problem) -> None:
    """Say why not. The upgrade is made for it: before, nothing but a bare 403 could be said."""
    await send({"type": "websocket.accept", "headers": _encode(VERSIONS)})
    await _say_problem(send, problem)
    code = _OVERLOADED if problem.status == 503 else _POLICY
    await send({"type": "websocket.close", "code": code, "reason": problem.code})


async def _say_problem(send: Send, problem: Problem) -> None:
    body = encode_json(problem.body("en"))
    await send({"type": "websocket.send", "text": body.decode()})


def _encode(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


async def _answer_http(scope: Scope, send: Send) -> None:
    if scope["path"] == "/healthz":
        await _answer(send, 200, b"ok", "text/plain")
        return
    problem = refuse(426, "stream_only", scope["path"], name="ImplementationException")
    body = encode_json(problem.body("en"))
    await _answer(send, 426, body, "application/problem+json")


async def _answer(send: Send, status: int, body: bytes, kind: str) -> None:
    headers = {"Content-Type": kind, "Content-Length": str(len(body))}
    if status == 426:
        headers["Upgrade"] = "websocket"
    await send({"type": "http.response.start", "status": status, "headers": _encode(headers)})
    await send({"type": "http.response.body", "body": body})


async def _live(receive: Receive, send: Send) -> None:
    while True:
        kind = (await receive())["type"]
        await send({"type": f"{kind}.complete"})
        if kind == "lifespan.shutdown":
            return
