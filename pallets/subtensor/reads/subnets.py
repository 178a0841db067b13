"""Which subnets there are, what the next one costs and which would make room for it."""

from __future__ import annotations

from consensus.yuma.fixed import I96F32, U64F64
from pallets.subtensor.coinbase.issuance import block_emission
from pallets.subtensor.coinbase.schedule import Schedule
from pallets.subtensor.reads.fields import filled
from pallets.subtensor.reads.subnet import Subnet
from pallets.subtensor.reads.types import SubnetInfo, SubnetInfoV2
from pallets.subtensor.storage import Storage
from pallets.subtensor.subnets.costs import lock_cost, lock_interval
from pallets.subtensor.types import NetworkLastRegistered
from runtime.arith import saturating_add
from runtime.frame.pallet_id import account_of
from runtime.primitives import U16, U64, U64_MAX, AccountId, NetUid, Tao

ROOT = NetUid(U16(0))


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


def account_id(sub: Storage, netuid: NetUid) -> AccountId | None:
    """The account of a subnet, which holds what is in its pool; root always has one."""
    if netuid not in sub.networks_added and netuid != ROOT:
        return None
    return account_of(sub.config.subtensor_pallet_id, netuid.to_bytes(2, "little"))


def next_epoch_start(sub: Storage, netuid: NetUid) -> U64 | None:
    """Block of the next epoch; None without tempo."""
    found = Schedule(
        sub.tempo[netuid], sub.last_epoch_block[netuid], sub.pending_epoch_at[netuid]
    ).next_start()
    return None if found is None else U64(found)


def registration_cost(sub: Storage) -> Tao:
    """Rao that a new subnet costs now."""
    emission = block_emission(sub.total_issuance.get())
    cost = lock_cost(
        sub.network_last_lock_cost.get(),
        sub.last_rate_limited_block[NetworkLastRegistered()],
        sub.config.system.block_number(),
        lock_interval(sub.network_lock_reduction_interval.get(), emission),
        sub.network_min_lock_cost.get(),
    )
    return Tao(U64(cost))


def moving_price(sub: Storage, netuid: NetUid) -> int:
    """Average price of alpha in TAO, raw U64F64; 1 where alpha has no price."""
    if netuid == ROOT or sub.subnet_mechanism[netuid] == 0:
        return U64F64.one
    return U64F64.convert(sub.subnet_moving_price[netuid], I96F32)


def to_prune(sub: Storage) -> NetUid | None:
    """The subnet that would go: the cheapest out of immunity, of equals the oldest."""
    now, immunity = sub.config.system.block_number(), sub.network_immunity_period.get()
    found, least = None, (U64F64.highest, U64_MAX)
    for netuid, exists in sub.networks_added.items():
        born = sub.network_registered_at[netuid]
        if not exists or netuid == ROOT or now < saturating_add(born, immunity):
            continue
        rank = (moving_price(sub, netuid), int(born))
        if rank < least:
            found, least = netuid, rank
    return found
