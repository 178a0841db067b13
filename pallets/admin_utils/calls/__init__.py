"""Dispatchables of AdminUtils: one module per concern, each a class of calls."""

from __future__ import annotations

from pysubtensor.pallets.admin_utils.calls.bonds import BondCalls
from pysubtensor.pallets.admin_utils.calls.chain import ChainCalls
from pysubtensor.pallets.admin_utils.calls.consensus import ConsensusCalls
from pysubtensor.pallets.admin_utils.calls.emission import EmissionCalls
from pysubtensor.pallets.admin_utils.calls.limits import LimitCalls
from pysubtensor.pallets.admin_utils.calls.networks import NetworkCalls
from pysubtensor.pallets.admin_utils.calls.neurons import NeuronCalls
from pysubtensor.pallets.admin_utils.calls.registration import RegistrationCalls


class Calls(
    ChainCalls,
    LimitCalls,
    NetworkCalls,
    RegistrationCalls,
    NeuronCalls,
    ConsensusCalls,
    BondCalls,
    EmissionCalls,
):
    """All dispatchables."""
