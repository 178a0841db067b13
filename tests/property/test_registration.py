"""Whoever comes and goes, the lists of a subnet stay in step and all money is accounted for."""

from __future__ import annotations

import functools
from contextlib import suppress

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from pysubtensor.frame.error import DispatchFailure
from pysubtensor.frame.primitives import AccountId
from pysubtensor.pallets.subtensor.events.networks import NeuronRegistered
from pysubtensor.pallets.subtensor.hyperparameters import trimming
from pysubtensor.pallets.subtensor.hyperparameters.mechanisms import put_count
from pysubtensor.pallets.subtensor.neurons import lists, pruning, registration
from pysubtensor.pallets.system import System
from tests.subtensor_chain import ONE, ROOT_NET, Chain
from tests.support import TAO

LISTS = ("active", "emission", "consensus", "dividends", "validator_trust", "validator_permit")
ROOM = 6
"""Most neurons."""


def account(kind: int, number: int) -> AccountId:
    return AccountId(bytes((kind, number)) * 16)


COLDKEYS = st.integers(0, 3).map(lambda number: account(0xC0, number))
HOTKEYS = st.integers(0, 11).map(lambda number: account(0xB0, number))
UIDS = st.integers(0, ROOM - 1)


@functools.cache
def shared() -> Chain:
    """A subnet with a pool, and root; each example is taken back."""
    chain = Chain()
    sub = chain.sub
    for netuid in (ONE, ROOT_NET):
        chain.subnet(netuid, account(0xC0, 0), tempo=7)
        sub.max_allowed_uids[netuid] = ROOM
    sub.max_registrations_per_block[ROOT_NET] = sub.target_registrations_per_interval[ROOT_NET] = 9
    sub.subnet_mechanism[ONE], sub.min_allowed_uids[ONE] = 1, 1
    sub.subnet_tao[ONE] = sub.subnet_alpha_in[ONE] = 1_000 * TAO
    chain.give(chain.account(ONE), 1_000 * TAO)
    for number in range(4):
        chain.give(account(0xC0, number), 20 * TAO)
    return chain


class Comings(RuleBasedStateMachine):
    """Registrations, trims, and everything that decides who gives way."""

    def __init__(self) -> None:
        super().__init__()
        self.chain = shared()
        self.sub = self.chain.sub
        self.start = self.chain.runtime.state.mark()

    def teardown(self) -> None:
        self.chain.runtime.state.rollback(self.start)

    @initialize(
        owners=st.lists(st.tuples(COLDKEYS, st.integers(0, 15)), max_size=ROOM),
        immunity=st.sampled_from((0, 0, 10, 40)),
        limit=st.integers(0, 3),
        floor=st.integers(0, 3),
    )
    def settle(self, owners, immunity, limit, floor):
        """Some neurons that came one after the other."""
        for number, (coldkey, pause) in enumerate(owners):
            self.register(coldkey=coldkey, hotkey=account(0xB0, number))
            self.wait(blocks=pause)
        self.sub.immunity_period[ONE] = immunity
        self.sub.immune_owner_uids_limit[ONE] = limit
        self.sub.min_non_immune_uids[ONE] = floor

    # -- what happens ---------------------------------------------------------------------------

    @rule(coldkey=COLDKEYS, hotkey=HOTKEYS)
    def register(self, coldkey, hotkey):
        self.come(ONE, coldkey, hotkey, "burned_register", netuid=ONE, hotkey=hotkey)

    @rule(coldkey=COLDKEYS, hotkey=HOTKEYS)
    def register_on_root(self, coldkey, hotkey):
        self.come(ROOT_NET, coldkey, hotkey, "root_register", hotkey=hotkey)

    def come(self, netuid, coldkey, hotkey, name, /, **args):
        before = self.sub.subnetwork_n[netuid]
        spared = pruning.immune_of_owner(self.sub, netuid)
        others = [uid for uid in range(before) if uid not in spared]
        is_new = pruning.newness(self.sub, netuid)
        old = [uid for uid in others if not is_new(uid)]
        try:
            told = self.chain.call(coldkey, name, **args)
        except DispatchFailure:
            assert self.sub.subnetwork_n[netuid] == before
            return
        uid = next(each.uid for each in told if isinstance(each, NeuronRegistered))
        if uid == before:
            assert self.sub.subnetwork_n[netuid] == before + 1
        elif netuid == ONE:
            assert uid in others
            assert uid in old if len(old) > self.sub.min_non_immune_uids[ONE] else uid not in old
        if uid == before or netuid == ROOT_NET:
            assert self.sub.uids[netuid, hotkey] == uid

    @rule(size=st.integers(1, ROOM))
    def trim(self, size):
        mark = self.chain.runtime.state.mark()
        immune = pruning.immune_of_owner(self.sub, ONE)
        kept = [self.sub.keys[ONE, uid] for uid in immune]
        try:
            trimming.ensure_size(self.sub, ONE, size)
            trimming.trim(self.sub, ONE, size)
        except DispatchFailure:
            self.chain.runtime.state.rollback(mark)
        assert all((ONE, hotkey) in self.sub.uids for hotkey in kept)

    @rule(size=st.integers(0, ROOM))
    def make_room(self, size):
        self.sub.max_allowed_uids[ONE] = max(size, self.sub.subnetwork_n[ONE])

    @rule(blocks=st.integers(1, 30))
    def wait(self, blocks):
        """Blocks pass, of which the last counts registrations anew."""
        system = self.chain.runtime.get(System)
        self.chain.at(system.block_number() + blocks)
        registration.decay_prices(self.sub)

    @rule(earned=st.lists(st.integers(0, 3), min_size=ROOM, max_size=ROOM))
    def earn(self, earned):
        self.sub.emission[ONE] = tuple(earned[: self.sub.subnetwork_n[ONE]])

    @rule(uid=UIDS, row=st.dictionaries(UIDS, st.integers(0, 9)), mechanism=st.integers(0, 1))
    def weigh(self, uid, row, mechanism):
        present = self.sub.subnetwork_n[ONE]
        kept = tuple((to, value) for to, value in row.items() if to < present)
        index = lists.indices(self.sub, ONE)[-mechanism]
        if uid < present:
            self.sub.weights[index, uid] = self.sub.bonds[index, uid] = kept

    @rule(hotkey=HOTKEYS)
    def choose_the_owners_hotkey(self, hotkey):
        self.sub.subnet_owner_hotkey[ONE] = hotkey

    @rule(count=st.integers(1, 2))
    def change_mechanisms(self, count):
        put_count(self.sub, ONE, count)

    # -- what stays so --------------------------------------------------------------------------

    @invariant()
    def uids_and_hotkeys_are_pairs(self):
        for netuid in (ONE, ROOT_NET):
            present = self.sub.subnetwork_n[netuid]
            keys = {uid: hotkey for (_, uid), hotkey in self.sub.keys.items(netuid)}
            assert sorted(keys) == list(range(present))
            assert {hotkey: uid for (_, hotkey), uid in self.sub.uids.items(netuid)} == {
                hotkey: uid for uid, hotkey in keys.items()
            }
            members = [who for (who, where), _ in self.sub.is_network_member.items()
                       if where == netuid]  # fmt: skip
            assert sorted(members) == sorted(keys.values())
            assert present <= self.sub.max_allowed_uids[netuid]

    @invariant()
    def lists_have_an_entry_for_each(self):
        for netuid in (ONE, ROOT_NET):
            present = self.sub.subnetwork_n[netuid]
            for name in LISTS:
                assert len(getattr(self.sub, name)[netuid]) == present
            assert len(self.sub.incentive[netuid]) == len(self.sub.last_update[netuid]) == present
            registered = [uid for _, uid in self.sub.block_at_registration.keys(netuid)]
            assert sorted(registered) == list(range(present))

    @invariant()
    def rows_name_those_who_are_there(self):
        present = self.sub.subnetwork_n[ONE]
        for rows in (self.sub.weights, self.sub.bonds):
            for index in lists.indices(self.sub, ONE):
                assert all(uid < present for _, uid in rows.keys(index))
                assert all(to < present for row in rows.values(index) for to, _ in row)

    @invariant()
    def money_is_accounted_for(self):
        accounts = self.chain.runtime.get(System).account.values()
        assert sum(each.data.free for each in accounts) == self.chain.issued()
        spent = 80 * TAO - sum(self.chain.free(account(0xC0, number)) for number in range(4))
        assert self.chain.free(self.chain.account(ONE)) == 1_000 * TAO + spent
        assert self.sub.subnet_tao_flow[ONE] == spent == self.sub.total_stake.get()

    @invariant()
    def alpha_bought_is_nobodys(self):
        assert self.sub.subnet_alpha_out[ONE] == 0
        with suppress(StopIteration):
            assert next(self.sub.total_hotkey_alpha.values()) == 0


def test_comings_and_goings() -> None:
    run_state_machine_as_test(
        Comings, settings=settings(max_examples=80, stateful_step_count=30, deadline=None)
    )
