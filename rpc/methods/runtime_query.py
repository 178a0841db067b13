"""Methods that answer with the result of a runtime API, and the SCALE of their arguments.

Real clients' libraries know these texts: each method refuses with "Unable to" and what it is for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pysubtensor.consensus.node import Node
from pysubtensor.frame.codec.scale import encode_compact
from pysubtensor.rpc.errors import RuntimeFailed
from pysubtensor.rpc.node.blocks import BlockQueryError, call_runtime

_ACCOUNT_BYTES: Final = 32
_SHORT: Final = 'Error { cause: None, desc: "Not enough data to fill buffer" }'


def scale_reply(
    node: Node, at: bytes | None, api: str, unable: str, *arguments: bytes
) -> list[int]:
    """Call the runtime API `api` with SCALE arguments; its SCALE result as byte numbers.

    `unable` is what the method is for, after "Unable to".  Errors: RuntimeFailed.
    """
    return list(_query(node, at, api, unable, *arguments))


def decoded_reply(node: Node, at: bytes | None, api: str, unable: str, *arguments: bytes) -> object:
    """As `scale_reply`, but the result itself.  Errors: RuntimeFailed."""
    data = _query(node, at, api, unable, *arguments)
    found: object = node.chain.runtime.methods[api].output.from_bytes(data)
    return found


def _query(node: Node, at: bytes | None, api: str, unable: str, *arguments: bytes) -> bytes:
    try:
        return call_runtime(node.chain, at, api, b"".join(arguments))
    except BlockQueryError as error:
        raise RuntimeFailed(f"Unable to {unable}: {error}") from error


def account_bytes(given: bytes, unable: str) -> bytes:
    """The account that `given` begins with.  Errors: RuntimeFailed for less than 32 bytes."""
    if len(given) < _ACCOUNT_BYTES:
        raise RuntimeFailed(f"Unable to {unable}: {_SHORT}")
    return given[:_ACCOUNT_BYTES]


def u16(value: int) -> bytes:
    """SCALE of a u16."""
    return value.to_bytes(2, "little")


def u64(value: int) -> bytes:
    """SCALE of a u64."""
    return value.to_bytes(8, "little")


def u16_list(values: Sequence[int]) -> bytes:
    """SCALE of a list of u16."""
    return encode_compact(len(values)) + b"".join(map(u16, values))
