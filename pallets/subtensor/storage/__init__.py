"""Storage of SubtensorModule: one module per concern, each a class of declarations."""

from __future__ import annotations

from pallets.subtensor.config import Config
from pallets.subtensor.storage.delegation import Delegation
from pallets.subtensor.storage.emission import Emission
from pallets.subtensor.storage.hyperparameters import Hyperparameters
from pallets.subtensor.storage.keys import Keys
from pallets.subtensor.storage.leasing import Leasing
from pallets.subtensor.storage.limits import Limits
from pallets.subtensor.storage.locks import Locks
from pallets.subtensor.storage.networks import Networks
from pallets.subtensor.storage.neurons import Neurons
from pallets.subtensor.storage.pools import Pools
from pallets.subtensor.storage.registration import Registration
from pallets.subtensor.storage.root_claims import RootClaims
from pallets.subtensor.storage.schedule import Schedule
from pallets.subtensor.storage.staking import Staking
from pallets.subtensor.storage.voting import VotingPower
from pallets.subtensor.storage.weights import Weights
from runtime.frame.pallet import Pallet


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
