"""The link to a node: read the state of one block, and send calls.

Storage is read item by item from the node and decoded with this program's own runtime.  `look`
moves on to the newest block.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, Final, Protocol

import orjson
from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from pysubtensor.client.signing import sign_immortal
from pysubtensor.client.view import Receipt, TransactionFailed, View
from pysubtensor.frame.call import Call
from pysubtensor.frame.crypto import Keypair
from pysubtensor.frame.hashing import blake2_256
from pysubtensor.frame.live_state import EmptyBacking
from pysubtensor.frame.primitives import Hash
from pysubtensor.pallets.system import System
from pysubtensor.runtime.chain import Build, Constants, Variety, code_of, make_runtime
from pysubtensor.runtime.runtime import Runtime
from pysubtensor.training.errors import TrainingError

Json = Any
"""What a node answers; whoever asks knows its form."""
CODE: Final = b":code"
PAGE: Final = 512
PATIENCE: Final = 30.0
"""Seconds that a node may be away."""
LONGEST: Final = 120.0
"""Seconds that a transaction may wait for its block."""


class LinkError(TrainingError):
    """The node cannot be used; the text says why."""


class CallRefused(LinkError):
    """A transaction did not do what it was for; `reason` is the name of the refusal."""

    def __init__(self, what: str, reason: str) -> None:
        super().__init__(f"{what}: {reason}")
        self.reason = reason


class Link(Protocol):
    """A chain that can be read and written."""

    runtime: Runtime
    """Its pallets, on the state of the block looked at last."""
    identity: str
    """Distinguishes the chain from others, also from one with the same genesis."""

    def look(self) -> int:
        """Move to the newest block, and return its number.  Errors: LinkError."""

    def step(self) -> int:
        """Move to the next block, if there is one, and return its number.  Errors: LinkError."""

    def send(self, call: Call, key: Keypair) -> None:
        """Sign a call and wait for it to be in a block.  Errors: CallRefused; LinkError."""


class Pinned:
    """The storage of one block; each item is fetched once."""

    def __init__(self, node: RemoteChain, block: str) -> None:
        self._node, self._block = node, block
        self._known: dict[bytes, bytes | None] = {}

    def get(self, key: bytes, /) -> bytes | None:
        """The bytes under `key`."""
        if key not in self._known:
            found = self._node.ask("state_getStorage", _hex(key), self._block)
            self._known[key] = None if found is None else _bytes(found)
        return self._known[key]

    def items(self, prefix: bytes, /) -> Iterator[tuple[bytes, bytes]]:
        """All pairs under a prefix, in order."""
        last: str | None = None
        while True:
            page = self._node.ask("state_getKeysPaged", _hex(prefix), PAGE, last, self._block)
            for key in map(_bytes, page):
                value = self.get(key)
                if value is not None:
                    yield key, value
            if len(page) < PAGE:
                return
            last = page[-1]


class RemoteChain:
    """A chain behind the JSON-RPC of a node."""

    def __init__(self, url: str) -> None:
        """Errors: LinkError when the node is away or runs another program."""
        self._url = url
        self._ids = itertools.count(1)
        self._notifications: list[Json] = []
        self._open = ExitStack()
        self._socket = self._connect()
        self.runtime = self._same_runtime()
        self._head = ""
        self.look()
        self.identity = self.ask("chain_getBlockHash", 1) or self.ask("chain_getBlockHash", 0)

    def _connect(self) -> ClientConnection:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                self._open.close()
                return self._open.enter_context(connect(self._url, max_size=None))
            except (OSError, WebSocketException, TimeoutError) as error:
                if time.monotonic() > until:
                    raise LinkError(f"cannot reach {self._url}: {error}") from error
                time.sleep(0.2)

    def _same_runtime(self) -> Runtime:
        code = _bytes(self.ask("state_getStorage", _hex(CODE)) or "0x")
        for constants in Constants:
            build = Build(constants, Variety.EXTENDED)
            runtime = make_runtime(build, EmptyBacking())
            if code_of(runtime, build) == code:
                return runtime
        raise LinkError(f"{self._url} runs no extended runtime of this version")

    # -- reading ------------------------------------------------------------------------------

    def look(self) -> int:
        head: str = self.ask("chain_getBlockHash")
        if head != self._head:
            self._pin(head)
        return self._number()

    def step(self) -> int:
        found: str | None = self.ask("chain_getBlockHash", self._number() + 1)
        if found is not None:
            self._pin(found)
        return self._number()

    def _number(self) -> int:
        return int(self.runtime.get(System).number.get())

    def _pin(self, block: str) -> None:
        self._head = block
        self.runtime.state.reset(Pinned(self, block))

    # -- JSON-RPC -----------------------------------------------------------------------------

    def ask(self, method: str, *params: object) -> Json:
        """Call a JSON-RPC method and return its result; reconnect once.  Errors: LinkError."""
        try:
            return self._ask(method, params)
        except (WebSocketException, OSError):
            self._socket = self._connect()
        try:
            return self._ask(method, params)
        except (WebSocketException, OSError) as error:
            raise LinkError(f"lost {self._url}: {error}") from error

    def _ask(self, method: str, params: tuple[object, ...]) -> Json:
        number = next(self._ids)
        request = {"jsonrpc": "2.0", "id": number, "method": method, "params": list(params)}
        self._socket.send(orjson.dumps(request), text=True)
        while True:
            message = orjson.loads(self._socket.recv())
            if message.get("id") != number:
                self._notifications.append(message)
            elif "error" in message:
                raise LinkError(f"{method}: {message['error']}")
            else:
                return message["result"]

    def _next_notification(self, subscription: str, until: float) -> Json:
        """The next notification of a subscription.  Errors: LinkError."""
        while True:
            for at, message in enumerate(self._notifications):
                if message.get("params", {}).get("subscription") == subscription:
                    return self._notifications.pop(at)["params"]["result"]
            try:
                left = max(until - time.monotonic(), 0.0)
                self._notifications.append(orjson.loads(self._socket.recv(left)))
            except TimeoutError as error:
                raise LinkError(f"{self._url} sent no notification for too long") from error
            except (WebSocketException, OSError) as error:
                raise LinkError(f"lost {self._url}: {error}") from error

    # -- writing ------------------------------------------------------------------------------

    def send(self, call: Call, key: Keypair) -> None:
        what = f"{call.pallet}.{call.name}"
        nonce = self.ask("system_accountNextIndex", key.ss58)
        data = sign_immortal(self.runtime, call, key, nonce=nonce)
        self._notifications.clear()
        try:
            watched = self.ask("author_submitAndWatchExtrinsic", _hex(data))
        except LinkError as error:
            raise CallRefused(what, str(error)) from error
        block = self._included(what, watched)
        self._pin(block)
        receipt = self._receipt(data, block)
        if not receipt.ok:
            raise CallRefused(what, receipt.reason)

    def _included(self, what: str, watched: str) -> str:
        until = time.monotonic() + LONGEST
        while True:
            status = self._next_notification(watched, until)
            if isinstance(status, dict) and ("inBlock" in status or "finalized" in status):
                self.ask("author_unwatchExtrinsic", watched)
                block: str = status.get("inBlock") or status["finalized"]
                return block
            if status in ("invalid", "dropped") or (
                isinstance(status, dict) and "usurped" in status
            ):
                raise CallRefused(what, str(status))

    def _receipt(self, data: bytes, block: str) -> Receipt:
        extrinsics = self.ask("chain_getBlock", block)["block"]["extrinsics"]
        place = extrinsics.index(_hex(data))
        imported: Any = None  # the view passes it on
        return View(self.runtime).receipt(Hash(blake2_256(data)), imported, place)

    def close(self) -> None:
        """Close the connection."""
        self._open.close()


class DevnetChain(Protocol):
    """What is needed of a `Devnet`, which lies beside this package."""

    @property
    def runtime(self) -> Runtime: ...

    @property
    def number(self) -> int: ...

    def submit(self, call: Call, /, signer: Keypair) -> object:
        """Make a block with a call in it.  Errors: TransactionFailed."""


class LocalChain:
    """A chain in this process, a `Devnet`: each call makes a block."""

    def __init__(self, devnet: DevnetChain) -> None:
        self.devnet = devnet
        self.runtime = devnet.runtime
        self.identity = "local"

    def look(self) -> int:
        return self.devnet.number

    def step(self) -> int:
        return self.look()  # it knows no other block

    def send(self, call: Call, key: Keypair) -> None:
        try:
            self.devnet.submit(call, key)
        except TransactionFailed as failure:
            raise CallRefused(f"{call.pallet}.{call.name}", failure.receipt.reason) from failure


def _hex(data: bytes) -> str:
    return "0x" + data.hex()


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))
