"""Where a chain begins: presets, chain-spec files, and the state of block 0 made from them."""

from pysubtensor.genesis.build import initial_state, runtime_code, write_genesis
from pysubtensor.genesis.presets import PRESETS, development_keys, preset
from pysubtensor.genesis.spec import BadChainSpec, ChainSpec, Genesis

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

if __name__ != "pysubtensor.genesis":  # a second copy of every module would load
    raise ImportError("import pysubtensor.genesis, not genesis")
