"""payment_*: what an extrinsic would cost.  Amounts are in rao."""

from __future__ import annotations

from typing import Any

from pysubtensor.consensus.node import Node
from pysubtensor.frame.codec.errors import CodecError
from pysubtensor.frame.primitives import Hash
from pysubtensor.rpc.encoding.json import Json
from pysubtensor.rpc.encoding.values import to_json
from pysubtensor.rpc.errors import DecodeFailed, RuntimeFailed
from pysubtensor.rpc.node.blocks import BlockQueryError, call_runtime
from pysubtensor.rpc.node.extrinsics import strip_opaque
from pysubtensor.rpc.server.namespace import Namespace

rpc = Namespace("payment")


@rpc.method("payment_queryInfo")
def query_info(node: Node, extrinsic: bytes, at: Hash | None = None) -> dict[str, Json]:
    """Weight, class and fee without tip.  Errors: DecodeFailed; RuntimeFailed."""
    info = _ask(node, "query_info", extrinsic, at, "Unable to query dispatch info.")
    return {
        "weight": info["weight"],
        "class": info["class"].lower(),
        "partialFee": str(info["partial_fee"]),
    }


@rpc.method("payment_queryFeeDetails")
def query_fee_details(node: Node, extrinsic: bytes, at: Hash | None = None) -> dict[str, Json]:
    """The parts of the fee; null for a bare extrinsic.  Errors: DecodeFailed; RuntimeFailed."""
    details = _ask(node, "query_fee_details", extrinsic, at, "Unable to query fee details.")
    fee = details["inclusion_fee"]
    if fee is None:
        return {"inclusionFee": None}
    return {
        "inclusionFee": {
            "baseFee": int(fee["base_fee"]),
            "lenFee": int(fee["len_fee"]),
            "adjustedWeightFee": int(fee["adjusted_weight_fee"]),
        }
    }


def _ask(node: Node, question: str, extrinsic: bytes, at: bytes | None, unable: str) -> Any:
    """The answer of the payment API as JSON."""
    try:
        whole = strip_opaque(extrinsic)
    except CodecError as error:
        shown = f'Error {{ cause: None, desc: "{error}" }}'
        raise DecodeFailed(unable, shown) from error
    method = f"TransactionPaymentApi_{question}"
    try:
        data = call_runtime(node.chain, at, method, whole + len(extrinsic).to_bytes(4, "little"))
    except BlockQueryError as fault:
        raise RuntimeFailed(unable, str(fault)) from fault
    codec = node.chain.runtime.methods[method].output
    return to_json(codec, codec.from_bytes(data))
