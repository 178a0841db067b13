"""A scratch chain that records its transactions, and which storage an invariant reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from pysubtensor.client.view import Receipt, View
from pysubtensor.consensus.chain import Imported
from pysubtensor.face.devnet import Devnet
from pysubtensor.face.economy import Signer
from pysubtensor.face.scratch import Scratch
from pysubtensor.frame.call import Call
from pysubtensor.frame.crypto import Keypair
from pysubtensor.frame.live_state import LiveState
from pysubtensor.runtime.chain import make_runtime

OTHERWISE_EACH_TIME: Final = frozenset(
    {"Timestamp.Now", "System.ParentHash", "System.BlockHash", "System.Digest"}
)
"""Storage that differs from one run of the same transactions to another."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A transaction that got into a block."""

    signer: str
    call: Call


@dataclass(frozen=True, slots=True)
class Mined:
    """So many blocks without transactions."""

    count: int


class Recorded(Scratch):
    """A scratch chain that records what was done on it."""

    def __init__(self, devnet: Devnet) -> None:
        super().__init__(devnet)
        self.done: list[Sent | Mined] = []

    def send(self, call: Call, signer: Signer, *, tip: int = 0) -> Receipt:
        """Put `call` in a block of its own, and return its receipt.  Errors: PoolError."""
        if isinstance(signer, Keypair) or tip:
            raise TypeError("a recorded transaction has a secret URI for a signer, and no tip")
        receipt = super().send(call, signer)
        self.done.append(Sent(signer, call))
        return receipt

    def mine(self, count: int = 1) -> list[Imported]:
        """Make `count` blocks."""
        made = super().mine(count)
        if self.done and isinstance(self.done[-1], Mined):
            self.done[-1] = Mined(self.done[-1].count + count)
        elif count:
            self.done.append(Mined(count))
        return made


@dataclass(frozen=True, slots=True)
class ReadCheck:
    """A read of an invariant: the value under a storage key, None for none."""

    item: str
    key: bytes
    value: bytes | None


class _RecordingBacking:
    """The present state, which records each key that is read."""

    def __init__(self, state: LiveState) -> None:
        self._state = state
        self.seen: set[bytes] = set()

    def get(self, key: bytes, /) -> bytes | None:
        """The bytes under `key`."""
        self.seen.add(key)
        return self._state.raw_get(key)

    def items(self, prefix: bytes, /) -> Iterator[tuple[bytes, bytes]]:
        """All pairs whose key starts with `prefix`."""
        self.seen.update(key for key in self._state.changes() if key.startswith(prefix))
        for key in self._state.raw_keys(prefix):
            value = self.get(key)
            if value is not None:
                yield key, value


def read_checks_of(
    ask: Callable[[View], object], scratch: Scratch, devnet: Devnet
) -> list[ReadCheck]:
    """What `ask` reads of the storage that changed since the scratch began, by item and key.

    `ask` may raise.
    """
    state = scratch.runtime.state
    watched = _RecordingBacking(state)
    with suppress(Exception):  # that it fails is why it is asked
        ask(View(make_runtime(devnet.node.spec.build, watched)))
    found = []
    for key in watched.seen:
        value, (slot, _) = state.raw_get(key), state.locate(key)
        if value != devnet.node.chain.store.get(key) and slot.name not in OTHERWISE_EACH_TIME:
            found.append(ReadCheck(slot.name, key, value))
    return sorted(found, key=lambda check: (check.item, check.key))
