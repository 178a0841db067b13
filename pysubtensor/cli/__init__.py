"""The command line: `pysubtensor dev` and its companions, one module for each concern."""

import typer

from pysubtensor.cli import chain, decode, dev, follow, keys, train

app = typer.Typer(
    name="pysubtensor",
    help="A Bittensor development chain in Python.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.command()(dev.dev)
app.command()(follow.follow)
app.command("build-spec")(chain.build_spec)
app.command("export-state")(chain.export_state)
app.command("import-state")(chain.import_state)
app.command()(chain.purge)
app.command()(chain.bench)
app.add_typer(keys.app, name="key")
app.add_typer(decode.app, name="decode")
app.add_typer(train.app, name="train")

__all__ = ["app"]
