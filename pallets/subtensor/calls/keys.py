"""Calls that swap keys and tie them together.

A swap of a coldkey is announced first, by the blake2b-256 of the new one.
"""

from __future__ import annotations

from typing import Annotated

from pysubtensor.frame.call import call, deprecated
from pysubtensor.frame.codec.resolve import Fixed, Named
from pysubtensor.frame.origin import Origin, ensure_root, ensure_signed
from pysubtensor.frame.primitives import U64, AccountId, Hash, NetUid, Tao
from pysubtensor.frame.weights import Pays, PostInfo, weight
from pysubtensor.pallets.subtensor import guards, hotkeys
from pysubtensor.pallets.subtensor.errors import Deprecated
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.swaps import announcements
from pysubtensor.pallets.subtensor.swaps import coldkey as coldkeys
from pysubtensor.pallets.subtensor.swaps.hotkey import Swap, swap
from pysubtensor.pallets.subtensor.types import EvmAddress

EvmSignature = Annotated[bytes, Fixed(65), Named("Signature")]
"""ECDSA over secp256k1 with the recovery id."""


class KeyCalls(Storage):
    """Keys: swapped and tied together."""

    @call(70, weight=weight(1_242_038_000, 28_912, reads=182, writes=99))
    @deprecated("Leaves no choice about the stake: use swap_hotkey_v2.")
    def swap_hotkey(
        self, origin: Origin, hotkey: AccountId, new_hotkey: AccountId, netuid: NetUid | None
    ) -> PostInfo:
        """Replace a hotkey by another, on one subnet or on all; the stake goes along.

        Origin: signed by the coldkey of the hotkey, which pays for it.
        - `hotkey`: the old hotkey.
        - `new_hotkey`: the new one; nobody's, or of the same coldkey.
        - `netuid`: the subnet; None: all.

        Errors: NonAssociatedColdKey, NewHotKeyIsSameWithOld, HotKeySetTxRateLimitExceeded,
        HotKeyAlreadyRegisteredInSubNet, NewHotKeyNotCleanForRootSwap,
        HotKeySwapOnSubnetIntervalNotPassed, CannotUseSystemAccount,
        NotEnoughBalanceToPaySwapHotKey, InsufficientBalance, InvalidChild, TooManyChildren,
        ProportionOverflow, ChildParentInconsistency.
        """
        asked = Swap(ensure_signed(origin), hotkey, new_hotkey, keep_stake=False)
        return PostInfo(swap(self, asked, netuid))

    @call(72, weight=weight(275_300_000, reads=52, writes=35))
    def swap_hotkey_v2(
        self,
        origin: Origin,
        hotkey: AccountId,
        new_hotkey: AccountId,
        netuid: NetUid | None,
        keep_stake: bool,
    ) -> PostInfo:
        """Replace a hotkey by another, on one subnet or on all, with its stake or without.

        Origin: signed by the coldkey of the hotkey, which pays for it.
        - `hotkey`: the old hotkey.
        - `new_hotkey`: the new one; nobody's, or of the same coldkey.
        - `netuid`: the subnet; None: all.
        - `keep_stake`: true: the stake stays with the old hotkey; false: it goes along.

        Errors: none of its own; those of `swap_hotkey`.
        """
        asked = Swap(ensure_signed(origin), hotkey, new_hotkey, keep_stake)
        return PostInfo(swap(self, asked, netuid))

    @call(71, weight=weight(312_301_000, 13_056, reads=37, writes=19))
    def swap_coldkey(
        self, origin: Origin, old_coldkey: AccountId, new_coldkey: AccountId, swap_cost: Tao
    ) -> None:
        """Replace a coldkey by another, without announcement.

        Origin: root.
        - `old_coldkey`: the coldkey that is replaced, and pays.
        - `new_coldkey`: the new one; it must have staked nothing.
        - `swap_cost`: rao to pay; 0: nothing.

        Errors: NotEnoughBalanceToPaySwapColdKey, ColdKeyAlreadyAssociated, NewColdKeyIsHotkey,
        CannotUseSystemAccount, ActiveLockExists.
        """
        ensure_root(origin)
        if swap_cost:
            coldkeys.charge(self, old_coldkey, swap_cost)
        coldkeys.swap(self, old_coldkey, new_coldkey)
        announcements.forget(self, old_coldkey)

    @call(73, weight=weight(0, reads=5))
    @deprecated("Use announce_coldkey_swap and swap_coldkey_announced.")
    def schedule_swap_coldkey(self, origin: Origin, new_coldkey: AccountId) -> None:
        """Do nothing any more: coldkey swaps are announced.

        Origin: any.
        - `new_coldkey`: ignored.

        Errors: Deprecated.
        """
        raise Deprecated

    @call(125, weight=weight(47_248_000, 4_159, reads=4, writes=3))
    def announce_coldkey_swap(self, origin: Origin, new_coldkey_hash: Hash) -> None:
        """Announce that a coldkey will be replaced by another; the first time it pays for it.

        From then on it can do little else until the swap is done or taken back.

        Origin: signed by the coldkey that will be replaced.
        - `new_coldkey_hash`: blake2b-256 of the new coldkey.

        Errors: ColdkeySwapReannouncedTooEarly, NotEnoughBalanceToPaySwapColdKey.
        """
        announcements.announce(self, ensure_signed(origin), new_coldkey_hash)

    @call(126, weight=weight(288_156_000, 13_000, reads=37, writes=15))
    def swap_coldkey_announced(self, origin: Origin, new_coldkey: AccountId) -> None:
        """Replace a coldkey by the one it announced.

        Origin: signed by the coldkey that is replaced.
        - `new_coldkey`: the new one; it must have staked nothing.

        Errors: ColdkeySwapAnnouncementNotFound, AnnouncedColdkeyHashDoesNotMatch,
        ColdkeySwapTooEarly, ColdKeyAlreadyAssociated, NewColdKeyIsHotkey, CannotUseSystemAccount,
        ActiveLockExists.
        """
        announcements.carry_out(self, ensure_signed(origin), new_coldkey)

    @call(133, weight=weight(17_890_000, reads=2, writes=1))
    def clear_coldkey_swap_announcement(self, origin: Origin) -> None:
        """Take the announcement of a coldkey swap back, some time after it could be done.

        Origin: signed by the coldkey that announced it.

        Errors: ColdkeySwapAnnouncementNotFound, ColdkeySwapClearTooEarly.
        """
        announcements.take_back(self, ensure_signed(origin))

    @call(127, weight=weight(23_293_000, 4_130, reads=2, writes=1))
    def dispute_coldkey_swap(self, origin: Origin) -> None:
        """Stop an announced coldkey swap, and all else that the coldkey does, until root decides.

        Origin: signed by the coldkey that announced it.

        Errors: ColdkeySwapAnnouncementNotFound, ColdkeySwapAlreadyDisputed.
        """
        announcements.dispute(self, ensure_signed(origin))

    @call(128, weight=weight(8_857_000, writes=2))
    def reset_coldkey_swap(self, origin: Origin, coldkey: AccountId) -> None:
        """Remove the announcement and the dispute of a coldkey swap.

        Origin: root.
        - `coldkey`: the coldkey that announced it.

        Errors: none of its own.
        """
        ensure_root(origin)
        announcements.reset(self, coldkey)

    @call(91, weight=weight(25_337_000, 4_283, reads=3, writes=3))
    def try_associate_hotkey(self, origin: Origin, hotkey: AccountId) -> None:
        """Become the owner of a hotkey that nobody owns; nothing happens otherwise.

        Origin: signed by the coldkey that will own it.
        - `hotkey`: the hotkey.

        Errors: CannotUseSystemAccount.
        """
        hotkeys.create_account_if_missing(self, ensure_signed(origin), hotkey)

    @call(
        93,
        weight=weight(684_242_000, 4_415, reads=3, writes=1),
        pays_fee=Pays.NO,
        implemented=False,
        guard=guards.associate_evm_key,
        guard_weight=guards.EVM_KEY,
    )
    def associate_evm_key(
        self,
        origin: Origin,
        netuid: NetUid,
        evm_key: EvmAddress,
        block_number: U64,
        signature: EvmSignature,
    ) -> None:
        """Tie an EVM address to a neuron; this version cannot do it.

        Origin: signed by the hotkey of the neuron.
        - `netuid`: the subnet.
        - `evm_key`: the EVM address, 20 bytes.
        - `block_number`: number of the block that was signed.
        - `signature`: ECDSA signature of the hotkey and the block number by the EVM key.

        Errors: Unavailable.
        """
