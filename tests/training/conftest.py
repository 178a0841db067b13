"""Tests of the worker need the extra `train`; without it only its own environment is tested."""

import os
from importlib.util import find_spec
from pathlib import Path

import pytest

collect_ignore_glob = [] if find_spec("torch") else ["test_[!e]*.py", "test_e[!n]*.py"]

if not any(Path("/dev").glob("nvidia[0-9]*")):
    # Kernels run on the processor.  Triton reads this when it is imported, and torch imports it.
    os.environ["TRITON_INTERPRET"] = "1"


@pytest.fixture
def fleet_of(tmp_path):
    """Makes runs with their members in this process, which end with the test."""
    from tests.training.fleet import Fleet

    made = []

    def make(**settings) -> Fleet:
        made.append(Fleet(tmp_path, **settings))
        return made[-1]

    yield make
    for each in made:
        each.close()
