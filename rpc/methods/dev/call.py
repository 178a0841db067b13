"""dev_call: dispatch a call with any origin, without a transaction."""

from __future__ import annotations

from pysubtensor.consensus.node import DispatchRefused, Node
from pysubtensor.rpc.encoding.json import to_hex
from pysubtensor.rpc.errors import DevRefused
from pysubtensor.rpc.methods.dev.calls import error_json, error_name, read_call_and_origin
from pysubtensor.rpc.methods.dev.shared import client_errors, rpc


@rpc.method("dev_call", unsafe=True)
def call(node: Node, what: object) -> str:
    """Dispatch `{"origin", "call"}` in a block of its own, and return the block's hash.

    The origin is "Root" unless given.  Errors: InvalidParams; DevRefused when the call fails, with
    its error in `data`; no block is made then.
    """
    runtime = node.chain.runtime
    with client_errors():
        made, origin = read_call_and_origin(runtime, what)
    try:
        with client_errors():
            return to_hex(node.dispatch_as(origin, made).hash)
    except DispatchRefused as refused:
        failure = refused.failure
        name = error_name(runtime, failure)
        data = {"reason": name, "error": error_json(runtime, failure)}
        raise DevRefused(f"The call was refused: {name}", data) from refused
