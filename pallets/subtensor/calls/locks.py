"""Calls that lock stake in favour of a hotkey, which gains conviction with time."""

from __future__ import annotations

from pallets.subtensor.storage import Storage
from runtime.frame.call import call
from runtime.frame.origin import Origin
from runtime.frame.weights import weight
from runtime.primitives import AccountId, Alpha, NetUid


class LockCalls(Storage):
    """Locked stake."""

    @call(136, weight=weight(115_995_000, 7_655, reads=17, writes=3), implemented=False)
    def lock_stake(self, origin: Origin, hotkey: AccountId, netuid: NetUid, amount: Alpha) -> None:
        """Lock some of the caller's stake on a subnet, or more of it in favour of the same hotkey.

        Errors: AmountTooLow; HotKeyAccountNotExists; LockHotkeyMismatch; InsufficientStakeForLock.
        """

    @call(137, weight=weight(149_819_000, 7_339, reads=14, writes=6), implemented=False)
    def move_lock(self, origin: Origin, destination_hotkey: AccountId, netuid: NetUid) -> None:
        """Lock in favour of another hotkey, whose conviction begins anew.

        Errors: HotKeyAccountNotExists; NoExistingLock.
        """

    @call(138, weight=weight(0, reads=4, writes=3), implemented=False)
    def set_perpetual_lock(self, origin: Origin, netuid: NetUid, enabled: bool) -> None:
        """Choose whether the caller's lock lasts; otherwise it decays."""

    @call(142, weight=weight(0, reads=1, writes=1), implemented=False)
    def set_reject_locked_alpha(self, origin: Origin, enabled: bool) -> None:
        """Choose whether the caller refuses alpha that is locked."""
