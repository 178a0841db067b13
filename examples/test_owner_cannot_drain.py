"""A subnet's owner cannot drain its pool: whatever it does, a holder gets back half at least.

pytest examples/test_owner_cannot_drain.py
"""

from collections.abc import Iterable

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from pysubtensor import TAO, Economy, account
from pysubtensor.testing import ChainMachine, Neuron, alpha, rao

OWNER, HOTKEY, NETUID = "//Alice", "//Alice//hot", 2


class Owner(ChainMachine):
    """The owner trades and waits; //Bob holds what he bought for 500 TAO."""

    @classmethod
    def setup(cls, d: Economy) -> Iterable[Neuron]:
        d.register_subnet(OWNER, HOTKEY)
        d.stake("//Bob", NETUID, HOTKEY, 500 * TAO)
        return ()

    @rule(amount=rao())
    def buy(self, amount: int) -> None:
        self.attempt(self.d.stake, OWNER, NETUID, HOTKEY, amount)

    @rule(amount=alpha())
    def sell(self, amount: int) -> None:
        self.attempt(self.d.unstake, OWNER, NETUID, HOTKEY, amount)

    @rule(blocks=st.integers(1, 30))
    def wait(self, blocks: int) -> None:
        self.d.mine(blocks)

    @invariant()
    def bob_could_sell_for_half_of_what_he_paid(self) -> None:
        mark, before = self.d.snapshot(), self.d.free("//Bob")
        self.d.ask("//Bob", "unstake_all", hotkey=account(HOTKEY))
        assert self.d.free("//Bob") - before >= 250 * TAO
        self.d.revert(mark)


TestOwner = Owner.TestCase
TestOwner.settings = settings(TestOwner.settings, max_examples=30, stateful_step_count=20)
