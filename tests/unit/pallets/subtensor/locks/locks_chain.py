"""A small chain with stake that may be locked."""

from __future__ import annotations

from typing import Any

from pysubtensor.frame.primitives import U64, U128, AccountId, Alpha, NetUid
from pysubtensor.pallets.subtensor.pools.ledger import StakePosition
from pysubtensor.pallets.subtensor.types import LockState
from tests.support import ALICE
from tests.unit.pallets.subtensor.staking.market import ONE, Market

OWNER, OWNER_HOTKEY, HOTKEY, OTHER_HOTKEY = (AccountId(bytes((n,)) * 32) for n in range(21, 25))
STAKE = 100_000_000_000
UNIT = 1 << 64
"""1.0 as a conviction."""


def state(mass: int, conviction: int = 0, updated: int = 1) -> LockState:
    """A lock with a whole conviction."""
    return LockState(Alpha(U64(mass)), U128(conviction * UNIT), U64(updated))


class LocksChain(Market):
    """ALICE has staked with HOTKEY on subnet 1; her locks last."""

    def __init__(self) -> None:
        super().__init__(author=None)
        self.sub.subnet_owner[ONE] = OWNER
        self.sub.subnet_owner_hotkey[ONE] = OWNER_HOTKEY
        self.own(OWNER_HOTKEY, OWNER)
        self.own(OTHER_HOTKEY, OWNER)
        self.own(HOTKEY, ALICE)
        self.put_stake(ALICE, HOTKEY)
        self.lasting(ALICE)

    def put_stake(
        self, coldkey: AccountId, hotkey: AccountId, amount: int = STAKE, netuid: NetUid = ONE
    ) -> None:
        self.stake(StakePosition(hotkey, coldkey, netuid), amount)

    def lasting(self, coldkey: AccountId, netuid: NetUid = ONE) -> None:
        self.sub.decaying_lock[coldkey, netuid] = False

    def lock(
        self,
        amount: int,
        coldkey: AccountId = ALICE,
        hotkey: AccountId = HOTKEY,
        netuid: NetUid = ONE,
    ) -> list[Any]:
        return self.call(
            coldkey, "lock_stake", hotkey=hotkey, netuid=netuid, amount=Alpha(U64(amount))
        )

    def refuse_lock(
        self, error: str, amount: int, coldkey: AccountId = ALICE, hotkey: AccountId = HOTKEY
    ) -> None:
        amount = Alpha(U64(amount))
        self.refused(error, coldkey, "lock_stake", hotkey=hotkey, netuid=ONE, amount=amount)

    def later(self, blocks: int) -> None:
        """Be so many blocks later."""
        self.at(self.sub.config.system.block_number() + blocks)
