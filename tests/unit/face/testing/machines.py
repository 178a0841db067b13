"""Machines with invariants that do not hold, for tests of what is told of them."""

from hypothesis import Phase, settings
from hypothesis.stateful import invariant, rule, run_state_machine_as_test

from pysubtensor import TAO
from pysubtensor.testing import EconomyMachine

QUICK = settings(
    max_examples=200,
    stateful_step_count=15,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate, Phase.shrink],
)


class DaveStaysPoor(EconomyMachine):
    """//Dave never has more than at genesis."""

    @invariant()
    def dave_is_no_richer(self):
        assert self.d.free("//Dave") <= 2_000 * TAO, "Dave is richer"


class RuleFails(EconomyMachine):
    """A rule that fails, while no invariant does."""

    @rule()
    def ask_for_the_impossible(self):
        self.d.mine(2)
        assert self.d.number < 10


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
