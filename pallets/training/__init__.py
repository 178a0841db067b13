"""Training: runs in which strangers train one model, round by round, and answer for it.

create_run -> join -> commit, attest, aggregate, score -> challenge -> final -> claim
"""

from pysubtensor.pallets.training.api import TrainingApi
from pysubtensor.pallets.training.config import Config, Subnets
from pysubtensor.pallets.training.pallet import Training

__all__ = ["Config", "Subnets", "Training", "TrainingApi"]
