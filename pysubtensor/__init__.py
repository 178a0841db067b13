"""pysubtensor: the Bittensor chain in Python.

from pysubtensor import Devnet

with Devnet() as d:
    d.transfer("//Alice", "//Bob", 5 * TAO)
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pysubtensor.devnet import ROOT, TAO, Devnet, Receipt, TransactionFailed

__all__ = ["ROOT", "TAO", "Devnet", "Receipt", "TransactionFailed"]


def __getattr__(name: str) -> Any:
    """Import the devnet when it is first asked for; the command line starts faster without."""
    if name in __all__:
        import pysubtensor.devnet

        return getattr(pysubtensor.devnet, name)
    raise AttributeError(f"module 'pysubtensor' has no attribute {name!r}")
