"""Facts of the chain's tests/staking2 and staking: shares of hotkeys' stakes, and plain trades."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pysubtensor.frame.interfaces.exchange import HIGHEST_LIMIT, LOWEST_LIMIT
from pysubtensor.frame.primitives import U16, U64, U128, Alpha
from pysubtensor.pallets.subtensor.errors import AmountTooLow, InsufficientBalance
from pysubtensor.pallets.subtensor.pools import ledger, liquidity
from pysubtensor.pallets.subtensor.share_pool import SafeFloat
from pysubtensor.pallets.subtensor.staking import trades
from pysubtensor.pallets.subtensor.types import LockState
from pysubtensor.pallets.swap.maths.errors import PriceLimitExceeded
from tests.unit.pallets.subtensor.market import (
    AUTHOR,
    DEPOSIT,
    LEAST,
    MINER,
    NOMINATOR,
    ONE,
    OTHER,
    OTHER_MINER,
    OWNER,
    RESERVE,
    STABLE,
    TAO,
    Market,
    at,
    borrowed,
)

ALPHA = 10**9


@pytest.fixture
def market() -> Iterator[Market]:
    with borrowed() as market:
        yield market


def give(market: Market, amount: int, **where: Any) -> None:
    ledger.increase(market.sub, *at(**where), amount)


def take(market: Market, amount: int, **where: Any) -> None:
    ledger.decrease(market.sub, *at(**where), amount)


def total(market: Market) -> int:
    return ledger.on_hotkey(market.sub, MINER, ONE)


# -- shares ---------------------------------------------------------------------------------------


def test_stakes_grow_and_shrink_by_what_is_given_and_taken(market: Market) -> None:
    give(market, ALPHA)
    give(market, ALPHA)
    assert market.staked(at()) == 2 * ALPHA
    ledger.increase_for_all(market.sub, MINER, ONE, ALPHA)
    assert market.staked(at()) == 3 * ALPHA
    give(market, ALPHA, coldkey=OTHER)
    assert market.staked(at(coldkey=OTHER)) == pytest.approx(ALPHA, abs=1)
    assert total(market) == 4 * ALPHA


def test_what_comes_for_all_is_shared_in_proportion(market: Market) -> None:
    give(market, 3 * ALPHA)
    give(market, ALPHA, coldkey=OTHER)
    ledger.increase_for_all(market.sub, MINER, ONE, ALPHA)
    assert market.staked(at()) == pytest.approx(3_750_000_000, abs=1)
    assert market.staked(at(coldkey=OTHER)) == pytest.approx(1_250_000_000, abs=1)
    for coldkey in (NOMINATOR, OTHER):
        take(market, ALPHA, coldkey=coldkey)
    assert market.staked(at()) == pytest.approx(2_750_000_000, abs=1)
    assert market.staked(at(coldkey=OTHER)) == pytest.approx(250_000_000, abs=1)
    assert total(market) == 3 * ALPHA


def test_what_is_taken_from_all_is_shared_in_proportion(market: Market) -> None:
    give(market, 3 * ALPHA)
    give(market, ALPHA, coldkey=OTHER)
    ledger.decrease_for_all(market.sub, MINER, ONE, 2 * ALPHA)
    assert market.staked(at()) == pytest.approx(1_500_000_000, abs=1)
    ledger.decrease_for_all(market.sub, MINER, ONE, 9 * ALPHA)
    assert market.staked(at()) == total(market) == 0


def test_nothing_given_changes_nothing(market: Market) -> None:
    give(market, ALPHA)
    give(market, 0)
    assert market.staked(at()) == ALPHA


def test_more_than_there_is_is_not_taken(market: Market) -> None:
    give(market, ALPHA)
    take(market, ALPHA + 1_000)
    take(market, ALPHA, coldkey=OTHER)
    assert market.staked(at()) == ALPHA
    assert market.staked(at(coldkey=OTHER)) == 0


def test_a_hotkey_that_nobody_owns_may_hold_stake(market: Market) -> None:
    give(market, ALPHA, hotkey=AUTHOR)
    assert market.staked(at(hotkey=AUTHOR)) == ALPHA


def test_stake_is_remembered_by_coldkey(market: Market) -> None:
    market.sub.staking_hotkeys[NOMINATOR] = ()
    for coldkey in (NOMINATOR, OTHER):
        give(market, ALPHA, coldkey=coldkey)
        give(market, ALPHA, coldkey=coldkey)
        assert market.sub.staking_hotkeys[coldkey] == (MINER,)


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        (1_000, 990),
        (1_000, 999),
        (1_000_000, 990_000),
        (1_000_000, 999_990),
        (1_000_000_000, 999_999_990),
        (1_000_000_000_000, 999_999_999_990),
    ],
)
def test_almost_all_is_taken_exactly(market: Market, given: int, taken: int) -> None:
    give(market, given)
    take(market, taken)
    assert market.staked(at()) == given - taken


@pytest.mark.parametrize(
    ("given", "taken", "shared", "within"),
    [
        (1_000, 999, 1_000_000, 0),
        (1_000_000, 999_000, 100_000_000, 0),
        (1_000_000, 900_000, 100_000_000, 0),
        (100_000_000_000, 1_000_000_000, 1_000_000_000_000, 1),
        (100_000_000_000, 99_000_000_000, 1_000_000_000_000, 1),
        (100_000_000_000, 99_990_000_000, 1_000_000_000_000, 1),
        (100_000_000_000, 99_990_000_000, 1_234_567_890, 1),
    ],
)
def test_equal_shares_get_equal_parts(
    market: Market, given: int, taken: int, shared: int, within: int
) -> None:
    for coldkey in (NOMINATOR, OTHER):
        give(market, given, coldkey=coldkey)
        take(market, taken, coldkey=coldkey)
    ledger.increase_for_all(market.sub, MINER, ONE, shared)
    for coldkey in (NOMINATOR, OTHER):
        expected = given - taken + shared // 2
        assert market.staked(at(coldkey=coldkey)) == pytest.approx(expected, abs=within)


@pytest.mark.parametrize(
    ("first", "shared", "second"),
    [
        (1, 2_000_000_000, 500_000_000),
        (1, 5_000_000_000, 50_000_000),
        (500_000_000, 1_000_000_000, 1_000_000_000),
    ],
)
def test_who_comes_later_has_no_part_in_what_was_shared(
    market: Market, first: int, shared: int, second: int
) -> None:
    give(market, first)
    ledger.increase_for_all(market.sub, MINER, ONE, shared)
    give(market, second, coldkey=OTHER)
    assert market.staked(at()) == pytest.approx(first + shared, abs=1)
    assert market.staked(at(coldkey=OTHER)) == pytest.approx(second, abs=1)


def test_all_positions_are_listed_in_order(market: Market) -> None:
    market.sub.alpha[MINER, OWNER, ONE] = U128(1)
    for coldkey in (OTHER, NOMINATOR):
        give(market, 1, coldkey=coldkey, hotkey=OTHER_MINER)
    assert ledger.positions(market.sub) == [
        at(coldkey=OWNER),
        at(hotkey=OTHER_MINER, coldkey=OTHER),
        at(hotkey=OTHER_MINER),
    ]


# -- entries in the former form -------------------------------------------------------------------

STAKE = 200_000
ONE_SHARE = U128(1 << 64)
FORMS = pytest.mark.parametrize(
    ("old_share", "old_total"), [(True, True), (False, False), (True, False), (False, True)]
)


def put_share(market: Market, *, old_share: bool, old_total: bool) -> None:
    """One share of one, worth 200,000."""
    sub = market.sub
    sub.total_hotkey_alpha[MINER, ONE] = Alpha(U64(STAKE))
    if old_total:
        sub.total_hotkey_shares[MINER, ONE] = ONE_SHARE
    else:
        sub.total_hotkey_shares_v2[MINER, ONE] = SafeFloat.whole(1)
    if old_share:
        sub.alpha[at()] = ONE_SHARE
    else:
        sub.alpha_v2[at()] = SafeFloat.whole(1)


@FORMS
def test_shares_are_read_in_either_form(market: Market, old_share: bool, old_total: bool) -> None:
    put_share(market, old_share=old_share, old_total=old_total)
    assert market.staked(at()) == STAKE


@FORMS
def test_what_changes_is_written_anew(market: Market, old_share: bool, old_total: bool) -> None:
    put_share(market, old_share=old_share, old_total=old_total)
    give(market, STAKE)
    assert market.staked(at()) == 2 * STAKE
    assert at() not in market.sub.alpha
    assert (MINER, ONE) not in market.sub.total_hotkey_shares


@pytest.mark.parametrize("old", [True, False])
def test_who_has_no_share_has_no_stake(market: Market, old: bool) -> None:
    put_share(market, old_share=True, old_total=old)
    assert market.staked(at(coldkey=OTHER)) == 0


def test_what_comes_for_all_leaves_the_form_alone(market: Market) -> None:
    put_share(market, old_share=True, old_total=True)
    ledger.increase_for_all(market.sub, MINER, ONE, STAKE)
    assert market.staked(at()) == 2 * STAKE
    assert at() in market.sub.alpha
    ledger.decrease_for_all(market.sub, MINER, ONE, STAKE)
    assert market.staked(at()) == STAKE


def test_buying_writes_both_anew(market: Market) -> None:
    put_share(market, old_share=True, old_total=True)
    market.give(NOMINATOR, TAO)
    trades.stake(market.sub, at(), STAKE, HIGHEST_LIMIT)
    assert at() not in market.sub.alpha
    assert market.sub.alpha_v2[at()] == market.sub.total_hotkey_shares_v2[MINER, ONE]


# -- trades without a call ------------------------------------------------------------------------


def test_a_purchase_moves_the_reserves(market: Market) -> None:
    sub = market.sub
    market.pool(ONE, 10 * TAO, 5 * ALPHA)
    sub.subnet_alpha_out[ONE] = Alpha(U64(5 * ALPHA))
    quoted = market.buys(ONE, TAO)
    trade = liquidity.buy(sub, ONE, TAO, HIGHEST_LIMIT)
    assert trade == quoted
    assert sub.subnet_tao[ONE] == 11 * TAO - trade.fee
    assert sub.subnet_alpha_in[ONE] == 5 * ALPHA - trade.paid_out
    assert sub.subnet_alpha_out[ONE] == 5 * ALPHA + trade.paid_out
    assert sub.total_stake.get() == TAO


def test_a_swap_of_nothing_leaves_alone_what_it_does_not_pay_out(market: Market) -> None:
    sub = market.sub
    liquidity.sell(sub, STABLE, 0, LOWEST_LIMIT)
    assert STABLE in sub.subnet_alpha_in
    assert STABLE not in sub.subnet_tao
    del sub.subnet_alpha_in[STABLE]
    liquidity.buy(sub, STABLE, 0, HIGHEST_LIMIT)
    assert STABLE in sub.subnet_tao
    assert STABLE not in sub.subnet_alpha_in


def test_trades_forget_locks_that_have_run_out(market: Market) -> None:
    over = LockState(Alpha(U64(0)), U128(0), U64(1))
    market.give(NOMINATOR, TAO)
    market.sub.lock[NOMINATOR, ONE, MINER] = over
    trades.stake(market.sub, at(), TAO // 2, HIGHEST_LIMIT)
    assert (NOMINATOR, ONE, MINER) not in market.sub.lock
    market.sub.lock[NOMINATOR, ONE, MINER] = over
    trades.unstake(market.sub, at(), TAO // 4, LOWEST_LIMIT)
    assert (NOMINATOR, ONE, MINER) not in market.sub.lock


@pytest.mark.parametrize("amount", [10, 100_000_000])
def test_any_amount_buys_at_the_price(market: Market, amount: int) -> None:
    market.pool(ONE, 100 * TAO, 1_000 * ALPHA)
    market.give(NOMINATOR, TAO)
    trades.stake(market.sub, at(), amount, HIGHEST_LIMIT)
    assert market.staked(at()) == pytest.approx(amount * 10 * (1 - 33 / 65535), rel=1e-2)
    trades.unstake(market.sub, at(), market.staked(at()), 0)
    assert market.staked(at()) == 0


def test_the_flow_is_what_came_less_what_left(market: Market) -> None:
    market.pool(ONE, 100 * TAO, 1_000 * ALPHA)
    market.give(NOMINATOR, TAO)
    trades.stake(market.sub, at(), 100_000_000, HIGHEST_LIMIT)
    assert market.sub.subnet_tao_flow[ONE] == 100_000_000 - 100_000_000 * 33 // 65535
    trades.unstake(market.sub, at(), market.staked(at()), 0)
    assert abs(market.sub.subnet_tao_flow[ONE]) <= 2


def test_a_purchase_without_alpha_is_refused(market: Market) -> None:
    market.give(NOMINATOR, TAO)
    with pytest.raises(AmountTooLow):
        trades.stake(market.sub, at(), 0, HIGHEST_LIMIT)


def test_who_has_only_the_deposit_buys_nothing(market: Market) -> None:
    market.give(NOMINATOR, DEPOSIT)
    with pytest.raises(InsufficientBalance):
        trades.stake(market.sub, at(), DEPOSIT, HIGHEST_LIMIT)


@pytest.mark.parametrize("limit", [0, TAO])
def test_a_purchase_beyond_its_limit_is_refused(market: Market, limit: int) -> None:
    market.give(NOMINATOR, TAO)
    with pytest.raises(PriceLimitExceeded):
        trades.stake(market.sub, at(), TAO // 2, limit)


def test_what_the_limit_kept_from_being_sold_stays_staked(market: Market) -> None:
    market.pool(ONE, 100 * TAO, 100 * ALPHA)
    market.stake(at(), 50 * ALPHA)
    market.give(NOMINATOR, DEPOSIT)
    trades.unstake(market.sub, at(), 50 * ALPHA, 810_000_000)
    sold = 50 * ALPHA - market.staked(at())
    assert sold == pytest.approx(100 * ALPHA / 9 * (1 + 33 / 65502), rel=1e-6)


def test_the_proceeds_may_go_to_another(market: Market) -> None:
    market.stake(at(), ALPHA)
    before = market.free(AUTHOR)
    tao = trades.unstake(market.sub, at(), ALPHA, 0, beneficiary=AUTHOR, drop_fees=True)
    assert market.free(AUTHOR) - before == tao
    assert market.free(NOMINATOR) == 0


def test_no_tao_is_lost_or_made_by_trades(market: Market) -> None:
    market.pool(ONE, 100 * TAO, 400 * ALPHA)
    issued = market.issued()
    for coldkey in (OWNER, NOMINATOR):
        market.give(coldkey, TAO + DEPOSIT)
        trades.stake(market.sub, at(coldkey=coldkey), TAO, HIGHEST_LIMIT)
    trades.unstake(market.sub, at(), market.staked(at()), LOWEST_LIMIT)
    assert market.issued() == issued + 2 * (TAO + DEPOSIT)
    assert market.free(market.account(ONE)) >= market.sub.subnet_tao[ONE]


def test_the_least_stake_moves_the_price_of_the_largest_pools(market: Market) -> None:
    market.pool(ONE, 210_000 * TAO, 21_000_000 * ALPHA)
    market.give(NOMINATOR, TAO)
    prices = [market.swap.price(ONE)]
    trades.stake(market.sub, at(), 2 * LEAST, HIGHEST_LIMIT)
    prices.append(market.swap.price(ONE))
    trades.unstake(market.sub, at(), market.staked(at()), LOWEST_LIMIT)
    prices.append(market.swap.price(ONE))
    assert prices[0] < prices[1] > prices[2]
    assert market.buys(ONE, 2 * LEAST).fee > 0


def test_the_largest_swap_is_a_thousand_times_the_reserve(market: Market) -> None:
    market.pool(ONE, 100 * TAO, 1_000_000 * ALPHA)
    market.give(NOMINATOR, 200_000 * TAO)
    trades.stake(market.sub, at(), 100_000 * TAO, HIGHEST_LIMIT)
    assert market.staked(at()) == pytest.approx(1_000_000 * ALPHA * 1000 / 1001, rel=1e-5)


def test_the_whole_supply_may_be_staked(market: Market) -> None:
    most = 21_000_000 * TAO - market.issued() - 2 * DEPOSIT
    market.give(NOMINATOR, most // 2)
    market.pool(ONE, most // 2, most // 2)
    expected = market.buys(ONE, most // 2 - DEPOSIT).paid_out
    trades.stake(market.sub, at(), most // 2, HIGHEST_LIMIT)
    assert market.staked(at()) == expected
    assert market.sub.total_stake.get() == most // 2 - DEPOSIT


def test_a_free_pool_takes_all_back(market: Market) -> None:
    market.swap.fee_rate[ONE] = U16(0)
    market.give(NOMINATOR, 10 * TAO + DEPOSIT)
    trades.stake(market.sub, at(), 10 * TAO, HIGHEST_LIMIT)
    part = market.staked(at()) * 999_991 // 1_000_000
    rest = market.staked(at()) - part
    quoted = market.sells(ONE, part).paid_out
    assert trades.unstake(market.sub, at(), part, LOWEST_LIMIT) == quoted
    assert market.staked(at()) == rest
    trades.unstake(market.sub, at(), rest, LOWEST_LIMIT)
    assert market.free(NOMINATOR) == pytest.approx(10 * TAO + DEPOSIT, abs=4)
    assert market.sub.subnet_tao[ONE] == pytest.approx(RESERVE, abs=4)
