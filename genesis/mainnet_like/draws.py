"""Numbers that look random and are the same everywhere: blake2b of a seed and a place.

A place is a path of texts and numbers, such as ("pool", 5, "tao"); what is drawn at one place does
not depend on what was drawn before.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import Final

from pysubtensor.frame.primitives import AccountId

Place = str | int

_BYTES: Final = 64
_TAIL: Final = 10
"""Doublings of a heavy-tailed number, at most."""


class Draws:
    """All numbers of one seed."""

    def __init__(self, seed: int) -> None:
        self._start = blake2b(seed.to_bytes(8, "little"), person=b"mainnet-like")

    def _digest(self, place: Sequence[Place]) -> bytes:
        hasher = self._start.copy()
        hasher.update("/".join(map(str, place)).encode())
        return hasher.digest()

    def account(self, *place: Place) -> AccountId:
        """An account that nobody has a key to."""
        return AccountId(self._digest(("account", *place))[:32])

    def between(self, low: int, high: int, *place: Place) -> int:
        """An integer from `low` to `high`, all as likely."""
        return low + int.from_bytes(self._digest(place), "little") % (high - low + 1)

    def heavy(self, *place: Place) -> int:
        """A number from 1,000 on with a heavy tail: twice as large is half as likely."""
        drawn = int.from_bytes(self._digest(place), "little")
        fraction, drawn = drawn % 1000, drawn // 1000
        doublings = min((drawn & -drawn).bit_length() - 1, _TAIL) if drawn else _TAIL
        return (1000 + fraction) << doublings

    def octets(self, count: int, *place: Place) -> bytes:
        """So many bytes."""
        blocks = -(-count // _BYTES)
        return b"".join(self._digest((*place, block)) for block in range(blocks))[:count]


def split(total: int, parts: Sequence[int]) -> list[int]:
    """`total` in proportion to `parts`, each rounded down."""
    whole = sum(parts)
    return [total * part // whole for part in parts]
