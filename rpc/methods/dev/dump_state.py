"""dev_dumpState: the whole state of the best block."""

from __future__ import annotations

from pathlib import Path

import orjson

from pysubtensor.consensus.node import Node
from pysubtensor.rpc.encoding.json import Json, to_hex
from pysubtensor.rpc.errors import DevRefused
from pysubtensor.rpc.methods.dev.shared import rpc


@rpc.method("dev_dumpState", unsafe=True)
def dump_state(node: Node, path: str | None = None) -> dict[str, Json]:
    """Return the state of the best block as keys and values in hex, or write it to a file.

    With `path`, a file on the node's disk, `state` is null and `keys` says how many there are.
    Errors: DevRefused for a path that cannot be written.
    """
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
