"""How much a hotkey's stake weighs on a subnet, with what it lends to children and has of parents.

Amounts are in rao; the sums are those of `coinbase.payout`, this module reads what goes into them.
Source: staking/stake_utils.
"""

from __future__ import annotations

from pysubtensor.frame.primitives import AccountId, NetUid
from pysubtensor.pallets.subtensor.coinbase.payout import Stake, inherited, stake_weight
from pysubtensor.pallets.subtensor.coinbase.terms import proportion_u64
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.types import ROOT


def tao_weight(sub: Storage) -> int:
    """What a TAO on root counts beside an alpha, as U96F32."""
    return proportion_u64(sub.tao_weight.get())


def inherited_alpha(sub: Storage, hotkey: AccountId, netuid: NetUid) -> int:
    """Alpha that counts for a hotkey on a subnet; on root, where nothing is lent, its own."""
    if netuid == ROOT:
        return sub.total_hotkey_alpha[hotkey, ROOT]
    return _inherited(sub, hotkey, netuid, netuid)


def inherited_tao(sub: Storage, hotkey: AccountId, netuid: NetUid) -> int:
    """TAO on root that counts for a hotkey on a subnet, as it lends and borrows there."""
    return _inherited(sub, hotkey, netuid, ROOT)


def _inherited(sub: Storage, hotkey: AccountId, netuid: NetUid, staked_on: NetUid) -> int:
    stakes = sub.total_hotkey_alpha
    children, parents = sub.child_keys[hotkey, netuid], sub.parent_keys[hotkey, netuid]
    if not children and not parents:
        return stakes[hotkey, staked_on]
    lent = [part for part, _ in children]
    borrowed = [(part, stakes[parent, staked_on]) for part, parent in parents]
    return inherited(stakes[hotkey, staked_on], lent, borrowed)


def inherited_stake(sub: Storage, hotkey: AccountId, netuid: NetUid) -> Stake:
    """Both stakes that count for a hotkey on a subnet."""
    return Stake(inherited_alpha(sub, hotkey, netuid), inherited_tao(sub, hotkey, netuid))


def stake_weight_of(sub: Storage, hotkey: AccountId, netuid: NetUid) -> int:
    """Weight of a hotkey's stake on a subnet: alpha plus weighted TAO, as I64F64."""
    return stake_weight(inherited_stake(sub, hotkey, netuid), tao_weight(sub))
