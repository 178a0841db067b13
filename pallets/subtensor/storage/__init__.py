"""Storage of SubtensorModule: one module per concern, each a class of declarations."""

from __future__ import annotations

from pysubtensor.frame.pallet import Pallet
from pysubtensor.pallets.subtensor.config import Config
from pysubtensor.pallets.subtensor.storage.delegation import Delegation
from pysubtensor.pallets.subtensor.storage.emission import Emission
from pysubtensor.pallets.subtensor.storage.hyperparameters import Hyperparameters
from pysubtensor.pallets.subtensor.storage.keys import Keys
from pysubtensor.pallets.subtensor.storage.leasing import Leasing
from pysubtensor.pallets.subtensor.storage.limits import Limits
from pysubtensor.pallets.subtensor.storage.locks import Locks
from pysubtensor.pallets.subtensor.storage.networks import Networks
from pysubtensor.pallets.subtensor.storage.neurons import Neurons
from pysubtensor.pallets.subtensor.storage.pools import Pools
from pysubtensor.pallets.subtensor.storage.registration import Registration
from pysubtensor.pallets.subtensor.storage.root_claims import RootClaims
from pysubtensor.pallets.subtensor.storage.schedule import Schedule
from pysubtensor.pallets.subtensor.storage.staking import Staking
from pysubtensor.pallets.subtensor.storage.voting import VotingPower
from pysubtensor.pallets.subtensor.storage.weights import Weights


class Storage(
    Networks,
    Schedule,
    Hyperparameters,
    Registration,
    Neurons,
    Weights,
    Staking,
    Delegation,
    Pools,
    Emission,
    RootClaims,
    Locks,
    Keys,
    Limits,
    VotingPower,
    Leasing,
    Pallet[Config],
):
    """All storage items; what calls and logic build on."""
