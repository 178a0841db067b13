"""Which block a method asks about, and the errors for one that is unknown or without state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pysubtensor.consensus.chain import Chain
from pysubtensor.consensus.node import Node
from pysubtensor.frame.codec.errors import CodecError
from pysubtensor.frame.error import DispatchFailure, Panic
from pysubtensor.frame.validity import TransactionValidityError
from pysubtensor.rpc.encoding.json import to_hex
from pysubtensor.rpc.errors import StateClientError
from pysubtensor.runtime.store.store import BlockRef

_NOT_FOUND: Final = "Header was not found in the database: "
_DISCARDED: Final = "State already discarded for "


@dataclass(frozen=True, slots=True)
class BlockErrorTexts:
    """The texts of one family of methods for a block that is unknown or without state."""

    unknown: str
    discarded: str
    end: str = ""


STORAGE: Final = BlockErrorTexts(f"UnknownBlock: {_NOT_FOUND}", f"UnknownBlock: {_DISCARDED}")
"""For reads of storage."""
API: Final = BlockErrorTexts(
    f"Api called for an unknown Block: {_NOT_FOUND}",
    f"Api called for an unknown Block: {_DISCARDED}",
)
"""For metadata and version."""
CALL: Final = BlockErrorTexts(
    "UnknownBlock: Expect block number from id: BlockId::Hash(",
    f"UnknownBlock: {_DISCARDED}",
    ")",
)
"""For runtime calls."""


class BlockQueryError(Exception):
    """The block is unknown, its state discarded, or the runtime cannot answer; the text says which.

    Methods raise StateClientError from it; subscriptions send it as an event.
    """


def state_at(chain: Chain, at: bytes | None, words: BlockErrorTexts = STORAGE) -> int | None:
    """The number of the block whose state to read; None for the best.  Errors: BlockQueryError."""
    if at is None or at == chain.best.hash:
        return None
    number = chain.store.number_of(at)
    if number is None:
        raise BlockQueryError(f"{words.unknown}{to_hex(at)}{words.end}")
    if not chain.store.has_state(number):
        raise BlockQueryError(f"{words.discarded}{to_hex(at)}")
    return number


def number_at(node: Node, at: bytes | None, words: BlockErrorTexts = STORAGE) -> int | None:
    """As `state_at`.  Errors: StateClientError."""
    try:
        return state_at(node.chain, at, words)
    except BlockQueryError as fault:
        raise StateClientError(str(fault)) from None


def block_at(node: Node, at: bytes | None) -> BlockRef:
    """The block whose state is read.  Errors: StateClientError."""
    number = number_at(node, at)
    return node.chain.best if number is None or at is None else BlockRef(number, at)


def call_runtime(chain: Chain, at: bytes | None, method: str, data: bytes) -> bytes:
    """Call a runtime API on the state of a block; SCALE in and out.  Errors: BlockQueryError."""
    state_at(chain, at, CALL)
    if method not in chain.runtime.methods:
        raise BlockQueryError(f"Execution failed: Other: Exported method {method} is not found")
    try:
        return chain.call_api(at, method, data)
    except (CodecError, DispatchFailure, TransactionValidityError, Panic) as error:
        raise BlockQueryError(trap(str(error))) from error


def trap(reason: str) -> str:
    """The text of the real node for a Wasm trap, with `reason` in place of the backtrace."""
    return (
        "Execution failed: Execution aborted due to trap: wasm trap: wasm `unreachable` "
        f"instruction executed\nWASM backtrace:\n{reason}"
    )


def short_hash(block: bytes) -> str:
    """A block hash as the real node abbreviates it in some texts."""
    text = block.hex()
    return f"0x{text[:4]}…{text[-4:]}"
