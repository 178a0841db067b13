"""`python -m pysubtensor` is the command `pysubtensor`."""

from pysubtensor.face.cli import app

app()
