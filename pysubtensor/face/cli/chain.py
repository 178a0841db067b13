"""Commands for a chain: its specification, state, folder and speed."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Final

import typer

from pysubtensor.client.terminal import fail
from pysubtensor.face.cli.common import (
    BasePath,
    Chain,
    ConstantsOption,
    Neurons,
    Seed,
    Subnets,
    Validators,
    VarietyOption,
    default_folder,
    load_spec,
    progress,
)
from pysubtensor.genesis import ChainSpec, initial_state, write_genesis
from pysubtensor.genesis.dump import dump_state
from pysubtensor.runtime.chain import Build, Constants, Variety
from pysubtensor.runtime.store.store import DatabaseCorrupt, Store, StoreError


def _write(data: bytes, output: Path | None) -> None:
    if output is None:
        sys.stdout.buffer.write(data + b"\n")
        sys.stdout.buffer.flush()
    else:
        try:
            output.write_bytes(data + b"\n")
        except OSError as error:
            raise fail(str(error)) from error


Output = Annotated[Path | None, typer.Option(help="File to write; stdout otherwise.")]


def build_spec(
    chain: Chain = "dev",
    subnets: Subnets = None,
    neurons: Neurons = None,
    validators: Validators = None,
    seed: Seed = None,
    raw: Annotated[bool, typer.Option("--raw", help="The state of block 0, key by key.")] = False,
    constants: ConstantsOption = Constants.FAST,
    variety: VarietyOption = Variety.EXTENDED,
    output: Output = None,
) -> None:
    """Print a chain specification."""
    from dataclasses import replace

    size = {"subnets": subnets, "neurons": neurons, "validators": validators, "seed": seed}
    spec = load_spec(chain, Build(constants, variety), **size)
    if raw:
        spec = replace(spec, raw=initial_state(spec, progress))
    _write(spec.to_json(), output)


def export_state(
    base_path: BasePath = None,
    at: Annotated[int | None, typer.Option(help="Block number; the head otherwise.")] = None,
    output: Output = None,
) -> None:
    """Print the state of a stopped node as a raw chain specification."""
    folder = base_path or default_folder()
    if not folder.is_dir() or not any(folder.iterdir()):
        raise fail(f"there is no database at {folder}")
    try:
        with Store.open(folder) as store:
            recorded = store.get_meta("chain_spec")
            if recorded is None:
                raise fail(f"{folder} holds no chain")
            spec = dump_state(store, ChainSpec.from_json(recorded), at)
    except StoreError as error:
        raise fail(str(error)) from error
    _write(spec.to_json(), output)


def import_state(
    file: Annotated[Path, typer.Argument(help="A chain specification, raw or plain.")],
    base_path: Annotated[Path, typer.Option(help="Folder for the new database.")],
) -> None:
    """Begin a chain in a new folder with a state from a file."""
    spec = load_spec(str(file), Build())
    try:
        with Store.open(base_path) as store:
            if store.head is not None:
                raise fail(f"{base_path} holds a chain already; purge it first")
            genesis = write_genesis(store, spec, progress)
    except StoreError as error:
        raise fail(str(error)) from error
    typer.echo(f"Block 0 is 0x{genesis.hex()}; start it with")
    typer.echo(f"  pysubtensor dev --chain {file} --base-path {base_path}")


_OURS: Final = re.compile(
    r"FORMAT(\.new)?|CURRENT|LOCK|LOG(\.old)?|MANIFEST-\d+|\d+\.(log|ldb|sst|dbtmp)"
)
"""Names of the files of a database."""


def purge(
    base_path: BasePath = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Delete a chain's database."""
    folder = base_path or default_folder()
    if not folder.exists():
        typer.echo(f"There is nothing at {folder}")
        return
    try:
        Store.open(folder).close()  # only what is ours is deleted, and only when nobody uses it
    except DatabaseCorrupt:
        pass  # ours, and of no more use
    except StoreError as error:
        raise fail(f"{error}; nothing was deleted") from error
    strange = sorted(each.name for each in folder.iterdir() if not _OURS.fullmatch(each.name))
    if strange:
        raise fail(f"{folder} also holds {strange[0]}; nothing was deleted")
    if not yes:
        typer.confirm(f"Delete {folder}?", abort=True)
    shutil.rmtree(folder)
    typer.echo(f"Deleted {folder}")


def bench(
    name: Annotated[str | None, typer.Argument(help="One benchmark; all otherwise.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Run the benchmarks of a checkout (they are not part of the installed package)."""
    module = f"benches.{name}" if name else "benches"
    command = [sys.executable, "-m", module, *(["--json"] if json else [])]
    raise typer.Exit(subprocess.call(command))  # noqa: S603 (our own module)
