"""How far the making of a large genesis is."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[int, int], None]
"""Told how many subnets of how many are written."""


def silent(done: int, total: int) -> None:
    """Nobody watches."""
