"""dev_*: writing storage, by name or by key, and copying whole states."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import orjson

from pysubtensor.consensus.node import DispatchRefused, Node
from pysubtensor.frame.origin import ROOT_CALLER, Id
from pysubtensor.frame.primitives import U64
from pysubtensor.frame.storage import CountedMap, Item, Map, Value
from pysubtensor.rpc.encoding.json import Json, to_hex
from pysubtensor.rpc.encoding.values import BadJson, from_json
from pysubtensor.rpc.errors import DevRefused, InvalidParams
from pysubtensor.rpc.methods.dev.dispatch import reason_of
from pysubtensor.rpc.methods.dev.shared import Address, refusing, rpc
from pysubtensor.rpc.server.params import decoder
from pysubtensor.runtime.runtime import Runtime

Changes = dict[bytes, bytes | None]

REMOVE: Final = "$removePrefix"
"""Beside the items of a pallet: names of those to empty first."""

_read_bytes = decoder(bytes)


@rpc.method("dev_setStorage", unsafe=True)
def set_storage(node: Node, what: object) -> str:
    """Write storage in a block of its own; gives the block's hash.

    `[[key, value]]` in hex, or `{"Pallet": {"Item": value, "Map": [[[key, ..], value]]}}`; null
    removes, fields left out stay as they are.  Errors: InvalidParams.
    """
    with refusing():
        changes = typed_storage(node.chain.runtime, what) if isinstance(what, dict) else _raw(what)
    return to_hex(node.set_storage(changes).hash)


def _raw(what: object) -> Changes:
    changes: Changes = {}
    for pair in what if isinstance(what, list) else [what]:
        if not isinstance(pair, list) or len(pair) != 2:
            raise BadJson("pair of key and value", pair)
        key, value = pair
        changes[_bytes(key)] = None if value is None else _bytes(value)
    return changes


def _bytes(value: object) -> bytes:
    try:
        found = _read_bytes(value)
    except ValueError as error:
        raise InvalidParams(str(error)) from None
    assert isinstance(found, bytes)  # noqa: S101 (what the decoder gives)
    return found


def typed_storage(runtime: Runtime, what: Mapping[str, Any]) -> Changes:
    """Raw keys and values of storage by name (see dev_setStorage).  Errors: BadJson."""
    changes: Changes = {}
    for name, items in what.items():
        pallet = runtime.pallets.get(_pascal(name))
        if pallet is None or not isinstance(items, dict):
            raise BadJson("pallet with an object of its items", name)
        removed_names = items.get(REMOVE, [])
        if not isinstance(removed_names, list):
            raise BadJson("list of items to remove", removed_names)
        for removed in removed_names:
            item = _item(pallet.name, pallet.storage, removed)
            changes |= dict.fromkeys(runtime.state.raw_keys(item.prefix))
            if isinstance(item, CountedMap):
                changes[item.counter.key()] = None
        for item_name, data in items.items():
            if item_name != REMOVE:
                _write(_item(pallet.name, pallet.storage, item_name), data, changes)
    return changes


def _pascal(name: str) -> str:
    return name[:1].upper() + name[1:]


def _item(pallet: str, items: Mapping[str, Item[Any]], name: object) -> Item[Any]:
    found = items.get(_pascal(name)) if isinstance(name, str) else None
    if found is None:
        raise BadJson(f"storage item of {pallet}", name)
    return found


def _write(item: Item[Any], data: Any, changes: Changes) -> None:
    if isinstance(item, Map):
        _write_map(item, data, changes)
    elif isinstance(item, Value):
        changes[item.key()] = _encoded(item, data, item.get())


def _encoded(item: Item[Any], data: Any, present: Any) -> bytes | None:
    return None if data is None else item.codec.encode(from_json(item.codec, data, present))


def _write_map(item: Map[Any, Any], data: Any, changes: Changes) -> None:
    added = 0
    for entry in data if isinstance(data, list) else [data]:
        if not isinstance(entry, list) or len(entry) != 2:
            raise BadJson(f"entry [[key, ..], value] of {item.wire_name}", entry)
        key = _map_key(item, entry[0])
        full = item.key(key)
        before = changes[full] is not None if full in changes else key in item
        changes[full] = _encoded(item, entry[1], item[key])
        added += (changes[full] is not None) - before
    if isinstance(item, CountedMap) and added:
        counter = item.counter
        emptied = counter.key() in changes
        changes[counter.key()] = counter.codec.encode((0 if emptied else item.count()) + added)


def _map_key(item: Map[Any, Any], given: Any) -> Any:
    codecs = item.key_codecs
    if not isinstance(given, list) or len(given) != len(codecs):
        raise BadJson(f"list of {len(codecs)} keys of {item.wire_name}", given)
    keys = tuple(from_json(codec, each) for codec, each in zip(codecs, given, strict=True))
    return keys[0] if len(keys) == 1 else keys


@rpc.method("dev_setBalance", unsafe=True)
def set_balance(node: Node, address: Address, free: int) -> str:
    """Make an account's free balance `free` rao, and the issuance follow; gives the block's hash.

    Errors: DevRefused.
    """
    runtime = node.chain.runtime
    call = runtime.call("Balances", "force_set_balance", who=Id(address), new_free=U64(free))
    try:
        return to_hex(node.dispatch_as(ROOT_CALLER, call).hash)
    except DispatchRefused as refused:
        raise DevRefused(f"Refused: {reason_of(runtime, refused.failure)}") from refused


# Whole states

_OF_THE_CHAIN: Final = {
    "System": (
        "Number",
        "ParentHash",
        "Digest",
        "BlockHash",
        "BlockWeight",
        "Events",
        "EventCount",
        "EventTopics",
        "ExecutionPhase",
        "ExtrinsicCount",
        "ExtrinsicData",
        "AllExtrinsicsLen",
        "InherentsApplied",
        "ExtrinsicWeightReclaimed",
    ),
    "Timestamp": None,
    "Aura": None,
    "Grandpa": None,
}
"""Items (None: all of a pallet) that belong to a chain and its clock and are not loaded."""
_SPECIAL: Final = (b":code", b":extrinsic_index", b":intrablock_entropy")


@rpc.method("dev_dumpState", unsafe=True)
def dump_state(node: Node, path: str | None = None) -> dict[str, Json]:
    """The state of the best block; with `path` it goes to a file there.  Errors: DevRefused."""
    best = node.chain.best
    state: dict[str, Json] = {to_hex(key): to_hex(value) for key, value in node.chain.store.items()}
    dumped: dict[str, Json] = {
        "block": to_hex(best.hash),
        "number": best.number,
        "state": state,
    }
    if path is None:
        return dumped
    try:
        Path(path).write_bytes(orjson.dumps(dumped))
    except (OSError, ValueError) as error:
        raise DevRefused(f"dev_dumpState: {error}") from error
    return {**dumped, "state": None, "path": path, "keys": len(state)}


@rpc.method("dev_loadState", unsafe=True)
def load_state(node: Node, source: object) -> str:
    """Make the state that of a dump, or of a dump in a file, by one block; gives its hash.

    Block numbers and hashes, chain time, authorities and code stay this chain's.
    Errors: InvalidParams; DevRefused.
    """
    dumped = _read_dump(source) if isinstance(source, str) else source
    state = dumped.get("state", dumped) if isinstance(dumped, dict) else None
    if not isinstance(state, dict):
        raise InvalidParams("expected a dump of dev_dumpState, or the path of one")
    wanted = {_bytes(key): _bytes(value) for key, value in state.items()}
    return to_hex(node.set_storage(_difference(node, wanted)).hash)


def _read_dump(path: str) -> Any:
    try:
        return orjson.loads(Path(path).read_bytes())
    except (OSError, ValueError) as error:
        raise DevRefused(f"dev_loadState: {error}") from error


def _difference(node: Node, wanted: Mapping[bytes, bytes]) -> Changes:
    """What has to be written so that the state is `wanted`."""
    kept = tuple(_kept_prefixes(node.chain.runtime))
    changes: Changes = {}
    for key, value in node.chain.store.items():
        if wanted.get(key) != value:
            changes[key] = wanted.get(key)
    for key, value in wanted.items():
        if key not in changes and node.chain.store.get(key) != value:
            changes[key] = value
    return {key: value for key, value in changes.items() if not key.startswith(kept)}


def _kept_prefixes(runtime: Runtime) -> Iterable[bytes]:
    yield from _SPECIAL
    for name, items in _OF_THE_CHAIN.items():
        pallet = runtime.pallets.get(name)
        if pallet is None:
            continue
        names: Sequence[str] = tuple(pallet.storage) if items is None else items
        yield from (pallet.storage[each].prefix for each in names if each in pallet.storage)
