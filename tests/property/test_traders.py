"""Nobody gets rich by trading alone: not with stake, not between subnets, not by rounding."""

from functools import partial

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from pysubtensor import TAO
from pysubtensor.genesis.mainnet_like import Size
from pysubtensor.genesis.presets import mainnet_like
from pysubtensor.testing import ChainMachine, alpha, rao

pytestmark = pytest.mark.slow

TRADER, AUTHOR = "//Bob", "//One"
SUBNETS = st.sampled_from([0, 1, 2])
PRICED = st.sampled_from([1, 2])
SEATS = st.integers(0, 1)
LIMITS = st.integers(0, 2 * TAO) | st.sampled_from([1, TAO, 2**64 - 1])


class Trader(ChainMachine):
    """One who trades on pools that nothing else moves, and pays for nothing but transactions.

    Fees go to the author of blocks, so both together must never have more than they began with.
    """

    chain = mainnet_like(Size(subnets=2, neurons=4, validators=2))

    @classmethod
    def setup(cls, d):
        for netuid in (1, 2):
            d.as_root(
                "AdminUtils", "sudo_set_network_registration_allowed",
                netuid=netuid, registration_allowed=False,
            )  # fmt: skip
            d.as_root("Swap", "set_fee_rate", netuid=netuid, rate=0)
        d.mine(400)  # what waited for the epochs of others is paid out
        return ()

    def __init__(self):
        super().__init__()
        self.hotkeys = [self.sub.keys[1, uid] for uid in (1, 2)]
        self.start = self.money()
        for netuid in (0, 1, 2):
            for hotkey in self.hotkeys:
                self.d.stake(TRADER, netuid, hotkey, 1_000 * TAO)

    def money(self):
        return self.d.free(TRADER) + self.d.free(AUTHOR)

    @rule(seat=SEATS, netuid=SUBNETS, amount=rao(900_000 * TAO))
    def buy(self, seat, netuid, amount):
        self.attempt(self.d.stake, TRADER, netuid, self.hotkeys[seat], amount)

    @rule(seat=SEATS, netuid=PRICED, amount=rao(), limit=LIMITS, part=st.booleans())
    def buy_within(self, seat, netuid, amount, limit, part):
        self.ask(
            TRADER, "add_stake_limit", hotkey=self.hotkeys[seat], netuid=netuid,
            amount_staked=amount, limit_price=limit, allow_partial=part,
        )  # fmt: skip

    @rule(seat=SEATS, netuid=SUBNETS, amount=alpha(900_000 * TAO))
    def sell(self, seat, netuid, amount):
        self.attempt(self.d.unstake, TRADER, netuid, self.hotkeys[seat], amount)

    @rule(seat=SEATS, netuid=PRICED, amount=alpha(), limit=LIMITS, part=st.booleans())
    def sell_within(self, seat, netuid, amount, limit, part):
        self.ask(
            TRADER, "remove_stake_limit", hotkey=self.hotkeys[seat], netuid=netuid,
            amount_unstaked=amount, limit_price=limit, allow_partial=part,
        )  # fmt: skip

    @rule(seat=SEATS, source=SUBNETS, dest=SUBNETS, amount=alpha())
    def swap(self, seat, source, dest, amount):
        self.ask(
            TRADER, "swap_stake", hotkey=self.hotkeys[seat],
            origin_netuid=source, destination_netuid=dest, alpha_amount=amount,
        )  # fmt: skip

    @rule(seat=SEATS, source=SUBNETS, dest=SUBNETS, amount=alpha())
    def move(self, seat, source, dest, amount):
        self.ask(
            TRADER, "move_stake", alpha_amount=amount, origin_netuid=source,
            origin_hotkey=self.hotkeys[seat], destination_hotkey=self.hotkeys[1 - seat],
            destination_netuid=dest,
        )  # fmt: skip

    @rule(seat=SEATS)
    def bring_to_root(self, seat):
        self.ask(TRADER, "unstake_all_alpha", hotkey=self.hotkeys[seat])

    @invariant()
    def selling_everything_brings_no_more_than_there_was(self):
        mark = self.d.snapshot()
        try:
            for hotkey in self.hotkeys:
                self.attempt(partial(self.d.ask, TRADER, "unstake_all", hotkey=hotkey))
            assert self.money() <= self.start
        finally:
            self.d.revert(mark)


TestTrader = Trader.TestCase
TestTrader.settings = settings(
    TestTrader.settings, max_examples=settings.default.max_examples // 3, stateful_step_count=25
)
