"""Guards: what calls are checked for on their way to dispatch, and what that costs.

Every call pays for the first guard, wherever it comes from and however deep it is nested; a guard
that does not concern a call costs it nothing.
"""

from __future__ import annotations

from typing import Final

from runtime.frame.call import Call
from runtime.frame.weights import Weight, weight

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
