"""Dispatchables of SubtensorModule: one module per concern, each a class of calls."""

from __future__ import annotations

from pallets.subtensor.calls.children import ChildCalls
from pallets.subtensor.calls.hyperparameters import HyperparameterCalls
from pallets.subtensor.calls.identities import IdentityCalls
from pallets.subtensor.calls.keys import KeyCalls
from pallets.subtensor.calls.leasing import LeasingCalls
from pallets.subtensor.calls.locks import LockCalls
from pallets.subtensor.calls.moving import MovingCalls
from pallets.subtensor.calls.networks import NetworkCalls
from pallets.subtensor.calls.neurons import NeuronCalls
from pallets.subtensor.calls.root_claims import RootClaimCalls
from pallets.subtensor.calls.serving import ServingCalls
from pallets.subtensor.calls.staking import StakingCalls
from pallets.subtensor.calls.takes import TakeCalls
from pallets.subtensor.calls.voting_power import VotingPowerCalls
from pallets.subtensor.calls.weights import WeightCalls


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
