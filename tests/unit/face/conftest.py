"""The product's own plugin, also where the package is not installed."""

from pysubtensor.face.testing_plugin import devnet, devnet_session

__all__ = ["devnet", "devnet_session"]
