"""Metagraphs: a subnet with all its neurons, whole or only the fields that are asked for.

A mechagraph is the same seen from one mechanism: its own incentives and last updates, and its
storage index in place of the netuid.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from pysubtensor.frame.fixed_point import I64F64
from pysubtensor.frame.primitives import U16, AccountId, NetUid
from pysubtensor.pallets.subtensor.pools.stake_weight import stake_weight_of
from pysubtensor.pallets.subtensor.reads.fields import FIELDS, filled
from pysubtensor.pallets.subtensor.reads.metagraph_types import Metagraph, SelectiveMetagraph
from pysubtensor.pallets.subtensor.reads.subnet import Subnet

Commitments = Callable[[NetUid], Iterable[tuple[AccountId, bytes]]]
"""What the hotkeys of a subnet have committed, encoded."""
SELECTABLE: Final = SelectiveMetagraph.__struct_fields__
"""The fields by index."""


def metagraph(subnet: Subnet) -> Metagraph:
    """All of it."""
    return filled(Metagraph, subnet)


def selected(
    subnet: Subnet, indices: Iterable[U16], netuid: NetUid, commitments: Commitments
) -> SelectiveMetagraph:
    """The fields of these indices; those that do not exist are passed over."""
    chosen: dict[str, Any] = {"netuid": netuid}
    for name in {SELECTABLE[index]: None for index in indices if index < len(SELECTABLE)}:
        if name == "validators":
            chosen[name] = validators(subnet)
        elif name == "commitments":
            chosen[name] = tuple((who, tuple(what)) for who, what in commitments(subnet.netuid))
        elif name == "identity":
            chosen[name] = (FIELDS[name](subnet),)
        elif name != "netuid":
            chosen[name] = FIELDS[name](subnet)
    return SelectiveMetagraph(**chosen)


def validators(subnet: Subnet) -> tuple[int, ...]:
    """Uids that may validate and whose stake exceeds the threshold, the least stake first."""
    sub, netuid = subnet.sub, subnet.netuid
    permits, threshold = sub.validator_permit[netuid], sub.stake_threshold.get()
    stakes = [
        (stake_weight_of(sub, hotkey, netuid), uid)
        for (_, uid), hotkey in sub.keys.items(netuid)
        if uid < len(permits) and permits[uid]
    ]
    ranked = sorted(stakes, key=lambda each: each[0])
    return tuple(uid for stake, uid in ranked if stake > threshold << I64F64.fraction)
