"""What may be done on a subnet before and after it starts.  Facts of the chain's tests/subnet."""

from __future__ import annotations

from typing import Any

import pytest

from pysubtensor.frame.primitives import U64, Alpha, Tao
from pysubtensor.pallets.subtensor.pools import ledger
from tests.support import ALICE, BOB, CHARLIE, DAVE
from tests.unit.pallets.subtensor.networks.subnets_chain import TAO, SubnetChain, account, netuid

ONE, TWO = netuid(1), netuid(2)
HOT, OTHER, COLD = account("hot"), account("other hot"), account("cold")
SOME = 20_000_000
"""Ten times the least stake."""


@pytest.fixture
def chain(chain) -> SubnetChain:
    """With two subnets that have not started, and a coldkey with two hotkeys on both."""
    chain.register(ALICE, BOB)
    chain.register(CHARLIE, DAVE)
    chain.give(COLD, 1_000 * TAO)
    for net in (ONE, TWO):
        chain.neuron(net, HOT, COLD)
        chain.neuron(net, OTHER, COLD)
    return chain


def start(chain: SubnetChain) -> None:
    chain.call(ALICE, "start_call", netuid=ONE)
    chain.call(CHARLIE, "start_call", netuid=TWO)


here = {"hotkey": HOT, "netuid": ONE}
moved = {"origin_netuid": ONE, "destination_netuid": TWO, "alpha_amount": Alpha(U64(SOME))}
BUYS: list[tuple[str, dict[str, Any]]] = [
    ("add_stake", {**here, "amount_staked": Tao(U64(SOME))}),
    ("add_stake_limit", {**here, "amount_staked": Tao(U64(SOME)), "limit_price": Tao(U64(2 * TAO)),
                         "allow_partial": False}),
]  # fmt: skip
SALES: list[tuple[str, dict[str, Any]]] = [
    ("remove_stake", {**here, "amount_unstaked": Alpha(U64(SOME))}),
    ("recycle_alpha", {**here, "amount": Alpha(U64(SOME))}),
    ("burn_alpha", {**here, "amount": Alpha(U64(SOME))}),
    ("move_stake", {"origin_hotkey": HOT, "destination_hotkey": OTHER, **moved}),
    ("transfer_stake", {"destination_coldkey": OTHER, "hotkey": HOT, **moved}),
    ("swap_stake", {"hotkey": HOT, **moved}),
]


def own_alpha(chain: SubnetChain, amount: int = 10 * TAO) -> None:
    ledger.increase(chain.sub, HOT, COLD, ONE, amount)
    chain.sub.subnet_alpha_out[ONE] = Alpha(U64(amount))


@pytest.mark.parametrize(("name", "args"), BUYS + SALES)
def test_alpha_is_not_traded_before_the_start(chain, name, args):
    own_alpha(chain)
    chain.refused("SubtokenDisabled", COLD, name, **args)


def test_a_sale_with_a_limit_goes_through_all_the_same(chain):
    own_alpha(chain)
    args = {**here, "amount_unstaked": Alpha(U64(SOME)), "limit_price": Tao(U64(1_000))}
    chain.call(COLD, "remove_stake_limit", allow_partial=False, **args)
    assert ledger.of(chain.sub, HOT, COLD, ONE) == 10 * TAO - SOME


def test_a_sale_of_all_skips_what_has_not_started(chain):
    own_alpha(chain)
    chain.call(COLD, "unstake_all", hotkey=HOT)
    assert ledger.of(chain.sub, HOT, COLD, ONE) == 10 * TAO
    chain.refused("AmountTooLow", COLD, "unstake_all_alpha", hotkey=HOT)


@pytest.mark.parametrize(("name", "args"), BUYS)
def test_alpha_is_bought_after_the_start(chain, name, args):
    start(chain)
    chain.call(COLD, name, **args)
    assert 0 < ledger.of(chain.sub, HOT, COLD, ONE) <= SOME


@pytest.mark.parametrize(("name", "args"), SALES)
def test_alpha_is_sold_moved_and_burned_after_the_start(chain, name, args):
    start(chain)
    chain.call(COLD, "add_stake", **here, amount_staked=Tao(U64(TAO)))
    before = ledger.of(chain.sub, HOT, COLD, ONE)
    chain.call(COLD, name, **args)
    assert before - SOME - 1 <= ledger.of(chain.sub, HOT, COLD, ONE) <= before - SOME


def test_all_alpha_becomes_stake_on_root_after_the_start(chain):
    start(chain)
    chain.sub.networks_added[netuid(0)] = True
    chain.sub.subtoken_enabled[netuid(0)] = True
    chain.call(COLD, "add_stake", **here, amount_staked=Tao(U64(TAO)))
    chain.call(COLD, "unstake_all_alpha", hotkey=HOT)
    assert ledger.of(chain.sub, HOT, COLD, ONE) == 0
    assert ledger.of(chain.sub, HOT, COLD, netuid(0)) > 0


def test_neurons_register_before_the_start(chain):
    for net, hotkey in ((ONE, account("new")), (TWO, account("newer"))):
        chain.call(COLD, "burned_register", netuid=net, hotkey=hotkey)
        assert chain.sub.uids[net, hotkey] == 3


def test_a_registration_counts_as_flow_to_the_subnet(chain):
    chain.sub.burn[ONE] = Tao(U64(1_000_000))
    before = chain.sub.subnet_tao_flow[ONE]
    chain.call(COLD, "burned_register", netuid=ONE, hotkey=account("new"))
    assert chain.sub.subnet_tao_flow[ONE] == before + 1_000_000
