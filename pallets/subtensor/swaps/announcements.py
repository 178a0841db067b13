"""Swaps of coldkeys, which are announced by the hash of the new one and may be disputed.

Times are block numbers.  Source: macros/dispatches.
"""

from __future__ import annotations

from pysubtensor.frame.arith import saturating_add
from pysubtensor.frame.error import ensure
from pysubtensor.frame.hashing import blake2_256
from pysubtensor.frame.primitives import U32, U32_MAX, AccountId, BlockNumber, Hash
from pysubtensor.pallets.subtensor.errors import (
    AnnouncedColdkeyHashDoesNotMatch,
    ColdkeySwapAlreadyDisputed,
    ColdkeySwapAnnouncementNotFound,
    ColdkeySwapClearTooEarly,
    ColdkeySwapReannouncedTooEarly,
    ColdkeySwapTooEarly,
)
from pysubtensor.pallets.subtensor.events.keys import (
    ColdkeySwapAnnounced,
    ColdkeySwapCleared,
    ColdkeySwapDisputed,
    ColdkeySwapReset,
)
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.swaps import coldkey as coldkeys


def announce(sub: Storage, coldkey: AccountId, new: Hash) -> None:
    """Announce a swap; the first costs, another may replace it some time after it was due.

    Errors: ColdkeySwapReannouncedTooEarly; NotEnoughBalanceToPaySwapColdKey.
    """
    block = sub.config.system.block_number()
    announced = sub.coldkey_swap_announcements[coldkey]
    if announced is None:
        coldkeys.charge(sub, coldkey, sub.config.key_swap_cost)
    else:
        ensure(block >= _replaceable(sub, announced[0]), ColdkeySwapReannouncedTooEarly)
    due = _after(block, sub.coldkey_swap_announcement_delay.get())
    sub.coldkey_swap_announcements[coldkey] = due, new
    sub.emit(ColdkeySwapAnnounced(coldkey, new))


def carry_out(sub: Storage, coldkey: AccountId, new: AccountId) -> None:
    """Make the swap that was announced.

    Errors: ColdkeySwapAnnouncementNotFound; AnnouncedColdkeyHashDoesNotMatch; ColdkeySwapTooEarly;
    those of `coldkey.swap`.
    """
    due, announced = _announced(sub, coldkey)
    del sub.coldkey_swap_announcements[coldkey]
    ensure(announced == blake2_256(new), AnnouncedColdkeyHashDoesNotMatch)
    ensure(sub.config.system.block_number() >= due, ColdkeySwapTooEarly)
    coldkeys.swap(sub, coldkey, new)


def take_back(sub: Storage, coldkey: AccountId) -> None:
    """Forget an announcement.

    Errors: ColdkeySwapAnnouncementNotFound; ColdkeySwapClearTooEarly.
    """
    due, _ = _announced(sub, coldkey)
    block = sub.config.system.block_number()
    ensure(block >= _replaceable(sub, due), ColdkeySwapClearTooEarly)
    del sub.coldkey_swap_announcements[coldkey]
    sub.emit(ColdkeySwapCleared(coldkey))


def dispute(sub: Storage, coldkey: AccountId) -> None:
    """Stop a swap until root decides.

    Errors: ColdkeySwapAnnouncementNotFound; ColdkeySwapAlreadyDisputed.
    """
    _announced(sub, coldkey)
    ensure(coldkey not in sub.coldkey_swap_disputes, ColdkeySwapAlreadyDisputed)
    sub.coldkey_swap_disputes[coldkey] = sub.config.system.block_number()
    sub.emit(ColdkeySwapDisputed(coldkey))


def reset(sub: Storage, coldkey: AccountId) -> None:
    """Forget announcement and dispute, and say so."""
    forget(sub, coldkey)
    sub.emit(ColdkeySwapReset(coldkey))


def forget(sub: Storage, coldkey: AccountId) -> None:
    """Forget announcement and dispute."""
    del sub.coldkey_swap_announcements[coldkey]
    del sub.coldkey_swap_disputes[coldkey]


def _announced(sub: Storage, coldkey: AccountId) -> tuple[BlockNumber, Hash]:
    announced = sub.coldkey_swap_announcements[coldkey]
    if announced is None:
        raise ColdkeySwapAnnouncementNotFound
    return announced


def _replaceable(sub: Storage, due: BlockNumber) -> BlockNumber:
    return _after(due, sub.coldkey_swap_reannouncement_delay.get())


def _after(block: BlockNumber, delay: BlockNumber) -> BlockNumber:
    return BlockNumber(U32(saturating_add(block, delay, U32_MAX)))
