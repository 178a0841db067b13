"""`pysubtensor follow`: repeat another node's chain and compare every state root."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Annotated

import typer

from pysubtensor.face.cli.common import (
    BasePath,
    Chain,
    ConstantsOption,
    LogLevel,
    LogOption,
    Ports,
    VarietyOption,
    load_spec,
    log_to_stdout,
    start,
)
from pysubtensor.runtime.chain import Build, Constants, Variety

if TYPE_CHECKING:
    from pysubtensor.genesis import ChainSpec


def follow(
    url: Annotated[str, typer.Argument(help="The other node, ws://host:port.")],
    chain: Chain = "dev",
    base_path: BasePath = None,
    constants: ConstantsOption = Constants.FAST,
    variety: VarietyOption = Variety.EXTENDED,
    until: Annotated[int | None, typer.Option(help="Stop after this block.")] = None,
    port: Ports = None,
    log: LogOption = LogLevel.INFO,
) -> None:
    """Execute every block of another node again; stop at the first difference.

    With --port this node serves what it has.
    """
    log_to_stdout(log)
    spec = load_spec(chain, Build(constants, variety))
    start(_follow(url, spec, base_path, until, port or []))


async def _follow(
    url: str, spec: ChainSpec, base_path: BasePath, until: int | None, ports: list[int]
) -> None:
    from pysubtensor.consensus.follower import Follower
    from pysubtensor.face.service import NodeOptions, on_stop, serving
    from pysubtensor.rpc.server.options import Listener

    options = NodeOptions(
        spec=spec, base_path=base_path, listeners=[Listener(port=p) for p in ports]
    )
    async with serving(options) as (service, _):
        work = asyncio.ensure_future(Follower(service.node, url).follow(until))
        on_stop(work.cancel)
        with contextlib.suppress(asyncio.CancelledError):
            await work
        best = service.node.chain.best
        typer.echo(f"Followed to #{best.number} (0x{best.hash.hex()})")
