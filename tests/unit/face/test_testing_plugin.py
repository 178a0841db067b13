"""The pytest fixture: every test finds the chain as new, whatever those before did to it."""

import importlib
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parents[3]

TESTS = """
import pytest
from pysubtensor import TAO, Devnet
from pysubtensor.client.addresses import account

HASHES = set()


def check_new(d):
    HASHES.add(d.hash)
    assert len(HASHES) == 1
    assert d.number == 1
    assert d.free("//Alice") == 1_000_000 * TAO
    assert d.free("//Dave") == 2_000 * TAO
    assert not d.node.impersonated
    assert d.node.clock.offset == 0
    assert d.node.pool.stats().ready == 0
    assert d.node.chain.runtime.state.changes() == {}


@pytest.mark.parametrize("round", range(2))
def test_blocks(devnet, round):
    check_new(devnet)
    devnet.transfer("//Alice", "//Bob", TAO)
    devnet.set_balance("//Dave", 1)
    devnet.mine(5)


def test_time_and_powers(devnet):
    check_new(devnet)
    devnet.set_time(devnet.timestamp.now.get() + 10**9)
    devnet.node.impersonated.add(account("//Bob"))
    devnet.node.set_storage({b"k": b"v"})


def test_pool(devnet):
    check_new(devnet)
    devnet.node.pool.submit(devnet.sign(devnet.call("System", "remark", remark=b""), "//Alice"))


def test_snapshots_of_its_own(devnet):
    check_new(devnet)
    mark = devnet.snapshot()
    devnet.mine()
    devnet.revert(mark)
    devnet.snapshot()


def test_failing(devnet):
    check_new(devnet)
    devnet.mine()
    assert False


def test_below_its_beginning(devnet):
    check_new(devnet)
    devnet.node.set_head(0)
    devnet.mine(3)


def test_after_all(devnet):
    check_new(devnet)
"""


@pytest.fixture(autouse=True)
def plugin(pytester: pytest.Pytester) -> None:
    """As its entry point does, which only an installed package has."""
    pytester.makeconftest("from pysubtensor.face.testing_plugin import devnet, devnet_session")


def run(pytester: pytest.Pytester, *options: str) -> pytest.RunResult:
    return pytester.runpytest_inprocess("-p", "no:cacheprovider", "-p", "no:asyncio", *options)


def test_each_test_finds_the_chain_as_new(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(TESTS)
    run(pytester).assert_outcomes(passed=7, failed=1)


def test_no_chain_is_made_for_tests_that_want_none(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_nothing(): pass")
    result = run(pytester, "--setup-show")
    result.assert_outcomes(passed=1)
    assert "devnet" not in result.stdout.str()


def test_another_beginning(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest
        from pysubtensor import Devnet

        @pytest.fixture(scope="session")
        def devnet_session():
            with Devnet("local") as d:
                d.mine(4)
                yield d

        @pytest.mark.parametrize("back", [0, 3, 5, 0])
        def test_it(devnet, back):
            assert devnet.number == 5
            devnet.node.set_head(back)
        """
    )
    run(pytester).assert_outcomes(passed=4)


def test_the_plugin_costs_nothing_until_it_is_used() -> None:
    code = "import sys, pysubtensor.face.testing_plugin; print(*sys.modules)"
    loaded = subprocess.check_output([sys.executable, "-c", code], cwd=ROOT, text=True).split()
    assert not {"pysubtensor.runtime.chain", "pysubtensor.pallets", "numpy", "plyvel"} & set(loaded)


def test_the_entry_point_names_the_plugin() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    module = importlib.import_module(project["entry-points"]["pytest11"]["pysubtensor"])
    assert {"devnet", "devnet_session"} <= set(vars(module))
