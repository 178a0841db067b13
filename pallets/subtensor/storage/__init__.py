"""Storage of SubtensorModule: one module per concern, each a class of declarations."""

from __future__ import annotations

from pysubtensor.frame.pallet import Pallet
from pysubtensor.pallets.subtensor.config import Config
from pysubtensor.pallets.subtensor.storage.delegation import DelegationItems
from pysubtensor.pallets.subtensor.storage.emission import EmissionItems
from pysubtensor.pallets.subtensor.storage.hyperparameters import HyperparameterItems
from pysubtensor.pallets.subtensor.storage.keys import KeyItems
from pysubtensor.pallets.subtensor.storage.leasing import LeasingItems
from pysubtensor.pallets.subtensor.storage.limits import LimitItems
from pysubtensor.pallets.subtensor.storage.locks import LockItems
from pysubtensor.pallets.subtensor.storage.networks import NetworkItems
from pysubtensor.pallets.subtensor.storage.neurons import NeuronItems
from pysubtensor.pallets.subtensor.storage.pools import PoolItems
from pysubtensor.pallets.subtensor.storage.registration import RegistrationItems
from pysubtensor.pallets.subtensor.storage.root_claims import RootClaimItems
from pysubtensor.pallets.subtensor.storage.schedule import EpochItems
from pysubtensor.pallets.subtensor.storage.staking import StakingItems
from pysubtensor.pallets.subtensor.storage.voting import VotingPowerItems
from pysubtensor.pallets.subtensor.storage.weights import WeightItems


class Storage(
    NetworkItems,
    EpochItems,
    HyperparameterItems,
    RegistrationItems,
    NeuronItems,
    WeightItems,
    StakingItems,
    DelegationItems,
    PoolItems,
    EmissionItems,
    RootClaimItems,
    LockItems,
    KeyItems,
    LimitItems,
    VotingPowerItems,
    LeasingItems,
    Pallet[Config],
):
    """All storage items; what calls and logic build on."""
