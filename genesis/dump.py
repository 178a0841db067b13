"""A whole state as a chain specification, and back."""

from __future__ import annotations

from dataclasses import replace

from pysubtensor.genesis.spec import ChainSpec
from pysubtensor.runtime.store.store import Store


def dump_state(store: Store, spec: ChainSpec, at: int | None = None) -> ChainSpec:
    """The state of block `at` (None: the head) as a raw specification.

    A chain that begins with it has that state in its block 0.  Errors: StateDiscarded.
    """
    return replace(spec, raw=dict(store.items(b"", at=at)))
