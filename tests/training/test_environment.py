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
S3_SERVER = ("moto[s3]>=5,<6", "flask>=3,<4", "flask-cors>=4")
"""A server of S3's interface; too much to ask of everybody who tests."""


@pytest.mark.clients
@pytest.mark.skipif(find_spec("torch") is not None, reason="the tests run here and now")
def test_the_worker():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    wanted = (*extras["train"], *extras["plot"], *S3_SERVER)
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
