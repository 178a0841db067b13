"""The command line: `pysubtensor dev` and its companions, one module for each concern.

Packages that stand beside the face bring commands of their own, such as `train`: entry points of
the group `pysubtensor.commands`, each of which names a `typer.Typer`.
"""

from importlib.metadata import entry_points

import typer

from pysubtensor.face.cli import chain, decode, dev, follow, keys

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
for _found in entry_points(group="pysubtensor.commands"):
    app.add_typer(_found.load(), name=_found.name)

__all__ = ["app"]
