"""Facts of the chain's tests/recycle_alpha and auto_stake_hotkey."""

from __future__ import annotations

from typing import Any

import pytest

from pysubtensor.frame.primitives import U64, U128, Alpha, NetUid, Tao
from pysubtensor.pallets.subtensor.events.staking import (
    AddStakeBurn,
    AlphaBurned,
    AlphaRecycled,
    AutoStakeDestinationSet,
)
from pysubtensor.pallets.subtensor.share_pool import SafeFloat
from pysubtensor.pallets.subtensor.types import LockState
from tests.unit.pallets.subtensor.staking.market import (
    DEPOSIT,
    LEAST,
    MINER,
    NOMINATOR,
    NOWHERE,
    ONE,
    OTHER,
    OTHER_MINER,
    OWNER,
    RESERVE,
    ROOT,
    TAO,
    Market,
    at,
)

STAKE = 200_000
AMOUNT = LEAST * 10
BOTH = pytest.mark.parametrize("name", ["recycle_alpha", "burn_alpha"])


@pytest.fixture
def market(market: Market) -> Market:
    """The miner's owner and a nominator hold the same stake."""
    for coldkey in (OWNER, NOMINATOR):
        market.stake(at(coldkey=coldkey), STAKE)
    return market


def some(amount: int = STAKE // 2, netuid: NetUid = ONE) -> dict[str, Any]:
    return {"hotkey": MINER, "amount": Alpha(U64(amount)), "netuid": netuid}


# -- recycle_alpha and burn_alpha -----------------------------------------------------------------


@pytest.mark.parametrize("coldkey", [OWNER, NOMINATOR])
def test_recycled_alpha_leaves_the_issuance(market: Market, coldkey: Any) -> None:
    issued = market.assets.total_alpha_issuance[ONE]
    told = market.call(coldkey, "recycle_alpha", **some())
    assert told == [AlphaRecycled(coldkey, MINER, Alpha(U64(STAKE // 2)), ONE)]
    assert market.sub.subnet_alpha_out[ONE] == STAKE * 3 // 2
    assert market.assets.alpha_recycled[ONE] == STAKE // 2
    assert market.assets.total_alpha_issuance[ONE] == issued - STAKE // 2


@pytest.mark.parametrize("coldkey", [OWNER, NOMINATOR])
def test_burned_alpha_stays_in_the_issuance(market: Market, coldkey: Any) -> None:
    issued = market.assets.total_alpha_issuance[ONE]
    told = market.call(coldkey, "burn_alpha", **some())
    assert told == [AlphaBurned(coldkey, MINER, Alpha(U64(STAKE // 2)), ONE)]
    assert market.sub.subnet_alpha_out[ONE] == 2 * STAKE
    assert market.assets.alpha_burned[ONE] == STAKE // 2
    assert market.assets.total_alpha_issuance[ONE] == issued


@BOTH
def test_only_the_callers_stake_is_destroyed(market: Market, name: str) -> None:
    market.call(NOMINATOR, name, **some())
    assert market.staked(at()) == STAKE // 2
    assert market.staked(at(coldkey=OWNER)) == STAKE
    assert market.sub.total_hotkey_alpha[MINER, ONE] == STAKE * 3 // 2


@BOTH
def test_no_more_than_there_is_is_destroyed(market: Market, name: str) -> None:
    (told,) = market.call(NOMINATOR, name, **some(STAKE * 2))
    assert told.alpha == STAKE
    assert market.staked(at()) == 0


@BOTH
def test_nothing_may_be_destroyed(market: Market, name: str) -> None:
    (told,) = market.call(OTHER, name, **some())
    assert told.alpha == 0


@BOTH
def test_what_refuses_the_destruction(market: Market, name: str) -> None:
    market.refused("SubnetNotExists", NOMINATOR, name, **some(netuid=NOWHERE))
    market.refused("CannotBurnOrRecycleOnRootSubnet", NOMINATOR, name, **some(netuid=ROOT))
    stranger = {**some(), "hotkey": NOMINATOR}
    market.refused("HotKeyAccountNotExists", NOMINATOR, name, **stranger)
    market.sub.subnet_alpha_out[ONE] = Alpha(U64(STAKE // 2 - 1))
    market.refused("InsufficientLiquidity", NOMINATOR, name, **some())
    market.sub.subtoken_enabled[ONE] = False
    market.refused("SubtokenDisabled", NOMINATOR, name, **stranger)


@BOTH
def test_locked_alpha_is_not_destroyed(market: Market, name: str) -> None:
    market.sub.lock[NOMINATOR, ONE, MINER] = LockState(Alpha(U64(STAKE // 2)), U128(0), U64(1))
    market.sub.decaying_lock[NOMINATOR, ONE] = False
    market.refused("StakeUnavailable", NOMINATOR, name, **some(STAKE // 2 + 1))
    market.call(NOMINATOR, name, **some(STAKE // 2))


@BOTH
def test_a_pool_of_tiny_shares_loses_no_precision(name: str) -> None:
    market = Market()
    market.stake(at(), STAKE)
    share = SafeFloat.whole(1).div(SafeFloat.whole(10**9))
    assert share is not None
    market.sub.total_hotkey_shares_v2[MINER, ONE] = share
    market.sub.alpha_v2[at()] = share
    market.call(NOMINATOR, name, **some())
    assert market.staked(at()) == STAKE // 2


# -- add_stake_burn -------------------------------------------------------------------------------


def buy(amount: int = AMOUNT, limit: int | None = None, netuid: NetUid = ONE) -> dict[str, Any]:
    price = None if limit is None else Tao(U64(limit))
    return {"hotkey": MINER, "netuid": netuid, "amount": Tao(U64(amount)), "limit": price}


@pytest.mark.parametrize("coldkey", [OWNER, OTHER])
def test_anybody_may_buy_and_burn(coldkey: Any) -> None:
    market = Market()
    market.give(coldkey, AMOUNT + DEPOSIT)
    alpha = Alpha(U64(market.buys(ONE, AMOUNT).paid_out))
    *_, burned, told = market.call(coldkey, "add_stake_burn", **buy())
    assert burned == AlphaBurned(coldkey, MINER, alpha, ONE)
    assert told == AddStakeBurn(ONE, MINER, Tao(U64(AMOUNT)), alpha)
    assert market.free(coldkey) == DEPOSIT
    assert market.worth(MINER) == 0


def test_buying_and_burning_within_a_limit() -> None:
    market = Market()
    market.give(NOMINATOR, 100 * TAO)
    market.call(NOMINATOR, "add_stake_burn", **buy(100 * TAO, 2 * TAO))
    price = market.swap.price(ONE) * 10**9 >> 64
    assert price == pytest.approx(1_210_000_000, rel=1e-3)
    assert market.staked(at()) == 0


@pytest.mark.parametrize(
    ("error", "args"),
    [
        ("SubnetNotExists", buy(netuid=NOWHERE)),
        ("NotEnoughBalanceToStake", buy()),
        ("SlippageTooHigh", buy(RESERVE, 2 * TAO)),
    ],
)
def test_what_cannot_be_bought_is_not_burned(error: str, args: dict[str, Any]) -> None:
    Market().refused(error, NOMINATOR, "add_stake_burn", **args)


def test_stake_on_root_is_not_bought_to_burn() -> None:
    market = Market()
    market.give(NOMINATOR, AMOUNT)
    market.refused(
        "CannotBurnOrRecycleOnRootSubnet", NOMINATOR, "add_stake_burn", **buy(netuid=ROOT)
    )


def test_two_purchases_in_a_block_are_not_too_many() -> None:
    market = Market()
    market.give(NOMINATOR, 3 * AMOUNT)
    burned = 0
    for _ in range(2):
        burned += market.buys(ONE, AMOUNT).paid_out
        market.call(NOMINATOR, "add_stake_burn", **buy())
    assert market.free(NOMINATOR) == AMOUNT
    assert market.assets.alpha_burned[ONE] == burned
    assert market.staked(at()) == 0


# -- set_coldkey_auto_stake_hotkey ----------------------------------------------------------------


def auto(hotkey: Any = MINER, netuid: NetUid = ONE) -> dict[str, Any]:
    return {"netuid": netuid, "hotkey": hotkey}


@pytest.fixture
def neurons(market: Market) -> Market:
    market.neuron(ONE, MINER, OWNER)
    market.neuron(ONE, OTHER_MINER, OTHER)
    return market


def test_a_coldkey_chooses_where_its_earnings_go(neurons: Market) -> None:
    told = neurons.call(NOMINATOR, "set_coldkey_auto_stake_hotkey", **auto())
    assert told == [AutoStakeDestinationSet(NOMINATOR, ONE, MINER)]
    assert neurons.sub.auto_stake_destination[NOMINATOR, ONE] == MINER
    assert neurons.sub.auto_stake_destination_coldkeys[MINER, ONE] == (NOMINATOR,)


def test_a_coldkey_may_choose_anew(neurons: Market) -> None:
    for hotkey in (MINER, OTHER_MINER):
        neurons.call(NOMINATOR, "set_coldkey_auto_stake_hotkey", **auto(hotkey))
    followers = neurons.sub.auto_stake_destination_coldkeys
    assert neurons.sub.auto_stake_destination[NOMINATOR, ONE] == OTHER_MINER
    assert followers[OTHER_MINER, ONE] == (NOMINATOR,)
    assert followers[MINER, ONE] == ()
    assert (MINER, ONE) in followers


def test_the_same_choice_again_is_refused(neurons: Market) -> None:
    neurons.call(NOMINATOR, "set_coldkey_auto_stake_hotkey", **auto())
    name = "set_coldkey_auto_stake_hotkey"
    neurons.refused("SameAutoStakeHotkeyAlreadySet", NOMINATOR, name, **auto())


def test_only_a_neuron_of_the_subnet_can_be_chosen(neurons: Market) -> None:
    name = "set_coldkey_auto_stake_hotkey"
    neurons.refused("SubnetNotExists", NOMINATOR, name, **auto(netuid=NOWHERE))
    neurons.refused("HotKeyNotRegisteredInSubNet", NOMINATOR, name, **auto(NOMINATOR))
