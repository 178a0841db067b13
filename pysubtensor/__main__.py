"""`python -m pysubtensor` is the command `pysubtensor`."""

from pysubtensor.cli import app

app()
