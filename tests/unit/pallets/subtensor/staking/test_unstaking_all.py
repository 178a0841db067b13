"""Facts of the chain's tests/staking: unstaking everywhere, small nominations, stake on root."""

from __future__ import annotations

from typing import Any

import pytest

from pysubtensor.frame.primitives import I128, U16, U64, U128, AccountId, Alpha, NetUid, Tao
from pysubtensor.pallets.subtensor.events.staking import StakeAdded, StakeRemoved
from pysubtensor.pallets.subtensor.locks import locks
from pysubtensor.pallets.subtensor.pools import ledger
from pysubtensor.pallets.subtensor.root_claims import claimable
from pysubtensor.pallets.subtensor.staking import nominations
from pysubtensor.pallets.subtensor.types import LockState
from tests.unit.pallets.subtensor.staking.market import (
    DEPOSIT,
    LEAST,
    MINER,
    NOMINATOR,
    ONE,
    OTHER,
    OTHER_MINER,
    OWNER,
    RESERVE,
    ROOT,
    STABLE,
    TAO,
    TWO,
    Market,
    at,
)

AMOUNT = LEAST * 10
BOTH = pytest.mark.parametrize("name", ["unstake_all", "unstake_all_alpha"])


# -- unstake_all and unstake_all_alpha ------------------------------------------------------------


def test_unstaking_all_sells_on_every_subnet(market: Market) -> None:
    for netuid in (ONE, TWO, ROOT):
        market.stake(at(netuid), AMOUNT)
    market.give(market.account(ROOT), AMOUNT)
    expected = 2 * market.sells(ONE, AMOUNT).paid_out + AMOUNT
    events = market.call(NOMINATOR, "unstake_all", hotkey=MINER)
    sold = [each for each in events if isinstance(each, StakeRemoved)]
    assert {each.netuid for each in sold} == {ROOT, ONE, TWO}
    assert market.free(NOMINATOR) == sum(each.tao for each in sold) == expected
    assert all(market.staked(at(netuid)) == 0 for netuid in (ONE, TWO, ROOT))


def test_all_alpha_becomes_stake_on_root(market: Market) -> None:
    for netuid in (ONE, TWO):
        market.stake(at(netuid), AMOUNT)
    market.stake(at(ROOT), 7)
    expected = 2 * market.sells(ONE, AMOUNT).paid_out
    *_, told = market.call(NOMINATOR, "unstake_all_alpha", hotkey=MINER)
    tao = Tao(U64(expected - DEPOSIT))
    assert told == StakeAdded(NOMINATOR, MINER, tao, Alpha(tao), ROOT, U64(0))
    assert market.staked(at(ROOT)) == expected - DEPOSIT + 7
    assert market.staked(at(ONE)) == market.staked(at(TWO)) == 0


@BOTH
def test_only_stake_with_the_hotkey_is_sold(market: Market, name: str) -> None:
    for hotkey in (MINER, OTHER_MINER):
        market.stake(at(hotkey=hotkey), AMOUNT)
    market.call(NOMINATOR, name, hotkey=MINER)
    assert market.staked(at(hotkey=OTHER_MINER)) == AMOUNT


@BOTH
def test_subnets_that_do_not_trade_are_left_out(market: Market, name: str) -> None:
    for netuid in (ONE, TWO):
        market.stake(at(netuid), AMOUNT)
    market.sub.subtoken_enabled[ONE] = False
    market.call(NOMINATOR, name, hotkey=MINER)
    assert market.staked(at(ONE)) == AMOUNT
    assert market.staked(at(TWO)) == 0


@BOTH
def test_an_unknown_hotkey_sells_nothing(market: Market, name: str) -> None:
    market.refused("HotKeyAccountNotExists", NOMINATOR, name, hotkey=NOMINATOR)


def _starve(market: Market) -> None:
    """A pool with too little TAO to buy anything."""
    market.stake(at(), 190 * TAO)
    market.pool(ONE, 999_999, 190 * TAO + 10_000_000)


def test_a_pool_without_money_is_left_out(market: Market) -> None:
    _starve(market)
    assert market.call(NOMINATOR, "unstake_all", hotkey=MINER) == []
    assert market.staked(at()) == 190 * TAO


def test_without_a_sale_nothing_is_staked_on_root(market: Market) -> None:
    _starve(market)
    market.refused("AmountTooLow", NOMINATOR, "unstake_all_alpha", hotkey=MINER)


def test_locked_stake_is_left_out(market: Market) -> None:
    for netuid in (ONE, TWO):
        market.stake(at(netuid), AMOUNT)
    market.sub.lock[NOMINATOR, ONE, MINER] = LockState(Alpha(U64(AMOUNT // 2)), U128(0), U64(1))
    market.sub.decaying_lock[NOMINATOR, ONE] = False
    market.call(NOMINATOR, "unstake_all", hotkey=MINER)
    assert market.staked(at(ONE)) == AMOUNT
    assert market.staked(at(TWO)) == 0


@BOTH
def test_a_subnet_without_money_undoes_all(market: Market, name: str) -> None:
    market.stake(at(ONE), AMOUNT)
    market.stake(at(STABLE), AMOUNT)
    market.refused("InsufficientBalance", NOMINATOR, name, hotkey=MINER)


# -- nominations ----------------------------------------------------------------------------------


def require(market: Market, millionths: int) -> None:
    nominations.set_least(market.sub, U64(millionths))


@pytest.mark.parametrize(("millionths", "least"), [(0, 0), (1, 2), (1_000_000, LEAST), (10, 20)])
def test_the_least_nomination_is_a_part_of_the_least_stake(
    market: Market, millionths: int, least: int
) -> None:
    require(market, millionths)
    assert nominations.least(market.sub) == least


def test_small_nominations_are_sold(market: Market) -> None:
    for coldkey in (OWNER, NOMINATOR):
        market.stake(at(coldkey=coldkey), 60_000)
    market.give(NOMINATOR, DEPOSIT)
    market.stake(at(coldkey=OTHER), 2 * AMOUNT)
    require(market, 0)
    assert market.staked(at()) == 60_000
    require(market, 1_000_000)
    assert market.staked(at()) == 0
    assert market.staked(at(coldkey=OWNER)) == 60_000
    assert market.staked(at(coldkey=OTHER)) == 2 * AMOUNT
    assert market.free(NOMINATOR) == pytest.approx(DEPOSIT + 60_000, rel=1e-3)


@pytest.mark.parametrize(("tao", "kept"), [(RESERVE, True), (RESERVE // 2, False)])
def test_the_least_is_in_tao(market: Market, tao: int, kept: bool) -> None:
    market.give(NOMINATOR, DEPOSIT)
    market.stake(at(), LEAST)
    market.sub.subnet_tao[ONE] = Tao(U64(tao))
    require(market, 1_000_000)
    assert (market.staked(at()) > 0) is kept


def test_millionths_are_compared_with_rao(market: Market) -> None:
    """As many millionths as there were rao before do not count as a rise."""
    require(market, 1_000_000)
    market.stake(at(), 3_000_000)
    require(market, 2_000_000)
    assert nominations.least(market.sub) == 4_000_000
    assert market.staked(at()) == 3_000_000


def test_a_lower_least_clears_nothing(market: Market) -> None:
    market.give(NOMINATOR, DEPOSIT)
    require(market, 4_000_000)
    market.stake(at(), LEAST)
    require(market, 2 * LEAST)
    require(market, LEAST + 1)
    assert market.staked(at()) == LEAST


def test_nominations_that_cannot_be_sold_are_taken(market: Market) -> None:
    """The reserves have moved by the time the subnet turns out to have no money."""
    market.stake(at(STABLE), 60_000)
    require(market, 1_000_000)
    assert market.staked(at(STABLE)) == 0
    assert market.free(NOMINATOR) == 0
    assert market.sub.subnet_alpha_in[STABLE] == 60_000


def test_what_comes_back_from_a_sale_that_fails_is_taken_too(market: Market) -> None:
    """At the lowest price only a part is sold, and then the subnet has no money."""
    market.sub.subnet_mechanism[STABLE] = U16(1)
    market.sub.subnet_tao[STABLE] = Tao(U64(1_000_000))
    market.sub.subnet_alpha_in[STABLE] = Alpha(U64(9 * 10**11))
    market.stake(at(STABLE), 10**12)
    require(market, 1_000_000)
    assert 0 < market.sub.subnet_alpha_in[STABLE] - 9 * 10**11 < 10**12
    assert market.staked(at(STABLE)) == 0


def test_what_is_cleared_is_no_longer_locked(market: Market) -> None:
    market.give(NOMINATOR, DEPOSIT)
    market.stake(at(), 60_000)
    market.sub.lock[NOMINATOR, ONE, MINER] = LockState(Alpha(U64(60_500)), U128(0), U64(1))
    market.sub.decaying_lock[NOMINATOR, ONE] = False
    require(market, 1_000_000)
    assert locks.locked(market.sub, NOMINATOR, ONE) == 500


def test_nothing_is_left_to_clear_after_all_is_sold(market: Market) -> None:
    market.sub.nominator_min_required_stake.put(U64(1_000_000))
    market.stake(at(), AMOUNT)
    args = {"hotkey": MINER, "netuid": ONE, "amount_unstaked": Alpha(U64(AMOUNT))}
    events = market.call(NOMINATOR, "remove_stake", **args)
    assert len([each for each in events if isinstance(each, StakeRemoved)]) == 1


def test_a_rest_below_the_least_is_sold_too(market: Market) -> None:
    market.sub.nominator_min_required_stake.put(U64(1_000_000))
    market.stake(at(), AMOUNT)
    args = {"hotkey": MINER, "netuid": ONE, "amount_unstaked": Alpha(U64(AMOUNT - LEAST // 2))}
    events = market.call(NOMINATOR, "remove_stake", **args)
    assert len([each for each in events if isinstance(each, StakeRemoved)]) == 2
    assert market.staked(at()) == 0


def test_an_owner_may_keep_as_little_as_they_like(market: Market) -> None:
    market.sub.nominator_min_required_stake.put(U64(1_000_000))
    market.stake(at(coldkey=OWNER), AMOUNT)
    args = {"hotkey": MINER, "netuid": ONE, "amount_unstaked": Alpha(U64(AMOUNT - 1))}
    market.call(OWNER, "remove_stake", **args)
    assert market.staked(at(coldkey=OWNER)) == 1


# -- stake on root --------------------------------------------------------------------------------


def on_root(name: str, amount: int = TAO) -> dict[str, Any]:
    kind = "amount_staked" if name == "add_stake" else "amount_unstaked"
    return {"hotkey": MINER, "netuid": ROOT, kind: U64(amount)}


def test_staking_on_root_counts(market: Market) -> None:
    sub = market.sub
    market.give(NOMINATOR, TAO + DEPOSIT)
    sub.subnet_alpha_in[ROOT] = Alpha(U64(TAO))
    market.call(NOMINATOR, "add_stake", **on_root("add_stake"))
    assert market.worth(MINER) == sub.total_stake.get() == sub.subnet_tao[ROOT] == TAO
    assert sub.subnet_alpha_in[ROOT] == 0
    assert sub.subnet_alpha_out[ROOT] == sub.subnet_volume[ROOT] == TAO


def test_unstaking_from_root_counts(market: Market) -> None:
    sub = market.sub
    market.give(NOMINATOR, TAO + DEPOSIT)
    market.call(NOMINATOR, "add_stake", **on_root("add_stake"))
    market.call(NOMINATOR, "remove_stake", **on_root("remove_stake"))
    assert market.worth(MINER) == sub.total_stake.get() == sub.subnet_tao[ROOT] == 0
    assert sub.subnet_alpha_in[ROOT] == TAO
    assert sub.subnet_alpha_out[ROOT] == 0
    assert sub.subnet_volume[ROOT] == 2 * TAO
    assert market.free(NOMINATOR) == TAO + DEPOSIT


def test_coldkeys_with_stake_on_root_are_numbered(market: Market) -> None:
    sub = market.sub
    for coldkey in (NOMINATOR, OTHER):
        market.give(coldkey, TAO + DEPOSIT)
        market.call(coldkey, "add_stake", **on_root("add_stake"))
    assert dict(sub.staking_coldkeys.items()) == {NOMINATOR: 0, OTHER: 1}
    market.call(NOMINATOR, "remove_stake", **on_root("remove_stake"))
    assert dict(sub.staking_coldkeys.items()) == {OTHER: 0}
    assert sub.num_staking_coldkeys.get() == 1


def claimed(market: Market, coldkey: AccountId, netuid: NetUid = ONE) -> int:
    return market.sub.root_claimed[netuid, MINER, coldkey]


def test_new_stake_on_root_has_claimed_what_went_before(market: Market) -> None:
    market.give(NOMINATOR, 2 * TAO)
    market.sub.root_claimable[MINER] = {ONE: I128(1 << 31)}
    market.call(NOMINATOR, "add_stake", **on_root("add_stake"))
    assert claimed(market, NOMINATOR) == TAO // 2
    assert claimable.owed(market.sub, MINER, NOMINATOR, ONE) == 0
    market.call(NOMINATOR, "remove_stake", **on_root("remove_stake", TAO // 4))
    assert claimed(market, NOMINATOR) == TAO * 3 // 8


def test_stake_that_changes_hands_on_root_takes_its_claim_along(market: Market) -> None:
    market.give(NOMINATOR, 2 * TAO)
    market.sub.root_claimable[MINER] = {ONE: I128(1 << 31)}
    market.call(NOMINATOR, "add_stake", **on_root("add_stake"))
    args = {"hotkey": MINER, "origin_netuid": ROOT, "destination_netuid": ROOT}
    half = Alpha(U64(TAO // 2))
    market.call(NOMINATOR, "transfer_stake", destination_coldkey=OTHER, alpha_amount=half, **args)
    assert claimed(market, NOMINATOR) == claimed(market, OTHER) == TAO // 4
    assert ledger.of(market.sub, MINER, OTHER, ROOT) == TAO // 2
