"""Whatever is asked of a pool, it pays what its arithmetic says and keeps nothing else."""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from dataclasses import replace
from types import SimpleNamespace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from pysubtensor.frame.error import Error
from pysubtensor.frame.fixed_point import U64F64
from pysubtensor.frame.interfaces.exchange import Side
from pysubtensor.frame.primitives import U64_MAX
from pysubtensor.pallets import swap
from pysubtensor.pallets.swap import Swap, SwapRuntimeApi
from pysubtensor.pallets.swap.maths import balancer, trade
from pysubtensor.pallets.swap.types import SimSwapResult
from pysubtensor.runtime.runtime import Entry
from tests.support import TAO, open_block, run_root, runtime_of

RESERVES = st.integers(0, 10**6 * TAO)
AMOUNTS = st.integers(0, 10**5 * TAO)
SIDES = st.sampled_from(Side)
NETUIDS = st.sampled_from([0, 1, 2])


def plain_subnets() -> SimpleNamespace:
    """Reserves and mechanisms of subnets 0 (alpha is TAO), 1 (a pool) and 2 (not there)."""
    return SimpleNamespace(
        networks_added={0: True, 1: True, 2: False},
        subnet_mechanism=defaultdict(int, {1: 1}),
        subnet_tao=defaultdict(int),
        subnet_alpha_in=defaultdict(int),
    )


class Market(RuleBasedStateMachine):
    """Traders, liquidity, fees and questions in any order; a mirror follows with plain values."""

    def __init__(self) -> None:
        super().__init__()
        self.subnets = plain_subnets()
        self.runtime = runtime_of(Entry(28, "Swap", Swap, lambda _: swap.Config(self.subnets)))
        open_block(self.runtime)
        self.pallet = self.runtime.get(Swap)
        self.api = SwapRuntimeApi(self.pallet)
        self.mirror = trade.LiquidityPool(0, 0, initialized=False)

    @initialize(tao=RESERVES, alpha=RESERVES)
    def fill(self, tao, alpha):
        self.move(tao, alpha)

    def move(self, tao, alpha):
        self.subnets.subnet_tao[1] += tao
        self.subnets.subnet_alpha_in[1] += alpha
        self.mirror = replace(
            self.mirror, tao=self.mirror.tao + tao, alpha=self.mirror.alpha + alpha
        )

    @rule(side=SIDES, amount=AMOUNTS, limit=st.integers(0, 10 * TAO), drop_fees=st.booleans())
    def swap(self, side, amount, limit, drop_fees):
        try:
            wanted, pool = trade.swap(self.mirror, side, amount, limit, drop_fees=drop_fees)
        except Error as error:
            wanted, pool = type(error), self.mirror
        assert self.found(side, amount, limit, drop_fees) == wanted
        self.mirror = pool
        if isinstance(wanted, trade.Trade):
            paid, got = wanted.paid_in, -wanted.paid_out
            self.move(*((paid, got) if side is Side.BUY else (got, paid)))

    def found(self, side, amount, limit, drop_fees):
        try:
            return self.pallet.swap(1, side, amount, limit, drop_fees=drop_fees)
        except Error as error:
            return type(error)

    @rule(tao=AMOUNTS, alpha=AMOUNTS)
    def add(self, tao, alpha):
        self.mirror, *wanted = trade.adjusted(self.mirror, tao, alpha)
        assert self.pallet.make_room(1, tao, alpha) == tuple(wanted)
        self.move(*wanted)

    @rule(price=st.one_of(st.none(), st.integers(0, 100 * U64F64.one)))
    def start(self, price):
        with suppress(Error):
            self.mirror = trade.initialized(self.mirror, price)
        self.pallet.start(1, price)

    @rule(rate=st.integers(0, 10_000))
    def set_fee(self, rate):
        run_root(self.runtime, "Swap", "set_fee_rate", netuid=1, rate=rate)
        self.mirror = replace(self.mirror, fee_rate=rate)

    @rule()
    def clear(self):
        self.pallet.clear(1)
        self.mirror = trade.LiquidityPool(0, 0, initialized=False)

    @rule(netuid=NETUIDS, side=SIDES, amount=st.integers(0, U64_MAX))
    def ask(self, netuid, side, amount):
        """Questions have answers for every netuid and amount, and write nothing."""
        before = self.entries()
        codec = self.runtime.codecs(SimSwapResult)
        for simulate in (self.api.sim_swap_tao_for_alpha, self.api.sim_swap_alpha_for_tao):
            codec.check(simulate(netuid, amount))
        with suppress(Error):
            self.pallet.quote(netuid, side, amount, side.loosest_limit)
        assert 0 <= self.api.current_alpha_price(netuid) <= U64_MAX
        assert [each.netuid for each in self.api.current_alpha_price_all()] == [0, 1, 2]
        assert self.entries() == before

    def entries(self):
        return {name: dict(item.items()) for name, item in self.pallet.storage.items()}

    @invariant()
    def pool_is_as_in_the_mirror(self):
        assert self.pallet.pool(1) == self.mirror
        assert self.pallet.price(1) == self.mirror.price

    @invariant()
    def weights_stay_in_range(self):
        assert balancer.in_range(self.pallet.swap_balancer[1].quote)
        assert set(self.pallet.swap_balancer.keys()) <= {1}


def test_market():
    runtime_of()  # the first one raises the recursion limit, which hypothesis minds
    run_state_machine_as_test(Market, settings=settings(max_examples=30, stateful_step_count=20))
