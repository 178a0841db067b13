"""An installation beside a project whose packages are named as our folders are."""

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from tests.clients.running import ROOT, Output, stop
from tests.lint.rules import FOLDERS

pytestmark = pytest.mark.long

OWN = (*FOLDERS, "tests")
MODULE = "NAME = __name__\n"
TESTS = """
import runtime, rpc, training, pallets, consensus, genesis, frame, client
from hypothesis import settings
from hypothesis.stateful import invariant
from pysubtensor import TAO
from pysubtensor.testing import EconomyMachine
from pysubtensor.training.learning.config import RunConfig

OWN = (runtime, rpc, training, pallets, consensus, genesis, frame, client)


def test_own_packages_are_ours():
    assert [each.NAME for each in OWN] == [each.__name__ for each in OWN]
    from training import loop
    assert loop.NAME == "training.loop"


def test_devnet(devnet):
    assert devnet.transfer("//Alice", "//Bob", TAO).fee > 0


def test_training_config():
    assert RunConfig.from_json(RunConfig().to_json()) == RunConfig()


class Mechanism(EconomyMachine):
    @invariant()
    def pools_are_never_empty(self):
        assert all(self.sub.subnet_tao[netuid] > 0 for netuid in (1, 2))


TestMechanism = Mechanism.TestCase
TestMechanism.settings = settings(max_examples=2, stateful_step_count=5, deadline=None)
"""


@pytest.fixture(scope="module", params=["wheel", "editable"])
def python(request, tmp_path_factory) -> Path:
    """Interpreter of an environment with nothing of ours but the installation."""
    folder = tmp_path_factory.mktemp(request.param)
    run([sys.executable, "-m", "venv", str(folder)], folder)
    (packages,) = folder.glob("lib/python*/site-packages")
    (packages / "below.pth").write_text(sysconfig.get_path("purelib"))  # what we depend on
    made = folder / "bin" / "python"
    source = ["--editable", str(ROOT)] if request.param == "editable" else [str(ROOT)]
    run([str(made), "-m", "pip", "install", "--quiet", "--no-deps", *source], folder)
    return made


@pytest.fixture
def project(tmp_path) -> Path:
    for name in OWN:
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text(MODULE)
        (tmp_path / name / "loop.py").write_text(MODULE)
    (tmp_path / "test_mechanism.py").write_text(TESTS)
    return tmp_path


def environment() -> dict[str, str]:
    unwanted = {"PYTHONPATH", "PYTEST_CURRENT_TEST", "PYTEST_ADDOPTS"}
    return {name: text for name, text in os.environ.items() if name not in unwanted}


def run(command: list[str], folder: Path) -> str:
    done = subprocess.run(
        command, cwd=folder, env=environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_its_tests_use_ours_and_their_own_packages(python, project):
    told = run(
        [str(python), "-m", "pytest", "-q", "-W", "error", "-p", "no:asyncio", str(project)],
        project,
    )
    assert "4 passed" in told


def test_a_node_starts_among_them(python, project):
    command = [str(python), "-m", "pysubtensor", "dev", "--tmp", "--port", "0"]
    with subprocess.Popen(
        command,
        cwd=project,
        env=environment() | {"PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            Output(process).wait_for("Imported #1")
        finally:
            stop(process)


def test_nothing_generic_is_installed(python, project):
    code = (
        "import importlib.util, sys; sys.path.remove('');"
        f"print([name for name in {FOLDERS!r} if importlib.util.find_spec(name)])"
    )
    assert run([str(python), "-c", code], project) == "[]\n"


def test_an_editable_installation_has_the_commands(python, project):
    assert "train" in run([str(python), "-m", "pysubtensor", "--help"], project)
