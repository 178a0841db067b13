"""Calls that lock stake in favour of a hotkey, which gains conviction with time."""

from __future__ import annotations

from pysubtensor.frame.call import call
from pysubtensor.frame.origin import Origin, ensure_signed
from pysubtensor.frame.primitives import AccountId, Alpha, NetUid
from pysubtensor.frame.weights import weight
from pysubtensor.pallets.subtensor.events.staking import RejectLockedAlphaUpdated
from pysubtensor.pallets.subtensor.locks import locks
from pysubtensor.pallets.subtensor.storage import Storage


class LockCalls(Storage):
    """Locked stake."""

    @call(136, weight=weight(115_995_000, 7_655, reads=17, writes=3))
    def lock_stake(self, origin: Origin, hotkey: AccountId, netuid: NetUid, amount: Alpha) -> None:
        """Lock some of a coldkey's stake on a subnet in favour of a hotkey, or more of it.

        Origin: signed by the coldkey that holds the stake.
        - `hotkey`: the hotkey that gains conviction by it.
        - `netuid`: the subnet.
        - `amount`: alpha to lock, in rao.

        Errors: AmountTooLow, HotKeyAccountNotExists, LockHotkeyMismatch, InsufficientStakeForLock.
        """
        locks.lock(self, ensure_signed(origin), hotkey, netuid, amount)

    @call(137, weight=weight(149_819_000, 7_339, reads=14, writes=6))
    def move_lock(self, origin: Origin, destination_hotkey: AccountId, netuid: NetUid) -> None:
        """Let a lock favour another hotkey; of another owner, conviction begins anew.

        Origin: signed by the coldkey that holds the stake.
        - `destination_hotkey`: the other hotkey.
        - `netuid`: the subnet.

        Errors: HotKeyAccountNotExists, NoExistingLock.
        """
        locks.move(self, ensure_signed(origin), destination_hotkey, netuid)

    @call(138, weight=weight(0, reads=4, writes=3))
    def set_perpetual_lock(self, origin: Origin, netuid: NetUid, enabled: bool) -> None:
        """Choose whether a coldkey's lock on a subnet is perpetual or decays.

        Origin: signed by the coldkey that holds the stake.
        - `netuid`: the subnet.
        - `enabled`: true: perpetual; false: it decays.

        Errors: none of its own.
        """
        locks.set_perpetual(self, ensure_signed(origin), netuid, perpetual=enabled)

    @call(142, weight=weight(0, reads=1, writes=1))
    def set_reject_locked_alpha(self, origin: Origin, enabled: bool) -> None:
        """Choose whether a coldkey refuses alpha that is locked.

        Origin: signed by the coldkey.
        - `enabled`: true to refuse it.

        Errors: none of its own.
        """
        coldkey = ensure_signed(origin)
        locks.set_accepts_locked(self, coldkey, accepts=not enabled)
        self.emit(RejectLockedAlphaUpdated(coldkey, enabled))
