"""The log of a member: lines of JSON in its directory, and a live table on a terminal."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Any, Self

import orjson
from rich.console import Console
from rich.live import Live
from rich.table import Table

from pysubtensor.pallets.training.types import Role
from pysubtensor.training.chain.view import ChainView

LOG = "events.jsonl"
Event = dict[str, Any]
"""A line of it: the block, `what` happened, and facts by name."""


class ProgressLog:
    """Logs events of a member to a file and shows them; call it with an event."""

    def __init__(self, member_dir: Path, title: str, *, quiet: bool = False) -> None:
        member_dir.mkdir(parents=True, exist_ok=True)
        self._file = (member_dir / LOG).open("ab")
        if not _ends_whole(member_dir / LOG):
            self._file.write(b"\n")
        self._console = Console()
        self._live = self._console.is_terminal and not quiet
        self._quiet, self._title = quiet, title
        self._screen: Live | None = None
        self._view: ChainView | None = None
        self._shown = -1
        self._facts: dict[str, str] = {}
        self._bytes = 0

    def __enter__(self) -> Self:
        if self._live:
            self._screen = Live(console=self._console, auto_refresh=False)
            self._screen.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._screen is not None:
            self._screen.stop()
        self._file.close()

    def __call__(self, what: str, **facts: object) -> None:
        """Log an event with its facts."""
        block = None if self._view is None else int(self._view.now)
        line = {"block": block, "what": what, **facts}
        self._file.write(orjson.dumps(line) + b"\n")
        self._file.flush()
        self._remember(what, facts)
        if self._screen is None and not self._quiet:
            shown = "  ".join(f"{name} {_short(value)}" for name, value in facts.items())
            self._console.print(f"[{block}] {self._title}: {what}  {shown}", markup=False)

    def _remember(self, what: str, facts: dict[str, object]) -> None:
        if "loss" in facts:
            self._facts["loss"] = f"{facts['loss']:.4f}"
        if "speed" in facts:
            self._facts["tokens a second"] = f"{facts['speed']:,.0f}"
        if what == "sent":
            self._bytes += _int(facts["bytes"])
            self._facts["sent"] = f"{self._bytes:,} bytes"
        self._facts["last"] = what

    def refresh(self, view: ChainView) -> None:
        """Show the run as it stands, once a block."""
        self._view = view
        if self._screen is None or view.now == self._shown:
            return
        self._shown = view.now
        self._screen.update(self._table(view), refresh=True)

    def _table(self, view: ChainView) -> Table:
        run, state = view.run, view.newest
        table = Table(title=self._title, show_header=False)
        table.add_row("run", f"{view.id}, {run.status.name.lower()}")
        if state is not None:
            left = max(state.ends - view.now, 0)
            table.add_row("round", f"{run.round}: {state.phase.name.lower()}, {left} blocks left")
            table.add_row("committed", f"{len(state.committed)}")
        workers, validators = (len(view.active(role)) for role in Role)
        table.add_row("peers", f"{workers} workers, {validators} validators")
        for name, value in self._facts.items():
            table.add_row(name, value)
        return table


def _int(value: object) -> int:
    return value if isinstance(value, int) else 0


def _short(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def events(member_dir: Path) -> list[Event]:
    """All events that a member logged, in order."""
    path = member_dir / LOG
    lines = path.read_bytes().splitlines() if path.exists() else []
    return [found for found in map(_read, lines) if found is not None]


def _ends_whole(path: Path) -> bool:
    """Whether the last line of the log is complete."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(size - 1, 0))
        return file.read() in (b"", b"\n")


def _read(line: bytes) -> Event | None:
    """An event; None for a line that was cut off, for example because the disk was full."""
    try:
        found: Event = orjson.loads(line)
    except ValueError:
        return None
    return found
