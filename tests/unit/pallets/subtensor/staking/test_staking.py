"""Facts of the chain's tests/staking: buying and selling stake at any price."""

from __future__ import annotations

from typing import Any

import pytest

from pysubtensor.frame.error import BadOrigin
from pysubtensor.frame.origin import ROOT as BY_ROOT
from pysubtensor.frame.origin import Nobody, Origin
from pysubtensor.frame.pallet_id import account_of
from pysubtensor.frame.primitives import U16, U64, U128, Alpha, NetUid, Tao
from pysubtensor.pallets.subtensor.events.staking import StakeAdded, StakeRemoved
from pysubtensor.pallets.subtensor.pools import ledger
from tests.support import run
from tests.unit.pallets.subtensor.staking.market import (
    AUTHOR,
    DEPOSIT,
    LEAST,
    MINER,
    NOMINATOR,
    NOWHERE,
    ONE,
    OTHER,
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
MINIMUM_RESERVE = 1_000_000


def add(amount: int = AMOUNT, netuid: NetUid = ONE) -> dict[str, Any]:
    return {"hotkey": MINER, "netuid": netuid, "amount_staked": Tao(U64(amount))}


def remove(amount: int = AMOUNT, netuid: NetUid = ONE) -> dict[str, Any]:
    return {"hotkey": MINER, "netuid": netuid, "amount_unstaked": Alpha(U64(amount))}


# -- add_stake ------------------------------------------------------------------------------------


def test_adding_buys_alpha_and_keeps_the_deposit(market: Market) -> None:
    market.give(NOMINATOR, AMOUNT)
    paid = AMOUNT - DEPOSIT
    bought = market.buys(ONE, paid)
    *_, told = market.call(NOMINATOR, "add_stake", **add())
    alpha, fee = Alpha(U64(bought.paid_out)), U64(bought.fee)
    assert told == StakeAdded(NOMINATOR, MINER, Tao(U64(paid)), alpha, ONE, fee)
    assert market.free(NOMINATOR) == DEPOSIT
    assert market.staked(at()) == bought.paid_out
    assert market.sub.total_stake.get() == paid
    assert market.sub.last_coldkey_hotkey_stake_block[NOMINATOR, MINER] == 1


def test_adding_moves_the_reserves_and_pays_the_author(market: Market) -> None:
    market.give(NOMINATOR, AMOUNT + DEPOSIT)
    bought, before = market.buys(ONE, AMOUNT), market.free(AUTHOR)
    market.call(NOMINATOR, "add_stake", **add())
    sub = market.sub
    assert bought.fee == AMOUNT * 33 // 65535
    assert market.free(AUTHOR) - before == bought.fee
    assert sub.subnet_tao[ONE] == RESERVE + AMOUNT - bought.fee
    assert sub.subnet_alpha_in[ONE] == RESERVE - bought.paid_out
    assert sub.subnet_alpha_out[ONE] == bought.paid_out
    assert sub.subnet_volume[ONE] == AMOUNT
    assert sub.subnet_tao_flow[ONE] == AMOUNT - bought.fee
    assert market.free(market.account(ONE)) == RESERVE + AMOUNT - bought.fee + DEPOSIT


@pytest.mark.parametrize(("rate", "burned"), [(33, 10_070), (1, 0)])
def test_without_an_author_the_fee_burns_or_stays_when_too_little(rate: int, burned: int) -> None:
    market = Market(author=None)
    market.give(NOMINATOR, AMOUNT + DEPOSIT)
    market.swap.fee_rate[ONE] = U16(rate)
    account = market.account(ONE)
    before = market.free(account)
    market.call(NOMINATOR, "add_stake", **add())
    assert market.free(account_of(market.sub.config.burn_account_id)) == burned
    assert market.free(account) - before == AMOUNT - burned


def test_what_is_staked_is_worth_what_was_paid(market: Market) -> None:
    market.give(NOMINATOR, AMOUNT + DEPOSIT)
    fee = market.buys(ONE, AMOUNT).fee
    market.call(NOMINATOR, "add_stake", **add())
    assert market.worth(MINER) == pytest.approx(AMOUNT - fee, abs=1_000)


def test_others_may_stake_with_a_hotkey_too(market: Market) -> None:
    market.give(OTHER, AMOUNT + DEPOSIT)
    market.call(OTHER, "add_stake", **add())
    assert market.sub.staking_hotkeys[OTHER] == (MINER,)
    assert market.staked(at(coldkey=OTHER)) > 0


def test_staking_where_alpha_has_no_price_is_one_for_one(market: Market) -> None:
    market.give(NOMINATOR, 2 * AMOUNT + DEPOSIT)
    for netuid in (STABLE, ROOT):
        *_, told = market.call(NOMINATOR, "add_stake", **add(AMOUNT, netuid))
        amount = Tao(U64(AMOUNT))
        assert told == StakeAdded(NOMINATOR, MINER, amount, Alpha(amount), netuid, U64(0))
        assert market.staked(at(netuid)) == AMOUNT
    assert market.sub.staking_coldkeys[NOMINATOR] == 0


@pytest.mark.parametrize("origin", [Origin(Nobody()), BY_ROOT])
@pytest.mark.parametrize(("name", "args"), [("add_stake", add()), ("remove_stake", remove())])
def test_only_signed_calls_stake(
    market: Market, origin: Origin, name: str, args: dict[str, Any]
) -> None:
    with pytest.raises(BadOrigin):
        run(market.runtime, origin, "SubtensorModule", name, **args)


def test_a_subnet_must_exist_and_trade(market: Market) -> None:
    market.give(NOMINATOR, AMOUNT)
    market.refused("SubnetNotExists", NOMINATOR, "add_stake", **add(netuid=NOWHERE))
    market.sub.subtoken_enabled[ONE] = False
    market.refused("SubtokenDisabled", NOMINATOR, "add_stake", **add())
    market.stake(at(), AMOUNT)
    market.refused("SubtokenDisabled", NOMINATOR, "remove_stake", **remove())
    market.refused("SubtokenDisabled", NOMINATOR, "remove_stake", **remove(netuid=NOWHERE))


def test_the_least_stake_is_on_top_of_the_fee(market: Market) -> None:
    market.give(NOMINATOR, AMOUNT)
    least = LEAST + market.buys(ONE, LEAST).fee
    market.refused("AmountTooLow", NOMINATOR, "add_stake", **add(least - 1))
    market.call(NOMINATOR, "add_stake", **add(least))


def test_refusals_of_adding_come_in_order(market: Market) -> None:
    stranger = {**add(), "hotkey": OWNER}
    market.refused("AmountTooLow", NOMINATOR, "add_stake", **{**stranger, "amount_staked": 1})
    market.refused("NotEnoughBalanceToStake", NOMINATOR, "add_stake", **stranger)
    market.give(NOMINATOR, AMOUNT)
    market.refused("HotKeyAccountNotExists", NOMINATOR, "add_stake", **stranger)
    market.pool(ONE, RESERVE, 2 * RESERVE)
    market.refused("InsufficientLiquidity", OTHER, "add_stake", **add(RESERVE * 1_000 + 1))


@pytest.mark.parametrize(
    ("tao", "alpha"),
    [
        (MINIMUM_RESERVE - 1, MINIMUM_RESERVE - 1),
        (MINIMUM_RESERVE, MINIMUM_RESERVE - 1),
        (19_989, RESERVE),
    ],
)
def test_a_pool_that_is_too_small_takes_no_stake(market: Market, tao: int, alpha: int) -> None:
    market.give(NOMINATOR, AMOUNT)
    market.pool(ONE, tao, alpha)
    market.refused("InsufficientLiquidity", NOMINATOR, "add_stake", **add())


def test_a_hotkey_whose_shares_are_worth_nothing_takes_no_stake(market: Market) -> None:
    market.stake(at(coldkey=OWNER), AMOUNT)
    ledger.decrease_for_all(market.sub, MINER, ONE, AMOUNT)
    market.give(NOMINATOR, AMOUNT)
    market.refused("InsufficientLiquidity", NOMINATOR, "add_stake", **add())


def test_the_dust_of_a_whole_balance_stays(market: Market) -> None:
    market.give(NOMINATOR, AMOUNT)
    market.refused("NotEnoughBalanceToStake", NOMINATOR, "add_stake", **add(AMOUNT + 1))
    market.call(NOMINATOR, "add_stake", **add(AMOUNT))
    assert market.free(NOMINATOR) == DEPOSIT


# -- remove_stake ---------------------------------------------------------------------------------


def test_removing_sells_alpha_for_the_coldkey(market: Market) -> None:
    market.stake(at(), AMOUNT)
    market.sub.total_stake.put(Tao(U64(RESERVE)))
    sold = market.sells(ONE, AMOUNT)
    *_, told = market.call(NOMINATOR, "remove_stake", **remove())
    tao, alpha = Tao(U64(sold.paid_out)), Alpha(U64(sold.paid_in))
    assert told == StakeRemoved(NOMINATOR, MINER, tao, alpha, ONE, U64(sold.fee))
    assert market.free(NOMINATOR) == sold.paid_out
    assert market.staked(at()) == 0
    assert at() not in market.sub.alpha_v2
    assert market.sub.last_coldkey_hotkey_stake_block[NOMINATOR, MINER] == 1


def test_the_fee_of_a_sale_is_sold_for_the_author(market: Market) -> None:
    market.stake(at(), AMOUNT)
    sold, before = market.sells(ONE, AMOUNT), market.free(AUTHOR)
    market.call(NOMINATOR, "remove_stake", **remove())
    paid = market.free(AUTHOR) - before
    assert paid == pytest.approx(sold.fee, abs=2)
    sub = market.sub
    assert sub.subnet_tao[ONE] == RESERVE - sold.paid_out - paid
    assert sub.subnet_alpha_in[ONE] == RESERVE + AMOUNT
    assert sub.subnet_alpha_out[ONE] == 0
    assert sub.subnet_tao_flow[ONE] == -sold.paid_out - paid
    assert sub.subnet_volume[ONE] == sold.paid_out + paid


def test_without_an_author_the_fee_of_a_sale_burns() -> None:
    market = Market(author=None)
    market.stake(at(), AMOUNT)
    sold = market.sells(ONE, AMOUNT)
    market.call(NOMINATOR, "remove_stake", **remove())
    assert market.assets.alpha_burned[ONE] == sold.fee
    assert market.sub.subnet_alpha_out[ONE] == sold.fee


def test_nothing_cannot_be_removed(market: Market) -> None:
    market.refused("AmountTooLow", NOMINATOR, "remove_stake", **remove())
    market.stake(at(), AMOUNT)
    market.refused("AmountTooLow", NOMINATOR, "remove_stake", **remove(0))


def test_less_than_the_least_may_only_leave_as_a_whole(market: Market) -> None:
    market.stake(at(), LEAST // 2)
    market.refused("AmountTooLow", NOMINATOR, "remove_stake", **remove(LEAST // 2 - 1))
    market.call(NOMINATOR, "remove_stake", **remove(LEAST // 2))
    assert market.staked(at()) == 0


def test_the_least_may_be_removed_in_part(market: Market) -> None:
    market.give(market.account(STABLE), AMOUNT)
    market.stake(at(STABLE), AMOUNT)
    market.refused("AmountTooLow", NOMINATOR, "remove_stake", **remove(LEAST - 1, STABLE))
    market.call(NOMINATOR, "remove_stake", **remove(LEAST, STABLE))
    assert market.free(NOMINATOR) == LEAST


def test_stake_with_a_hotkey_that_is_not_there_cannot_be_removed(market: Market) -> None:
    market.stake(at(hotkey=OWNER), AMOUNT)
    args = {**remove(), "hotkey": OWNER}
    market.refused("HotKeyAccountNotExists", NOMINATOR, "remove_stake", **args)


def test_no_more_than_is_staked_is_removed(market: Market) -> None:
    market.stake(at(), AMOUNT)
    market.call(NOMINATOR, "remove_stake", **remove(AMOUNT * 5))
    assert market.staked(at()) == 0


def test_a_small_pool_sells_nothing_until_it_grows(market: Market) -> None:
    market.stake(at(), AMOUNT)
    market.pool(ONE, MINIMUM_RESERVE - 1, MINIMUM_RESERVE - 1)
    market.refused("InsufficientLiquidity", NOMINATOR, "remove_stake", **remove())
    market.pool(ONE, AMOUNT * 100, AMOUNT // 1_000 + 1)
    market.call(NOMINATOR, "remove_stake", **remove())


def test_a_position_larger_than_the_pool_takes_is_not_sold(market: Market) -> None:
    market.pool(ONE, RESERVE, 10)
    market.stake(at(), 10_001)
    market.refused("InsufficientLiquidity", NOMINATOR, "remove_stake", **remove(10_001))


def test_only_a_coldkeys_own_stake_is_sold(market: Market) -> None:
    market.stake(at(), AMOUNT)
    market.refused("AmountTooLow", OWNER, "remove_stake", **remove())


def test_an_unknown_subnet_that_root_lets_trade_sells_nothing(market: Market) -> None:
    market.sub.subtoken_enabled[NOWHERE] = True
    market.refused("SubnetNotExists", NOMINATOR, "remove_stake", **remove(netuid=NOWHERE))


def test_a_subnet_that_cannot_pay_keeps_the_stake(market: Market) -> None:
    market.stake(at(STABLE), AMOUNT)
    market.refused("InsufficientBalance", NOMINATOR, "remove_stake", **remove(netuid=STABLE))
    assert market.staked(at(STABLE)) == AMOUNT


def test_staking_there_and_back_costs_two_fees(market: Market) -> None:
    market.give(NOMINATOR, 100 * TAO + DEPOSIT)
    issued = market.issued()
    fee = market.buys(ONE, 100 * TAO).fee
    market.call(NOMINATOR, "add_stake", **add(100 * TAO))
    staked = market.staked(at())
    fee_in_alpha = market.sells(ONE, staked).fee
    market.call(NOMINATOR, "remove_stake", **remove(staked))
    cost = 100 * TAO + DEPOSIT - market.free(NOMINATOR)
    assert cost == pytest.approx(fee + fee_in_alpha, rel=1e-4)
    assert market.issued() == issued


@pytest.mark.parametrize(
    ("amount", "dividends", "last"),
    [
        (AMOUNT, 0, 1_000),
        (TAO, 0, 1_000),
        (100 * TAO, 0, 1_000),
        (100 * TAO, 1_000_000_000, 10_000_000_000),
        (100 * TAO, 10_000_000, 10_000_000_000),
        (TAO, 100_000_000_000, 100_000_000_000_000),
    ],
)
def test_dividends_do_not_raise_the_fees(
    market: Market, amount: int, dividends: int, last: int
) -> None:
    market.pool(ONE, amount * 10, amount * 10)
    market.give(NOMINATOR, amount + DEPOSIT)
    market.sub.alpha_dividends_per_subnet[ONE, MINER] = Alpha(U64(dividends))
    market.sub.total_hotkey_alpha_last_epoch[MINER, ONE] = Alpha(U64(last))
    fees = market.buys(ONE, amount).fee
    market.call(NOMINATOR, "add_stake", **add(amount))
    staked = market.staked(at())
    fees += market.sells(ONE, staked).fee
    market.call(NOMINATOR, "remove_stake", **remove(staked))
    assert amount + DEPOSIT - market.free(NOMINATOR) == pytest.approx(fees, rel=1e-2)


def test_a_hotkey_of_tiny_shares_takes_stake(market: Market) -> None:
    """Shares a part in 10**11 of the stake once made this fail on the chain."""
    market.pool(ONE, 2_409_892_148_947, 15_358_708_513_716)
    market.stake(at(coldkey=OWNER), 1_234)
    shares = U128((161_986_254 << 64) // ((1 << 64) - 1))
    market.sub.total_hotkey_shares[MINER, ONE] = shares
    market.sub.total_hotkey_alpha[MINER, ONE] = Alpha(U64(36_711_495_953))
    market.give(NOMINATOR, 2 * TAO)
    bought = market.buys(ONE, 200_000_000).paid_out
    market.call(NOMINATOR, "add_stake", **add(200_000_000))
    assert market.staked(at()) == pytest.approx(bought, rel=1e-3)


@pytest.mark.parametrize("pieces", [2, 10])
def test_staking_in_pieces_comes_to_the_same(market: Market, pieces: int) -> None:
    for coldkey in (NOMINATOR, OTHER):
        market.give(coldkey, AMOUNT + DEPOSIT)
    market.swap.fee_rate[ONE] = market.swap.fee_rate[TWO] = U16(0)
    market.call(NOMINATOR, "add_stake", **add())
    for _ in range(pieces):
        market.call(OTHER, "add_stake", **add(AMOUNT // pieces + 1, TWO))
    there = market.staked(at(TWO, coldkey=OTHER))
    assert there == pytest.approx(market.staked(at()), abs=2 * pieces)


# -- pending children -----------------------------------------------------------------------------


_LIMIT = {"limit_price": Tao(U64(1)), "allow_partial": True}


@pytest.mark.parametrize(("name", "more"), [("remove_stake", {}), ("remove_stake_limit", _LIMIT)])
@pytest.mark.parametrize(("threshold", "kept"), [(0, True), (AMOUNT, True), (AMOUNT + 1, False)])
def test_a_hotkey_that_loses_its_stake_gets_no_children(
    market: Market, name: str, more: dict[str, Any], threshold: int, kept: bool
) -> None:
    market.give(market.account(STABLE), AMOUNT)
    market.stake(at(STABLE), 2 * AMOUNT)
    market.sub.stake_threshold.put(U64(threshold))
    market.sub.pending_child_keys[TWO, MINER] = ((U64(1), OWNER),), U64(7)
    market.call(NOMINATOR, name, **remove(AMOUNT, STABLE), **more)
    assert market.worth(MINER) == AMOUNT
    assert ((TWO, MINER) in market.sub.pending_child_keys) is kept


# -- the ledger -----------------------------------------------------------------------------------


def test_stakes_of_subnets_are_apart(market: Market) -> None:
    market.stake(at(ONE), 10_000)
    assert market.staked(at(ONE)) == 10_000
    assert market.staked(at(TWO)) == 0
    ledger.decrease(market.sub, *at(ONE), 10_000)
    assert market.staked(at(ONE)) == 0


def test_more_than_there_is_is_not_taken(market: Market) -> None:
    market.stake(at(), 10_000)
    ledger.decrease(market.sub, *at(), 10_001)
    assert market.staked(at()) == 10_000
    ledger.decrease(market.sub, *at(coldkey=OTHER), 1)
    assert ledger.on_hotkey(market.sub, MINER, ONE) == 10_000


def test_a_hotkeys_stake_is_worth_the_sum_over_subnets(market: Market) -> None:
    market.stake(at(ONE), 10_000)
    market.stake(at(TWO, coldkey=OTHER), 5_000)
    market.stake(at(STABLE), 7)
    assert market.worth(MINER) == 15_007
    market.sub.subnet_tao[TWO] = Tao(U64(RESERVE // 2))
    assert market.worth(MINER) == 12_507


def test_stake_on_a_subnet_that_is_not_there_is_worth_nothing(market: Market) -> None:
    ledger.increase(market.sub, *at(NOWHERE), 10)
    assert market.staked(at(NOWHERE)) == 10
    assert market.worth(MINER) == 0
