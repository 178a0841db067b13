"""Where the extra `train` is missing, its tests run in an environment of their own."""

import os
import subprocess
import tomllib
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.clients.environments import environment_on_top

ROOT = Path(__file__).parents[2]
CPU_ONLY = "torch==2.13.0+cpu"
"""Few indices have it; the ordinary build brings gigabytes for graphics cards."""


@pytest.mark.clients
@pytest.mark.skipif(find_spec("torch") is not None, reason="the tests run here and now")
def test_the_worker():
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = (*extras["optional-dependencies"]["train"], *extras["optional-dependencies"]["plot"])
    python = environment_on_top("training", wanted, lighter=CPU_ONLY)
    done = subprocess.run(
        [
            python,
            "-m",
            "pytest",
            "-p",
            "no:cacheprovider",
            "-q",
            "-k",
            "training",
            "tests/training",
            "tests/docs",
        ],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
