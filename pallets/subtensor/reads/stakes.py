"""Stakes: who has how much with whom, and what of it is locked."""

from __future__ import annotations

from collections.abc import Iterable

from pysubtensor.frame.arith import saturating_sub
from pysubtensor.frame.primitives import U64, AccountId, Alpha, NetUid
from pysubtensor.pallets.subtensor.locks import locks
from pysubtensor.pallets.subtensor.pools import ledger
from pysubtensor.pallets.subtensor.reads.neuron_types import StakeAvailability, StakeInfo
from pysubtensor.pallets.subtensor.share_pool import SafeFloat
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.subnets import registry
from pysubtensor.pallets.subtensor.types import NO_TAO

NOTHING = U64(0)


# -- shares ---------------------------------------------------------------------------------------


def shares_with(
    sub: Storage, hotkey: AccountId, *coldkey: AccountId
) -> list[tuple[AccountId, NetUid, SafeFloat]]:
    """The shares above 0 in a hotkey's pools, of all coldkeys or of one, in the order of keys.

    Here the new form counts where there are both.
    """
    found = {
        (who, netuid): SafeFloat.from_u64f64(share)
        for (_, who, netuid), share in sub.alpha.items(hotkey, *coldkey)
    }
    for (_, who, netuid), new in sub.alpha_v2.items(hotkey, *coldkey):
        found[who, netuid] = new
    return [(who, netuid, share) for (who, netuid), share in sorted(found.items()) if share]


# -- stakes of coldkeys ---------------------------------------------------------------------------


def stake_info(
    sub: Storage, hotkey: AccountId, coldkey: AccountId, netuid: NetUid, stake: Alpha
) -> StakeInfo:
    """One stake."""
    return StakeInfo(
        hotkey=hotkey,
        coldkey=coldkey,
        netuid=netuid,
        stake=stake,
        locked=NOTHING,
        emission=sub.alpha_dividends_per_subnet[netuid, hotkey],
        tao_emission=NO_TAO,
        drain=NOTHING,
        is_registered=(netuid, hotkey) in sub.uids,
    )


def stakes_of(sub: Storage, coldkey: AccountId) -> tuple[StakeInfo, ...]:
    """All stakes above 0 of a coldkey, subnet by subnet."""
    hotkeys = sub.staking_hotkeys[coldkey]
    every = (
        (hotkey, netuid, ledger.of(sub, hotkey, coldkey, netuid))
        for netuid in registry.netuids(sub)
        for hotkey in hotkeys
    )
    return tuple(
        stake_info(sub, hotkey, coldkey, netuid, stake) for hotkey, netuid, stake in every if stake
    )


def availability(
    sub: Storage, coldkey: AccountId, wanted: Iterable[NetUid]
) -> dict[NetUid, StakeAvailability]:
    """What a coldkey may unstake on these subnets, without those where it has nothing."""
    found = {}
    for netuid in wanted:
        total, locked = ledger.of_coldkey(sub, coldkey, netuid), locks.locked(sub, coldkey, netuid)
        if total or locked:
            free = Alpha(U64(saturating_sub(total, locked)))
            found[netuid] = StakeAvailability(total, locked, free)
    return found


def asked_netuids(sub: Storage, asked: tuple[NetUid, ...] | None) -> list[NetUid]:
    """The subnets that a question is about: all, or those asked for that exist, ascending.

    None of them when more are asked for than there are.
    """
    existing = registry.netuids(sub)
    if asked is None:
        return existing
    wanted = sorted(set(asked))
    if len(wanted) > len(existing):
        return []
    return [netuid for netuid in wanted if registry.exists(sub, netuid)]
