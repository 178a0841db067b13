"""Keys of storage of mechanisms.  Facts of the chain's tests/mechanism."""

from __future__ import annotations

import pytest

from pysubtensor.frame.primitives import U16_MAX, NetUid
from pysubtensor.pallets.subtensor import errors as e
from pysubtensor.pallets.subtensor.hyperparameters import mechanisms as counts
from pysubtensor.pallets.subtensor.subnets import mechanisms
from tests.subtensor_chain import ONE, Chain
from tests.support import ALICE, BOB, CHARLIE, DAVE

MOST_SUBNETS, MOST_MECHANISMS = 4_096, 16


@pytest.fixture
def chain(bare_chain) -> Chain:
    """Three neurons in two mechanisms; ALICE, neuron 0, may validate."""
    bare_chain.subnet(ONE, DAVE, tempo=13)
    for hotkey in (ALICE, BOB, CHARLIE):
        bare_chain.neuron(ONE, hotkey, DAVE)
    sub = bare_chain.sub
    sub.validator_permit[ONE] = (True, False, False)
    sub.commit_reveal_weights_enabled[ONE] = False
    sub.weights_set_rate_limit[ONE] = 0
    sub.min_allowed_weights[ONE] = 1
    sub.mechanism_count_current[ONE] = 2
    return bare_chain


@pytest.mark.parametrize(
    ("netuid", "mechanism"),
    [(0, 0), *((netuid, each) for netuid in (2_048, 4_095) for each in (1, 7, 14, 15))],
)
def test_each_mechanism_has_a_key(netuid, mechanism) -> None:
    index = mechanisms.storage_index(netuid, mechanism)
    assert index == mechanism * MOST_SUBNETS + netuid
    assert mechanisms.of_index(index) == (netuid, mechanism)


@pytest.mark.parametrize(
    "index", [0, 1, 14, 15, 16, 17, 4_095, 4_096, 4_097, 0x7FFF, 0xFFFE, 0xFFFF]
)
def test_each_key_is_of_a_mechanism(index) -> None:
    assert mechanisms.of_index(index) == (index % MOST_SUBNETS, index // MOST_SUBNETS)


def test_keys_fill_their_width() -> None:
    assert mechanisms.MOST_SUBNETS * counts.MOST_MECHANISMS == U16_MAX + 1


@pytest.mark.parametrize(
    ("added", "count", "mechanism", "exists"),
    [(True, 2, 1, True), (False, 1, 0, False), (True, 2, 2, False), (True, 2, 3, False)],
)
def test_there_is_a_mechanism_when_there_is_its_subnet_and_its_number(
    chain, added, count, mechanism, exists
) -> None:
    netuid = NetUid(7)
    chain.sub.networks_added[netuid] = added
    chain.sub.mechanism_count_current[netuid] = count
    assert mechanisms.exists(chain.sub, netuid, mechanism) is exists
    if not exists:
        with pytest.raises(e.MechanismDoesNotExist):
            mechanisms.ensure_exists(chain.sub, netuid, mechanism)
