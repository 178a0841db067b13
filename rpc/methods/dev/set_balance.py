"""dev_setBalance: set the free balance of an account."""

from __future__ import annotations

from pysubtensor.consensus.node import DispatchRefused, Node
from pysubtensor.frame.origin import ROOT_CALLER, Id
from pysubtensor.frame.primitives import U64
from pysubtensor.rpc.encoding.json import to_hex
from pysubtensor.rpc.errors import DevRefused
from pysubtensor.rpc.methods.dev.calls import error_name
from pysubtensor.rpc.methods.dev.shared import Address, rpc


@rpc.method("dev_setBalance", unsafe=True)
def set_balance(node: Node, address: Address, free: int) -> str:
    """Set an account's free balance to `free` rao, and return the hash of the block that does it.

    The total issuance follows.  Errors: DevRefused.
    """
    runtime = node.chain.runtime
    call = runtime.call("Balances", "force_set_balance", who=Id(address), new_free=U64(free))
    try:
        return to_hex(node.dispatch_as(ROOT_CALLER, call).hash)
    except DispatchRefused as refused:
        raise DevRefused(f"Refused: {error_name(runtime, refused.failure)}") from refused
