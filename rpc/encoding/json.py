"""JSON of replies: bytes as 0x-hex, block numbers as hex without leading zeros.

`dumps` encodes every reply: a method may return bytes anywhere, and they become hex.
"""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import orjson

Json: TypeAlias = bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"] | None
"""A JSON value."""

Raw = orjson.Fragment
"""JSON text that is put into a reply unchanged, for large results that repeat."""


def to_hex(data: bytes) -> str:
    """`data` as lower-case hex with 0x; empty bytes are "0x"."""
    return "0x" + data.hex()


def quantity(number: int) -> str:
    """`number` as hex without leading zeros; zero is "0x0"."""
    return hex(number)


def dumps(value: object) -> bytes:
    """`value` as compact JSON.  Errors: TypeError for what has no JSON form."""
    return orjson.dumps(value, _beyond_json)


def _beyond_json(value: object) -> object:
    """What orjson cannot encode itself: raw bytes."""
    if isinstance(value, bytes | bytearray | memoryview):
        return "0x" + value.hex()
    raise TypeError(f"{type(value).__name__} has no JSON form")
