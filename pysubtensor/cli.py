"""The command line: `pysubtensor dev` and its companions."""

from __future__ import annotations

import asyncio
import logging
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from consensus.authoring.sealing import Seal
from genesis import BadChainSpec, ChainSpec, preset
from rpc.options import Listener, Policy, ServerOptions
from runtime.chain import Build, Constants, Variety
from runtime.state.db import StoreError

app = typer.Typer(
    name="pysubtensor",
    help="A Bittensor development chain in Python.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

DEFAULT_PORT = 9944


def fail(message: str) -> typer.Exit:
    """Print why, and give the exit to raise."""
    typer.secho(f"Error: {message}", fg="red", err=True)
    return typer.Exit(1)


def load_spec(chain: str, build: Build) -> ChainSpec:
    """A preset by name, or a chain-spec file.  Errors: BadChainSpec, OSError."""
    path = Path(chain)
    if path.suffix == ".json" or path.is_file():
        return ChainSpec.from_json(path.read_bytes())
    return preset(chain).with_build(build)


def _log_to_stdout(level: str) -> None:
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%Y-%m-%d %H:%M:%S"))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())


@app.command()
def dev(
    chain: Annotated[str, typer.Option(help="Preset (dev, local) or chain-spec file.")] = "dev",
    port: Annotated[list[int] | None, typer.Option(help="Port; may be repeated.")] = None,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    tmp: Annotated[bool, typer.Option("--tmp", help="Forget everything at the end.")] = False,
    base_path: Annotated[Path | None, typer.Option(help="Folder of the database.")] = None,
    seal: Annotated[Seal, typer.Option(help="When blocks are made.")] = Seal.INTERVAL,
    block_time: Annotated[int | None, typer.Option(min=1, help="Milliseconds a block.")] = None,
    constants: Annotated[Constants, typer.Option(help="Build of the runtime.")] = Constants.FAST,
    runtime: Annotated[Variety, typer.Option(help="exact: spec 425 only.")] = Variety.EXTENDED,
    prune: Annotated[int | None, typer.Option(min=1, help="Keep so many states.")] = None,
    sync: Annotated[bool, typer.Option("--sync", help="Wait for the disk at each block.")] = False,
    rpc_methods: Annotated[Policy, typer.Option(help="Which methods are served.")] = Policy.AUTO,
    rpc_cors: Annotated[str, typer.Option(help="all, or origins separated by commas.")] = "all",
    without: Annotated[list[str] | None, typer.Option(help="Namespace not to serve.")] = None,
    log: Annotated[str, typer.Option(help="Log level.")] = "info",
) -> None:
    """Start a development chain."""
    from pysubtensor.service import Options, run  # noqa: PLC0415 (keeps --help fast)

    _log_to_stdout(log)
    try:
        spec = load_spec(chain, Build(constants, runtime))
    except (BadChainSpec, OSError) as error:
        raise fail(str(error)) from error
    folder = None if tmp else base_path or default_folder(spec)
    options = Options(
        spec=spec,
        base_path=folder,
        prune=prune,
        sync=sync,
        seal=seal,
        block_time=block_time,
        listeners=[Listener(host, each, rpc_methods) for each in port or [DEFAULT_PORT]],
        server=ServerOptions(
            cors=None if rpc_cors == "all" else tuple(rpc_cors.split(",")),
            without=frozenset(without or ()),
        ),
    )
    start(run(options, lambda service, ports: banner(service, host, ports)))


def default_folder(spec: ChainSpec) -> Path:
    """Where a chain is kept when nothing else is said."""
    return Path.home() / ".local" / "share" / "pysubtensor" / "chains" / spec.id


def start(work: Any) -> None:
    """Run a coroutine on uvloop; failures to start end with one clear line."""
    import uvloop  # noqa: PLC0415

    from rpc.server import CannotListen  # noqa: PLC0415

    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(work)
    except (StoreError, CannotListen) as error:
        raise fail(str(error)) from error


def banner(service: Any, host: str, ports: tuple[int, ...]) -> None:
    """Endpoints and accounts, so that a first transaction needs no further reading."""
    from genesis.presets import MODEST, RICH, development_key  # noqa: PLC0415

    spec = service.node.spec
    lines = [
        f"pysubtensor  {spec.name}, spec 425, {spec.build.constants.value} constants, "
        f"{spec.build.variety.value} runtime, sealing: {service.mode.value}",
        *(f"  ws://{host}:{port}  http://{host}:{port}" for port in ports),
        "Accounts (sudo is //Alice):",
    ]
    for name in (*RICH, *MODEST):
        tao = 1_000_000 if name in RICH else 2_000
        lines.append(f"  //{name:<8} {development_key(name).ss58}  {tao:>9,} TAO")
    typer.echo("\n".join(lines))
    sys.stdout.flush()


if __name__ == "__main__":
    app()
