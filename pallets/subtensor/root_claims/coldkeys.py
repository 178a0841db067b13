"""Coldkeys with stake on root, numbered so that blocks may draw some to claim for.

Source: staking/claim_root, staking/helpers.
"""

from __future__ import annotations

from typing import Final, TypeVar

from pysubtensor.frame.arith import saturating_sub
from pysubtensor.frame.primitives import U64, AccountId, NetUid
from pysubtensor.frame.storage import Map, Value
from pysubtensor.pallets.subtensor.pools import ledger
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.types import ROOT

_Share = TypeVar("_Share")

_BATCH: Final = 30
"""Shares that one block looks at for coldkeys without a number."""


def index_coldkey(sub: Storage, coldkey: AccountId) -> None:
    """Give a coldkey a number, unless it has one (`maybe_add_coldkey_index`)."""
    if coldkey not in sub.staking_coldkeys:
        number = sub.num_staking_coldkeys.get()
        sub.staking_coldkeys_by_index[number] = coldkey
        sub.staking_coldkeys[coldkey] = number
        sub.num_staking_coldkeys.put(U64(number + 1))


def index_coldkey_batch(sub: Storage) -> None:
    """Give coldkeys with a share on root a number, walking on from where the last call ended.

    In subtensor: `populate_root_coldkey_staking_maps`.
    """
    _walk(sub, sub.alpha, sub.alpha_map_last_key)
    _walk(sub, sub.alpha_v2, sub.alpha_v2_map_last_key)


def _walk(
    sub: Storage,
    shares: Map[tuple[AccountId, AccountId, NetUid], _Share],
    place: Value[bytes | None],
) -> None:
    """List those of one batch; a batch that is not full ends the walk."""
    last = place.get()
    keys = shares.batch(last, _BATCH)
    for _, coldkey, netuid in keys:
        if netuid == ROOT:
            index_coldkey(sub, coldkey)
    if keys or last is not None:
        place.put(shares.key(keys[-1]) if len(keys) == _BATCH else None)


def unindex_if_unstaked(sub: Storage, coldkey: AccountId) -> None:
    """Take a coldkey's number away when it has nothing on root (`maybe_remove_coldkey_index`)."""
    if not has_stake_on_root(sub, coldkey):
        unindex_coldkey(sub, coldkey)


def unindex_coldkey(sub: Storage, coldkey: AccountId) -> None:
    """Take a coldkey's number away, if it has one; the last takes its place."""
    number = sub.staking_coldkeys.take(coldkey)
    if number is None:
        return
    last = U64(saturating_sub(sub.num_staking_coldkeys.get(), 1))
    moved = None if number == last else sub.staking_coldkeys_by_index.take(last)
    if moved is None:
        del sub.staking_coldkeys_by_index[number]
    else:
        sub.staking_coldkeys_by_index[number] = moved
        sub.staking_coldkeys[moved] = number
    sub.num_staking_coldkeys.put(last)


def has_stake_on_root(sub: Storage, coldkey: AccountId) -> bool:
    """Whether a coldkey has any stake on root (`coldkey_has_root_stake`)."""
    return any(ledger.of(sub, hotkey, coldkey, ROOT) for hotkey in sub.staking_hotkeys[coldkey])
