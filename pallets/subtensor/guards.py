"""Guards: what calls are checked for on their way to dispatch, and what that costs.

Every call pays for the first guard, wherever it comes from and however deep it is nested; a guard
that does not concern a call costs it nothing.

`check` keeps transactions out of blocks and refuses calls of a signer wherever they are dispatched.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from pysubtensor.frame.arith import saturating_sub
from pysubtensor.frame.call import Call
from pysubtensor.frame.primitives import AccountId, NetUid
from pysubtensor.frame.weights import Weight, weight
from pysubtensor.pallets.subtensor import rate_limits, serving, takes
from pysubtensor.pallets.subtensor.errors import (
    ColdkeySwapAnnounced,
    ColdkeySwapDisputed,
    EvmKeyAssociateRateLimitExceeded,
    HotKeyNotRegisteredInSubNet,
    NetworkTxRateLimitExceeded,
)
from pysubtensor.pallets.subtensor.rate_limits import Transaction, now
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.types import AxonInfo, PrometheusInfo
from pysubtensor.pallets.subtensor.weights import guards as weights_guards

COLDKEY_SWAP: Final = weight(17_583_000, 4_198, reads=2)
"""Is the sender's coldkey about to be swapped?"""

_WEIGHTS: Final = weight(52_958_000, 7_671, reads=11)
_RATE_LIMITS: Final = weight(35_376_000, 4_484, reads=7)
_DELEGATE_TAKE: Final = weight(15_378_000, 4_186, reads=3)
_SERVING: Final = weight(19_035_000, 4_112, reads=3)
_EVM_KEY: Final = weight(15_448_000, 4_117, reads=2)

_LIMITED_WEIGHTS: Final = COLDKEY_SWAP + _WEIGHTS + _RATE_LIMITS
_OTHER_WEIGHTS: Final = COLDKEY_SWAP + _WEIGHTS
_COSTS: Final = {
    "set_weights": _LIMITED_WEIGHTS,
    "set_mechanism_weights": _LIMITED_WEIGHTS,
    "commit_weights": _LIMITED_WEIGHTS,
    "commit_mechanism_weights": _LIMITED_WEIGHTS,
    "batch_set_weights": _OTHER_WEIGHTS,
    "batch_commit_weights": _OTHER_WEIGHTS,
    "batch_reveal_weights": _OTHER_WEIGHTS,
    "reveal_weights": _OTHER_WEIGHTS,
    "reveal_mechanism_weights": _OTHER_WEIGHTS,
    "commit_timelocked_weights": _OTHER_WEIGHTS,
    "commit_timelocked_mechanism_weights": _OTHER_WEIGHTS,
    "commit_crv3_mechanism_weights": _OTHER_WEIGHTS,
    "register_network": COLDKEY_SWAP + _RATE_LIMITS,
    "increase_take": COLDKEY_SWAP + _DELEGATE_TAKE,
    "decrease_take": COLDKEY_SWAP + _DELEGATE_TAKE,
    "serve_axon": COLDKEY_SWAP + _SERVING,
    "serve_axon_tls": COLDKEY_SWAP + _SERVING,
    "serve_prometheus": COLDKEY_SWAP + _SERVING,
    "associate_evm_key": COLDKEY_SWAP + _EVM_KEY,
}


def guards_weight(call: Call) -> Weight:
    """What the guards add to the weight of a call."""
    if call.pallet != "SubtensorModule":
        return COLDKEY_SWAP
    return _COSTS.get(call.name, COLDKEY_SWAP)


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
    """Errors: whatever a guard refuses a call of the signer `who` with; others pass."""
    check_coldkey_swap(sub, who, call)
    if call.pallet == sub.name:
        weights_guards.check(sub, who, call)
        _BY_NAME.get(call.name, _pass)(sub, who, *call.args)


def check_coldkey_swap(sub: Storage, who: AccountId, call: Call) -> None:
    """Errors: ColdkeySwapDisputed for all calls, ColdkeySwapAnnounced for most."""
    if who not in sub.coldkey_swap_announcements:
        return
    if who in sub.coldkey_swap_disputes:
        raise ColdkeySwapDisputed
    if (call.pallet, call.name) not in _DURING_SWAP:
        raise ColdkeySwapAnnounced


def check_registration(sub: Storage, who: AccountId) -> None:
    """Errors: NetworkTxRateLimitExceeded."""
    if not rate_limits.passes(sub, Transaction.REGISTER_NETWORK, who):
        raise NetworkTxRateLimitExceeded


def check_evm_key(sub: Storage, who: AccountId, netuid: NetUid) -> None:
    """Errors: HotKeyNotRegisteredInSubNet; EvmKeyAssociateRateLimitExceeded."""
    uid = sub.uids[netuid, who]
    if uid is None:
        raise HotKeyNotRegisteredInSubNet
    known = sub.associated_evm_address[netuid, uid]
    if saturating_sub(now(sub), known[1] if known else 0) < sub.config.evm_key_associate_rate_limit:
        raise EvmKeyAssociateRateLimitExceeded


def _pass(sub: Storage, who: AccountId, *args: object) -> None:
    pass


def _axon(sub: Storage, who: AccountId, netuid: NetUid, *args: Any) -> None:
    serving.check_axon(sub, who, netuid, AxonInfo(now(sub), *args[:7]))


def _prometheus(sub: Storage, who: AccountId, netuid: NetUid, *args: Any) -> None:
    serving.check_prometheus(sub, who, netuid, PrometheusInfo(now(sub), *args))


_BY_NAME: Final[Mapping[str, Callable[..., None]]] = {
    "register_network": lambda sub, who, _: check_registration(sub, who),
    "increase_take": takes.check,
    "decrease_take": takes.check,
    "serve_axon": _axon,
    "serve_axon_tls": _axon,
    "serve_prometheus": _prometheus,
    "associate_evm_key": lambda sub, who, netuid, *_: check_evm_key(sub, who, netuid),
}
"""The guard of each call that has one beside those of weights, with the call's own arguments."""
