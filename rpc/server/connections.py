"""Connections and the subscriptions they hold.

A subscription is an async generator of JSON values, driven here and closed with `aclose()` when
the client unsubscribes, the socket goes or the server stops.  What it yields first waits until the
reply to the subscribe call is on its way, so a client always knows the id before it sees it.
"""

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from itertools import count
from typing import Final

from pysubtensor.rpc.encoding.json import dumps
from pysubtensor.rpc.errors import RpcError, TooManySubscriptions

log = logging.getLogger(__name__)

_POLL_S = 0.005  # seconds between two checks of what a client has not read yet

_numbers = count(1)


class Connection:
    """The connection of a client.

    `state` is for namespaces that keep something for each connection, until it closes.
    Over HTTP each request has a connection of its own, and `live` is False: nothing can be sent
    later.
    """

    __slots__ = (
        "_post",
        "_waiting",
        "_watchers",
        "live",
        "number",
        "state",
        "subscriptions",
        "unsafe",
    )

    def __init__(
        self,
        post: Callable[[bytes], None] | None = None,
        waiting: Callable[[], int] = lambda: 0,
        *,
        unsafe: bool = False,
    ) -> None:
        self.number = next(_numbers)
        self.live = post is not None
        self.state: dict[str, object] = {}
        self.subscriptions: dict[str, Subscription] = {}
        self.unsafe: Final = unsafe
        """Whether its listener serves unsafe methods."""
        self._post = post
        self._waiting = waiting
        self._watchers: list[Callable[[], None]] = []

    def post(self, message: bytes) -> None:
        """Send `message` now; on a closed connection do nothing."""
        if self.live and self._post is not None:
            self._post(message)

    async def drained(self, limit: int = 1 << 20) -> None:
        """Wait until at most `limit` bytes are unread, for subscriptions that send a lot."""
        await asyncio.sleep(0)
        while self.live and self._waiting() > limit:  # noqa: ASYNC110 (transports tell nobody)
            await asyncio.sleep(_POLL_S)

    def on_close(self, callback: Callable[[], None]) -> None:
        """Call `callback` once, when the connection closes."""
        self._watchers.append(callback)

    def reserve(self, family: str, event: str, limit: int) -> "Subscription":
        """Add a subscription, not yet started.  Errors: TooManySubscriptions."""
        if len(self.subscriptions) >= limit:
            raise TooManySubscriptions(limit)
        subscription = Subscription(self, family, event)
        self.subscriptions[subscription.id] = subscription
        return subscription

    def unsubscribe(self, family: str, given: object) -> bool:
        """End the subscription with the given id; False when `family` has none with it here."""
        wanted = given[0] if type(given) is list and len(given) == 1 else None
        found = self.subscriptions.get(wanted) if type(wanted) is str else None
        if found is None or found.family != family:
            return False
        found.cancel()
        return True

    def close(self) -> None:
        """End all subscriptions; later calls do nothing."""
        self.live = False
        for subscription in list(self.subscriptions.values()):
            subscription.cancel()
        watchers, self._watchers = self._watchers, []
        for callback in watchers:
            callback()


class Subscription:
    """One subscription, which sends notifications.

    `id` is "0x" and 32 hex digits; `family` is the first name of the subscribe method, which the
    unsubscribe method must match.
    """

    __slots__ = ("_gate", "_head", "_task", "connection", "family", "id")

    def __init__(self, connection: Connection, family: str, event: str) -> None:
        self.id = "0x" + secrets.token_hex(16)
        self.connection = connection
        self.family = family
        self._head = (
            f'{{"jsonrpc":"2.0","method":"{event}","params":{{"subscription":"{self.id}","result":'
        ).encode()
        self._gate = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self, stream: AsyncIterator[object]) -> None:
        """Run `stream` until it first waits.  Errors: the RpcError that it raises before that."""
        self._task = asyncio.create_task(self._run(stream))
        self._task.add_done_callback(self._ended)
        await asyncio.sleep(0)  # the stream's first step
        if self._task.done() and not self._task.cancelled():
            self._task.result()

    def open(self) -> None:
        """Send notifications from now on: the client has the id."""
        self._gate.set()

    def cancel(self) -> None:
        """Send nothing more, and close the stream."""
        self.connection.subscriptions.pop(self.id, None)
        if self._task is not None:
            self._task.cancel()

    async def _run(self, stream: AsyncIterator[object]) -> None:
        try:
            with suppress(StopAsyncIteration):
                first = await anext(stream)
                await self._gate.wait()
                self._send(first)
                async for item in stream:
                    self._send(item)
        finally:
            close = getattr(stream, "aclose", None)
            if close is not None:
                await close()

    def _send(self, item: object) -> None:
        self.connection.post(self._head + dumps(item) + b"}}")

    def _ended(self, task: asyncio.Task[None]) -> None:
        self.connection.subscriptions.pop(self.id, None)
        failure = None if task.cancelled() else task.exception()
        if failure is not None and not (isinstance(failure, RpcError) and not self._gate.is_set()):
            log.error("subscription %s (%s) failed", self.id, self.family, exc_info=failure)
