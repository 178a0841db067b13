"""pysubtensor: the Bittensor chain in Python.

from pysubtensor import TAO, Devnet

with Devnet() as d:
    d.transfer("//Alice", "//Bob", 5 * TAO)
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pysubtensor.client.addresses import account
    from pysubtensor.face.devnet import ROOT, TAO, Devnet, Receipt, TransactionFailed
    from pysubtensor.face.economy import Economy
    from pysubtensor.genesis.mainnet_like import Size
    from pysubtensor.genesis.presets import mainnet_like

__all__ = [
    "ROOT",
    "TAO",
    "Devnet",
    "Economy",
    "Receipt",
    "Size",
    "TransactionFailed",
    "account",
    "mainnet_like",
]

_FACE = "pysubtensor.face.devnet"
_MODULES = {
    "Economy": "pysubtensor.face.economy",
    "Size": "pysubtensor.genesis.mainnet_like",
    "account": "pysubtensor.client.addresses",
    "mainnet_like": "pysubtensor.genesis.presets",
}


def __getattr__(name: str) -> Any:
    """Import a module when one of its names is first asked for: the command line starts faster."""
    if name in __all__:
        return getattr(import_module(_MODULES.get(name, _FACE)), name)
    raise AttributeError(f"module 'pysubtensor' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
