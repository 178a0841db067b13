"""Facts of the chain's tests/staking2 and staking: shares of hotkeys' stakes."""

from __future__ import annotations

from typing import Any

import pytest

from pysubtensor.frame.interfaces.exchange import HIGHEST_LIMIT
from pysubtensor.frame.primitives import U64, U128, Alpha
from pysubtensor.pallets.subtensor.pools import ledger
from pysubtensor.pallets.subtensor.share_pool import SafeFloat
from pysubtensor.pallets.subtensor.staking import trades
from tests.unit.pallets.subtensor.staking.market import (
    AUTHOR,
    MINER,
    NOMINATOR,
    ONE,
    OTHER,
    OTHER_MINER,
    OWNER,
    TAO,
    Market,
    at,
)

ALPHA = 10**9


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
