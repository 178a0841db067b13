"""Hashes that may not come back for a while: what failed, was dropped, or is in a block."""

from collections import OrderedDict
from collections.abc import Callable, Iterable

from pysubtensor.frame.primitives import Hash


class Bans:
    """Remembers at most `capacity` hashes, each for `seconds`.

    As on the real chain a ban that has run out still counts until `expire` is called.
    """

    def __init__(self, seconds: float, capacity: int, now: Callable[[], float]) -> None:
        self._seconds = seconds
        self._capacity = capacity
        self._now = now
        # The earliest to run out comes first.
        self._until: OrderedDict[Hash, float] = OrderedDict()

    def __len__(self) -> int:
        return len(self._until)

    def __contains__(self, tx_hash: Hash) -> bool:
        return tx_hash in self._until

    def add(self, hashes: Iterable[Hash]) -> None:
        """Ban `hashes` from now on; those already banned start anew."""
        until = self._now() + self._seconds
        for tx_hash in hashes:
            self._until[tx_hash] = until
            self._until.move_to_end(tx_hash)
        while len(self._until) > self._capacity:
            self._until.popitem(last=False)

    def expire(self) -> None:
        """Lift the bans whose time is over."""
        now = self._now()
        while self._until and next(iter(self._until.values())) < now:
            self._until.popitem(last=False)

    def clear(self) -> None:
        """Lift all bans."""
        self._until.clear()
