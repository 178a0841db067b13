"""All benchmarks in one table: `python -m benches`; some of them: `python -m benches start reads`.

Each runs in a process of its own.  Peers are measured where `benches/install_peers.sh` put them.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from typing import Any

import msgspec
import orjson

from benches.report import OURS, Row, show

COMMON = (
    "start",
    "reads",
    "transfers",
    "empty_blocks",
    "snapshot",
    "yuma",
    "coinbase",
    "training",
    "mainnet_like",
    "subnet_reads",
)
OTHERS = {
    "state_root": ("--sizes", "10000", "--blocks", "100"),
    "rpc_transport": ("--seconds", "0.5"),
}
"""Those that know no peers, and what to tell them to be brief."""


def rows_of(name: str) -> list[Row]:
    """Run one benchmark."""
    command = [sys.executable, "-m", f"benches.{name}", "--json", *OTHERS.get(name, ())]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)  # noqa: S603
    found = orjson.loads(done.stdout)
    if name == "rpc_transport":
        return [Row(f"no-op, {_spaced(key)}", "/s", {OURS: each}) for key, each in found.items()]
    if name == "state_root":
        return [_state_row(each) for each in found["results"] if each.get("changed") == 20]
    return msgspec.convert(found["rows"], list[Row])


def _spaced(key: str) -> str:
    transport, connections, *_ = key.split("_")
    return f"{transport}, {connections} conn"


def _state_row(each: dict[str, Any]) -> Row:
    what = f"root and commit, 20 of {each['keys']:,} keys ({each['what']})"
    return Row(what, "ms", {OURS: each["total"] / 1e3})


def main() -> int:
    """Print the table; 1 when a benchmark failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="which ones; none for all")
    names = parser.parse_args().names or [*COMMON, *OTHERS]
    rows: list[Row] = []
    failed: list[str] = []
    for name in names:
        print(f"{name} ...", file=sys.stderr)
        try:
            rows += rows_of(name)
        except subprocess.CalledProcessError:
            failed.append(name)
    show(rows)
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
