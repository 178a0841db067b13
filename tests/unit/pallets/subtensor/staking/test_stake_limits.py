"""Facts of the chain's tests/staking: orders with a limit price, and how much fits within one."""

from __future__ import annotations

from typing import Any

import pytest

from pysubtensor.frame.interfaces.exchange import HIGHEST_LIMIT, Side
from pysubtensor.frame.primitives import U64, U64_MAX, U128, AccountId, Alpha, NetUid, Tao
from pysubtensor.pallets.subtensor.errors import InsufficientLiquidity
from pysubtensor.pallets.subtensor.staking import limits
from pysubtensor.pallets.subtensor.types import LockState
from pysubtensor.pallets.swap.maths.errors import PriceLimitExceeded, ReservesTooLow
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

NOBODYS = AccountId(b"\x99" * 32)
"""A hotkey that nobody owns."""
FROM_ROOT = [(0, False), (999_999_999, False), (TAO, True), (TAO + 1, True), (2 * TAO, True)]


def set_reserves(market: Market, netuid: NetUid, tao: int, alpha_in: int) -> None:
    market.sub.subnet_tao[netuid] = Tao(U64(tao))
    market.sub.subnet_alpha_in[netuid] = Alpha(U64(alpha_in))


def add(amount: int, limit: int, *, partial: bool, netuid: NetUid = ONE) -> dict[str, Any]:
    return {
        "hotkey": MINER,
        "netuid": netuid,
        "amount_staked": Tao(U64(amount)),
        "limit_price": Tao(U64(limit)),
        "allow_partial": partial,
    }


def remove(amount: int, limit: int, *, partial: bool, netuid: NetUid = ONE) -> dict[str, Any]:
    return {
        "hotkey": MINER,
        "netuid": netuid,
        "amount_unstaked": Alpha(U64(amount)),
        "limit_price": Tao(U64(limit)),
        "allow_partial": partial,
    }


def remove_all(limit: int | None) -> dict[str, Any]:
    price = None if limit is None else Tao(U64(limit))
    return {"hotkey": MINER, "netuid": ONE, "limit_price": price}


# -- how much fits: the numbers of the chain's tables, where the pool is large enough to trade ----


@pytest.mark.parametrize("netuid", [ROOT, STABLE])
@pytest.mark.parametrize(("limit", "fits"), FROM_ROOT)
def test_without_a_price_all_may_be_bought_or_nothing(
    market: Market, netuid: NetUid, limit: int, fits: bool
) -> None:
    expected = U64_MAX if fits else 0
    assert limits.most_within(market.sub, netuid, Side.BUY, limit) == expected


@pytest.mark.parametrize("netuid", [ROOT, STABLE])
@pytest.mark.parametrize(
    ("limit", "fits"), [(0, True), (TAO // 2, True), (TAO, True), (TAO + 1, False)]
)
def test_without_a_price_all_may_be_sold_or_nothing(
    market: Market, netuid: NetUid, limit: int, fits: bool
) -> None:
    expected = U64_MAX if fits else 0
    assert limits.most_within(market.sub, netuid, Side.SELL, limit) == expected


@pytest.mark.parametrize(
    ("tao", "alpha_in", "limit", "most"),
    [
        (1_000_000, 1_000_000, 4 * TAO, 1_000_500),
        (1_000_000, 1_000_000, 9 * TAO, 2_001_000),
        (1_000_000, 1_000_000, 16 * TAO, 3_001_500),
        (10**12, 10**12, 16 * TAO, 3_001_500_000_000),
        (150 * TAO, 100 * TAO, 1_500_000_001, 49),
        (150 * TAO, 100 * TAO, 6 * TAO, 150_075_000_000),
        (U64_MAX // 2, U64_MAX, U64_MAX, U64_MAX),
    ],
)
def test_how_much_may_be_bought(
    market: Market, tao: int, alpha_in: int, limit: int, most: int
) -> None:
    set_reserves(market, ONE, tao, alpha_in)
    found = limits.most_within(market.sub, ONE, Side.BUY, limit)
    assert found == pytest.approx(most, abs=most // 10_000)


@pytest.mark.parametrize(
    ("tao", "alpha_in", "limit"),
    [
        (TAO, TAO, 0),
        *((150 * TAO, 100 * TAO, each) for each in (0, 10**8, 5 * 10**8, 1_499_999_999)),
        (150 * TAO, 100 * TAO, 1_500_000_000),
    ],
)
def test_a_limit_at_or_below_the_price_buys_nothing(
    market: Market, tao: int, alpha_in: int, limit: int
) -> None:
    set_reserves(market, ONE, tao, alpha_in)
    with pytest.raises(PriceLimitExceeded):
        limits.most_within(market.sub, ONE, Side.BUY, limit)


_SUPPLY = 21_000_000_000_000_000


@pytest.mark.parametrize(
    ("tao", "alpha_in", "limit", "most"),
    [
        (10 * TAO, 10 * TAO, 0, 10_000_000_000_000),
        (1_000_000, 1_000_000, 250_000_000, 1_010_000),
        (1_000_000, 1_000_000, 62_500_000, 3_030_000),
        (10**12, 10**12, 62_500_000, 3_030_000_000_000),
        (200 * TAO, 100 * TAO, 0, 100_000_000_000_000),
        (200 * TAO, 100 * TAO, 500_000_000, 101_000_000_000),
        (200 * TAO, 100 * TAO, 125_000_000, 303_000_000_000),
        (200 * TAO, 100 * TAO, 1_999_999_999, 24),
        (200 * TAO, 100 * TAO, 1_999_999_990, 250),
        (_SUPPLY, 1_000_000, _SUPPLY, 17_455_533),
        (_SUPPLY, 1_000_000, U64_MAX, 67_000),
        (_SUPPLY, 10**18, 20_000_000, 24_700_000_000_000_000),
        (_SUPPLY, _SUPPLY, 999_999_999, 10_605_000),
        (_SUPPLY, _SUPPLY, 0, U64_MAX),
    ],
)
def test_how_much_may_be_sold(
    market: Market, tao: int, alpha_in: int, limit: int, most: int
) -> None:
    set_reserves(market, ONE, tao, alpha_in)
    found = limits.most_within(market.sub, ONE, Side.SELL, limit)
    assert found == pytest.approx(most, abs=most // 100)


@pytest.mark.parametrize(
    ("tao", "alpha_in", "limit", "error"),
    [
        (0, TAO, 100, ReservesTooLow),
        (TAO, 0, 100, PriceLimitExceeded),
        (200 * TAO, 100 * TAO, 2 * TAO, PriceLimitExceeded),
        (200 * TAO, 100 * TAO, 2 * TAO + 1, PriceLimitExceeded),
        (_SUPPLY, 10**18, U64_MAX, PriceLimitExceeded),
    ],
)
def test_a_limit_at_or_above_the_price_sells_nothing(
    market: Market, tao: int, alpha_in: int, limit: int, error: type[Exception]
) -> None:
    set_reserves(market, ONE, tao, alpha_in)
    with pytest.raises(error):
        limits.most_within(market.sub, ONE, Side.SELL, limit)


@pytest.mark.parametrize("dest", [ROOT, STABLE])
@pytest.mark.parametrize(
    ("limit", "fits"), [(0, True), (TAO // 2, True), (TAO, True), (TAO + 1, False)]
)
def test_without_prices_all_may_be_carried_or_nothing(
    market: Market, dest: NetUid, limit: int, fits: bool
) -> None:
    assert limits.max_move_within(market.sub, ROOT, dest, limit) == (U64_MAX if fits else 0)


@pytest.mark.parametrize(("limit", "most"), [(0, U64_MAX), (500_000_000, 50_025_000_000)])
def test_into_a_pool_the_limit_is_turned_over(market: Market, limit: int, most: int) -> None:
    set_reserves(market, ONE, 50 * TAO, 100 * TAO)
    found = limits.max_move_within(market.sub, STABLE, ONE, limit)
    assert found == pytest.approx(most, rel=1e-4)


@pytest.mark.parametrize("limit", [2 * TAO, 3 * TAO, U64_MAX, U64_MAX - 1, U64_MAX // 2])
def test_into_a_pool_no_more_than_its_price_is_got(market: Market, limit: int) -> None:
    set_reserves(market, ONE, 50 * TAO, 100 * TAO)
    with pytest.raises(PriceLimitExceeded):
        limits.max_move_within(market.sub, STABLE, ONE, limit)
    assert limits.max_move_within(market.sub, STABLE, ONE, 1_999_999_000) > 0


@pytest.mark.parametrize(("limit", "most"), [(0, 100_000 * TAO), (375_000_000, 100_050_000_000)])
def test_out_of_a_pool_the_limit_is_that_of_a_sale(market: Market, limit: int, most: int) -> None:
    set_reserves(market, ONE, 150 * TAO, 100 * TAO)
    found = limits.max_move_within(market.sub, ONE, STABLE, limit)
    assert found == pytest.approx(most, rel=1e-4)
    for low in (1, 2, 3, 1_499_999_999):
        assert limits.max_move_within(market.sub, ONE, STABLE, low) > 0
    for high in (1_500_000_001, U64_MAX):
        with pytest.raises(PriceLimitExceeded):
            limits.max_move_within(market.sub, ONE, STABLE, high)


_FIFTEEN = (150 * TAO, 100 * TAO, 100 * TAO, 100 * TAO)


@pytest.mark.parametrize(
    ("reserves", "limit", "most", "within"),
    [
        ((0, TAO, TAO, TAO), 100, 0, 0),
        ((TAO, 0, TAO, TAO), 100, 0, 0),
        ((TAO, TAO, 0, TAO), 100, 0, 0),
        ((TAO, TAO, TAO, 0), 100, 0, 0),
        ((0, TAO, TAO, TAO), 0, 0, 0),
        ((1, 1, 1, 1), 0, U64_MAX, 0),
        ((1, 1, 1, 1), 1, 500_000_000, 1),
        ((1, 1, 1, 1), 2, 250_000_000, 1),
        ((1, 1, 1, 1), 3, 166_666_666, 1),
        ((1, 1, 1, 1), 4, 125_000_000, 1),
        ((1, 1, 1, 1), 1_000, 500_000, 1),
        ((1_000, 1_000, 1_000, 1_000), 500_000_000, 500, 1),
        ((1_000, 1_000, 1_000, 1_000), 100_000_000, 4_500, 1),
        (_FIFTEEN, 100_000_000, 560_000_000_000, 1_000_000),
        (_FIFTEEN, 500_000_000, 80_000_000_000, 1_000_000),
        (_FIFTEEN, 750_000_000, 40_000_000_000, 1_000_000),
        (_FIFTEEN, TAO, 20_000_000_000, 1_000),
        (_FIFTEEN, 1_250_000_000, 8_000_000_000, 1_000),
        (_FIFTEEN, 1_499_999_999, 27, 1),
        (_FIFTEEN, 1_500_000_000, 0, 1),
        (_FIFTEEN, 1_500_000_001, 0, 0),
        (_FIFTEEN, 2 * TAO, 0, 0),
        (_FIFTEEN, U64_MAX, 0, 0),
        ((100 * TAO, 200 * TAO, 300 * TAO, 400 * TAO), 500_000_000, 50_000_000_000, 1_000),
        ((TAO, TAO, TAO, TAO), 1, 499_999_999_500_000_000, 100_000_000),
        ((1_000_000, 1_000_000, _SUPPLY, 10**18), 1, 48_000_000_000_000_000, 10**15),
        ((1_000_000, 1_000_000, _SUPPLY, 10**18), U64_MAX, 0, 0),
    ],
)
def test_how_much_may_go_from_pool_to_pool(
    market: Market, reserves: tuple[int, int, int, int], limit: int, most: int, within: int
) -> None:
    set_reserves(market, ONE, *reserves[:2])
    set_reserves(market, TWO, *reserves[2:])
    assert limits.max_move_within(market.sub, ONE, TWO, limit) == pytest.approx(most, abs=within)


# -- add_stake_limit ------------------------------------------------------------------------------


def test_a_purchase_stops_at_its_limit(market: Market) -> None:
    market.pool(ONE, 150 * TAO, 100 * TAO)
    market.give(NOMINATOR, 900 * TAO)
    market.call(NOMINATOR, "add_stake_limit", **add(900 * TAO, 24 * TAO, partial=True))
    assert market.staked(at()) == pytest.approx(75 * TAO, rel=1e-6)
    fee = 450 * TAO * 33 // (65535 - 33)
    assert market.free(NOMINATOR) == pytest.approx(450 * TAO - fee, abs=10)
    assert market.free(AUTHOR) == pytest.approx(DEPOSIT + fee, abs=10)
    assert market.swap.price(ONE) / 2**64 == pytest.approx(24.0, abs=1e-3)


def test_a_purchase_is_whole_or_not_at_all(market: Market) -> None:
    market.pool(ONE, 150 * TAO, 100 * TAO)
    market.give(NOMINATOR, 900 * TAO)
    args = add(900 * TAO, 24 * TAO, partial=False)
    market.refused("SlippageTooHigh", NOMINATOR, "add_stake_limit", **args)
    market.call(NOMINATOR, "add_stake_limit", **add(150 * TAO, 24 * TAO, partial=False))


def test_an_order_fixes_the_take_of_anothers_hotkey(market: Market) -> None:
    market.give(NOMINATOR, TAO)
    market.give(OWNER, TAO)
    market.call(OWNER, "add_stake_limit", **add(TAO // 2, 2 * TAO, partial=False))
    assert MINER not in market.sub.delegates
    market.call(NOMINATOR, "add_stake_limit", **add(TAO // 2, 2 * TAO, partial=False))
    assert market.sub.delegates[MINER] == 11_796
    assert MINER in market.sub.delegates


def test_orders_larger_than_the_pool_takes_are_refused(market: Market) -> None:
    market.pool(ONE, 1_000, TAO)
    market.give(NOMINATOR, 1_000_001)
    args = add(1_000_001, HIGHEST_LIMIT, partial=True)
    market.refused("InsufficientLiquidity", NOMINATOR, "add_stake_limit", **args)


@pytest.mark.parametrize("limit", [0, 26_953_618])
def test_purchases_below_the_price_are_refused(market: Market, limit: int) -> None:
    market.pool(ONE, 5_032_494_439_940, 186_268_425_402_874)
    market.give(NOMINATOR, 19_980_000_000)
    with pytest.raises(PriceLimitExceeded):
        market.call(NOMINATOR, "add_stake_limit", **add(19_980_000_000, limit, partial=True))
    assert market.free(NOMINATOR) == 19_980_000_000


def test_a_part_below_the_least_stake_is_refused(market: Market) -> None:
    market.pool(ONE, LEAST * 20, LEAST * 20)
    market.give(NOMINATOR, LEAST * 2 + DEPOSIT)
    args = add(LEAST * 2, TAO + 1, partial=True)
    market.refused("AmountTooLow", NOMINATOR, "add_stake_limit", **args)


def test_a_pool_with_too_little_alpha_sells_none(market: Market) -> None:
    market.pool(ONE, RESERVE, 999_999)
    market.give(NOMINATOR, TAO)
    args = add(LEAST * 2, HIGHEST_LIMIT, partial=True)
    market.refused(ReservesTooLow, NOMINATOR, "add_stake_limit", **args)


def test_an_unknown_subnet_takes_no_order(market: Market) -> None:
    args = add(LEAST * 2, TAO, partial=True, netuid=NOWHERE)
    market.refused("SubnetNotExists", NOMINATOR, "add_stake_limit", **args)
    args = remove(LEAST * 2, TAO, partial=True, netuid=NOWHERE)
    market.refused("SubnetNotExists", NOMINATOR, "remove_stake_limit", **args)


@pytest.mark.parametrize("side", Side)
def test_a_pool_takes_in_a_thousand_times_its_reserve(market: Market, side: Side) -> None:
    set_reserves(market, ONE, 7, 7)
    limits.ensure_taken(market.sub, ONE, side, 7_000)
    with pytest.raises(InsufficientLiquidity):
        limits.ensure_taken(market.sub, ONE, side, 7_001)
    for netuid in (ROOT, STABLE):
        limits.ensure_taken(market.sub, netuid, side, U64_MAX)


# -- remove_stake_limit ---------------------------------------------------------------------------


def test_a_sale_stops_at_its_limit(market: Market) -> None:
    market.pool(ONE, 400 * TAO, 25 * TAO)
    market.stake(at(), 75 * TAO)
    market.call(NOMINATOR, "remove_stake_limit", **remove(40 * TAO, 15_840_000_000, partial=True))
    sold = 75 * TAO - market.staked(at())
    assert sold == pytest.approx(25 * TAO * 0.005038 * 1.0005, rel=1e-3)
    assert market.swap.price(ONE) / 2**64 == pytest.approx(15.84, rel=1e-5)


def test_a_sale_is_whole_or_not_at_all(market: Market) -> None:
    market.pool(ONE, 150 * TAO, 100 * TAO)
    market.stake(at(), 300 * TAO)
    args = remove(150 * TAO, 1_350_000_000, partial=False)
    market.refused("SlippageTooHigh", NOMINATOR, "remove_stake_limit", **args)
    market.call(
        NOMINATOR, "remove_stake_limit", **remove(15 * TAO // 10, 1_350_000_000, partial=False)
    )
    assert market.staked(at()) == 300 * TAO - 15 * TAO // 10


def test_sales_above_the_price_are_refused(market: Market) -> None:
    market.stake(at(), TAO)
    with pytest.raises(PriceLimitExceeded):
        market.call(NOMINATOR, "remove_stake_limit", **remove(TAO, U64_MAX, partial=True))
    assert market.staked(at()) == TAO


def test_no_more_than_is_staked_may_be_ordered(market: Market) -> None:
    market.stake(at(), TAO)
    args = remove(TAO + 1, 1, partial=True)
    market.refused("NotEnoughStakeToWithdraw", NOMINATOR, "remove_stake_limit", **args)
    args = remove(TAO, 1, partial=True)
    market.refused("NotEnoughStakeToWithdraw", OTHER, "remove_stake_limit", **args)


def test_the_pool_is_asked_before_the_stake(market: Market) -> None:
    market.pool(ONE, 2_000 * TAO, TAO)
    args = remove(1_000 * TAO + 1, HIGHEST_LIMIT, partial=True)
    market.refused("InsufficientLiquidity", NOMINATOR, "remove_stake_limit", **args)


def test_a_pool_with_too_little_tao_buys_nothing(market: Market) -> None:
    market.pool(ONE, 999_999, RESERVE)
    market.stake(at(), TAO)
    args = remove(TAO, 1, partial=True)
    market.refused(ReservesTooLow, NOMINATOR, "remove_stake_limit", **args)


def test_a_subnet_that_cannot_pay_takes_no_order(market: Market) -> None:
    market.stake(at(STABLE), TAO)
    args = remove(TAO, 1, partial=True, netuid=STABLE)
    market.refused("InsufficientBalance", NOMINATOR, "remove_stake_limit", **args)


@pytest.mark.parametrize("amount", [0, LEAST // 2])
def test_orders_to_sell_next_to_nothing_are_refused(market: Market, amount: int) -> None:
    market.stake(at(), TAO)
    args = remove(amount, 1, partial=True)
    market.refused("AmountTooLow", NOMINATOR, "remove_stake_limit", **args)


def test_stake_with_a_hotkey_that_nobody_owns_is_not_sold_by_order(market: Market) -> None:
    market.stake(at(hotkey=NOBODYS), TAO)
    args = remove(TAO, 1, partial=True) | {"hotkey": NOBODYS}
    market.refused("HotKeyAccountNotExists", NOMINATOR, "remove_stake_limit", **args)


def test_locked_stake_is_not_sold_by_order(market: Market) -> None:
    market.stake(at(), TAO)
    market.sub.lock[NOMINATOR, ONE, MINER] = LockState(Alpha(U64(TAO // 2)), U128(0), U64(1))
    market.sub.decaying_lock[NOMINATOR, ONE] = False
    args = remove(TAO, 1, partial=True)
    market.refused("StakeUnavailable", NOMINATOR, "remove_stake_limit", **args)


def test_orders_to_sell_are_taken_before_alpha_trades(market: Market) -> None:
    market.stake(at(), TAO)
    market.sub.subtoken_enabled[ONE] = False
    market.call(NOMINATOR, "remove_stake_limit", **remove(TAO, 1, partial=True))
    assert market.staked(at()) == 0


@pytest.mark.parametrize("limit", [90_000_000, None])
def test_a_whole_position_is_sold_at_once(market: Market, limit: int | None) -> None:
    market.pool(ONE, 100 * TAO, 100 * TAO)
    market.stake(at(), 10 * TAO)
    market.call(NOMINATOR, "remove_stake_full_limit", **remove_all(limit))
    assert market.staked(at()) == 0
    assert market.free(NOMINATOR) == pytest.approx(9_086_000_000, abs=1_000_000)


def test_a_whole_position_is_not_sold_below_the_limit(market: Market) -> None:
    market.pool(ONE, 100 * TAO, 100 * TAO)
    market.stake(at(), 10 * TAO)
    args = remove_all(910_000_000)
    market.refused("SlippageTooHigh", NOMINATOR, "remove_stake_full_limit", **args)
