"""Guards: what calls are checked for on their way to dispatch, and what that costs.

Every call pays for the first guard, wherever it comes from and however deep it is nested; a guard
that does not concern a call costs it nothing.

`check` keeps transactions out of blocks and refuses calls of a signer wherever they are dispatched.
A call names its own guard, and what that costs beside the first, where it is declared; those on
weights are in `weights.guards`.
"""

from __future__ import annotations

from typing import Any, Final

from pysubtensor.frame.arith import saturating_sub
from pysubtensor.frame.call import Call
from pysubtensor.frame.primitives import AccountId, NetUid
from pysubtensor.frame.weights import Weight, weight
from pysubtensor.pallets.subtensor import rate_limits, serving
from pysubtensor.pallets.subtensor.errors import (
    ColdkeySwapAnnounced,
    ColdkeySwapDisputed,
    EvmKeyAssociateRateLimitExceeded,
    HotKeyNotRegisteredInSubNet,
    NetworkTxRateLimitExceeded,
)
from pysubtensor.pallets.subtensor.rate_limits import TransactionType, now
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.types import AxonInfo, PrometheusInfo

COLDKEY_SWAP: Final = weight(17_583_000, 4_198, reads=2)
"""Asking whether the sender's coldkey is about to be swapped."""

WEIGHTS: Final = weight(52_958_000, 7_671, reads=11)
RATE_LIMITS: Final = weight(35_376_000, 4_484, reads=7)
DELEGATE_TAKE: Final = weight(15_378_000, 4_186, reads=3)
SERVING: Final = weight(19_035_000, 4_112, reads=3)
EVM_KEY: Final = weight(15_448_000, 4_117, reads=2)

LIMITED_WEIGHTS: Final = WEIGHTS + RATE_LIMITS
"""Of calls that set or commit weights, and are limited in rate."""


def guards_weight(call: Call) -> Weight:
    """What the guards add to the weight of a call."""
    return COLDKEY_SWAP + call.spec.guard_weight


# -- what they check -------------------------------------------------------------------------------

_DURING_SWAP: Final = {
    ("SubtensorModule", "announce_coldkey_swap"),
    ("SubtensorModule", "swap_coldkey_announced"),
    ("SubtensorModule", "dispute_coldkey_swap"),
    ("SubtensorModule", "clear_coldkey_swap_announcement"),
    ("MevShield", "submit_encrypted"),
}
"""What a coldkey may still send that is about to be swapped."""


def check(sub: Storage, who: AccountId, call: Call) -> None:
    """Run the guards on a call of the signer `who`.

    Errors: whatever a guard refuses a call of the signer `who` with; others pass.
    """
    check_coldkey_swap(sub, who, call)
    if call.pallet == sub.name and call.spec.guard is not None:
        call.spec.guard(sub, who, *call.args)


def check_coldkey_swap(sub: Storage, who: AccountId, call: Call) -> None:
    """Refuse calls of a coldkey that is about to be swapped.

    Errors: ColdkeySwapDisputed for all calls, ColdkeySwapAnnounced for most.
    """
    if who not in sub.coldkey_swap_announcements:
        return
    if who in sub.coldkey_swap_disputes:
        raise ColdkeySwapDisputed
    if (call.pallet, call.name) not in _DURING_SWAP:
        raise ColdkeySwapAnnounced


# -- of one call each, given to `@call` -----------------------------------------------------------


def register_network(sub: Storage, who: AccountId, *_: object) -> None:
    """Errors: NetworkTxRateLimitExceeded."""
    if not rate_limits.passes(sub, TransactionType.REGISTER_NETWORK, who):
        raise NetworkTxRateLimitExceeded


def associate_evm_key(sub: Storage, who: AccountId, netuid: NetUid, *_: object) -> None:
    """Errors: HotKeyNotRegisteredInSubNet; EvmKeyAssociateRateLimitExceeded."""
    uid = sub.uids[netuid, who]
    if uid is None:
        raise HotKeyNotRegisteredInSubNet
    known = sub.associated_evm_address[netuid, uid]
    if saturating_sub(now(sub), known[1] if known else 0) < sub.config.evm_key_associate_rate_limit:
        raise EvmKeyAssociateRateLimitExceeded


def serve_axon(sub: Storage, who: AccountId, netuid: NetUid, *args: Any) -> None:
    """Errors: those of `serving.check_axon`."""
    serving.check_axon(sub, who, netuid, AxonInfo(now(sub), *args[:7]))


def serve_prometheus(sub: Storage, who: AccountId, netuid: NetUid, *args: Any) -> None:
    """Errors: those of `serving.check_prometheus`."""
    serving.check_prometheus(sub, who, netuid, PrometheusInfo(now(sub), *args))
