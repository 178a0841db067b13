"""What the tests of hotkeys' swaps share: MINER, a hotkey of OWNER's, gives way to NEW."""

from __future__ import annotations

from typing import Any

from pysubtensor.frame.primitives import U16, U64, AccountId, NetUid
from tests.unit.pallets.subtensor.staking.market import MINER, OWNER, TAO, Market

NEW, THIRD = (AccountId(bytes((n,)) * 32) for n in (0xB3, 0xB4))
NOW = 8_000
"""Later than the interval between two swaps."""
WHERE = {"everywhere": None, "on one subnet": NetUid(U16(1))}


def before_a_swap(chain: Market) -> Market:
    """Give OWNER money, and let it swap as often as it likes."""
    chain.at(NOW)
    chain.give(OWNER, 10 * TAO)
    chain.sub.tx_rate_limit.put(U64(0))
    return chain


def _args(netuid: NetUid | None, old: AccountId, new: AccountId, keep_stake: bool) -> Any:
    return {"hotkey": old, "new_hotkey": new, "netuid": netuid, "keep_stake": keep_stake}


def swap(
    chain: Market,
    netuid: NetUid | None,
    old: AccountId = MINER,
    new: AccountId = NEW,
    *,
    keep_stake: bool = False,
    who: AccountId = OWNER,
) -> list[Any]:
    return chain.call(who, "swap_hotkey_v2", **_args(netuid, old, new, keep_stake))


def refuse(
    chain: Market,
    error: str,
    netuid: NetUid | None,
    old: AccountId = MINER,
    new: AccountId = NEW,
    who: AccountId = OWNER,
) -> None:
    """Both calls that swap a hotkey must end with this error."""
    args = _args(netuid, old, new, keep_stake=False)
    chain.refused(error, who, "swap_hotkey_v2", **args)
    del args["keep_stake"]
    chain.refused(error, who, "swap_hotkey", **args)
