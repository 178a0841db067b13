"""What a benchmark found: figures of this node and its peers, and the bounds it keeps."""

from __future__ import annotations

import argparse
import asyncio
import statistics
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Self

import msgspec
import orjson
import uvloop
from rich.console import Console
from rich.table import Table

OURS = "pysubtensor"
PEERS = ("anvil", "hardhat", "eth-tester")


class Bound(msgspec.Struct, frozen=True):
    """A figure of ours, or its ratio to a peer's, is at most or at least `limit`."""

    limit: float
    peer: str | None = None
    at_least: bool = False

    @classmethod
    def at_most(cls, limit: float, peer: str | None = None) -> Self:
        """For times and sizes."""
        return cls(limit, peer)

    @classmethod
    def no_less(cls, limit: float, peer: str | None = None) -> Self:
        """For rates."""
        return cls(limit, peer, at_least=True)

    def found(self, figures: Mapping[str, float]) -> float | None:
        """What the bound is about; None when there is nothing to compare with."""
        ours, peer = figures.get(OURS), figures.get(self.peer or OURS)
        if ours is None or peer is None:
            return None
        return ours if self.peer is None else ours / peer

    def text(self, figures: Mapping[str, float]) -> str:
        """The comparison in words."""
        found = self.found(figures)
        times = "" if self.peer is None else f"x {self.peer}"
        wanted = f"{'>=' if self.at_least else '<='} {self.limit:g}{times}"
        if found is None:
            return f"{wanted}: not compared"
        kept = found >= self.limit if self.at_least else found <= self.limit
        return f"{_short(found)}{times and 'x'} {wanted} {'kept' if kept else 'MISSED'}"


class Row(msgspec.Struct, frozen=True):
    """One figure by program."""

    what: str
    unit: str
    figures: dict[str, float]
    bounds: tuple[Bound, ...] = ()


def row(
    what: str, unit: str, found: Mapping[str, Sequence[float]], bounds: Sequence[Bound] = ()
) -> Row:
    """The medians of what was measured."""
    figures = {name: statistics.median(values) for name, values in found.items() if values}
    return Row(what, unit, figures, tuple(bounds))


def as_json(bench: str, rows: Sequence[Row]) -> str:
    """One line."""
    return orjson.dumps({"bench": bench, "rows": msgspec.to_builtins(rows)}).decode()


def show(rows: Sequence[Row]) -> None:
    """Print a table."""
    table = Table(box=None, pad_edge=False)
    table.add_column("figure")
    table.add_column("unit")
    others = sorted({name for each in rows for name in each.figures} - {OURS, *PEERS})
    names = (OURS, *PEERS, *others)
    for name in names:
        table.add_column(name, justify="right")
    table.add_column("bounds")
    for each in rows:
        cells = [_short(each.figures.get(name)) for name in names]
        bounds = "; ".join(bound.text(each.figures) for bound in each.bounds)
        table.add_row(each.what, each.unit, *cells, bounds)
    Console(width=160, highlight=False).print(table)


def _short(figure: float | None) -> str:
    if figure is None:
        return ""
    if figure >= 100:
        return f"{figure:,.0f}"
    return f"{figure:.2f}" if figure >= 1 else f"{figure:.3f}"


def main(
    doc: str | None, name: str, measure: Callable[[Any], Awaitable[list[Row]]], **settings: float
) -> None:
    """The command line of one benchmark; `settings` are its options and their defaults."""
    parser = argparse.ArgumentParser(description=doc)
    parser.add_argument("--json", action="store_true", help="one JSON document, no table")
    for option, default in settings.items():
        parser.add_argument(
            f"--{option.replace('_', '-')}", type=type(default), default=default, help="%(default)s"
        )
    options = parser.parse_args()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        rows = runner.run(_rows(measure, options))
    if options.json:
        print(as_json(name, rows))
    else:
        show(rows)


async def _rows(measure: Callable[[Any], Awaitable[list[Row]]], options: object) -> list[Row]:
    return await measure(options)
