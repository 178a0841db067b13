"""Hyperparameters, which root and the owners of subnets change through AdminUtils.

service     what AdminUtils is given
table       each hyperparameter: its check, its event, its rate limit
checks      which values are allowed
mechanisms  how many mechanisms a subnet has, and how they share its emission
trimming    a subnet made smaller
"""

from pysubtensor.pallets.subtensor.hyperparameters.service import HyperparameterService

__all__ = ["HyperparameterService"]
