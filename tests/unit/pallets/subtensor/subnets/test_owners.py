"""Facts of the chain's tests/ensure and tests/tempo_control: whose subnet it is, and when."""

from __future__ import annotations

import pytest

from pysubtensor.frame.error import BadOrigin
from pysubtensor.frame.origin import ROOT, Nobody, Origin, Signed
from pysubtensor.frame.primitives import NetUid
from pysubtensor.pallets.subtensor import rate_limits
from pysubtensor.pallets.subtensor.reads.subnets import next_epoch_start
from pysubtensor.pallets.subtensor.subnets import owners
from pysubtensor.pallets.subtensor.types import Hyperparameter
from tests.subtensor_chain import ONE, Chain
from tests.support import ALICE, BOB

OWNER, OTHER, NOBODY = Origin(Signed(ALICE)), Origin(Signed(BOB)), Origin(Nobody())
KAPPA = Hyperparameter.KAPPA


@pytest.fixture
def chain(bare_chain) -> Chain:
    bare_chain.subnet(ONE, ALICE, tempo=10)
    bare_chain.sub.admin_freeze_window.put(0)
    return bare_chain


@pytest.mark.parametrize(
    ("origin", "owner", "owner_or_root"),
    [(OWNER, ALICE, ALICE), (ROOT, BadOrigin, None), (OTHER, BadOrigin, BadOrigin),
     (NOBODY, BadOrigin, BadOrigin)],
)  # fmt: skip
def test_whose_subnet_it_is(chain, origin, owner, owner_or_root) -> None:
    for ensure, wanted in (
        (owners.ensure_owner, owner),
        (owners.ensure_owner_or_root, owner_or_root),
    ):
        if wanted is BadOrigin:
            with pytest.raises(BadOrigin):
                ensure(chain.sub, origin, ONE)
        else:
            assert ensure(chain.sub, origin, ONE) == wanted


def test_a_subnet_that_is_not_there_is_nobodys(chain) -> None:
    with pytest.raises(BadOrigin):
        owners.ensure_owner(chain.sub, OWNER, NetUid(9))


@pytest.mark.parametrize(
    ("block", "window", "pending", "tempo", "frozen"),
    [
        (8, 3, 0, 10, True),
        (7, 3, 0, 10, False),
        (9, 0, 0, 10, False),
        (10, 0, 0, 10, False),
        (30, 1, 0, 10, True),
        (1, 0, 2, 10, True),
        (2, 0, 2, 10, False),
        (8, 3, 0, 0, False),
        (1, 0, 2, 0, False),
    ],
)
def test_settings_are_frozen_near_an_epoch(chain, block, window, pending, tempo, frozen) -> None:
    sub = chain.sub
    sub.tempo[ONE], sub.pending_epoch_at[ONE] = tempo, pending
    sub.admin_freeze_window.put(window)
    chain.at(block)
    assert owners.settings_are_frozen(sub, ONE) is frozen
    if frozen:
        chain.refused("AdminActionProhibitedDuringWeightsWindow", ALICE, "set_tempo",
                      netuid=ONE, tempo=360)  # fmt: skip


def test_an_owner_waits_two_tempos_between_changes(chain) -> None:
    sub = chain.sub
    sub.tempo[ONE] = 1
    assert sub.owner_hyperparam_rate_limit.get() == 2
    owners.ensure_within_limits(sub, ALICE, ONE, KAPPA)
    rate_limits.record(sub, KAPPA, ALICE, ONE)
    for block, passes in ((1, False), (2, False), (3, True)):
        chain.at(block)
        assert rate_limits.passes(sub, KAPPA, ALICE, ONE) is passes


# -- the next epoch ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("last", "tempo", "pending", "start"),
    [
        (0, 0, 0, None),
        (0, 0, 7, None),
        (100, 50, 0, 150),
        (100, 50, 120, 120),
        (100, 50, 200, 150),
        (2**64 - 1, 50, 0, 2**64 - 1),
    ],
)
def test_an_epoch_starts_after_a_tempo_or_when_it_is_asked_for(
    chain, last, tempo, pending, start
) -> None:
    sub = chain.sub
    sub.last_epoch_block[ONE], sub.tempo[ONE], sub.pending_epoch_at[ONE] = last, tempo, pending
    assert next_epoch_start(sub, ONE) == start


def test_a_tempo_begins_when_it_is_set(chain) -> None:
    chain.at(10)
    chain.call(ALICE, "set_tempo", netuid=ONE, tempo=720)
    assert next_epoch_start(chain.sub, ONE) == 730
