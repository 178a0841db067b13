"""What all expected failures of the worker program have in common."""

from __future__ import annotations


class TrainingError(RuntimeError):
    """Something outside the program that a person must put right; the text says what.

    The commands print the text and end.  Anything else is a fault of the program.
    """
