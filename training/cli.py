"""`pysubtensor train`: take part in training runs.  Needs the extra `train`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import orjson
import typer

from pysubtensor.client.terminal import fail
from pysubtensor.training.errors import TrainingError

app = typer.Typer(
    help="Train models together with others (extras `train` and `plot`).", no_args_is_help=True
)

EXTRAS = {"torch": "train", "obstore": "train", "openskill": "train", "matplotlib": "plot"}

Run = Annotated[int, typer.Argument(help="Number of the run.")]
Url = Annotated[str, typer.Option(help="The node.")]
Key = Annotated[str, typer.Option(help="Secret URI of the hotkey, a neuron of the run's subnet.")]
Source = Annotated[
    str, typer.Option("--from", help="The `--store` of `train init`: a folder or URL.")
]
Store = Annotated[str, typer.Option(help="Folder or URL (s3://) that others can read.")]
Public = Annotated[str, typer.Option(help="URL by which others read --store, if another.")]
Home = Annotated[Path, typer.Option(help="Member directory; it must not be lost.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Only write events.jsonl.")]
Device = Annotated[str, typer.Option(help="cpu or cuda.")]
KeepRounds = Annotated[
    int | None,
    typer.Option(min=0, help="Delete own files of rounds so many before the oldest on the chain."),
]

NODE = "ws://127.0.0.1:9944"


@contextmanager
def _failures_in_a_line() -> Iterator[None]:
    """End the program with one line for what the worker refuses, or for a missing extra.

    Modules of the worker are imported within it, for they need the extra.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing not in EXTRAS:
            raise
        extra = EXTRAS[missing]
        raise fail(f"there is no {missing} here; pip install 'pysubtensor[{extra}]'") from error
    except (TrainingError, ValueError, OSError) as error:
        raise fail(str(error)) from error


@app.command()
def init(
    netuid: Annotated[int, typer.Argument(help="A subnet of yours.")],
    key: Annotated[str, typer.Option(help="Secret URI of the subnet's owner.")],
    store: Annotated[str, typer.Option(help="Folder or URL for what members start from.")],
    config: Annotated[Path | None, typer.Option(help="Model and training, JSON.")] = None,
    rules: Annotated[Path | None, typer.Option(help="Changes of the rules, JSON.")] = None,
    text: Annotated[Path | None, typer.Option(help="Text to train on.")] = None,
    after: Annotated[Path | None, typer.Option(help="Export of a run to continue.")] = None,
    url: Url = NODE,
) -> None:
    """Create a run.  Without --text it trains on built-in plays.

    The terms of a run never change.  To change them, export it and create another --after it.
    """
    with _failures_in_a_line():
        from pysubtensor.training.processes import init_run

        run = init_run(
            url,
            netuid,
            key,
            store,
            config=None if config is None else config.read_bytes(),
            rules=b"{}" if rules is None else rules.read_bytes(),
            text=None if text is None else text.read_bytes(),
            after=after,
        )
    typer.echo(f"Run {run}; others join it with\n  pysubtensor train join {run} --from {store} ...")


@app.command()
def join(
    run: Run,
    key: Key,
    source: Source,
    store: Store,
    home: Home,
    url: Url = NODE,
    quiet: Quiet = False,
    device: Device = "cpu",
    public: Public = "",
    half: Annotated[
        bool, typer.Option("--half", help="Train in bfloat16; audits then allow more.")
    ] = False,
    keep_rounds: KeepRounds = None,
) -> None:
    """Take part as a worker.  Ctrl-C leaves the run; after SIGTERM the same command continues."""
    with _failures_in_a_line():
        from pysubtensor.training.processes import MemberOptions, run_worker

        options = MemberOptions(
            url=url, run=run, key=key, source=source, store=store, member_dir=home, quiet=quiet,
            device=device, public=public, keep_rounds=keep_rounds, half=half,
        )  # fmt: skip
        run_worker(options)


@app.command()
def validate(
    run: Run,
    key: Key,
    source: Source,
    store: Store,
    home: Home,
    url: Url = NODE,
    quiet: Quiet = False,
    device: Device = "cpu",
    public: Public = "",
    roll_back_above: Annotated[
        float, typer.Option(help="Vote to roll back when the loss rose by so many nats a byte.")
    ] = 1.0,
    keep_rounds: KeepRounds = None,
) -> None:
    """Take part as a validator: score updates, repeat audited training, open challenges."""
    with _failures_in_a_line():
        from pysubtensor.training.processes import MemberOptions, run_validator

        options = MemberOptions(
            url=url, run=run, key=key, source=source, store=store, member_dir=home, quiet=quiet,
            device=device, public=public, keep_rounds=keep_rounds, roll_back_above=roll_back_above,
        )  # fmt: skip
        run_validator(options)


@app.command()
def audit(
    run: Run, key: Key, source: Source, store: Store, home: Home, url: Url = NODE,
    quiet: Quiet = False,
) -> None:  # fmt: skip
    """Only repeat audited training and open challenges, with the key of a member."""
    with _failures_in_a_line():
        from pysubtensor.training.processes import MemberOptions, run_auditor

        options = MemberOptions(
            url=url, run=run, key=key, source=source, store=store, member_dir=home, quiet=quiet
        )
        run_auditor(options)


@app.command()
def status(
    run: Run,
    url: Url = NODE,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    plot: Annotated[Path | None, typer.Option(help="Draw the run into this file.")] = None,
    home: Annotated[
        Path | None, typer.Option(help="A validator's member directory, for the plot.")
    ] = None,
) -> None:
    """Show how a run stands."""
    from rich.console import Console

    with _failures_in_a_line():
        from pysubtensor.training import status as shown

        view = shown.view_of(url, run)
        if json:
            typer.echo(orjson.dumps(shown.describe(view), option=orjson.OPT_INDENT_2).decode())
        else:
            shown.show(view, Console())
        if plot is not None:
            shown.plot(view, plot, home)


@app.command()
def export(
    run: Run,
    source: Source,
    out: Annotated[Path, typer.Option(help="Folder to write to.")],
    url: Url = NODE,
    follow: Annotated[bool, typer.Option("--follow", help="Continue until the run ends.")] = False,
) -> None:
    """Write the final rounds of a run, with their payloads, as files."""
    with _failures_in_a_line():
        from pysubtensor.training.processes import export_run

        written = export_run(url, run, source, out, follow=follow)
    typer.echo(f"Wrote {len(written)} rounds; check them with\n  pysubtensor train verify {out}")


@app.command()
def verify(
    folder: Annotated[Path, typer.Argument(help="An export.")],
    quiet: Annotated[bool, typer.Option("--quiet", help="Only the result.")] = False,
) -> None:
    """Repeat an exported run without the chain: every hash, signature, aggregate and root."""
    with _failures_in_a_line():
        from pysubtensor.training.export import Verifier

        checked = Verifier(folder, _quiet if quiet else typer.echo).check()
    typer.echo(
        f"{checked.rounds} rounds, {checked.payloads} payloads and {checked.signatures} signatures "
        f"are good; the parameters are 0x{checked.root}"
    )


def _quiet(_: str) -> None:
    """Show nothing."""
