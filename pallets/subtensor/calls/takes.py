"""Calls by which a hotkey's owner sets what it keeps of its nominators' dividends.

A take is a u16 with 65535 for 1.0.
"""

from __future__ import annotations

from pysubtensor.frame.call import call
from pysubtensor.frame.origin import Origin, ensure_signed
from pysubtensor.frame.primitives import U16, AccountId
from pysubtensor.frame.weights import Pays, weight
from pysubtensor.pallets.subtensor import guards, takes
from pysubtensor.pallets.subtensor.storage import Storage


class TakeCalls(Storage):
    """What hotkeys keep of their nominators' dividends."""

    @call(
        65,
        weight=weight(29_895_000, 4_295, reads=3, writes=2),
        pays_fee=Pays.NO,
        guard=takes.check,
        guard_weight=guards.DELEGATE_TAKE,
    )
    def decrease_take(self, origin: Origin, hotkey: AccountId, take: U16) -> None:
        """Lower what a hotkey keeps of the dividends of those who staked with it.

        Origin: signed by the coldkey of the hotkey.
        - `hotkey`: the hotkey.
        - `take`: new take in parts of 65,535.

        Errors: DelegateTakeTooLow, DelegateTakeTooHigh, HotKeyAccountNotExists,
        NonAssociatedColdKey.
        """
        takes.decrease(self, ensure_signed(origin), hotkey, take)

    @call(
        66,
        weight=weight(37_710_000, 4_388, reads=5, writes=2),
        pays_fee=Pays.NO,
        guard=takes.check,
        guard_weight=guards.DELEGATE_TAKE,
    )
    def increase_take(self, origin: Origin, hotkey: AccountId, take: U16) -> None:
        """Raise what a hotkey keeps of the dividends of those who staked with it, once in a while.

        Origin: signed by the coldkey of the hotkey.
        - `hotkey`: the hotkey.
        - `take`: new take in parts of 65,535.

        Errors: DelegateTakeTooLow, DelegateTakeTooHigh, HotKeyAccountNotExists,
        NonAssociatedColdKey, DelegateTxRateLimitExceeded.
        """
        takes.increase(self, ensure_signed(origin), hotkey, take)
