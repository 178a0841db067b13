"""Voting power: a validator's stake on the subnet, smoothed over epochs.

Source: utils/voting_power.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pysubtensor.frame.arith import (
    PERQUINTILL,
    clamp,
    saturating_add,
    saturating_mul,
    saturating_sub,
)
from pysubtensor.frame.error import ensure
from pysubtensor.frame.primitives import U64, U128_MAX, AccountId, NetUid
from pysubtensor.pallets.subtensor.errors import (
    InvalidVotingPowerEmaAlpha,
    VotingPowerTrackingNotEnabled,
)
from pysubtensor.pallets.subtensor.events.networks import (
    VotingPowerEmaAlphaSet,
    VotingPowerTrackingDisabled,
    VotingPowerTrackingDisableScheduled,
    VotingPowerTrackingEnabled,
)
from pysubtensor.pallets.subtensor.rate_limits import now
from pysubtensor.pallets.subtensor.storage import Storage

GRACE: Final = 100_800
"""Blocks for which it is still kept once that is no longer asked for; two weeks."""


def track(sub: Storage, netuid: NetUid) -> None:
    """Track voting power on a subnet, also where tracking was about to end.

    In subtensor: `do_enable_voting_power_tracking`.
    """
    sub.voting_power_tracking_enabled[netuid] = True
    del sub.voting_power_disable_at_block[netuid]
    sub.emit(VotingPowerTrackingEnabled(netuid))


def untrack(sub: Storage, netuid: NetUid) -> None:
    """Track voting power for two weeks more.  Errors: VotingPowerTrackingNotEnabled.

    In subtensor: `do_disable_voting_power_tracking`.
    """
    ensure(sub.voting_power_tracking_enabled[netuid], VotingPowerTrackingNotEnabled)
    ends_at = U64(saturating_add(now(sub), GRACE))
    sub.voting_power_disable_at_block[netuid] = ends_at
    sub.emit(VotingPowerTrackingDisableScheduled(netuid, ends_at))


def set_smoothing(sub: Storage, netuid: NetUid, part: U64) -> None:
    """Set the weight of the latest stake, of 10**18.  Errors: InvalidVotingPowerEmaAlpha.

    In subtensor: `do_set_voting_power_ema_alpha`.
    """
    ensure(part <= PERQUINTILL, InvalidVotingPowerEmaAlpha)
    sub.voting_power_ema_alpha[netuid] = part
    sub.emit(VotingPowerEmaAlphaSet(netuid, part))


def next_power(power: int, stake: int, smoothing: int) -> int:
    """`smoothing` (parts of 10**18) of the stake plus the rest of the former power, in rao.

    In subtensor: `calculate_voting_power_ema`.
    """
    new = saturating_mul(smoothing, stake)
    old = saturating_mul(saturating_sub(PERQUINTILL, smoothing), power)
    return clamp(saturating_add(new, old, U128_MAX) // PERQUINTILL)


def stays(power: int, new: int, least: int) -> bool:
    """Whether the entry stays: it goes when it falls below `least`, not while it grows."""
    return new >= least or power < least


def update(sub: Storage, netuid: NetUid, neurons: Iterable[tuple[AccountId, bool, int]]) -> None:
    """Update voting power after an epoch, for each (hotkey, may it validate, stake in rao).

    In subtensor: `update_voting_power_for_subnet`.
    Who may not validate, or is no neuron any more, has none.  When its time is over tracking ends.
    """
    if not sub.voting_power_tracking_enabled[netuid]:
        return
    ends_at = sub.voting_power_disable_at_block[netuid]
    if 0 < ends_at <= now(sub):
        _end_tracking(sub, netuid)
        return
    for hotkey, may_validate, stake in neurons:
        if may_validate:
            _update_one(sub, netuid, hotkey, stake)
        else:
            del sub.voting_power[netuid, hotkey]
    for _, hotkey in list(sub.voting_power.keys(netuid)):
        if not sub.is_network_member[hotkey, netuid]:
            del sub.voting_power[netuid, hotkey]


def _update_one(sub: Storage, netuid: NetUid, hotkey: AccountId, stake: int) -> None:
    power = sub.voting_power[netuid, hotkey]
    new = next_power(power, stake, sub.voting_power_ema_alpha[netuid])
    if not stays(power, new, sub.stake_threshold.get()):
        del sub.voting_power[netuid, hotkey]
    elif new:
        sub.voting_power[netuid, hotkey] = U64(new)


def _end_tracking(sub: Storage, netuid: NetUid) -> None:
    sub.voting_power.clear(netuid)
    sub.voting_power_tracking_enabled[netuid] = False
    del sub.voting_power_disable_at_block[netuid]
    sub.emit(VotingPowerTrackingDisabled(netuid))
