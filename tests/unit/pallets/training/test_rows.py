"""Rows of weights on a subnet's own terms."""

from __future__ import annotations

import pytest

from pallets.subtensor.errors import HotKeyNotRegisteredInSubNet, NeuronNoValidatorPermit
from pallets.subtensor.weights.service import Rows
from runtime.primitives import U16, NetUid, Uid
from tests.neurons import ONE, Chain
from tests.support import ALICE, BOB, CHARLIE, DAVE


@pytest.fixture
def chain():
    found = Chain()
    found.subnet(ONE, DAVE)
    for who in (ALICE, BOB):
        found.neuron(ONE, who, DAVE)
    found.sub.validator_permit[ONE] = (True, False)
    found.sub.min_allowed_weights[ONE] = U16(0)
    return found


def test_the_subnet_is_seen_as_it_is(chain):
    rows = Rows(chain.sub)
    assert rows.exists(ONE)
    assert not rows.exists(NetUid(U16(9)))
    assert (rows.is_owner(ONE, DAVE), rows.is_owner(ONE, BOB)) == (True, False)
    assert [rows.uid(ONE, who) for who in (ALICE, BOB, CHARLIE)] == [0, 1, None]
    assert [rows.may_validate(ONE, who) for who in (ALICE, BOB, CHARLIE)] == [True, False, False]


@pytest.mark.parametrize("sealed", [False, True])
def test_rows_are_set_by_the_chains_own_rules(chain, sealed):
    chain.sub.commit_reveal_weights_enabled[ONE] = sealed
    rows = Rows(chain.sub)
    rows.set_weights(ONE, ALICE, [Uid(U16(0)), Uid(U16(1))], [U16(0), U16(40)])
    assert chain.sub.weights[ONE, Uid(U16(0))] == ((0, 0), (1, 65_535))
    with pytest.raises(NeuronNoValidatorPermit):
        rows.set_weights(ONE, BOB, [Uid(U16(0))], [U16(1)])
    with pytest.raises(HotKeyNotRegisteredInSubNet):
        rows.set_weights(ONE, CHARLIE, [Uid(U16(0))], [U16(1)])
