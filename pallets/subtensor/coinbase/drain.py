"""Drains what is pending for the subnets whose epoch runs in a block.

Source: coinbase/run_coinbase (drain_pending, is_epoch_input_state_consistent).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from pysubtensor.frame.arith import saturating_add
from pysubtensor.frame.primitives import U64, Alpha, NetUid
from pysubtensor.frame.storage import Map
from pysubtensor.pallets.subtensor.epoch_schedule import EpochDecision, EpochSchedule, schedule_of
from pysubtensor.pallets.subtensor.events.weights import EpochDeferred, EpochSkipped
from pysubtensor.pallets.subtensor.locks import succession
from pysubtensor.pallets.subtensor.rate_limits import now
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.types import NO_ALPHA


class Pending(NamedTuple):
    """Pending alpha of a subnet in rao: for miners, validators, root and the owner."""

    server: Alpha
    validator: Alpha
    root: Alpha
    owner: Alpha


def drain_pending(sub: Storage, netuids: Iterable[NetUid]) -> list[tuple[NetUid, Pending]]:
    """Count the block for each subnet, and take what is pending where an epoch runs now.

    Of epochs that are due as many run as may run in a block, the first in the order of `netuids`;
    the result is ascending, which is the order in which they run (`drain_pending`).
    """
    block, most = now(sub), sub.max_epochs_per_block.get()
    drained: list[tuple[NetUid, Pending]] = []
    for netuid in netuids:
        since = U64(saturating_add(sub.blocks_since_last_step[netuid], 1))
        sub.blocks_since_last_step[netuid] = since
        schedule = schedule_of(sub, netuid)
        if not schedule.due(block):
            continue
        decision = _decide(sub, netuid, full=len(drained) >= most)
        _apply_decision(sub, netuid, decision, schedule.after(decision, block), block)
        if decision is EpochDecision.RUNS:
            drained.append((netuid, take_pending(sub, netuid)))
            # Before the distribution, so that the owner cut goes to the new owner.
            succession.change_owner_if_due(sub, netuid)
    return sorted(drained)


def _decide(sub: Storage, netuid: NetUid, *, full: bool) -> EpochDecision:
    if full:
        return EpochDecision.DEFERRED
    return EpochDecision.RUNS if keys_are_consistent(sub, netuid) else EpochDecision.SKIPPED


def keys_are_consistent(sub: Storage, netuid: NetUid) -> bool:
    """True when no two neurons have the same hotkey (`is_epoch_input_state_consistent`)."""
    hotkeys = list(sub.keys.values(netuid))
    return len(set(hotkeys)) == len(hotkeys)


def _apply_decision(
    sub: Storage, netuid: NetUid, decision: EpochDecision, after: EpochSchedule, block: U64
) -> None:
    """Store what the schedule becomes, and say so when the epoch does not run."""
    sub.pending_epoch_at[netuid] = U64(after.pending_at)
    if decision is EpochDecision.DEFERRED:
        sub.emit(EpochDeferred(netuid, block, U64(after.pending_at)))
        return
    sub.blocks_since_last_step[netuid] = U64(after.since_step)
    sub.last_epoch_block[netuid] = U64(after.last_epoch)
    sub.subnet_epoch_index[netuid] = U64(after.epoch_index)
    if decision is EpochDecision.SKIPPED:
        sub.emit(EpochSkipped(netuid, block))


def take_pending(sub: Storage, netuid: NetUid) -> Pending:
    """Take what is pending for a subnet, and leave nothing."""
    return Pending(
        _emptied(sub.pending_server_emission, netuid),
        _emptied(sub.pending_validator_emission, netuid),
        _emptied(sub.pending_root_alpha_divs, netuid),
        _emptied(sub.pending_owner_cut, netuid),
    )


def _emptied(item: Map[NetUid, Alpha], netuid: NetUid) -> Alpha:
    amount = item[netuid]
    item[netuid] = NO_ALPHA
    return amount
