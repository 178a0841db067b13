"""Extrinsics as clients send them, and why the pool refuses them, in words for clients."""

from __future__ import annotations

from pysubtensor.consensus.pool import BadFormat, PoolError
from pysubtensor.frame.codec.errors import EndOfInput
from pysubtensor.frame.codec.scale import decode_compact
from pysubtensor.rpc.errors import PoolRefusal, RpcError, VerificationFailed
from pysubtensor.rpc.node.blocks import trap


def strip_opaque(data: bytes) -> bytes:
    """The extrinsic that `data` begins with, its length prefix included; the rest is ignored.

    Errors: CodecError when there is less than the prefix says.
    """
    size, start = decode_compact(data, 0)
    if start + size > len(data):
        raise EndOfInput
    return data[: start + size]


def pool_error(error: PoolError) -> RpcError:
    """What a client is told of a refusal of the pool."""
    if isinstance(error, BadFormat):  # whole, yet nothing the runtime can read
        text = trap(error.reason)
        return VerificationFailed(f"Runtime error: {text}", f'RuntimeApi("{text}")')
    return PoolRefusal(error.code, error.message, error.data)
