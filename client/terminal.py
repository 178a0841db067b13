"""The end of a command that failed."""

from __future__ import annotations

import typer


def fail(message: str) -> typer.Exit:
    """Print the error, and return the exit to raise."""
    typer.secho(f"Error: {message}", fg="red", err=True)
    return typer.Exit(1)
