"""Calls by which hotkeys lend their stake to others, their children, and what those keep of it.

Shares are u64 with 2**64 - 1 for 1.0, takes u16 with 65535 for 1.0.
"""

from __future__ import annotations

from pysubtensor.frame.call import call
from pysubtensor.frame.origin import Origin, ensure_root, ensure_signed
from pysubtensor.frame.primitives import U16, U64, AccountId, NetUid
from pysubtensor.frame.weights import weight
from pysubtensor.pallets.subtensor import hotkeys, takes
from pysubtensor.pallets.subtensor.children import pending
from pysubtensor.pallets.subtensor.errors import HotKeyNotRegisteredInSubNet, NonAssociatedColdKey
from pysubtensor.pallets.subtensor.events.hyperparameters import (
    MaxChildKeyTakeSet,
    MinChildKeyTakeSet,
    TxChildKeyTakeRateLimitSet,
)
from pysubtensor.pallets.subtensor.events.staking import AutoParentDelegationEnabledSet
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.types import ROOT, Share


class ChildCalls(Storage):
    """Children of hotkeys."""

    @call(67, weight=weight(119_000_000, reads=6, writes=31))
    def set_children(
        self, origin: Origin, hotkey: AccountId, netuid: NetUid, children: tuple[Share, ...]
    ) -> None:
        """Choose the children of a hotkey on a subnet, which work with parts of its stake.

        They count after some time; on a subnet that has not started, at once.

        Origin: signed by the coldkey of the hotkey.
        - `hotkey`: the parent.
        - `netuid`: the subnet; not root.
        - `children`: pairs of a part of the stake (2**64 - 1 is all) and a child, at most five.

        Errors: TxRateLimitExceeded, RegistrationNotPermittedOnRootSubnet, SubnetNotExists,
        NonAssociatedColdKey, DuplicateChild, InvalidChild, TooManyChildren, ProportionOverflow,
        ChildParentInconsistency, NotEnoughStakeToSetChildkeys.
        """
        pending.set_children(self, ensure_signed(origin), hotkey, netuid, children)

    @call(75, weight=weight(53_870_000, 4_498, reads=7, writes=2))
    def set_childkey_take(
        self, origin: Origin, hotkey: AccountId, netuid: NetUid, take: U16
    ) -> None:
        """Choose what a hotkey keeps of what it earns as a child on a subnet.

        Origin: signed by the coldkey of the hotkey.
        - `hotkey`: the child.
        - `netuid`: the subnet.
        - `take`: take in parts of 65,535.

        Errors: NonAssociatedColdKey, InvalidChildkeyTake, TxChildkeyTakeRateLimitExceeded.
        """
        takes.set_childkey_take(self, ensure_signed(origin), hotkey, netuid, take)

    @call(135, weight=weight(28_023_000, 4_364, reads=2, writes=1))
    def set_auto_parent_delegation_enabled(
        self, origin: Origin, hotkey: AccountId, enabled: bool
    ) -> None:
        """Choose whether the owners of new subnets become children of a validator on root.

        Origin: signed by the coldkey of the hotkey.
        - `hotkey`: the validator on root.
        - `enabled`: true to let them.

        Errors: NonAssociatedColdKey, HotKeyNotRegisteredInSubNet.
        """
        coldkey = ensure_signed(origin)
        if not hotkeys.owned_by(self, coldkey, hotkey):
            raise NonAssociatedColdKey
        if not hotkeys.is_neuron(self, ROOT, hotkey):
            raise HotKeyNotRegisteredInSubNet
        self.auto_parent_delegation_enabled[hotkey] = enabled
        self.emit(AutoParentDelegationEnabledSet(hotkey, enabled))

    @call(69, weight=weight(5_760_000, writes=1))
    def sudo_set_tx_childkey_take_rate_limit(self, origin: Origin, tx_rate_limit: U64) -> None:
        """Set how often a childkey take may be raised.

        Origin: root.
        - `tx_rate_limit`: blocks between two changes.

        Errors: none of its own.
        """
        ensure_root(origin)
        self.tx_childkey_take_rate_limit.put(tx_rate_limit)
        self.emit(TxChildKeyTakeRateLimitSet(tx_rate_limit))

    @call(76, weight=weight(6_000, reads=1, writes=1))
    def sudo_set_min_childkey_take(self, origin: Origin, take: U16) -> None:
        """Set the least take that a childkey may have.

        Origin: root.
        - `take`: take in parts of 65,535.

        Errors: none of its own.
        """
        ensure_root(origin)
        self.min_childkey_take.put(take)
        self.emit(MinChildKeyTakeSet(take))

    @call(77, weight=weight(6_000, reads=1, writes=1))
    def sudo_set_max_childkey_take(self, origin: Origin, take: U16) -> None:
        """Set the largest take that a childkey may have.

        Origin: root.
        - `take`: take in parts of 65,535.

        Errors: none of its own.
        """
        ensure_root(origin)
        self.max_childkey_take.put(take)
        self.emit(MaxChildKeyTakeSet(take))

    @call(109, weight=weight(3_000_000, writes=1))
    def set_pending_childkey_cooldown(self, origin: Origin, cooldown: U64) -> None:
        """Set how long after they were chosen children count.

        Origin: root.
        - `cooldown`: blocks.

        Errors: none of its own.
        """
        ensure_root(origin)
        self.pending_child_key_cooldown.put(cooldown)
