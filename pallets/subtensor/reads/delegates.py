"""Delegates: hotkeys that are open to nominators, and what these have staked with them."""

from __future__ import annotations

from collections.abc import Iterable

from pysubtensor.frame.fixed_point import U64F64
from pysubtensor.frame.primitives import RAO_PER_TAO, U16_MAX, U64, AccountId, Alpha, NetUid
from pysubtensor.pallets.subtensor.pools import ledger
from pysubtensor.pallets.subtensor.reads.neuron_types import DelegateInfo
from pysubtensor.pallets.subtensor.reads.stakes import shares_with
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.subnets import registry
from pysubtensor.pallets.subtensor.types import ROOT

BLOCKS_PER_DAY = 7_200
fixed, floor = U64F64.from_int, U64F64.to_uint
Nominator = tuple[AccountId, tuple[tuple[NetUid, U64], ...]]


def delegate(sub: Storage, hotkey: AccountId) -> DelegateInfo:
    """A delegate with its nominators."""
    return _delegate(sub, hotkey, nominators(sub, hotkey))


def delegated(
    sub: Storage, coldkey: AccountId
) -> tuple[tuple[DelegateInfo, tuple[NetUid, Alpha]], ...]:
    """What a coldkey has staked, with the delegates it is staked with, these without nominators."""
    found = []
    for hotkey in sub.delegates.keys():  # noqa: SIM118 (a map is not iterable)
        for _, netuid, _ in shares_with(sub, hotkey, coldkey):
            stake = ledger.of(sub, hotkey, coldkey, netuid)
            found.append((_delegate(sub, hotkey, ()), (netuid, stake)))
    return tuple(found)


def nominators(sub: Storage, hotkey: AccountId) -> tuple[Nominator, ...]:
    """(coldkey, its stakes by subnet), in the order of the keys.

    As on the chain a netuid is taken for a place in the list of subnets: where the netuids have
    gaps, shares are valued by another subnet's pool, and those beyond the list are left out.
    """
    pools = [ledger.pool_of(sub, hotkey, netuid) for netuid in registry.netuids(sub)]
    found: dict[AccountId, list[tuple[NetUid, U64]]] = {}
    for coldkey, netuid, share in shares_with(sub, hotkey):
        if netuid < len(pools):
            worth = U64(pools[netuid].value_of(share))
            found.setdefault(coldkey, []).append((netuid, worth))
    return tuple((coldkey, tuple(stakes)) for coldkey, stakes in found.items())


def _delegate(sub: Storage, hotkey: AccountId, nominated_by: tuple[Nominator, ...]) -> DelegateInfo:
    subnets = [
        netuid for (_, netuid), is_member in sub.is_network_member.items(hotkey) if is_member
    ]
    take, daily = sub.delegates[hotkey], daily_emission(sub, hotkey, subnets)
    stake = sub.total_hotkey_alpha[hotkey, ROOT]
    return DelegateInfo(
        delegate_ss58=hotkey,
        take=take,
        nominators=nominated_by,
        owner_ss58=sub.owner[hotkey],
        registrations=tuple(subnets),
        validator_permits=tuple(each for each in subnets if _may_validate(sub, hotkey, each)),
        return_per_1000=U64(floor(return_per_1000(take, stake, daily))),
        total_daily_return=U64(floor(daily)),
    )


def _may_validate(sub: Storage, hotkey: AccountId, netuid: NetUid) -> bool:
    uid, permits = sub.uids[netuid, hotkey], sub.validator_permit[netuid]
    return uid is not None and uid < len(permits) and permits[uid]


def daily_emission(sub: Storage, hotkey: AccountId, subnets: Iterable[NetUid]) -> int:
    """What a hotkey earns in a day if each epoch is like the last, raw U64F64."""
    total = 0
    for netuid in subnets:
        uid, emission = sub.uids[netuid, hotkey], sub.emission[netuid]
        if uid is None or uid >= len(emission):
            continue
        epochs = U64F64.ratio(BLOCKS_PER_DAY, sub.tempo[netuid])
        earned = U64F64.saturating_mul(fixed(emission[uid]), epochs)
        total = U64F64.saturating_add(total, earned)
    return total


def return_per_1000(take: int, stake: int, daily: int) -> int:
    """What 1000 TAO of `stake` rao earn of `daily` (raw U64F64) after the take; 0 without stake."""
    if stake == 0:
        return 0
    rest = U64F64.saturating_sub(U64F64.one, U64F64.ratio(take, U16_MAX))
    thousands = U64F64.ratio(stake, 1000 * RAO_PER_TAO)
    return U64F64.safe_div(U64F64.saturating_mul(daily, rest), thousands)
