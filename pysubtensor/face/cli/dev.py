"""`pysubtensor dev`: a node of a development chain."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from pysubtensor.consensus.authoring.sealing import SealingMode
from pysubtensor.face.cli.common import (
    BasePath,
    Chain,
    ConstantsOption,
    LogLevel,
    LogOption,
    Neurons,
    Ports,
    Seed,
    Subnets,
    Validators,
    VarietyOption,
    default_folder,
    load_spec,
    log_to_stdout,
    progress,
    start,
)
from pysubtensor.rpc.server.options import Listener, ServerOptions
from pysubtensor.rpc.server.unsafe_methods import Policy
from pysubtensor.runtime.chain import Build, Constants, Variety

if TYPE_CHECKING:
    from pysubtensor.face.service import Service

DEFAULT_PORT = 9944


def dev(
    chain: Chain = "dev",
    subnets: Subnets = None,
    neurons: Neurons = None,
    validators: Validators = None,
    seed: Seed = None,
    port: Ports = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    tmp: Annotated[bool, typer.Option("--tmp", help="Forget everything at the end.")] = False,
    base_path: BasePath = None,
    seal: Annotated[SealingMode, typer.Option(help="When blocks are made.")] = SealingMode.INTERVAL,
    block_time: Annotated[int | None, typer.Option(min=1, help="Milliseconds a block.")] = None,
    finality_lag: Annotated[int, typer.Option(min=0, help="Blocks until one is final.")] = 0,
    constants: ConstantsOption = Constants.FAST,
    variety: VarietyOption = Variety.EXTENDED,
    prune: Annotated[int | None, typer.Option(min=1, help="Keep so many states.")] = None,
    sync: Annotated[bool, typer.Option("--sync", help="Wait for the disk at each block.")] = False,
    rpc_methods: Annotated[Policy, typer.Option(help="Which methods are served.")] = Policy.AUTO,
    rpc_cors: Annotated[str, typer.Option(help="all, or origins separated by commas.")] = "all",
    without: Annotated[list[str] | None, typer.Option(help="Namespace not to serve.")] = None,
    log: LogOption = LogLevel.INFO,
) -> None:
    """Start a development chain."""
    from pysubtensor.face.service import NodeOptions, run

    log_to_stdout(log)
    size = {"subnets": subnets, "neurons": neurons, "validators": validators, "seed": seed}
    spec = load_spec(chain, Build(constants, variety), **size)
    options = NodeOptions(
        spec=spec,
        base_path=None if tmp else base_path or default_folder(chain, spec),
        progress=progress,
        prune=prune,
        sync=sync,
        seal=seal,
        block_time=block_time,
        finality_lag=finality_lag,
        listeners=[Listener(host, each, rpc_methods) for each in port or [DEFAULT_PORT]],
        server=ServerOptions(
            cors=None if rpc_cors == "all" else tuple(rpc_cors.split(",")),
            without=frozenset(without or ()),
        ),
    )
    start(run(options, lambda service, ports: banner(service, host, ports)))


def banner(service: Service, host: str, ports: tuple[int, ...]) -> None:
    """Print the endpoints, and the accounts with TAO."""
    from pysubtensor.genesis.presets import MODEST, RICH, development_key

    spec = service.node.spec
    lines = [
        f"pysubtensor  {spec.name}, spec 425, {spec.build.constants.value} constants, "
        f"{spec.build.variety.value} runtime, sealing: {service.options.seal.value}",
        *(f"  ws://{host}:{port}  http://{host}:{port}" for port in ports),
        "Accounts at genesis (sudo is //Alice):",
    ]
    for name in (*RICH, *MODEST):
        tao = 1_000_000 if name in RICH else 2_000
        lines.append(f"  {'//' + name:<9} {development_key(name).ss58}  {tao:>9,} TAO")
    typer.echo("\n".join(lines))
    sys.stdout.flush()
