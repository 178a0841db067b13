"""Extrinsics that clients send: their bytes, the pool's errors, and the statuses that follow."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

from pysubtensor.consensus.pool import (
    BadFormat,
    PoolError,
    TransactionPool,
    TransactionStatus,
    Watcher,
)
from pysubtensor.frame.codec.errors import EndOfInput
from pysubtensor.frame.codec.scale import decode_compact
from pysubtensor.rpc.errors import PoolRefusal, RpcError, VerificationFailed
from pysubtensor.rpc.node.blocks import trap


def strip_opaque(data: bytes) -> bytes:
    """The extrinsic at the start of `data`, with its length prefix; the rest is ignored.

    Substrate calls these bytes an OpaqueExtrinsic.  Errors: CodecError when fewer bytes follow
    than the prefix says.
    """
    size, start = decode_compact(data, 0)
    if start + size > len(data):
        raise EndOfInput
    return data[: start + size]


def pool_error(error: PoolError) -> RpcError:
    """The error that a client is sent when the pool does not take its extrinsic."""
    if isinstance(error, BadFormat):  # whole, yet nothing the runtime can read
        text = trap(error.reason)
        return VerificationFailed(f"Runtime error: {text}", f'RuntimeApi("{text}")')
    return PoolRefusal(error.code, error.message, error.data)


async def statuses(
    pool: TransactionPool, watcher: Watcher
) -> AsyncGenerator[TransactionStatus, None]:
    """Statuses of a transaction until its last; then it is watched no more."""
    try:
        async for status in watcher:
            yield status
            await asyncio.sleep(0)  # heads go out between "in block" and "finalized"
    finally:
        if not watcher.done:
            pool.unwatch(watcher)
