"""Storage queries of chainHead_v1_storage and archive_v1_storage, and their results."""

from __future__ import annotations

from binascii import Error as HexError
from binascii import unhexlify
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from pysubtensor.frame.hashing import blake2_256
from pysubtensor.rpc.encoding.json import Json, to_hex
from pysubtensor.rpc.errors import InvalidParameter, InvalidParams
from pysubtensor.runtime.store.store import Store

KINDS: Final = (
    "value",
    "hash",
    "closestDescendantMerkleValue",
    "descendantsValues",
    "descendantsHashes",
)


class Query(NamedTuple):
    """One item of a query."""

    key: bytes
    kind: str
    after: bytes | None = None
    """Descendants above this key only."""


def hex_parameter(text: str, code: int = -32602) -> bytes:
    """Bytes of a hex string, with or without 0x.  Errors: InvalidParameter."""
    try:
        return unhexlify(text.removeprefix("0x"))
    except (HexError, ValueError):
        raise InvalidParameter(text, code) from None


def read_query(item: object) -> Query:
    """Read one item of a query.  Errors: InvalidParams; InvalidParameter."""
    key = hex_parameter(string_field(item, "key"))
    kind = one_of(string_field(item, "type"), KINDS)
    paged = isinstance(item, dict) and item.get("paginationStartKey") is not None
    return Query(
        key, kind, hex_parameter(string_field(item, "paginationStartKey")) if paged else None
    )


def string_field(item: object, name: str) -> str:
    """A string field of an item.  Errors: InvalidParams."""
    if not isinstance(item, dict) or name not in item:
        raise InvalidParams(f"missing field `{name}`")
    value = item[name]
    if not isinstance(value, str):
        raise InvalidParams(f"invalid type of `{name}`, expected a string")
    return value


def one_of(given: str, known: Sequence[str]) -> str:
    """`given`, one of `known`.  Errors: InvalidParams."""
    if given not in known:
        names = ", ".join(f"`{each}`" for each in known)
        raise InvalidParams(f"unknown variant `{given:.40}`, expected one of {names}")
    return given


Show = Callable[[bytes], tuple[str, Json]]


def _value(value: bytes) -> tuple[str, Json]:
    return "value", to_hex(value)


def _hash(value: bytes) -> tuple[str, Json]:
    return "hash", to_hex(blake2_256(value))


def storage_answers(store: Store, number: int, query: Query) -> Iterator[dict[str, Json]]:
    """Results of a query on the state of block `number`; none for keys without a value.

    Errors: StoreError.
    """
    if query.kind == "closestDescendantMerkleValue":
        found = store.merkle_value(query.key, number)
        if found is not None:
            yield {"key": to_hex(query.key), query.kind: to_hex(found)}
        return
    show: Show = _value if query.kind in ("value", "descendantsValues") else _hash
    if query.kind in ("value", "hash"):
        value = store.get(query.key, number)
        if value is not None:
            yield _item(query.key, show(value))
        return
    for key, value in store.items(query.key, query.after, number):
        yield _item(key, show(value))


def _item(key: bytes, shown: tuple[str, Json]) -> dict[str, Json]:
    return {"key": to_hex(key), shown[0]: shown[1]}
