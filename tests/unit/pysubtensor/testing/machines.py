"""Machines with invariants that do not hold, for tests of what is told of them."""

from hypothesis import Phase, settings
from hypothesis.stateful import invariant, rule, run_state_machine_as_test

from pysubtensor.addresses import account
from pysubtensor.testing import EconomyMachine

QUICK = settings(
    max_examples=60,
    stateful_step_count=15,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate, Phase.shrink],
)


class DaveStaysAway(EconomyMachine):
    """Nobody may be a neuron with a hotkey of //Dave's."""

    @invariant()
    def dave_is_no_neuron(self):
        sub = self.d.subtensor_module
        for number in (1, 2, 3):
            assert (2, account(f"//Dave//{number}")) not in sub.uids, "Dave is a neuron"


class NoSecondSubnet(EconomyMachine):
    """A rule that fails, which no invariant does."""

    @rule()
    def count(self):
        assert self.d.subtensor_module.total_networks.get() < 4


def failure_of(machine: type[EconomyMachine]) -> Exception:
    """What hypothesis raises in the end."""
    try:
        run_state_machine_as_test(machine, settings=QUICK)
    except Exception as error:
        return error
    raise AssertionError("nothing failed")


def script_of(error: Exception) -> str:
    """The script that was printed."""
    (found,) = (note for note in error.__notes__ if "SubstrateInterface" in note)
    start = found.index('"""')
    return found[start:]
