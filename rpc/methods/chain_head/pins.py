"""Pinned blocks and the subscriptions that pin them; a node pins at most so many."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from typing import Final, Protocol

from pysubtensor.rpc.node.per_node import PerNode

MAX_PINNED: Final = 512
"""Most blocks pinned by all subscriptions of a node; one pinned by several counts once."""
MAX_AGE: Final = 60.0
"""Seconds that a block may stay pinned when there are too many."""


class Holder(Protocol):
    """A subscription that pins blocks."""

    pinned: dict[bytes, float]
    """Block hash and when it was pinned."""

    def stop(self) -> None:
        """Unpin everything; no more blocks will be reported."""


class TooManyPins(Exception):
    """The subscription was stopped, as too many blocks are pinned."""


class Pins:
    """All pinned blocks of a node."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._held: Counter[bytes] = Counter()
        self._holders: dict[Holder, None] = {}

    def __len__(self) -> int:
        return len(self._held)

    def join(self, holder: Holder) -> None:
        """Let `holder` pin blocks."""
        self._holders[holder] = None

    def leave(self, holder: Holder) -> None:
        """Unpin all blocks of `holder`.  May be repeated."""
        self._holders.pop(holder, None)
        for block in list(holder.pinned):
            self.unpin(holder, block)

    def pin(self, holder: Holder, block: bytes) -> None:
        """Pin `block` for `holder`.

        With too many pinned blocks, holders that have pinned one for too long are stopped; if that
        is not enough, all are.  Errors: TooManyPins when `holder` is among them.
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
        """Unpin `block`.  Errors: KeyError when `holder` does not pin it."""
        del holder.pinned[block]
        self._held[block] -= 1
        if not self._held[block]:
            del self._held[block]

    def stop_all(self) -> None:
        """Stop all holders."""
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
