"""payment_*: weight and fee of an extrinsic.  Amounts are in rao.

`extrinsic` is given whole, in hex; `at` is a block hash, the best block without.
Errors of all: DecodeFailed for bytes that are no extrinsic; RuntimeFailed for an unknown block.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

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
    """Weight, dispatch class, and fee without tip of an extrinsic."""
    info = _ask(node, "query_info", extrinsic, at, "Unable to query dispatch info.")
    return {
        "weight": info["weight"],
        "class": str(info["class"]).lower(),
        "partialFee": str(info["partial_fee"]),
    }


@rpc.method("payment_queryFeeDetails")
def query_fee_details(node: Node, extrinsic: bytes, at: Hash | None = None) -> dict[str, Json]:
    """Base, length and weight fee of an extrinsic; null for one that pays none."""
    details = _ask(node, "query_fee_details", extrinsic, at, "Unable to query fee details.")
    fee = details["inclusion_fee"]
    if not isinstance(fee, Mapping):
        return {"inclusionFee": None}
    return {
        "inclusionFee": {
            "baseFee": _rao(fee["base_fee"]),
            "lenFee": _rao(fee["len_fee"]),
            "adjustedWeightFee": _rao(fee["adjusted_weight_fee"]),
        }
    }


def _rao(amount: Json) -> int:
    """An amount that is a string when it is large."""
    return int(cast("int | str", amount))


def _ask(
    node: Node, question: str, extrinsic: bytes, at: bytes | None, unable: str
) -> Mapping[str, Json]:
    """The struct that the payment API returns, as JSON."""
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
    return cast("Mapping[str, Json]", to_json(codec, codec.from_bytes(data)))
