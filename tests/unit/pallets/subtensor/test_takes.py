"""Takes go down at once and up slowly, within limits; so do those of children."""

from __future__ import annotations

import pytest

from pysubtensor.frame.error import BadOrigin
from pysubtensor.frame.origin import ROOT
from pysubtensor.frame.primitives import U16, U64, NetUid
from pysubtensor.pallets.subtensor import takes
from pysubtensor.pallets.subtensor.events.hyperparameters import (
    MaxChildKeyTakeSet,
    MinChildKeyTakeSet,
    TxChildKeyTakeRateLimitSet,
)
from pysubtensor.pallets.subtensor.events.staking import (
    AutoParentDelegationEnabledSet,
    ChildKeyTakeSet,
    TakeDecreased,
    TakeIncreased,
)
from pysubtensor.pallets.subtensor.types import LastTxBlockDelegateTake
from tests.subtensor_chain import ONE, ROOT_NET, Chain
from tests.support import ALICE, BOB, CHARLIE

LEAST, MOST = 5_898, 11_796
"""9 % and 18 %."""


@pytest.fixture
def chain(chain) -> Chain:
    chain.own(ALICE, BOB)
    chain.sub.min_delegate_take.put(U16(LEAST))
    return chain


def test_decreased_to_the_least(chain):
    chain.sub.delegates[ALICE] = U16(MOST)
    assert chain.call(BOB, "decrease_take", hotkey=ALICE, take=LEAST) == [
        TakeDecreased(BOB, ALICE, LEAST)
    ]
    assert chain.sub.delegates[ALICE] == LEAST
    assert chain.sub.last_rate_limited_block[LastTxBlockDelegateTake(ALICE)] == 1


def test_increased_to_the_most(chain):
    chain.sub.delegates[ALICE] = U16(LEAST)
    assert chain.call(BOB, "increase_take", hotkey=ALICE, take=MOST) == [
        TakeIncreased(BOB, ALICE, MOST)
    ]
    assert chain.sub.delegates[ALICE] == MOST


@pytest.mark.parametrize("name", ["increase_take", "decrease_take"])
def test_the_first_take_may_be_any(chain, name):
    chain.call(BOB, name, hotkey=ALICE, take=LEAST + 1)
    assert chain.sub.delegates[ALICE] == LEAST + 1


@pytest.mark.parametrize("name", ["increase_take", "decrease_take"])
def test_never_out_of_bounds_whoever_asks(chain, name):
    for who in (BOB, CHARLIE):
        chain.refused("DelegateTakeTooLow", who, name, hotkey=ALICE, take=LEAST - 1)
        chain.refused("DelegateTakeTooHigh", who, name, hotkey=CHARLIE, take=MOST + 1)


@pytest.mark.parametrize("name", ["increase_take", "decrease_take"])
def test_only_for_ones_own_hotkeys(chain, name):
    chain.refused("HotKeyAccountNotExists", BOB, name, hotkey=CHARLIE, take=MOST)
    chain.refused("NonAssociatedColdKey", CHARLIE, name, hotkey=ALICE, take=MOST)
    with pytest.raises(BadOrigin):
        chain.call(ROOT, name, hotkey=ALICE, take=MOST)


@pytest.mark.parametrize(("name", "take"), [("decrease_take", 9_001), ("increase_take", 8_999)])
def test_each_goes_its_own_way_only(chain, name, take):
    chain.sub.delegates[ALICE] = U16(9_000)
    chain.refused("DelegateTakeTooLow", BOB, name, hotkey=ALICE, take=take)
    chain.refused("DelegateTakeTooLow", BOB, name, hotkey=ALICE, take=9_000)


@pytest.mark.parametrize("first", ["increase_take", "decrease_take"])
def test_a_raise_waits_for_more_than_the_limit_after_any_change(chain, first):
    chain.sub.delegates[ALICE] = U16(9_000)
    chain.call(BOB, first, hotkey=ALICE, take=9_001 if first == "increase_take" else 8_999)
    chain.at(1 + 216_000)
    chain.refused("DelegateTxRateLimitExceeded", BOB, "increase_take", hotkey=ALICE, take=9_002)
    chain.call(BOB, "decrease_take", hotkey=ALICE, take=8_000)
    chain.at(1 + 216_000 + 216_001)
    chain.call(BOB, "increase_take", hotkey=ALICE, take=9_002)


def test_raises_as_one_likes_without_a_limit(chain):
    chain.sub.tx_delegate_take_rate_limit.put(U64(0))
    for take in (9_000, 9_001):
        raised = chain.call(BOB, "increase_take", hotkey=ALICE, take=take)
        assert raised == [TakeIncreased(BOB, ALICE, take)]
        assert chain.sub.delegates[ALICE] == take


# -- children --------------------------------------------------------------------------------------


def child_take(chain: Chain, take: int, netuid: NetUid = ONE) -> list[object]:
    return chain.call(BOB, "set_childkey_take", hotkey=ALICE, netuid=netuid, take=take)


def refuse(chain: Chain, error: str, take: int, who=BOB, hotkey=ALICE) -> None:
    args = {"hotkey": hotkey, "netuid": ONE, "take": take}
    chain.refused(error, who, "set_childkey_take", **args)


def test_a_child_take_is_kept_by_subnet(chain):
    assert takes.childkey_take(chain.sub, ALICE, ONE) == 0
    assert child_take(chain, 5_898) == [ChildKeyTakeSet(ALICE, 5_898)]
    two = NetUid(U16(2))
    child_take(chain, 7, two)
    assert takes.childkey_take(chain.sub, ALICE, ONE) == 5_898
    assert takes.childkey_take(chain.sub, ALICE, two) == 7


def test_a_child_take_is_the_owners_to_choose_within_bounds(chain):
    refuse(chain, "NonAssociatedColdKey", MOST + 1, who=CHARLIE)
    refuse(chain, "NonAssociatedColdKey", 1, hotkey=CHARLIE)
    refuse(chain, "InvalidChildkeyTake", MOST + 1)
    chain.sub.min_childkey_take.put(U16(10))
    refuse(chain, "InvalidChildkeyTake", 9)
    with pytest.raises(BadOrigin):
        chain.call(ROOT, "set_childkey_take", hotkey=ALICE, netuid=ONE, take=10)


def test_a_subnet_may_ask_for_more(chain):
    chain.sub.min_childkey_take_per_subnet[ONE] = U16(MOST // 2)
    assert takes.childkey_take(chain.sub, ALICE, ONE) == MOST // 2
    refuse(chain, "InvalidChildkeyTake", MOST // 2 - 1)
    child_take(chain, MOST // 2)
    chain.sub.min_childkey_take.put(U16(MOST))
    assert takes.childkey_take(chain.sub, ALICE, ONE) == MOST


def test_a_child_take_rises_when_the_limit_has_passed(chain):
    chain.sub.tx_childkey_take_rate_limit.put(U64(100))
    child_take(chain, 500)
    refuse(chain, "TxChildkeyTakeRateLimitExceeded", 600)
    child_take(chain, 500)
    chain.at(51)
    child_take(chain, 400)
    chain.at(150)
    refuse(chain, "TxChildkeyTakeRateLimitExceeded", 401)
    chain.at(151)
    child_take(chain, 401)
    assert chain.sub.transaction_key_last_block[ALICE, ONE, U16(1)] == 151


ROOT_SETS = {
    "sudo_set_tx_childkey_take_rate_limit": (
        "tx_childkey_take_rate_limit",
        {"tx_rate_limit": 7},
        [TxChildKeyTakeRateLimitSet(U64(7))],
    ),
    "sudo_set_min_childkey_take": (
        "min_childkey_take",
        {"take": 7},
        [MinChildKeyTakeSet(U16(7))],
    ),
    "sudo_set_max_childkey_take": (
        "max_childkey_take",
        {"take": 7},
        [MaxChildKeyTakeSet(U16(7))],
    ),
    "set_pending_childkey_cooldown": ("pending_child_key_cooldown", {"cooldown": 7}, []),
}


@pytest.mark.parametrize("name", ROOT_SETS)
def test_root_sets_the_bounds_of_children(chain, name):
    item, args, told = ROOT_SETS[name]
    with pytest.raises(BadOrigin):
        chain.call(BOB, name, **args)
    assert chain.call(ROOT, name, **args) == told
    assert getattr(chain.sub, item).get() == 7


def test_a_validator_on_root_chooses_whether_new_subnets_are_its_children(chain):
    name, args = "set_auto_parent_delegation_enabled", {"hotkey": ALICE, "enabled": False}
    chain.refused("NonAssociatedColdKey", CHARLIE, name, **args)
    chain.neuron(ONE, ALICE, BOB)
    chain.refused("HotKeyNotRegisteredInSubNet", BOB, name, **args)
    chain.neuron(ROOT_NET, ALICE, BOB)
    assert chain.sub.auto_parent_delegation_enabled[ALICE]
    assert chain.call(BOB, name, **args) == [AutoParentDelegationEnabledSet(ALICE, False)]
    assert not chain.sub.auto_parent_delegation_enabled[ALICE]
