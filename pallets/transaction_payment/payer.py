"""Who pays for a transaction: its signer, or the account in whose name a proxy acts.

An account may agree to pay for a delegate.  The agreement is followed two levels deep: through a
proxy call within a proxy call, or through a batch of proxy calls that all act for one account.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from pysubtensor.frame.call import Call
from pysubtensor.frame.error import CannotLookup
from pysubtensor.frame.origin import lookup
from pysubtensor.frame.primitives import AccountId

RealPaysFee = Callable[[AccountId, AccountId], bool]
"""Whether the first account agreed to pay for what the second does in its name."""
BATCHES: Final = ("batch", "batch_all", "force_batch")


def fee_payer(call: Call, signer: AccountId, agreed: RealPaysFee) -> AccountId:
    """The payer of `call`."""
    if call.spec.pallet != "Proxy":
        return signer
    outer = _proxied(call)
    if outer is None or not agreed(outer[0], signer):
        return signer
    real, inner = outer
    return _payer_within(inner, real, agreed) or real


def _proxied(call: Call) -> tuple[AccountId, Call] | None:
    """The account that `call` acts for and the call that is made in its name."""
    if call.spec.pallet != "Proxy" or call.spec.name != "proxy":
        return None
    real, _, inner = call.args
    try:
        return lookup(real), inner
    except CannotLookup:
        return None


def _payer_within(call: Call, delegate: AccountId, agreed: RealPaysFee) -> AccountId | None:
    """The account deeper in, if it agreed to pay for `delegate`."""
    is_batch = call.spec.pallet == "Utility" and call.spec.name in BATCHES
    calls = call.args[0] if is_batch else (call,)
    proxied = [_proxied(each) for each in calls]
    reals = {each[0] for each in proxied if each is not None}
    if None in proxied or len(reals) != 1:
        return None
    (real,) = reals
    return real if agreed(real, delegate) else None
