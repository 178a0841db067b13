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
        """Replace a hotkey of the caller, on one subnet or on all.

        Errors: NonAssociatedColdKey; NewHotKeyIsSameWithOld; HotKeySetTxRateLimitExceeded;
        HotKeyAlreadyRegisteredInSubNet; NewHotKeyNotCleanForRootSwap; CannotUseSystemAccount;
        HotKeySwapOnSubnetIntervalNotPassed; NotEnoughBalanceToPaySwapHotKey; those of
        `swaps.family.move`.
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
        """The same, and leave the stake behind if asked to.  Errors: those of `swap_hotkey`."""
        asked = Swap(ensure_signed(origin), hotkey, new_hotkey, keep_stake)
        return PostInfo(swap(self, asked, netuid))

    @call(71, weight=weight(312_301_000, 13_056, reads=37, writes=19))
    def swap_coldkey(
        self, origin: Origin, old_coldkey: AccountId, new_coldkey: AccountId, swap_cost: Tao
    ) -> None:
        """Replace a coldkey without announcement; it pays `swap_cost`.  Root.

        Errors: NotEnoughBalanceToPaySwapColdKey; ColdKeyAlreadyAssociated; NewColdKeyIsHotkey;
        ActiveLockExists; AccountRejectsLockedAlpha.
        """
        ensure_root(origin)
        if swap_cost:
            coldkeys.charge(self, old_coldkey, swap_cost)
        coldkeys.swap(self, old_coldkey, new_coldkey)
        announcements.forget(self, old_coldkey)

    @call(73, weight=weight(0, reads=5))
    @deprecated("Use announce_coldkey_swap and swap_coldkey_announced.")
    def schedule_swap_coldkey(self, origin: Origin, new_coldkey: AccountId) -> None:
        """No longer in use.  Errors: Deprecated, always."""
        raise Deprecated

    @call(125, weight=weight(47_248_000, 4_159, reads=4, writes=3))
    def announce_coldkey_swap(self, origin: Origin, new_coldkey_hash: Hash) -> None:
        """Announce that the caller will be replaced; the first time it pays for the swap.

        Errors: ColdkeySwapReannouncedTooEarly; NotEnoughBalanceToPaySwapColdKey.
        """
        announcements.announce(self, ensure_signed(origin), new_coldkey_hash)

    @call(126, weight=weight(288_156_000, 13_000, reads=37, writes=15))
    def swap_coldkey_announced(self, origin: Origin, new_coldkey: AccountId) -> None:
        """Replace the caller by the coldkey it announced.

        Errors: ColdkeySwapAnnouncementNotFound; AnnouncedColdkeyHashDoesNotMatch;
        ColdkeySwapTooEarly; ColdKeyAlreadyAssociated; NewColdKeyIsHotkey; ActiveLockExists;
        AccountRejectsLockedAlpha.
        """
        announcements.carry_out(self, ensure_signed(origin), new_coldkey)

    @call(133, weight=weight(17_890_000, reads=2, writes=1))
    def clear_coldkey_swap_announcement(self, origin: Origin) -> None:
        """Take the caller's announcement back, some time after the swap could be made.

        Errors: ColdkeySwapAnnouncementNotFound; ColdkeySwapClearTooEarly.
        """
        announcements.take_back(self, ensure_signed(origin))

    @call(127, weight=weight(23_293_000, 4_130, reads=2, writes=1))
    def dispute_coldkey_swap(self, origin: Origin) -> None:
        """Stop the caller's announced swap, and everything else it does, until root decides.

        Errors: ColdkeySwapAnnouncementNotFound; ColdkeySwapAlreadyDisputed.
        """
        announcements.dispute(self, ensure_signed(origin))

    @call(128, weight=weight(8_857_000, writes=2))
    def reset_coldkey_swap(self, origin: Origin, coldkey: AccountId) -> None:
        """Remove a coldkey's announcement and dispute.  Root."""
        ensure_root(origin)
        announcements.reset(self, coldkey)

    @call(91, weight=weight(25_337_000, 4_283, reads=3, writes=3))
    def try_associate_hotkey(self, origin: Origin, hotkey: AccountId) -> None:
        """Own a hotkey that nobody owns yet; nothing happens otherwise.

        Errors: CannotUseSystemAccount.
        """
        hotkeys.adopt(self, ensure_signed(origin), hotkey)

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
        """Show that the caller, a neuron, has an EVM address, which signed the block number.

        Errors: NonAssociatedColdKey; HotKeyNotRegisteredInSubNet; UnableToRecoverPublicKey;
        InvalidRecoveredPublicKey; EvmKeyAssociateRateLimitExceeded.
        """
