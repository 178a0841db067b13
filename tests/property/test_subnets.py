"""Subnets come, trade and go in any order, and nothing of them is lost or left behind."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from functools import cache
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from pysubtensor.frame.error import DispatchFailure
from pysubtensor.frame.primitives import U16, U64, AccountId, Alpha, NetUid, Tao
from pysubtensor.pallets.subtensor.pools import ledger
from pysubtensor.pallets.system import System
from tests.subtensor_chain import NAME
from tests.support import run
from tests.unit.pallets.subtensor.networks.subnets_chain import TAO, SubnetChain, account, netuid
from tests.unit.pallets.subtensor.networks.subnets_storage import LEFT, present

COLDKEYS = [account("cold", number) for number in range(3)]
HOTKEYS = [account("hot", number) for number in range(4)]
OWNERS, KEYS = st.sampled_from(COLDKEYS), st.sampled_from(HOTKEYS)
NETUIDS = st.sampled_from([netuid(number) for number in range(1, 4)])
AMOUNTS = st.sampled_from([2_010_000, TAO, 37 * TAO, 5_000 * TAO])


def owner_of(hotkey: AccountId) -> AccountId:
    return COLDKEYS[HOTKEYS.index(hotkey) % len(COLDKEYS)]


@cache
def chain() -> SubnetChain:
    """With two subnets that have started and room for a third; immunity ends after 20 blocks."""
    made = SubnetChain()
    made.sub.subnet_limit.put(U16(3))
    made.sub.network_immunity_period.put(U64(20))
    for hotkey in HOTKEYS:
        made.give(owner_of(hotkey), 100_000 * TAO)
        made.own(hotkey, owner_of(hotkey))
    for hotkey in HOTKEYS[:2]:
        net, owner = made.register(owner_of(hotkey), hotkey), owner_of(hotkey)
        made.call(owner, "start_call", netuid=net)
        amount = Tao(U64(TAO))
        made.call(COLDKEYS[2], "add_stake", hotkey=hotkey, netuid=net, amount_staked=amount)
    return made


class Subnets(RuleBasedStateMachine):
    """What owners, stakers and root may do; refusals are part of life."""

    def __init__(self) -> None:
        super().__init__()
        self.chain, self.undo = chain(), ExitStack()
        self.sub = self.chain.sub
        self.undo.enter_context(self.chain.runtime.state.discarded())

    def teardown(self) -> None:
        self.undo.close()

    def attempt(self, who: Any, name: str, /, **args: Any) -> None:
        with suppress(DispatchFailure):
            run(self.chain.runtime, who, NAME, name, **args)

    @rule(hotkey=KEYS)
    def register(self, hotkey):
        self.attempt(owner_of(hotkey), "register_network", hotkey=hotkey)

    @rule(net=NETUIDS)
    def start(self, net):
        self.attempt(self.sub.subnet_owner[net], "start_call", netuid=net)

    @rule(hotkey=KEYS, net=NETUIDS)
    def join(self, hotkey, net):
        self.attempt(owner_of(hotkey), "burned_register", netuid=net, hotkey=hotkey)

    @rule(orders=st.lists(st.tuples(OWNERS, KEYS, NETUIDS, AMOUNTS), min_size=1, max_size=5))
    def stake(self, orders):
        for coldkey, hotkey, net, amount in orders:
            tao = Tao(U64(amount))
            self.attempt(coldkey, "add_stake", hotkey=hotkey, netuid=net, amount_staked=tao)

    @rule(coldkey=OWNERS, hotkey=KEYS, net=NETUIDS, part=st.sampled_from([1, 2, 3]))
    def unstake(self, coldkey, hotkey, net, part):
        held = ledger.of(self.sub, hotkey, coldkey, net)
        alpha = Alpha(U64(held // part))
        self.attempt(coldkey, "remove_stake", hotkey=hotkey, netuid=net, amount_unstaked=alpha)

    @rule(blocks=st.sampled_from([1, 30]))
    def wait(self, blocks):
        self.chain.at(self.chain.runtime.get(System).block_number() + blocks)

    @rule(net=NETUIDS)
    def dissolve(self, net):
        if not self.sub.networks_added[net]:
            return
        stakes, total = self.holders(net), self.money()
        before = {who: self.chain.free(who) for who in COLDKEYS}
        pot = self.sub.subnet_tao[net]
        self.chain.dissolve(net)
        assert present(self.sub, net) <= LEFT
        paid = {who: self.chain.free(who) - before[who] for who in COLDKEYS}
        assert all(amount >= 0 for amount in paid.values())
        assert {who for who, amount in paid.items() if amount} <= stakes
        assert sum(paid.values()) <= pot
        assert self.money() <= total

    def holders(self, net: NetUid) -> set[Any]:
        """Coldkeys with alpha on a subnet."""
        return {coldkey for coldkey in COLDKEYS for hotkey in HOTKEYS
                if ledger.of(self.sub, hotkey, coldkey, net)}  # fmt: skip

    def money(self) -> int:
        accounts = self.chain.runtime.get(System).account
        return sum(each.data.free + each.data.reserved for each in accounts.values())

    @invariant()
    def all_money_is_counted(self):
        assert self.money() == self.chain.money.total_issuance()
        assert self.money() == self.sub.total_issuance.get()

    @invariant()
    def subnets_are_counted_and_whole(self):
        sub = self.sub
        added = list(sub.networks_added.items())
        assert all(there for _, there in added)
        assert len(added) == sub.total_networks.get() <= 3
        for net, _ in added:
            assert sub.subnet_mechanism[net] == 1
            assert sub.uids[net, sub.subnet_owner_hotkey[net]] is not None
            assert sub.owner[sub.subnet_owner_hotkey[net]] == sub.subnet_owner[net]
            assert sub.subtoken_enabled[net] == (net in sub.first_emission_block_number)
        symbols = [sub.token_symbol[net] for net, _ in added]
        assert len({*symbols}) == len(symbols) == len(list(sub.token_symbol.keys()))

    @invariant()
    def accounts_cover_the_pools(self):
        pools = dict(self.sub.subnet_tao.items())
        assert sum(pools.values()) <= self.sub.total_stake.get()  # which counts fees too
        for net, tao in pools.items():
            assert self.chain.free(self.chain.account(net)) >= tao


Subnets.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestSubnets = Subnets.TestCase
