"""Settings that root and the owners of subnets change: service.py is what AdminUtils is given."""

from pysubtensor.pallets.subtensor.hyperparameters.service import Settings

__all__ = ["Settings"]
