"""How much a hotkey's stake weighs on a subnet, with what it lends to children and has of parents.

Amounts are in rao.  Source: staking/stake_utils (`get_inherited_for_hotkey_on_subnet`,
`get_stake_weights_for_hotkey_on_subnet`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from pysubtensor.frame.fixed_point import I64F64, U96F32
from pysubtensor.frame.primitives import AccountId, NetUid
from pysubtensor.pallets.subtensor.proportions import proportion_u64
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.types import ROOT

fixed, times = U96F32.from_int, U96F32.saturating_mul


class StakePair(NamedTuple):
    """What is staked with a hotkey: alpha on the subnet, TAO on root."""

    alpha: int
    root: int


def inherited(own: int, lent: Iterable[int], borrowed: Iterable[tuple[int, int]]) -> int:
    """Stake that counts for a hotkey: its own, less what it lends, plus what it borrows.

    `lent` are the proportions (u64) of its children, `borrowed` the (proportion, stake) of its
    parents.
    """
    stake = fixed(own)
    given = sum(times(stake, proportion_u64(part)) for part in lent)
    taken = sum(times(fixed(theirs), proportion_u64(part)) for part, theirs in borrowed)
    kept = U96F32.saturating_sub(stake, U96F32.saturate(given))
    return U96F32.to_uint(U96F32.saturating_add(kept, U96F32.saturate(taken)))


def stake_weight(stake: StakePair, tao_weight: int) -> int:
    """Inherited alpha plus weighted inherited TAO, as I64F64."""
    weighted = I64F64.saturating_mul(
        I64F64.from_int(stake.root), I64F64.convert(tao_weight, U96F32)
    )
    return I64F64.saturating_add(I64F64.from_int(stake.alpha), weighted)


def tao_weight(sub: Storage) -> int:
    """What a TAO on root counts beside an alpha, as U96F32 (`get_tao_weight`)."""
    return proportion_u64(sub.tao_weight.get())


def inherited_alpha(sub: Storage, hotkey: AccountId, netuid: NetUid) -> int:
    """Alpha that counts for a hotkey on a subnet; on root, where nothing is lent, its own.

    In subtensor: `get_inherited_for_hotkey_on_subnet`.
    """
    if netuid == ROOT:
        return sub.total_hotkey_alpha[hotkey, ROOT]
    return _inherited(sub, hotkey, netuid, netuid)


def inherited_tao(sub: Storage, hotkey: AccountId, netuid: NetUid) -> int:
    """TAO on root that counts for a hotkey on a subnet, as it lends and borrows there.

    In subtensor: `get_tao_inherited_for_hotkey_on_subnet`.
    """
    return _inherited(sub, hotkey, netuid, ROOT)


def _inherited(sub: Storage, hotkey: AccountId, netuid: NetUid, staked_on: NetUid) -> int:
    stakes = sub.total_hotkey_alpha
    children, parents = sub.child_keys[hotkey, netuid], sub.parent_keys[hotkey, netuid]
    if not children and not parents:
        return stakes[hotkey, staked_on]
    lent = [part for part, _ in children]
    borrowed = [(part, stakes[parent, staked_on]) for part, parent in parents]
    return inherited(stakes[hotkey, staked_on], lent, borrowed)


def inherited_stake(sub: Storage, hotkey: AccountId, netuid: NetUid) -> StakePair:
    """Both stakes that count for a hotkey on a subnet."""
    return StakePair(inherited_alpha(sub, hotkey, netuid), inherited_tao(sub, hotkey, netuid))


def stake_weight_of(sub: Storage, hotkey: AccountId, netuid: NetUid) -> int:
    """Weight of a hotkey's stake on a subnet: alpha plus weighted TAO, as I64F64.

    In subtensor: `get_stake_weights_for_hotkey_on_subnet`.
    """
    return stake_weight(inherited_stake(sub, hotkey, netuid), tao_weight(sub))
