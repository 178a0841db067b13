"""One subnet as the reads see it: what several fields need is found once.

A netuid is not checked here; everything of a subnet that does not exist reads as its default.
"""

from __future__ import annotations

from functools import cached_property
from typing import Final

from pysubtensor.frame.arith import saturating_sub
from pysubtensor.frame.primitives import U8, U16, U32, U64, U128, AccountId, NetUid, Uid
from pysubtensor.pallets.subtensor.pools.stake_weight import StakePair, inherited_stake
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.subnets.mechanisms import MAIN, storage_index
from pysubtensor.pallets.subtensor.types import AxonInfo, MechId

NO_STAKE: Final = StakePair(0, 0)
NO_AXON: Final = AxonInfo(U64(0), U32(0), U128(0), U16(0), U8(0), U8(0), U8(0), U8(0))


class Subnet:
    """A subnet, seen from one of its mechanisms."""

    def __init__(self, sub: Storage, netuid: NetUid, mechanism: MechId = MAIN) -> None:
        self.sub, self.netuid = sub, netuid
        self.index = storage_index(netuid, mechanism)

    @property
    def uids(self) -> list[Uid]:
        """All uids."""
        return [Uid(U16(uid)) for uid in range(self.sub.subnetwork_n[self.netuid])]

    @property
    def now(self) -> U64:
        """Number of the block."""
        return U64(self.sub.config.system.block_number())

    @property
    def blocks_since_last_step(self) -> U64:
        """Blocks since the last epoch."""
        last = self.sub.last_mechanism_step_block[self.netuid]
        return U64(saturating_sub(self.now, last))

    @property
    def activity_cutoff(self) -> U64:
        """Blocks for which a neuron counts as active, at least 1."""
        factor = self.sub.activity_cutoff_factor_milli[self.netuid]
        return U64(max(factor * self.sub.tempo[self.netuid] // 1000, 1))

    @cached_property
    def hotkeys(self) -> tuple[AccountId, ...]:
        """By uid."""
        return tuple([self.sub.keys[self.netuid, uid] for uid in self.uids])

    @cached_property
    def coldkeys(self) -> tuple[AccountId, ...]:
        """By uid."""
        return tuple([self.sub.owner[hotkey] for hotkey in self.hotkeys])

    @cached_property
    def stakes(self) -> list[StakePair]:
        """The stake that counts for each uid; none where no hotkey is kept for the uid."""
        sub, netuid = self.sub, self.netuid
        return [
            inherited_stake(sub, sub.keys[netuid, uid], netuid)
            if (netuid, uid) in sub.keys
            else NO_STAKE
            for uid in self.uids
        ]

    def axon(self, hotkey: AccountId) -> AxonInfo:
        """Where a hotkey can be reached; all 0 when it did not say."""
        return self.sub.axons[self.netuid, hotkey] or NO_AXON
