"""The interface of our own pallets, in the terms of the chain's catalog.

`tests/data/training_metadata.json` keeps that of Training as it was when somebody last looked, and
so for each of our pallets: a change of the wire shows in these files.  `python -m
tests.own_metadata` writes them anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from pysubtensor.frame.codec.scale import Codec
from pysubtensor.frame.live_state import EmptyBacking
from pysubtensor.frame.view import RuntimeApiMethod
from pysubtensor.runtime.chain import OURS, Build, Constants, Variety, make_runtime
from pysubtensor.runtime.runtime import Runtime
from tests.catalog import definition, describe, roots

DATA: Final = Path(__file__).parent / "data"
OWN: Final = tuple(entry.name for entry in OURS)


def table(name: str) -> Path:
    """The file with the interface of a pallet."""
    return DATA / f"{name.lower()}_metadata.json"


def extended() -> Runtime:
    """The extended build over an empty state."""
    return make_runtime(Build(Constants.PROD, Variety.EXTENDED), EmptyBacking())


def own_metadata(runtime: Runtime, name: str) -> dict[str, Any]:
    """Calls, storage, events, errors and constants of a pallet, its runtime APIs and its types."""
    pallet = type(runtime.pallets[name])
    apis = [each for each in runtime.apis if _package(type(each)) == _package(pallet)]
    methods = [each for api in apis for each in api.methods(runtime.codecs).values()]
    shown = [codec for each in methods for codec in (each.output, *dict(each.inputs).values())]
    own = _types([*roots(runtime, name), *shown], f"{pallet.crate}::")
    return {**describe(runtime, name), "api": [_method(each) for each in methods], "types": own}


def _package(kind: type) -> tuple[str, ...]:
    """`pysubtensor.pallets.<name>`, where a class of a pallet is declared."""
    return tuple(kind.__module__.split(".")[:3])


def _method(each: RuntimeApiMethod) -> dict[str, Any]:
    inputs = [{"name": name, "type": codec.name} for name, codec in each.inputs]
    return {"name": each.name, "inputs": inputs, "output": each.output.name}


def _types(codecs: Iterable[Codec], crate: str) -> dict[str, Any]:
    """Definitions of a pallet's own types by name; all others are the chain's."""
    seen: dict[str, Codec] = {}
    todo = list(codecs)
    while todo:
        codec = todo.pop()
        if codec.name not in seen:
            seen[codec.name] = codec
            todo.extend(codec.parts())
    return {name: definition(seen[name]) for name in sorted(seen) if name.startswith(crate)}


def main() -> None:
    """Write the tables."""
    runtime = extended()
    for name in OWN:
        table(name).write_text(json.dumps(own_metadata(runtime, name), indent=1) + "\n")


if __name__ == "__main__":
    main()
