"""How a command ends that cannot go on."""

from __future__ import annotations

import typer


def fail(message: str) -> typer.Exit:
    """Print why, and return the exit to raise."""
    typer.secho(f"Error: {message}", fg="red", err=True)
    return typer.Exit(1)
