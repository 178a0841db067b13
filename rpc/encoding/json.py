"""JSON as the wire wants it: bytes as 0x-hex, heights as minimal hex, `Json` for what is neither.

`dumps` is the one encoder of replies: a handler may return bytes anywhere and they become hex.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol, TypeAlias

import orjson

Json: TypeAlias = bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"] | None
"""A value as it stands in a message."""

Raw = orjson.Fragment
"""JSON text made earlier, put into a reply as it is (large answers that repeat)."""


class DigestLike(Protocol):
    """The part of a header's digest that is shown."""

    @property
    def logs(self) -> Sequence[bytes]:
        """SCALE bytes of each log, in order."""


class HeaderLike(Protocol):
    """The five fields of a header."""

    @property
    def parent_hash(self) -> bytes: ...
    @property
    def number(self) -> int: ...
    @property
    def state_root(self) -> bytes: ...
    @property
    def extrinsics_root(self) -> bytes: ...
    @property
    def digest(self) -> DigestLike: ...


def to_hex(data: bytes) -> str:
    """`data` as lower-case hex with 0x; empty bytes are "0x"."""
    return "0x" + data.hex()


def quantity(number: int) -> str:
    """`number` as hex without leading zeros; zero is "0x0"."""
    return hex(number)


def header_json(header: HeaderLike) -> dict[str, Json]:
    """`header` as chain_getHeader and the head subscriptions show it."""
    return {
        "parentHash": to_hex(header.parent_hash),
        "number": quantity(header.number),
        "stateRoot": to_hex(header.state_root),
        "extrinsicsRoot": to_hex(header.extrinsics_root),
        "digest": {"logs": [to_hex(log) for log in header.digest.logs]},
    }


def dumps(value: object) -> bytes:
    """`value` as compact JSON.  Raises TypeError for what has no JSON form."""
    return orjson.dumps(value, _beyond_json)


def _beyond_json(value: object) -> object:
    """What orjson cannot encode itself: raw bytes."""
    if isinstance(value, bytes | bytearray | memoryview):
        return "0x" + value.hex()
    raise TypeError(f"{type(value).__name__} has no JSON form")
