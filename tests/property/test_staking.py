"""Stake, whatever is done with it: no call makes money, and the books balance after each."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pysubtensor.frame.error import DispatchFailure
from pysubtensor.frame.primitives import U64, U64_MAX, AccountId, Alpha, NetUid, Tao
from pysubtensor.pallets.subtensor.pools import ledger
from tests.subtensor_chain import NAME, borrowed
from tests.support import run
from tests.unit.pallets.subtensor.staking.market import (
    AUTHOR,
    LEAST,
    MINER,
    NOMINATOR,
    NOWHERE,
    ONE,
    OTHER,
    OTHER_MINER,
    OWNER,
    ROOT,
    STABLE,
    TAO,
    TWO,
    Market,
)

PRICED = (ONE, TWO)
ALL = (*PRICED, STABLE, ROOT)
FUNDS = 2_000 * TAO

STAKE = 100 * TAO

_amounts = st.one_of(
    st.integers(LEAST, STAKE),
    st.sampled_from([0, 1, LEAST - 1, LEAST, LEAST + 1_008, U64_MAX]),
    st.integers(STAKE, FUNDS),
)
_taos = _amounts.map(lambda each: Tao(U64(each)))
_alphas = _amounts.map(lambda each: Alpha(U64(each)))
_prices = st.one_of(
    st.integers(TAO * 3 // 4, TAO * 4 // 3), st.sampled_from([0, 1, TAO, U64_MAX])
).map(lambda each: Tao(U64(each)))
_hotkeys = st.sampled_from([MINER] * 4 + [OTHER_MINER] * 3 + [AUTHOR])
_coldkeys = st.sampled_from([NOMINATOR, OWNER, OTHER])
_netuids = st.sampled_from([*ALL] * 3 + [NOWHERE])

_POSITION = {"hotkey": _hotkeys, "netuid": _netuids}
_ROUTE = {"origin_netuid": _netuids, "destination_netuid": _netuids, "alpha_amount": _alphas}
_LIMIT = {"limit_price": _prices, "allow_partial": st.booleans()}
_ARGUMENTS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "add_stake": {**_POSITION, "amount_staked": _taos},
    "add_stake_limit": {**_POSITION, **_LIMIT, "amount_staked": _taos},
    "remove_stake": {**_POSITION, "amount_unstaked": _alphas},
    "remove_stake_limit": {**_POSITION, **_LIMIT, "amount_unstaked": _alphas},
    "remove_stake_full_limit": {**_POSITION, "limit_price": st.none() | _prices},
    "unstake_all": {"hotkey": _hotkeys},
    "unstake_all_alpha": {"hotkey": _hotkeys},
    "recycle_alpha": {**_POSITION, "amount": _alphas},
    "burn_alpha": {**_POSITION, "amount": _alphas},
    "add_stake_burn": {**_POSITION, "amount": _taos, "limit": st.none() | _prices},
    "move_stake": {**_ROUTE, "origin_hotkey": _hotkeys, "destination_hotkey": _hotkeys},
    "transfer_stake": {**_ROUTE, "hotkey": _hotkeys, "destination_coldkey": _coldkeys},
    "swap_stake": {**_ROUTE, "hotkey": _hotkeys},
    "swap_stake_limit": {**_ROUTE, **_LIMIT, "hotkey": _hotkeys},
}


Asked = tuple[str, dict[str, Any]]
_calls = st.one_of(
    [
        st.tuples(st.just(name), st.fixed_dictionaries(arguments))
        for name, arguments in _ARGUMENTS.items()
    ]
)
_authors = st.sampled_from([AUTHOR, None])


def _attempt(market: Market, who: AccountId, name: str, args: dict[str, Any]) -> None:
    """Let a call go through, or be refused by name."""
    with suppress(DispatchFailure):
        run(market.runtime, who, NAME, name, **args)


def _invest(market: Market, who: AccountId) -> None:
    """Funds, of which some are staked with each hotkey on each subnet."""
    market.give(who, FUNDS)
    for netuid in ALL:
        for hotkey in (MINER, OTHER_MINER):
            args = {"hotkey": hotkey, "netuid": netuid, "amount_staked": Tao(U64(STAKE))}
            run(market.runtime, who, NAME, "add_stake", **args)


def _shares(market: Market, hotkey: AccountId, netuid: NetUid) -> int:
    positions = ledger.positions(market.sub)
    mine = (each for each in positions if (each.hotkey, each.netuid) == (hotkey, netuid))
    return sum(market.staked(each) for each in mine)


def _check_books(market: Market) -> None:
    sub = market.sub
    market.issued()
    for netuid in ALL:
        assert market.free(market.account(netuid)) >= sub.subnet_tao[netuid]
        known = dict(sub.total_hotkey_alpha.items())
        hotkeys = [hotkey for hotkey, where in known if where == netuid]
        for hotkey in hotkeys:
            assert _shares(market, hotkey, netuid) <= ledger.on_hotkey(sub, hotkey, netuid)
        staked = sum(ledger.on_hotkey(sub, hotkey, netuid) for hotkey in hotkeys)
        assert staked <= sub.subnet_alpha_out[netuid]
    for netuid in PRICED:
        made = sub.subnet_alpha_in[netuid] + sub.subnet_alpha_out[netuid]
        assert made == market.assets.total_alpha_issuance[netuid]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(_coldkeys, _calls), max_size=12), _authors)
def test_the_books_balance_after_each_call(
    calls: list[tuple[AccountId, Asked]], author: AccountId | None
) -> None:
    with borrowed(Market, author=author) as market:
        for coldkey in (NOMINATOR, OWNER, OTHER):
            _invest(market, coldkey)
        issued = market.issued()
        for coldkey, (name, args) in calls:
            _attempt(market, coldkey, name, args)
            _check_books(market)
        assert market.issued() <= issued


@settings(max_examples=150, deadline=None)
@given(st.lists(_calls, max_size=12), _authors)
def test_nobody_gets_rich_alone(calls: list[Asked], author: AccountId | None) -> None:
    """Neither by what they have at any time, nor by what all their stake brings in the end."""
    with borrowed(Market, author=author) as market:
        _invest(market, NOMINATOR)
        for name, args in calls:
            _attempt(market, NOMINATOR, name, args)
            assert market.free(NOMINATOR) <= FUNDS
        for hotkey in (MINER, OTHER_MINER):
            _attempt(market, NOMINATOR, "unstake_all", {"hotkey": hotkey})
        assert market.free(NOMINATOR) <= FUNDS


@settings(max_examples=150, deadline=None)
@given(_calls)
def test_a_refused_call_changes_nothing(call: Asked) -> None:
    with borrowed(Market) as market:
        _invest(market, NOMINATOR)
        before = market.runtime.state.changes()
        try:
            run(market.runtime, NOMINATOR, NAME, call[0], **call[1])
        except DispatchFailure:
            assert market.runtime.state.changes() == before
