"""This checkout beside another: `python -m benches.beside PATH start coinbase --rounds 3`.

PATH is a checkout with an environment of its own in `.venv`, such as a worktree of the commit
before.  The two take turns, so that other load on the machine affects both alike; a row says how
many times the other's figure ours is.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path
from statistics import median

import msgspec
import orjson

from benches.__main__ import COMMON
from benches.report import OURS, Row

HERE = Path(__file__).parents[1]


def figures(checkout: Path, name: str) -> dict[str, tuple[str, float]]:
    """What one benchmark of a checkout measures: row -> its unit and its figure."""
    own = checkout / ".venv" / "bin" / "python"
    python = str(own) if own.exists() else sys.executable
    command = [python, "-m", f"benches.{name}", "--json"]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=checkout)  # noqa: S603
    rows = msgspec.convert(orjson.loads(done.stdout)["rows"], list[Row])
    return {row.what: (row.unit, row.figures[OURS]) for row in rows if OURS in row.figures}


def main() -> None:
    """Print a table with the medians of both and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("other", type=Path, help="the other checkout")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(COMMON)}")
    parser.add_argument("--rounds", type=int, default=3, help="how often each has its turn")
    options = parser.parse_args()
    print(f"{'':58} {'unit':>6} {'other':>12} {'this':>12} {'ratio':>6}")
    for name in options.names or COMMON:
        ours: dict[str, list[float]] = {}
        theirs: dict[str, list[float]] = {}
        units: dict[str, str] = {}
        for turn in range(options.rounds):
            sides = [(HERE, ours), (options.other.resolve(), theirs)]
            for checkout, seen in sides if turn % 2 else reversed(sides):
                for what, (unit, figure) in figures(checkout, name).items():
                    units[what] = unit
                    seen.setdefault(what, []).append(figure)
        for what in ours.keys() & theirs.keys():
            before, now = median(theirs[what]), median(ours[what])
            ratio = f"{now / before:6.2f}" if before else "     -"
            print(f"{what:58.58} {units[what]:>6} {before:12.3f} {now:12.3f} {ratio}", flush=True)


if __name__ == "__main__":
    main()
