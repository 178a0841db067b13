"""Things that the server keeps for each node."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from pysubtensor.consensus.node import Node

T = TypeVar("T")


class PerNode(Generic[T]):
    """One `T` for each node, made at first use and gone with the node."""

    def __init__(self, make: Callable[[Node], T]) -> None:
        self._make = make
        self._made: WeakKeyDictionary[Node, T] = WeakKeyDictionary()

    def __call__(self, node: Node) -> T:
        """The one of `node`."""
        found = self._made.get(node)
        if found is None:
            found = self._made[node] = self._make(node)
        return found
