"""Dispatchables of SubtensorModule: one module per concern, each a class of calls."""

from __future__ import annotations

from pysubtensor.pallets.subtensor.calls.children import ChildCalls
from pysubtensor.pallets.subtensor.calls.hyperparameters import HyperparameterCalls
from pysubtensor.pallets.subtensor.calls.identities import IdentityCalls
from pysubtensor.pallets.subtensor.calls.keys import KeyCalls
from pysubtensor.pallets.subtensor.calls.leasing import LeasingCalls
from pysubtensor.pallets.subtensor.calls.locks import LockCalls
from pysubtensor.pallets.subtensor.calls.moving import MovingCalls
from pysubtensor.pallets.subtensor.calls.networks import NetworkCalls
from pysubtensor.pallets.subtensor.calls.neurons import NeuronCalls
from pysubtensor.pallets.subtensor.calls.root_claims import RootClaimCalls
from pysubtensor.pallets.subtensor.calls.serving import ServingCalls
from pysubtensor.pallets.subtensor.calls.staking import StakingCalls
from pysubtensor.pallets.subtensor.calls.takes import TakeCalls
from pysubtensor.pallets.subtensor.calls.voting_power import VotingPowerCalls
from pysubtensor.pallets.subtensor.calls.weights import WeightCalls


class Calls(
    WeightCalls,
    TakeCalls,
    StakingCalls,
    MovingCalls,
    ServingCalls,
    NeuronCalls,
    NetworkCalls,
    IdentityCalls,
    ChildCalls,
    KeyCalls,
    LeasingCalls,
    RootClaimCalls,
    VotingPowerCalls,
    LockCalls,
    HyperparameterCalls,
):
    """All dispatchables but the faucet, which `calls.faucet` adds where there is one."""
