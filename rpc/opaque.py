"""Extrinsics as clients send them, and why the pool refuses them, in words for clients."""

from __future__ import annotations

from consensus.pool import BadFormat, PoolError
from rpc.blocks import trap
from rpc.errors import PoolRefusal, RpcError, VerificationFailed
from runtime.codec.errors import EndOfInput
from runtime.codec.scale import decode_compact


def opaque(data: bytes) -> bytes:
    """The extrinsic that `data` begins with, its length prefix included; the rest is ignored.

    Errors: CodecError when there is less than the prefix says.
    """
    size, start = decode_compact(data, 0)
    if start + size > len(data):
        raise EndOfInput
    return data[: start + size]


def refusal(error: PoolError) -> RpcError:
    """What a client is told of a refusal of the pool."""
    if isinstance(error, BadFormat):  # whole, yet nothing the runtime can read
        text = trap(error.reason)
        return VerificationFailed(f"Runtime error: {text}", f'RuntimeApi("{text}")')
    return PoolRefusal(error.code, error.message, error.data)
