"""Which block a call is about, what its header looks like, and how to say that it is not there."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from pysubtensor.consensus.chain import Chain
from pysubtensor.consensus.node import Node
from pysubtensor.frame.codec.errors import CodecError
from pysubtensor.frame.codec.resolve import Resolver
from pysubtensor.frame.error import DispatchFailure, Panic
from pysubtensor.frame.header import DigestItem, Header
from pysubtensor.frame.primitives import Hash
from pysubtensor.frame.validity import TransactionValidityError
from pysubtensor.rpc.encoding.json import Raw, dumps, header_json, to_hex
from pysubtensor.rpc.errors import StateClientError
from pysubtensor.runtime.store.store import BlockRef

_KEPT_HEADERS: Final = 1024
_NOT_FOUND: Final = "Header was not found in the database: "
_DISCARDED: Final = "State already discarded for "


@dataclass(frozen=True, slots=True)
class BlockErrorTexts:
    """How one family of methods says that a block is unknown, or its state gone."""

    unknown: str
    discarded: str
    end: str = ""


STORAGE: Final = BlockErrorTexts(f"UnknownBlock: {_NOT_FOUND}", f"UnknownBlock: {_DISCARDED}")
"""Reads of storage."""
API: Final = BlockErrorTexts(
    f"Api called for an unknown Block: {_NOT_FOUND}",
    f"Api called for an unknown Block: {_DISCARDED}",
)
"""Metadata and version."""
CALL: Final = BlockErrorTexts(
    "UnknownBlock: Expect block number from id: BlockId::Hash(",
    f"UnknownBlock: {_DISCARDED}",
    ")",
)
"""Runtime calls."""


class BlockQueryError(Exception):
    """The block is unknown, its state gone, or the runtime cannot answer; the text says which.

    Methods that answer with an error raise StateClientError of it, streams show it as an event.
    """


def state_at(chain: Chain, at: bytes | None, words: BlockErrorTexts = STORAGE) -> int | None:
    """The number to read state with; None for the best block.  Errors: BlockQueryError."""
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
    """The block whose state is asked for.  Errors: StateClientError."""
    number = number_at(node, at)
    return node.chain.best if number is None or at is None else BlockRef(number, at)


def call_runtime(chain: Chain, at: bytes | None, method: str, data: bytes) -> bytes:
    """Ask a runtime API on the state of a block.  Errors: BlockQueryError."""
    state_at(chain, at, CALL)
    if method not in chain.runtime.methods:
        raise BlockQueryError(f"Execution failed: Other: Exported method {method} is not found")
    try:
        return chain.call_api(at, method, data)
    except (CodecError, DispatchFailure, TransactionValidityError, Panic) as error:
        raise BlockQueryError(trap(str(error))) from error


def trap(reason: str) -> str:
    """What the real node says when its Wasm gives up; `reason` stands for the backtrace."""
    return (
        "Execution failed: Execution aborted due to trap: wasm trap: wasm `unreachable` "
        f"instruction executed\nWASM backtrace:\n{reason}"
    )


# Headers

_log_codec = Resolver()(DigestItem)
_header_texts: OrderedDict[bytes, Raw] = OrderedDict()
"""JSON of headers by block hash, the most recent ones."""


@dataclass(frozen=True, slots=True)
class _Shown:
    """A header with its logs as bytes."""

    parent_hash: bytes
    number: int
    state_root: bytes
    extrinsics_root: bytes
    logs: tuple[bytes, ...]

    @property
    def digest(self) -> _Shown:
        return self


def header_text(chain: Chain, block_hash: bytes) -> Raw | None:
    """The header of a block as JSON; None when the chain does not have it."""
    if block_hash != chain.best.hash and chain.store.number_of(block_hash) is None:
        return None
    found = _header_texts.get(block_hash)
    if found is None:
        header = chain.header(Hash(block_hash))
        if header is None:
            return None
        found = _header_texts[block_hash] = Raw(dumps(header_json(shown(header))))
        if len(_header_texts) > _KEPT_HEADERS:
            _header_texts.popitem(last=False)
    return found


def shown(header: Header) -> _Shown:
    """`header` in the form that is written as JSON."""
    logs = tuple(_log_codec.encode(log) for log in header.digest.logs)
    return _Shown(
        header.parent_hash, header.number, header.state_root, header.extrinsics_root, logs
    )
