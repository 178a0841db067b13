"""Which subnets there are, and when their next epochs are."""

from __future__ import annotations

from pysubtensor.frame.primitives import U64, NetUid
from pysubtensor.pallets.subtensor.epoch_schedule import schedule_of
from pysubtensor.pallets.subtensor.reads.fields import filled
from pysubtensor.pallets.subtensor.reads.subnet import Subnet
from pysubtensor.pallets.subtensor.reads.types import SubnetInfo, SubnetInfoV2
from pysubtensor.pallets.subtensor.storage import Storage


def subnet_info(subnet: Subnet) -> SubnetInfo:
    """A subnet; blocks since its last epoch are as counted, not as reckoned."""
    since = subnet.sub.blocks_since_last_step[subnet.netuid]
    return filled(SubnetInfo, subnet, blocks_since_last_step=since)


def subnet_info_v2(subnet: Subnet) -> SubnetInfoV2:
    """The same with its identity."""
    since = subnet.sub.blocks_since_last_step[subnet.netuid]
    return filled(SubnetInfoV2, subnet, blocks_since_last_step=since)


def added(sub: Storage) -> list[NetUid]:
    """The subnets that exist, ascending."""
    return sorted(netuid for netuid, exists in sub.networks_added.items() if exists)


def next_epoch_start(sub: Storage, netuid: NetUid) -> U64 | None:
    """Block of the next epoch; None without tempo."""
    found = schedule_of(sub, netuid).next_epoch_block()
    return None if found is None else U64(found)
