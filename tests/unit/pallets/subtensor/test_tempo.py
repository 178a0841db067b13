"""Owners set the pace of their subnets, but not just before an epoch, and not too often."""

from __future__ import annotations

import pytest

from pysubtensor.frame.error import BadOrigin
from pysubtensor.frame.origin import ROOT
from pysubtensor.frame.primitives import U16, U32, U64, U64_MAX, NetUid
from pysubtensor.pallets.subtensor import rate_limits
from pysubtensor.pallets.subtensor.config import fast
from pysubtensor.pallets.subtensor.events.hyperparameters import (
    ActivityCutoffFactorMilliSet,
    TempoSet,
)
from pysubtensor.pallets.subtensor.events.weights import EpochTriggered
from pysubtensor.pallets.subtensor.rate_limits import TransactionType
from pysubtensor.pallets.subtensor.subnets import owners
from pysubtensor.pallets.subtensor.types import ROOT as ROOT_NETUID
from pysubtensor.pallets.subtensor.types import (
    Hyperparameter,
    LastTxBlock,
    NetworkLastRegistered,
    OwnerHyperparamUpdate,
    SetOwnerHotkey,
)
from tests.subtensor_chain import ONE, Chain
from tests.support import ALICE, BOB, CHARLIE

FACTOR = Hyperparameter.ACTIVITY_CUTOFF_FACTOR_MILLI
TRIGGER = Hyperparameter.TRIGGER_EPOCH


@pytest.fixture
def chain(chain) -> Chain:
    """A subnet of ALICE's with its last epoch in block 0, its settings never frozen."""
    chain.subnet(ONE, ALICE)
    chain.sub.admin_freeze_window.put(U16(0))
    return chain


def near_epoch(chain: Chain) -> None:
    """6 blocks before an epoch, and settings frozen 8 blocks before it."""
    chain.sub.tempo[ONE] = U16(10)
    chain.sub.last_epoch_block[ONE] = U64(1)
    chain.sub.admin_freeze_window.put(U16(8))
    chain.at(5)


# -- tempo -----------------------------------------------------------------------------------------


def test_a_tempo_begins_when_it_is_set(chain):
    chain.at(7)
    assert chain.sub.commit_reveal_weights_enabled[ONE]
    assert chain.call(ALICE, "set_tempo", netuid=ONE, tempo=720) == [TempoSet(ONE, 720)]
    assert chain.sub.tempo[ONE] == 720
    assert chain.sub.last_epoch_block[ONE] == 7
    assert chain.sub.transaction_key_last_block[ALICE, ONE, U16(11)] == 7


@pytest.mark.parametrize("tempo", [360, 50_400])
def test_tempos_that_may_be(chain, tempo):
    set_now = chain.call(ALICE, "set_tempo", netuid=ONE, tempo=tempo)
    assert set_now == [TempoSet(ONE, tempo)]
    assert chain.sub.tempo[ONE] == tempo


@pytest.mark.parametrize("tempo", [0, 359, 50_401])
def test_tempos_that_may_not_be(chain, tempo):
    near_epoch(chain)
    chain.refused("TempoOutOfBounds", ALICE, "set_tempo", netuid=ONE, tempo=tempo)


def test_a_tempo_every_360_blocks(chain):
    chain.call(ALICE, "set_tempo", netuid=ONE, tempo=720)
    chain.at(360)
    chain.refused("TxRateLimitExceeded", ALICE, "set_tempo", netuid=ONE, tempo=720)
    chain.at(361)
    chain.call(ALICE, "set_tempo", netuid=ONE, tempo=720)


def test_no_tempo_while_settings_are_frozen(chain):
    near_epoch(chain)
    args = {"netuid": ONE, "tempo": 720}
    chain.refused("AdminActionProhibitedDuringWeightsWindow", ALICE, "set_tempo", **args)


@pytest.mark.parametrize("who", [BOB, ROOT])
@pytest.mark.parametrize(("name", "args"), [("set_tempo", {"tempo": 0}), ("trigger_epoch", {})])
def test_the_owner_alone(chain, who, name, args):
    with pytest.raises(BadOrigin):
        chain.call(who, name, netuid=ONE, **args)


# -- activity cutoff -------------------------------------------------------------------------------


def cutoff(chain: Chain, who, factor: int) -> list[object]:
    return chain.call(who, "set_activity_cutoff_factor", netuid=ONE, factor_milli=factor)


def test_the_cutoff_every_second_epoch(chain):
    assert cutoff(chain, ALICE, 5_000) == [ActivityCutoffFactorMilliSet(ONE, 5_000)]
    assert chain.sub.activity_cutoff_factor_milli[ONE] == 5_000
    assert chain.sub.last_rate_limited_block[OwnerHyperparamUpdate(ONE, FACTOR)] == 1
    args = {"netuid": ONE, "factor_milli": 1_000}
    chain.at(720)
    chain.refused("TxRateLimitExceeded", ALICE, "set_activity_cutoff_factor", **args)
    chain.at(721)
    cutoff(chain, ALICE, 1_000)


def test_root_asks_neither_the_window_nor_the_clock(chain):
    near_epoch(chain)
    args = {"netuid": ONE, "factor_milli": 5_000}
    frozen = "AdminActionProhibitedDuringWeightsWindow"
    chain.refused(frozen, ALICE, "set_activity_cutoff_factor", **args)
    cutoff(chain, ROOT, 5_000)
    assert cutoff(chain, ROOT, 6_000) == [ActivityCutoffFactorMilliSet(ONE, 6_000)]
    assert OwnerHyperparamUpdate(ONE, FACTOR) not in chain.sub.last_rate_limited_block


@pytest.mark.parametrize("who", [ALICE, ROOT])
@pytest.mark.parametrize("factor", [0, 999, 50_001])
def test_cutoffs_that_may_not_be(chain, who, factor):
    args = {"netuid": ONE, "factor_milli": U32(factor)}
    chain.refused("ActivityCutoffFactorMilliOutOfBounds", who, "set_activity_cutoff_factor", **args)


def test_nobody_else_sets_the_cutoff(chain):
    with pytest.raises(BadOrigin):
        cutoff(chain, BOB, 0)


# -- epochs on demand ------------------------------------------------------------------------------


@pytest.fixture
def willing(chain) -> Chain:
    """The same, where weights are not committed before they are revealed."""
    chain.sub.commit_reveal_weights_enabled[ONE] = False
    chain.sub.admin_freeze_window.put(U16(5))
    return chain


def test_an_epoch_comes_when_settings_have_stood_still(willing):
    assert willing.call(ALICE, "trigger_epoch", netuid=ONE) == [EpochTriggered(ONE, ALICE, 6)]
    assert willing.sub.pending_epoch_at[ONE] == 6
    assert owners.settings_are_frozen(willing.sub, ONE)
    willing.at(6)
    assert not owners.settings_are_frozen(willing.sub, ONE)


def test_one_epoch_at_a_time_and_every_second_one(willing):
    willing.call(ALICE, "trigger_epoch", netuid=ONE)
    willing.at(100)
    willing.refused("EpochTriggerAlreadyPending", ALICE, "trigger_epoch", netuid=ONE)
    willing.sub.pending_epoch_at[ONE] = U64(0)
    willing.refused("TxRateLimitExceeded", ALICE, "trigger_epoch", netuid=ONE)
    willing.at(721)
    willing.sub.last_epoch_block[ONE] = U64(700)
    willing.call(ALICE, "trigger_epoch", netuid=ONE)
    assert willing.sub.last_rate_limited_block[OwnerHyperparamUpdate(ONE, TRIGGER)] == 721


def test_no_epoch_when_one_is_near(willing):
    near_epoch(willing)
    willing.refused("AutoEpochAlreadyImminent", ALICE, "trigger_epoch", netuid=ONE)
    willing.at(3)  # 8 blocks before it
    willing.call(ALICE, "trigger_epoch", netuid=ONE)


def test_no_epoch_that_would_confuse_reveals(willing):
    willing.sub.commit_reveal_weights_enabled[ONE] = True
    willing.refused("DynamicTempoBlockedByCommitReveal", ALICE, "trigger_epoch", netuid=ONE)


# -- when settings stand still ---------------------------------------------------------------------


def test_settings_freeze_before_an_epoch(chain):
    chain.sub.admin_freeze_window.put(U16(10))
    chain.sub.tempo[ONE] = U16(360)
    assert [at for at in range(340, 361) if frozen(chain, at)] == list(range(351, 361))
    chain.sub.tempo[ONE] = U16(0)
    assert not frozen(chain, 400)


def frozen(chain: Chain, block: int) -> bool:
    chain.at(block)
    return owners.settings_are_frozen(chain.sub, ONE)


# -- limits ----------------------------------------------------------------------------------------


LIMITS = {
    TransactionType.SET_CHILDREN: 150,
    TransactionType.SET_CHILDKEY_TAKE: 216_000,
    TransactionType.UNKNOWN: 0,
    TransactionType.REGISTER_NETWORK: 7_200,
    TransactionType.SET_WEIGHTS_VERSION_KEY: 5 * 99,
    TransactionType.SET_OWNER_HOTKEY: 50_400,
    TransactionType.MECHANISM_COUNT_UPDATE: 7_200,
    TransactionType.MECHANISM_EMISSION: 7_200,
    TransactionType.MAX_UIDS_TRIMMING: 216_000,
    TransactionType.ADD_STAKE_BURN: 99,
    TransactionType.TEMPO_UPDATE: 360,
    Hyperparameter.KAPPA: 2 * 99,
}


@pytest.mark.parametrize("kind", LIMITS)
def test_limits(chain, kind):
    chain.sub.tempo[ONE] = U16(99)
    assert rate_limits.limit(chain.sub, kind, ONE) == LIMITS[kind]


def test_limits_saturate(chain):
    chain.sub.weights_version_key_rate_limit.put(U64(U64_MAX))
    assert rate_limits.limit(chain.sub, TransactionType.SET_WEIGHTS_VERSION_KEY, ONE) == U64_MAX


def test_a_tempo_waits_as_long_on_a_fast_chain(chain):
    assert fast(chain.sub.config).min_tempo == 360


@pytest.mark.parametrize("kind", LIMITS)
def test_what_was_never_done_may_be_done_and_then_after_its_limit(chain, kind):
    chain.sub.tempo[ONE] = U16(99)
    assert rate_limits.passes(chain.sub, kind, ALICE, ONE)
    chain.at(3)
    rate_limits.record(chain.sub, kind, ALICE, ONE)
    assert rate_limits.last(chain.sub, kind, ALICE, ONE) == 3
    chain.at(2 + LIMITS[kind])
    assert rate_limits.passes(chain.sub, kind, ALICE, ONE) == (LIMITS[kind] == 0)
    chain.at(3 + LIMITS[kind])
    assert rate_limits.passes(chain.sub, kind, ALICE, ONE)


@pytest.mark.parametrize("kind", LIMITS)
def test_some_are_counted_for_everybody(chain, kind):
    rate_limits.record(chain.sub, kind, ALICE, ONE, U64(9))
    shared = {
        TransactionType.REGISTER_NETWORK: NetworkLastRegistered(),
        TransactionType.SET_OWNER_HOTKEY: SetOwnerHotkey(ONE),
        Hyperparameter.KAPPA: OwnerHyperparamUpdate(ONE, Hyperparameter.KAPPA),
    }
    assert rate_limits.last(chain.sub, kind, BOB, ONE) == (9 if kind in shared else 0)
    if kind in shared:
        assert chain.sub.last_rate_limited_block[shared[kind]] == 9
    else:
        assert chain.sub.transaction_key_last_block[ALICE, ONE, U16(kind.value)] == 9
    assert rate_limits.last(chain.sub, kind, ALICE, NetUid(U16(2))) == (
        9 if kind is TransactionType.REGISTER_NETWORK else 0
    )


def test_what_concerns_no_subnet_is_kept_under_root(chain):
    rate_limits.record(chain.sub, TransactionType.SET_CHILDREN, ALICE)
    assert rate_limits.last(chain.sub, TransactionType.SET_CHILDREN, ALICE, ROOT_NETUID) == 1


def test_keys_are_swapped_when_more_than_the_limit_has_passed(chain):
    assert not rate_limits.swaps_too_soon(chain.sub, CHARLIE)
    chain.sub.last_rate_limited_block[LastTxBlock(CHARLIE)] = U64(1)
    chain.at(1_001)
    assert rate_limits.swaps_too_soon(chain.sub, CHARLIE)
    chain.at(1_002)
    assert not rate_limits.swaps_too_soon(chain.sub, CHARLIE)
    chain.at(2)
    chain.sub.tx_rate_limit.put(U64(0))
    assert not rate_limits.swaps_too_soon(chain.sub, CHARLIE)
