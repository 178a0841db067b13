"""Rows of weights that another pallet sets, by the subnet's own rules."""

from __future__ import annotations

import pytest

from pysubtensor.pallets.subtensor.errors import (
    HotKeyNotRegisteredInSubNet,
    NeuronNoValidatorPermit,
)
from pysubtensor.pallets.subtensor.weights.service import WeightService
from tests.support import ALICE, BOB, CHARLIE, DAVE
from tests.unit.pallets.subtensor.weights.weights_chain import WeightsChain


def test_the_subnet_is_seen_as_it_is():
    chain = WeightsChain()
    chain.sub.subnet_owner[1] = DAVE
    rows = WeightService(chain.sub)
    assert (rows.exists(1), rows.exists(9)) == (True, False)
    assert (rows.is_owner(1, DAVE), rows.is_owner(1, BOB)) == (True, False)
    assert [rows.uid(1, who) for who in (ALICE, BOB, DAVE)] == [0, 1, None]
    assert [rows.may_validate(1, who) for who in (ALICE, BOB, DAVE)] == [True, False, False]


@pytest.mark.parametrize("sealed", [False, True])
def test_rows_are_set_by_the_subnets_own_rules(sealed):
    chain = WeightsChain(commit_reveal=sealed)
    chain.sub.weights_version_key[1] = 7
    rows = WeightService(chain.sub)
    rows.set_weights(1, ALICE, [0, 2], [0, 40])
    assert chain.sub.weights[1, 0] == ((0, 0), (2, 65_535))
    assert chain.sub.last_update[1] == (1, 0, 0)
    with pytest.raises(NeuronNoValidatorPermit):
        rows.set_weights(1, CHARLIE, [0], [1])
    with pytest.raises(HotKeyNotRegisteredInSubNet):
        rows.set_weights(1, DAVE, [0], [1])
