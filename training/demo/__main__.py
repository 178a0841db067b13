"""The command: `python -m pysubtensor.training.demo`."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from pysubtensor.training import demo
from pysubtensor.training.chain.link import RemoteChain
from pysubtensor.training.chain.view import ChainView
from pysubtensor.training.demo import cast
from pysubtensor.training.demo.play import Honest, Play, Pretence, perform
from pysubtensor.training.demo.report import finish
from pysubtensor.training.demo.stage import DemoNetwork, prepare_subnet
from pysubtensor.training.demo.watch import RunObserver, watched
from pysubtensor.training.export import Exporter

LEAST_ROUNDS = 12
WIDTH = 120


def play(stage: DemoNetwork, rounds: int, milliseconds: int, picture: Path) -> None:
    """All of it.  Errors: Missing, and whatever ends a run."""
    stage.node(milliseconds)
    link = RemoteChain(stage.url)
    companies = (cast.honest_company(rounds), cast.false_company())
    workers, validators = (
        [name for company in companies for name in company.names(validate=each)]
        for each in (False, True)
    )
    netuid = prepare_subnet(link, workers, validators)
    for run, company in enumerate(companies):
        stage.create(run, netuid, company)
    stage.say(
        f"subnet {netuid} with two runs, {rounds} rounds of the first; files in {stage.folder}"
    )
    seen = [_watch(stage, link, run) for run in range(len(companies))]
    plays: tuple[Play, ...] = (
        Honest(stage, seen[0], 0, _exporter(stage, seen[0]), rounds),
        Pretence(stage, seen[1], 1, _exporter(stage, seen[1])),
    )
    perform(stage, *plays)
    finish(stage, plays, picture)


def _watch(stage: DemoNetwork, link: RemoteChain, run: int) -> RunObserver:
    own = stage.folder / f"audience-{run}"
    return watched(ChainView(link, run), stage.log_lines, stage.beginning(run), own)


def _exporter(stage: DemoNetwork, watch: RunObserver) -> Exporter:
    folder = stage.folder / f"export-{watch.view.id}"
    exporter = Exporter(watch.view, watch.library, folder)
    exporter.begin()
    return exporter


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(
        description=demo.__doc__, prog="python -m pysubtensor.training.demo"
    )
    parser.add_argument("--rounds", type=int, default=LEAST_ROUNDS, help="of the first run")
    parser.add_argument("--block-time", type=int, default=500, help="milliseconds")
    parser.add_argument("--folder", type=Path, help="where all files go; default: a temporary one")
    parser.add_argument("--picture", type=Path, default=Path("train-demo.png"))
    given = parser.parse_args()
    if given.rounds < LEAST_ROUNDS:
        parser.error(f"so much takes {LEAST_ROUNDS} rounds")
    folder = given.folder or Path(tempfile.mkdtemp(prefix="train-demo-"))
    folder.mkdir(parents=True, exist_ok=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("told to stop"))  # and end all processes
    console = Console()
    stage = DemoNetwork(folder, console if console.is_terminal else Console(width=WIDTH))
    try:
        play(stage, given.rounds, given.block_time, given.picture)
    finally:
        stage.stop()
    used = sum(os.times()[:4])  # by this process, and by all that it started
    stage.say(f"all that had to happen was seen; it took {used:.0f} s of processor time")
    if given.folder is None:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
