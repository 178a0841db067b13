"""What the commands share: options, chain specifications, errors in one line."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Coroutine
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pysubtensor.client.terminal import fail
from pysubtensor.genesis import BadChainSpec, ChainSpec, preset
from pysubtensor.genesis.mainnet_like import Size
from pysubtensor.genesis.presets import MAINNET_LIKE, mainnet_like
from pysubtensor.runtime.chain import Build, Constants, Variety
from pysubtensor.runtime.store.store import StoreError

Chain = Annotated[str, typer.Option(help="Preset (dev, local, mainnet-like) or chain-spec file.")]
Subnets = Annotated[int | None, typer.Option(help="mainnet-like: subnets beside root.")]
Neurons = Annotated[int | None, typer.Option(help="mainnet-like: neurons of each subnet.")]
Validators = Annotated[int | None, typer.Option(help="mainnet-like: validators among them.")]
Seed = Annotated[int | None, typer.Option(help="mainnet-like: another gives other numbers.")]
BasePath = Annotated[Path | None, typer.Option(help="Folder of the database.")]
ConstantsOption = Annotated[Constants, typer.Option(help="Which set of the chain's constants.")]
VarietyOption = Annotated[
    Variety, typer.Option("--runtime", help="exact: nothing beyond spec 425.")
]

Ports = Annotated[
    list[int] | None, typer.Option("--port", min=0, max=65_535, help="Port; may be repeated.")
]


class LogLevel(StrEnum):
    """The least level that is logged."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


LogOption = Annotated[LogLevel, typer.Option(help="Log level.")]


def load_spec(chain: str, build: Build, **size: int | None) -> ChainSpec:
    """A preset by name, or a chain-spec file; end the program when there is none.

    `size` has the options of `mainnet-like`; None stands for the default.
    """
    path = Path(chain)
    asked = {name: number for name, number in size.items() if number is not None}
    if asked and chain != MAINNET_LIKE:
        raise fail(f"--{next(iter(asked))} is for --chain {MAINNET_LIKE} alone")
    try:
        if asked:
            return mainnet_like(Size(**asked)).with_build(build)
        if path.suffix == ".json" or path.is_file():
            return ChainSpec.from_json(path.read_bytes())
        return preset(chain).with_build(build)
    except (ValueError, OSError) as error:
        raise fail(str(error)) from error


def progress(done: int, total: int) -> None:
    """Show on stderr how far a large genesis is."""
    if sys.stderr.isatty() or done == total:
        typer.echo(f"\rGenesis: {done} of {total} subnets", err=True, nl=done == total)


def default_folder(chain: str = "dev", spec: ChainSpec | None = None) -> Path:
    """The default folder of a database: one for each chain, size and build."""
    chosen = Build() if spec is None else spec.build
    name = f"{Path(chain).stem}-{chosen.constants.value}-{chosen.variety.value}"
    size = None if spec is None else spec.genesis.mainnet_like
    if size is not None:
        name += f"-{size.subnets}x{size.neurons}x{size.validators}-{size.seed}"
    return Path.home() / ".local" / "share" / "pysubtensor" / "chains" / name


def log_to_stdout(level: LogLevel) -> None:
    """Log to stdout as Substrate does: time, then text."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%Y-%m-%d %H:%M:%S"))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.name)
    # what no line shows need not be found out for each
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging.raiseExceptions = False  # a closed stdout must not fill stderr, nor stop the chain


def start(work: Coroutine[object, None, None]) -> None:
    """Run a coroutine on uvloop; print an error at the start as one line."""
    import uvloop

    from pysubtensor.consensus.authoring.aura import NotOurSlot
    from pysubtensor.consensus.follower import FollowError
    from pysubtensor.rpc.server.setup_errors import ServeError

    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(work)
    except (BadChainSpec, StoreError, ServeError, FollowError, NotOurSlot) as error:
        raise fail(str(error)) from error
