"""Which blocks are held by whom: a node holds so many and no more."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from typing import Final, Protocol

from pysubtensor.rpc.node.per_node import PerNode

MAX_PINNED: Final = 512
"""Blocks held by all subscriptions of a node together; one held by several counts once."""
MAX_AGE: Final = 60.0
"""Seconds that a block may be held once there are too many."""


class Holder(Protocol):
    """One who holds blocks."""

    pinned: dict[bytes, float]
    """Block hash and when it was pinned."""

    def stop(self) -> None:
        """Let go of everything; no further block will come."""


class TooManyPins(Exception):
    """The holder was stopped, as too many blocks are held."""


class Pins:
    """All blocks that are held."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._held: Counter[bytes] = Counter()
        self._holders: dict[Holder, None] = {}

    def __len__(self) -> int:
        return len(self._held)

    def join(self, holder: Holder) -> None:
        """Let `holder` hold blocks."""
        self._holders[holder] = None

    def leave(self, holder: Holder) -> None:
        """Let go of all that `holder` holds.  May be repeated."""
        self._holders.pop(holder, None)
        for block in list(holder.pinned):
            self.unpin(holder, block)

    def pin(self, holder: Holder, block: bytes) -> None:
        """Hold `block` for `holder`.

        When there are too many, those who hold one for too long are stopped, and if there is none,
        everyone is.  Errors: TooManyPins when `holder` is among them.
        """
        if block in holder.pinned:
            return
        if block not in self._held and len(self._held) >= MAX_PINNED:
            self._make_room()
            if holder not in self._holders:
                raise TooManyPins
        holder.pinned[block] = self._now()
        self._held[block] += 1

    def unpin(self, holder: Holder, block: bytes) -> None:
        """Let go of `block`.  Errors: KeyError when `holder` does not hold it."""
        del holder.pinned[block]
        self._held[block] -= 1
        if not self._held[block]:
            del self._held[block]

    def stop_all(self) -> None:
        """Stop everyone."""
        for holder in list(self._holders):
            holder.stop()

    def _make_room(self) -> None:
        now = self._now()
        for holder in list(self._holders):
            oldest = min(holder.pinned.values(), default=now)
            if now - oldest > MAX_AGE:
                holder.stop()
        if len(self._held) >= MAX_PINNED:
            self.stop_all()


pins_of = PerNode(lambda _: Pins())
"""The pins of a node."""
