"""Tests of the worker need the extra `train`; without it only its own environment is tested."""

import os
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.waiting import LIMIT_S

collect_ignore_glob = [] if find_spec("torch") else ["test_[!e]*.py", "test_e[!n]*.py"]

if not any(Path("/dev").glob("nvidia[0-9]*")):
    # Kernels run on the processor.  Triton reads this when it is imported, and torch imports it.
    os.environ["TRITON_INTERPRET"] = "1"


@pytest.fixture(scope="session", autouse=True)
def patience():
    """Nobody here answers slowly on purpose: who takes a while has a busy machine."""
    with pytest.MonkeyPatch.context() as patch:
        if find_spec("obstore"):
            files = "pysubtensor.training.files.file_store"
            patch.setattr(f"{files}.GRACE", LIMIT_S)
            patch.setattr(f"{files}.TIMEOUT", f"{LIMIT_S:.0f}s")
        yield


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
