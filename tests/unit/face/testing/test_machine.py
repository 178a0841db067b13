"""The machine that plays an economy: what it does, undoes, and tells of a failure."""

import pytest
from hypothesis import settings
from hypothesis.stateful import invariant, run_state_machine_as_test

from pysubtensor import TAO
from pysubtensor.client.addresses import account
from pysubtensor.testing import EconomyMachine, Neuron
from tests.unit.face.testing.machines import (
    QUICK,
    DaveStaysPoor,
    RuleFails,
    failure_of,
    script_of,
)


@pytest.fixture(scope="module")
def failed():
    return failure_of(DaveStaysPoor)


def test_a_failure_is_the_invariants_own(failed):
    assert "Dave is richer" in str(failed)


def test_the_script_does_what_was_done(failed):
    script = script_of(failed)
    compile(script, "script", "exec")
    steps = [line for line in script.splitlines() if line.startswith(("submit(", "mine("))]
    assert "'sudo_set_admin_freeze_window', window=0" in steps[0]
    assert "'add_stake', hotkey=key('//Bob//1').ss58_address, netuid=2" in steps[8]
    assert "'Balances', 'transfer_keep_alive', dest=key('//Dave').ss58_address" in steps[-1]


def test_the_script_claims_what_the_check_read(failed):
    script = script_of(failed)
    claims = {}
    exec(script[script.index("CHECKS = {") : script.index("keys = [")], claims)  # noqa: S102
    (name,) = claims["CHECKS"]
    assert name.startswith("System.Account 0x")
    assert name.endswith(account("//Dave").hex())


def test_a_rule_that_fails_is_replayed_without_claims():
    script = script_of(failure_of(RuleFails))
    compile(script, "script", "exec")
    assert "RuleFails.ask_for_the_impossible" in script
    assert "CHECKS" not in script
    assert "\nmine(2)\n" in script


def test_every_example_begins_as_set_up():
    numbers = []

    class Beginning(EconomyMachine):
        def __init__(self):
            super().__init__()
            numbers.append((self.d.number, self.d.free("//Bob"), len(self.d.done)))

    run_state_machine_as_test(Beginning, settings=settings(QUICK, max_examples=15))
    assert len(numbers) >= 15
    assert len(set(numbers)) == 1


def test_a_set_up_of_ones_own():
    class Rich(EconomyMachine):
        @classmethod
        def setup(cls, d):
            d.transfer("//Alice", "//Eve", 500_000 * TAO)
            return [Neuron(d.register_subnet("//Eve", "//Eve//1"), "//Eve//1", "//Eve")]

        @invariant()
        def eve_owns_a_subnet(self):
            assert self.d.subtensor_module.subnet_owner[2] == account("//Eve")

    run_state_machine_as_test(Rich, settings=settings(QUICK, max_examples=10))


def test_the_devnet_of_a_machine_is_not_touched():
    class Still(EconomyMachine):
        @invariant()
        def the_devnet_is_at_block_1(self):
            assert self._replay_state.devnet.node.chain.best.number == 1

    run_state_machine_as_test(Still, settings=settings(QUICK, max_examples=10))


def test_machines_are_replayed_on_the_chain_they_began_with():
    from pysubtensor.face.testing.script import command
    from pysubtensor.genesis.mainnet_like import Size
    from pysubtensor.genesis.presets import dev, mainnet_like
    from pysubtensor.runtime.chain import Build, Constants

    assert command(dev()) == "pysubtensor dev --tmp --seal manual"
    assert command(dev().with_build(Build(Constants.PROD))).endswith("--constants prod")
    assert "--subnets 3 --neurons 9 --validators 2 --seed 5" in command(
        mainnet_like(Size(3, 9, 2, 5))
    )
