"""Where a chain begins: presets, chain-spec files, and the state of block 0 made from them."""

from genesis.build import initial_state, runtime_code, write_genesis
from genesis.presets import PRESETS, development_keys, preset
from genesis.spec import BadChainSpec, ChainSpec, Genesis

__all__ = [
    "PRESETS",
    "BadChainSpec",
    "ChainSpec",
    "Genesis",
    "development_keys",
    "initial_state",
    "preset",
    "runtime_code",
    "write_genesis",
]
