"""dev_setStorage: write storage by name or by key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeAlias

from pysubtensor.consensus.node import Node
from pysubtensor.frame.storage import CountedMap, Item, Map, Value
from pysubtensor.rpc.encoding.json import to_hex
from pysubtensor.rpc.encoding.values import BadJson, from_json
from pysubtensor.rpc.methods.dev.shared import client_errors, rpc
from pysubtensor.rpc.server.params import reader
from pysubtensor.runtime.runtime import Runtime

Changes = dict[bytes, bytes | None]
"""Values by key; None removes."""
AnyItem: TypeAlias = Item[object]

REMOVE: Final = "$removePrefix"
"""Beside the items of a pallet: names of those to empty first."""

_read_bytes = reader(bytes)


@rpc.method("dev_setStorage", unsafe=True)
def set_storage(node: Node, what: object) -> str:
    """Write storage in a block of its own, and return the block's hash.

    `what`: `[[key, value]]` in hex, or `{"Pallet": {"Item": value, "Map": [[[key, ..], value]]}}`.
    Null removes; fields that are left out stay as they are; `{"Pallet": {"$removePrefix": [item]}}`
    empties items first.  Errors: InvalidParams; DevRefused when the block cannot be made.
    """
    with client_errors():
        changes = typed_storage(node.chain.runtime, what) if isinstance(what, dict) else _raw(what)
    return to_hex(node.set_storage(changes).hash)


def _raw(what: object) -> Changes:
    changes: Changes = {}
    for pair in what if isinstance(what, list) else [what]:
        if not isinstance(pair, list) or len(pair) != 2:
            raise BadJson("pair of key and value", pair)
        key, value = pair
        changes[_read_bytes(key)] = None if value is None else _read_bytes(value)
    return changes


def typed_storage(runtime: Runtime, what: Mapping[str, object]) -> Changes:
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


def _item(pallet: str, items: Mapping[str, AnyItem], name: object) -> AnyItem:
    found = items.get(_pascal(name)) if isinstance(name, str) else None
    if found is None:
        raise BadJson(f"storage item of {pallet}", name)
    return found


def _write(item: AnyItem, data: object, changes: Changes) -> None:
    if isinstance(item, Map):
        _write_map(item, data, changes)
    elif isinstance(item, Value):
        changes[item.key()] = _encoded(item, data, item.get())


def _encoded(item: AnyItem, data: object, present: object) -> bytes | None:
    return None if data is None else item.codec.encode(from_json(item.codec, data, present))


def _write_map(item: Map[object, object], data: object, changes: Changes) -> None:
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


def _map_key(item: Map[object, object], given: object) -> object:
    codecs = item.key_codecs
    if not isinstance(given, list) or len(given) != len(codecs):
        raise BadJson(f"list of {len(codecs)} keys of {item.wire_name}", given)
    keys = tuple(from_json(codec, each) for codec, each in zip(codecs, given, strict=True))
    return keys[0] if len(keys) == 1 else keys
