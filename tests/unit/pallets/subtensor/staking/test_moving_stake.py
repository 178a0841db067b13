"""Facts of the chain's tests/move_stake: stake carried to other hotkeys, coldkeys and subnets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pysubtensor.frame.primitives import U64, U128, AccountId, Alpha, NetUid, Tao
from pysubtensor.pallets.subtensor.events.staking import (
    StakeAdded,
    StakeMoved,
    StakeRemoved,
    StakeSwapped,
    StakeTransferred,
)
from pysubtensor.pallets.subtensor.locks import locks
from pysubtensor.pallets.subtensor.pools import ledger
from pysubtensor.pallets.subtensor.share_pool import SafeFloat
from pysubtensor.pallets.subtensor.staking import limits
from pysubtensor.pallets.subtensor.types import LockState
from pysubtensor.pallets.swap.maths.errors import (
    PriceLimitExceeded,
    ReservesTooLow,
    SwapInputTooLarge,
)
from tests.subtensor_chain import borrowed
from tests.unit.pallets.subtensor.staking.market import (
    AUTHOR,
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
    STABLE,
    TWO,
    Market,
    at,
)

AMOUNT = LEAST * 10
NOBODY = AccountId(b"\x99" * 32)


@pytest.fixture
def market(market: Market) -> Market:
    market.stake(at(), AMOUNT)
    return market


def move(
    amount: int = AMOUNT,
    *,
    to: AccountId = OTHER_MINER,
    source: AccountId = MINER,
    netuids: tuple[NetUid, NetUid] = (ONE, ONE),
) -> dict[str, Any]:
    return {
        "origin_hotkey": source,
        "destination_hotkey": to,
        "origin_netuid": netuids[0],
        "destination_netuid": netuids[1],
        "alpha_amount": Alpha(U64(amount)),
    }


def swap(
    amount: int = AMOUNT, source: NetUid = ONE, dest: NetUid = TWO, hotkey: AccountId = MINER
) -> dict[str, Any]:
    return {
        "hotkey": hotkey,
        "origin_netuid": source,
        "destination_netuid": dest,
        "alpha_amount": Alpha(U64(amount)),
    }


def transfer(amount: int = AMOUNT, to: AccountId = OTHER, **where: Any) -> dict[str, Any]:
    return {**swap(amount, **{"dest": ONE, **where}), "destination_coldkey": to}


# -- to another hotkey ----------------------------------------------------------------------------


def test_moving_within_a_subnet_swaps_nothing(market: Market) -> None:
    reserves = market.swap.pool(ONE)
    told = market.call(NOMINATOR, "move_stake", **move())
    tao, alpha, none = Tao(U64(AMOUNT)), Alpha(U64(AMOUNT)), U64(0)
    assert told == [
        StakeRemoved(NOMINATOR, MINER, tao, alpha, ONE, none),
        StakeAdded(NOMINATOR, OTHER_MINER, tao, alpha, ONE, none),
        StakeMoved(NOMINATOR, MINER, ONE, OTHER_MINER, ONE, tao),
    ]
    assert market.staked(at()) == 0
    assert market.staked(at(hotkey=OTHER_MINER)) == AMOUNT
    assert market.swap.pool(ONE) == reserves
    assert market.sub.last_coldkey_hotkey_stake_block[NOMINATOR, OTHER_MINER] == 1


def test_the_worth_of_a_move_is_told_at_the_current_price(market: Market) -> None:
    market.pool(ONE, RESERVE, 2 * RESERVE)
    *_, told = market.call(NOMINATOR, "move_stake", **move())
    assert told.tao == AMOUNT // 2


@pytest.mark.parametrize("tenths", range(1, 11))
def test_any_part_may_move(market: Market, tenths: int) -> None:
    moved = AMOUNT * tenths // 10
    market.call(NOMINATOR, "move_stake", **move(moved))
    assert market.staked(at()) == AMOUNT - moved
    assert market.staked(at(hotkey=OTHER_MINER)) == moved


def test_moving_there_and_back_loses_nothing(market: Market) -> None:
    for _ in range(3):
        market.call(NOMINATOR, "move_stake", **move())
        market.call(NOMINATOR, "move_stake", **move(source=OTHER_MINER, to=MINER))
    assert market.staked(at()) == AMOUNT
    assert market.staked(at(hotkey=OTHER_MINER)) == 0


def test_moving_to_another_subnet_pays_one_fee(market: Market) -> None:
    expected = market.sells(ONE, AMOUNT)
    *_, told = market.call(NOMINATOR, "move_stake", **move(netuids=(ONE, TWO)))
    tao = Tao(U64(expected.paid_out))
    assert told == StakeMoved(NOMINATOR, MINER, ONE, OTHER_MINER, TWO, tao)
    assert market.staked(at()) == 0
    staked = tao - DEPOSIT
    there = market.staked(at(TWO, hotkey=OTHER_MINER))
    assert there == RESERVE * staked // (RESERVE + staked)
    assert market.free(NOMINATOR) == DEPOSIT


def test_a_move_fixes_the_take_of_anothers_hotkey(market: Market) -> None:
    market.call(NOMINATOR, "move_stake", **move(netuids=(ONE, TWO)))
    take = market.sub.config.initial_default_delegate_take
    assert dict(market.sub.delegates.items()) == {OTHER_MINER: take}


def test_moves_within_a_subnet_fix_no_take(market: Market) -> None:
    market.call(NOMINATOR, "move_stake", **move())
    assert OTHER_MINER not in market.sub.delegates


def test_the_largest_stakes_move(market: Market) -> None:
    most = 20_000_000_000_000_000
    market.pool(TWO, most // 1_000, most // 1_000)
    market.stake(at(TWO), most)
    market.call(NOMINATOR, "move_stake", **move(most, netuids=(TWO, TWO)))
    assert market.staked(at(TWO, hotkey=OTHER_MINER)) == most


@pytest.mark.parametrize(
    ("error", "args"),
    [
        ("SameNetuid", move(to=MINER)),
        ("SubnetNotExists", move(netuids=(ONE, NOWHERE))),
        ("SubnetNotExists", move(netuids=(NOWHERE, ONE))),
        ("HotKeyAccountNotExists", move(source=NOBODY)),
        ("HotKeyAccountNotExists", move(to=NOBODY)),
        ("AmountTooLow", move(1)),
        ("AmountTooLow", move(1, netuids=(ONE, TWO))),
        ("AmountTooLow", move(LEAST - 1)),
        ("AmountTooLow", move(LEAST, netuids=(ONE, TWO))),
    ],
)
def test_moves_that_are_refused(market: Market, error: str, args: dict[str, Any]) -> None:
    market.refused(error, NOMINATOR, "move_stake", **args)


def test_what_leaves_a_subnet_must_bring_more_than_the_least(market: Market) -> None:
    market.stake(at(STABLE), AMOUNT)
    market.give(market.account(STABLE), AMOUNT)
    market.refused("AmountTooLow", NOMINATOR, "swap_stake", **swap(LEAST, STABLE, ROOT))
    market.call(NOMINATOR, "swap_stake", **swap(LEAST + 1, STABLE, ROOT))
    market.pool(ONE, RESERVE, 2 * RESERVE)
    market.refused("AmountTooLow", NOMINATOR, "swap_stake", **swap(LEAST * 3 // 2))


def test_the_least_may_move_within_a_subnet(market: Market) -> None:
    *_, moved = market.call(NOMINATOR, "move_stake", **move(LEAST))
    assert moved == StakeMoved(NOMINATOR, MINER, ONE, OTHER_MINER, ONE, Tao(U64(LEAST)))
    assert market.staked(at()) == AMOUNT - LEAST
    assert market.staked(at(hotkey=OTHER_MINER)) == LEAST


def test_others_stake_does_not_move(market: Market) -> None:
    market.refused("AmountTooLow", OTHER, "move_stake", **move())


def test_no_more_than_there_is_moves(market: Market) -> None:
    market.call(NOMINATOR, "move_stake", **move(AMOUNT * 2))
    assert market.staked(at(hotkey=OTHER_MINER)) == AMOUNT


@pytest.mark.parametrize("closed", [ONE, TWO])
def test_both_subnets_must_trade(market: Market, closed: NetUid) -> None:
    market.sub.subtoken_enabled[closed] = False
    market.refused("SubtokenDisabled", NOMINATOR, "move_stake", **move(netuids=(ONE, TWO)))


@pytest.mark.parametrize(("tao", "alpha_in"), [(RESERVE, 10), (999_999, 999_999)])
def test_a_pool_that_cannot_buy_lets_nothing_leave(market: Market, tao: int, alpha_in: int) -> None:
    market.pool(ONE, tao, alpha_in)
    market.refused("InsufficientLiquidity", NOMINATOR, "swap_stake", **swap())
    market.refused("InsufficientLiquidity", NOMINATOR, "move_stake", **move(netuids=(ONE, TWO)))


@pytest.mark.parametrize(
    ("tao", "alpha_in", "error"),
    [(RESERVE, 999_999, ReservesTooLow), (AMOUNT // 2_000, RESERVE, SwapInputTooLarge)],
)
def test_a_pool_that_cannot_sell_lets_nothing_come(
    market: Market, tao: int, alpha_in: int, error: type[Exception]
) -> None:
    market.pool(TWO, tao, alpha_in)
    market.refused(error, NOMINATOR, "move_stake", **move(netuids=(ONE, TWO)))


def test_a_subnet_that_cannot_pay_lets_nothing_leave(market: Market) -> None:
    market.stake(at(STABLE), AMOUNT)
    args = move(netuids=(STABLE, TWO))
    market.refused("InsufficientBalance", NOMINATOR, "move_stake", **args)


def test_a_full_destination_undoes_the_sale(market: Market) -> None:
    market.pool(TWO, 999_999, 999_999)
    with pytest.raises(ReservesTooLow):
        market.call(NOMINATOR, "swap_stake", **swap())
    assert market.staked(at()) == AMOUNT
    assert market.free(NOMINATOR) == 0


def test_a_share_pool_of_tiny_shares_takes_moves_too(market: Market) -> None:
    sub, there = market.sub, (MINER, TWO)
    market.pool(TWO, 2_409_892_148_947, 15_358_708_513_716)
    tiny = (161_986_254 << 64) // ((1 << 64) - 1)
    sub.total_hotkey_alpha[there] = Alpha(U64(36_711_495_953))
    sub.total_hotkey_shares[there] = U128(tiny)
    sub.alpha_v2[MINER, OWNER, TWO] = SafeFloat.from_u64f64(tiny)
    market.call(NOMINATOR, "swap_stake", **swap())
    bought = sub.subnet_alpha_out[TWO]
    assert bought > 100_000_000
    assert market.staked(at(TWO)) == pytest.approx(bought, rel=1e-6)


# -- to another coldkey ---------------------------------------------------------------------------


def test_transferring_within_a_subnet(market: Market) -> None:
    *_, told = market.call(NOMINATOR, "transfer_stake", **transfer())
    assert told == StakeTransferred(NOMINATOR, OTHER, MINER, ONE, ONE, Tao(U64(AMOUNT)))
    assert market.staked(at()) == 0
    assert market.staked(at(coldkey=OTHER)) == AMOUNT
    assert market.sub.staking_hotkeys[OTHER] == (MINER,)


def test_transferring_to_another_subnet(market: Market) -> None:
    tao = market.sells(ONE, AMOUNT).paid_out
    *_, told = market.call(NOMINATOR, "transfer_stake", **transfer(dest=TWO))
    assert told == StakeTransferred(NOMINATOR, OTHER, MINER, ONE, TWO, Tao(U64(tao)))
    assert market.staked(at(TWO)) == 0
    assert market.staked(at(TWO, coldkey=OTHER)) > 0
    assert market.free(NOMINATOR) == 0


def test_no_more_than_there_is_is_transferred(market: Market) -> None:
    market.call(NOMINATOR, "transfer_stake", **transfer(AMOUNT * 2))
    assert market.staked(at(coldkey=OTHER)) == AMOUNT


@pytest.mark.parametrize(
    ("error", "args"),
    [
        ("SubnetNotExists", transfer(source=NOWHERE, dest=NOWHERE)),
        ("HotKeyAccountNotExists", transfer(hotkey=NOBODY)),
        ("SameNetuid", transfer(to=NOMINATOR)),
        ("AmountTooLow", transfer(1)),
    ],
)
def test_transfers_that_are_refused(market: Market, error: str, args: dict[str, Any]) -> None:
    market.refused(error, NOMINATOR, "transfer_stake", **args)


def test_others_stake_is_not_transferred(market: Market) -> None:
    market.refused("AmountTooLow", OTHER, "transfer_stake", **transfer(to=NOMINATOR))


@pytest.mark.parametrize(("closed", "dest"), [(ONE, ONE), (ONE, TWO), (TWO, TWO)])
def test_subnets_may_forbid_transfers(market: Market, closed: NetUid, dest: NetUid) -> None:
    market.sub.transfer_toggle[closed] = False
    market.refused("TransferDisallowed", NOMINATOR, "transfer_stake", **transfer(dest=dest))
    market.call(NOMINATOR, "move_stake", **move(netuids=(ONE, dest)))


# -- to another subnet ----------------------------------------------------------------------------


def test_swapping_sells_and_buys(market: Market) -> None:
    sold = market.sells(ONE, AMOUNT)
    events = market.call(NOMINATOR, "swap_stake", **swap())
    removed, added, told = (each for each in events if type(each).__name__.startswith("Stake"))
    tao = Tao(U64(sold.paid_out))
    assert removed == StakeRemoved(
        NOMINATOR, MINER, tao, Alpha(U64(sold.paid_in)), ONE, U64(sold.fee)
    )
    assert (added.tao, added.netuid, added.fee) == (tao - DEPOSIT, TWO, 0)
    assert told == StakeSwapped(NOMINATOR, MINER, ONE, TWO, tao)
    assert market.staked(at(TWO)) == added.alpha


@pytest.mark.parametrize(
    ("source", "dest", "paying"), [(ONE, TWO, ONE), (ONE, ROOT, ONE), (ROOT, ONE, ONE)]
)
def test_the_fee_of_a_swap_is_paid_once(source: NetUid, dest: NetUid, paying: NetUid) -> None:
    market = Market()
    market.give(NOMINATOR, DEPOSIT)
    market.give(market.account(ROOT), AMOUNT)
    market.stake(at(source), AMOUNT)
    before = market.free(AUTHOR)
    events = market.call(NOMINATOR, "swap_stake", **swap(source=source, dest=dest))
    fees = [each for each in events if isinstance(each, StakeAdded | StakeRemoved) and each.fee]
    assert [(each.netuid, each.fee) for each in fees] == [(paying, AMOUNT * 33 // 65535)]
    assert market.free(AUTHOR) - before == pytest.approx(AMOUNT * 33 // 65535, abs=2)


def test_half_may_be_swapped(market: Market) -> None:
    market.call(NOMINATOR, "swap_stake", **swap(AMOUNT // 2))
    assert market.staked(at()) == AMOUNT // 2
    assert market.staked(at(TWO)) == pytest.approx(AMOUNT // 2, rel=1e-3)


def test_swapping_there_and_back_costs_two_fees(market: Market) -> None:
    market.give(NOMINATOR, DEPOSIT)
    for _ in range(3):
        market.call(NOMINATOR, "swap_stake", **swap())
        market.call(NOMINATOR, "swap_stake", **swap(source=TWO, dest=ONE))
    assert market.staked(at(TWO)) == 0
    assert market.staked(at()) == pytest.approx(AMOUNT * (1 - 33 / 65535) ** 6, abs=10)


@pytest.mark.parametrize(
    ("error", "args"),
    [
        ("SubnetNotExists", swap(source=NOWHERE)),
        ("SubnetNotExists", swap(dest=NOWHERE)),
        ("HotKeyAccountNotExists", swap(hotkey=NOBODY)),
        ("SameNetuid", swap(dest=ONE)),
        ("AmountTooLow", swap(1)),
    ],
)
def test_swaps_that_are_refused(market: Market, error: str, args: dict[str, Any]) -> None:
    market.refused(error, NOMINATOR, "swap_stake", **args)


def test_others_stake_is_not_swapped(market: Market) -> None:
    market.refused("AmountTooLow", OTHER, "swap_stake", **swap())


def test_no_more_than_there_is_is_swapped(market: Market) -> None:
    market.call(NOMINATOR, "swap_stake", **swap(AMOUNT * 2))
    assert market.staked(at()) == 0


def test_stake_with_anothers_hotkey_may_be_swapped(market: Market) -> None:
    assert market.sub.owner[MINER] != NOMINATOR
    market.call(NOMINATOR, "swap_stake", **swap())
    assert market.staked(at(TWO)) > 0


# -- locks and limits -----------------------------------------------------------------------------


def test_locked_stake_may_not_leave_its_subnet(market: Market) -> None:
    lock = LockState(Alpha(U64(AMOUNT // 2)), U128(0), U64(1))
    market.sub.lock[NOMINATOR, ONE, MINER] = lock
    market.sub.decaying_lock[NOMINATOR, ONE] = False
    market.refused("StakeUnavailable", NOMINATOR, "swap_stake", **swap())
    market.call(NOMINATOR, "move_stake", **move())
    assert ledger.of_coldkey(market.sub, NOMINATOR, ONE) == AMOUNT


def test_locked_stake_stays_locked_with_its_next_owner(market: Market) -> None:
    market.sub.lock[NOMINATOR, ONE, MINER] = LockState(Alpha(U64(AMOUNT // 2)), U128(0), U64(1))
    market.sub.decaying_lock[NOMINATOR, ONE] = market.sub.decaying_lock[OTHER, ONE] = False
    market.refused("AccountRejectsLockedAlpha", NOMINATOR, "transfer_stake", **transfer())
    locks.set_accepts_locked(market.sub, OTHER, accepts=True)
    market.call(NOMINATOR, "transfer_stake", **transfer())
    assert locks.locked(market.sub, NOMINATOR, ONE) == 0
    assert locks.locked(market.sub, OTHER, ONE) == AMOUNT // 2


def limited(price: int, *, partial: bool, **where: Any) -> dict[str, Any]:
    limit = {"limit_price": Tao(U64(price)), "allow_partial": partial}
    return {**swap(150 * 10**9, **where), **limit}


@pytest.fixture
def tilted() -> Iterator[Market]:
    """Two pools at 1.5 TAO, the second 100,000 times as large."""
    with borrowed(Market) as market:
        market.pool(ONE, 150 * 10**9, 100 * 10**9)
        market.pool(TWO, 150 * 10**14, 100 * 10**14)
        market.stake(at(), 150 * 10**9)
        yield market


def test_a_limited_swap_may_be_partial(tilted: Market) -> None:
    tilted.call(NOMINATOR, "swap_stake_limit", **limited(990_000_000, partial=True))
    assert tilted.staked(at()) == pytest.approx(149 * 10**9, abs=10**8)


def test_a_limited_swap_is_whole_or_not_at_all(tilted: Market) -> None:
    tilted.refused(
        "SlippageTooHigh", NOMINATOR, "swap_stake_limit", **limited(990_000_000, partial=False)
    )


def test_just_what_fits_is_swapped_as_a_whole(tilted: Market) -> None:
    most = limits.max_move_within(tilted.sub, ONE, TWO, 990_000_000)
    args = limited(990_000_000, partial=False)
    above = {**args, "alpha_amount": Alpha(U64(most + 1))}
    tilted.refused("SlippageTooHigh", NOMINATOR, "swap_stake_limit", **above)
    tilted.call(NOMINATOR, "swap_stake_limit", **{**args, "alpha_amount": Alpha(U64(most))})
    assert tilted.staked(at()) == 150 * 10**9 - most


def test_a_limit_out_of_reach_swaps_nothing(tilted: Market) -> None:
    *_, told = tilted.call(NOMINATOR, "swap_stake_limit", **limited(1_000_000_001, partial=True))
    assert told == StakeSwapped(NOMINATOR, MINER, ONE, TWO, Tao(U64(0)))
    assert tilted.staked(at()) == 150 * 10**9


def test_too_little_to_stake_stays_with_the_coldkey(tilted: Market) -> None:
    tilted.give(NOMINATOR, DEPOSIT)
    *_, told = tilted.call(NOMINATOR, "swap_stake_limit", **limited(999_990_000, partial=True))
    assert 0 < told.tao < LEAST
    assert tilted.free(NOMINATOR) == DEPOSIT + told.tao
    assert tilted.staked(at(TWO)) == 0


def test_between_subnets_without_price_the_limit_is_one(market: Market) -> None:
    market.stake(at(STABLE), AMOUNT)
    market.give(market.account(STABLE), AMOUNT)
    args = swap(source=STABLE, dest=ROOT)
    above = {**args, "limit_price": Tao(U64(10**9 + 1)), "allow_partial": False}
    market.refused("SlippageTooHigh", NOMINATOR, "swap_stake_limit", **above)
    market.call(NOMINATOR, "swap_stake_limit", **{**above, "limit_price": Tao(U64(10**9))})
    assert market.staked(at(ROOT)) == AMOUNT - DEPOSIT


def test_a_limit_below_the_price_swaps_nothing_into_a_pool(market: Market) -> None:
    market.stake(at(STABLE), AMOUNT)
    market.give(market.account(STABLE), AMOUNT)
    limit = {"limit_price": Tao(U64(2 * 10**9)), "allow_partial": True}
    args = swap(source=STABLE, dest=ONE) | limit
    market.refused(PriceLimitExceeded, NOMINATOR, "swap_stake_limit", **args)
