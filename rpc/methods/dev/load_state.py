"""dev_loadState: replace the state by that of a dump."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

import orjson

from pysubtensor.consensus.node import Node
from pysubtensor.rpc.encoding.json import to_hex
from pysubtensor.rpc.errors import DevRefused, InvalidParams
from pysubtensor.rpc.methods.dev.set_storage import Changes
from pysubtensor.rpc.methods.dev.shared import rpc
from pysubtensor.rpc.server.params import reader
from pysubtensor.runtime.runtime import Runtime

_NOT_LOADED: Final = {
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

_read_bytes = reader(bytes)


@rpc.method("dev_loadState", unsafe=True)
def load_state(node: Node, source: object) -> str:
    """Replace the state by that of a dump, in one block, and return the block's hash.

    `source`: what dev_dumpState returned, or the path of its file on the node's disk.  Block
    numbers and hashes, chain time, authorities and code stay those of this chain.
    Errors: InvalidParams; DevRefused for a file that cannot be read.
    """
    dumped = _read_dump(source) if isinstance(source, str) else source
    state = dumped.get("state", dumped) if isinstance(dumped, dict) else None
    if not isinstance(state, dict):
        raise InvalidParams("expected a dump of dev_dumpState, or the path of one")
    wanted = {_read_bytes(key): _read_bytes(value) for key, value in state.items()}
    return to_hex(node.set_storage(_difference(node, wanted)).hash)


def _read_dump(path: str) -> object:
    try:
        dumped: object = orjson.loads(Path(path).read_bytes())
    except (OSError, ValueError) as error:
        raise DevRefused(f"dev_loadState: {error}") from error
    return dumped


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
    for name, items in _NOT_LOADED.items():
        pallet = runtime.pallets.get(name)
        if pallet is None:
            continue
        names: Sequence[str] = tuple(pallet.storage) if items is None else items
        yield from (pallet.storage[each].prefix for each in names if each in pallet.storage)
