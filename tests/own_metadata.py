"""The interface of our own pallets, in the terms of the chain's catalog.

`tests/data/training_metadata.json` keeps it as it was when somebody last looked: a change of the
wire shows in that file.  `python -m tests.own_metadata` writes it anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from pysubtensor.frame.codec.scale import Codec
from pysubtensor.frame.live_state import EmptyBacking
from pysubtensor.frame.view import RuntimeApi
from pysubtensor.pallets.training import TrainingApi
from pysubtensor.runtime.chain import Build, Constants, Variety, make_runtime
from pysubtensor.runtime.runtime import Runtime
from tests.catalog import definition, describe, roots

TABLE: Final = Path(__file__).parent / "data" / "training_metadata.json"
CRATE: Final = "pallet_training::"
"""Where the pallet's own types live; all others are the chain's, and in its catalog."""


def extended() -> Runtime:
    """The extended build over an empty state."""
    return make_runtime(Build(Constants.PROD, Variety.EXTENDED), EmptyBacking())


def own_metadata(runtime: Runtime) -> dict[str, Any]:
    """Calls, storage, events, errors, constants and questions of Training, and its types."""
    (api,) = (each for each in runtime.apis if isinstance(each, TrainingApi))
    methods = _methods(api, runtime)
    codecs = [*roots(runtime, "Training"), *_of_methods(api, runtime)]
    return {**describe(runtime, "Training"), "api": methods, "types": _types(codecs)}


def _methods(api: RuntimeApi, runtime: Runtime) -> list[dict[str, Any]]:
    return [
        {
            "name": each.name,
            "inputs": [{"name": name, "type": codec.name} for name, codec in each.inputs],
            "output": each.output.name,
        }
        for each in api.methods(runtime.codecs).values()
    ]


def _of_methods(api: RuntimeApi, runtime: Runtime) -> Iterator[Codec]:
    for each in api.methods(runtime.codecs).values():
        yield each.output
        yield from (codec for _, codec in each.inputs)


def _types(codecs: Iterable[Codec]) -> dict[str, Any]:
    """Definitions of the pallet's own types by name."""
    seen: dict[str, Codec] = {}
    todo = list(codecs)
    while todo:
        codec = todo.pop()
        if codec.name not in seen:
            seen[codec.name] = codec
            todo.extend(codec.parts())
    return {name: definition(seen[name]) for name in sorted(seen) if name.startswith(CRATE)}


def main() -> None:
    """Write the table."""
    TABLE.write_text(json.dumps(own_metadata(extended()), indent=1) + "\n")


if __name__ == "__main__":
    main()
