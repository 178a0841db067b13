"""Validators on root: who may become one, how fast, and whom a full network lets go."""

from __future__ import annotations

import pytest

from pysubtensor.frame.error import BadOrigin
from pysubtensor.frame.origin import ROOT
from pysubtensor.frame.primitives import AccountId
from pysubtensor.pallets.subtensor.events.networks import NeuronRegistered
from pysubtensor.pallets.subtensor.pools import ledger
from tests.subtensor_chain import ROOT_NET, Chain
from tests.support import run

COLDKEY, HOTKEY, STRANGER = (AccountId(bytes((n,)) * 32) for n in (11, 12, 13))


def seat(number: int) -> AccountId:
    return AccountId(bytes((100 + number,)) * 32)


@pytest.fixture
def chain(bare_chain) -> Chain:
    bare_chain.subnet(ROOT_NET, STRANGER)
    return bare_chain


def register(chain: Chain, hotkey: AccountId = HOTKEY) -> list[object]:
    return chain.call(COLDKEY, "root_register", hotkey=hotkey)


def test_a_validator_pays_nothing_and_keeps_18_percent(chain) -> None:
    sub = chain.sub
    assert register(chain) == [NeuronRegistered(ROOT_NET, 0, HOTKEY)]
    assert (sub.uids[ROOT_NET, HOTKEY], sub.subnetwork_n[ROOT_NET]) == (0, 1)
    assert (sub.owner[HOTKEY], sub.delegates[HOTKEY]) == (COLDKEY, 11_796)
    assert HOTKEY in sub.delegates
    assert sub.registrations_this_block[ROOT_NET] == 1
    assert sub.registrations_this_interval[ROOT_NET] == 1


def test_a_take_that_is_set_stays(chain) -> None:
    chain.sub.delegates[HOTKEY] = 7
    register(chain)
    assert chain.sub.delegates[HOTKEY] == 7


def test_another_coldkey_may_register_a_hotkey_but_does_not_get_it(chain) -> None:
    chain.own(HOTKEY, STRANGER)
    register(chain)
    assert chain.sub.owner[HOTKEY] == STRANGER


def test_order_of_refusals(chain) -> None:
    sub, args = chain.sub, {"hotkey": chain.account(ROOT_NET)}
    del sub.networks_added[ROOT_NET]
    sub.max_registrations_per_block[ROOT_NET] = 0
    sub.target_registrations_per_interval[ROOT_NET] = 1
    sub.registrations_this_interval[ROOT_NET] = 3
    sub.uids[ROOT_NET, args["hotkey"]] = 0
    sub.max_allowed_uids[ROOT_NET] = 0
    chain.refused("RootNetworkDoesNotExist", ROOT, "root_register", **args)
    sub.networks_added[ROOT_NET] = True
    with pytest.raises(BadOrigin):
        run(chain.runtime, ROOT, "SubtensorModule", "root_register", **args)
    chain.refused("TooManyRegistrationsThisBlock", COLDKEY, "root_register", **args)
    sub.max_registrations_per_block[ROOT_NET] = 1
    chain.refused("TooManyRegistrationsThisInterval", COLDKEY, "root_register", **args)
    sub.registrations_this_interval[ROOT_NET] = 2
    chain.refused("HotKeyAlreadyRegisteredInSubNet", COLDKEY, "root_register", **args)
    del sub.uids[ROOT_NET, args["hotkey"]]
    chain.refused("CannotUseSystemAccount", COLDKEY, "root_register", **args)
    args["hotkey"] = HOTKEY
    chain.refused("HotKeyNotRegisteredInSubNet", COLDKEY, "root_register", **args)
    sub.max_allowed_uids[ROOT_NET] = 1
    chain.call(COLDKEY, "root_register", **args)
    args["hotkey"] = seat(1)
    chain.refused("TooManyRegistrationsThisBlock", COLDKEY, "root_register", **args)
    sub.registrations_this_block[ROOT_NET] = 0
    chain.refused("TooManyRegistrationsThisInterval", COLDKEY, "root_register", **args)
    sub.registrations_this_interval[ROOT_NET] = 0
    chain.refused("StakeTooLowForRoot", COLDKEY, "root_register", **args)


def test_three_targets_are_no_more_than_u16_holds(chain) -> None:
    chain.sub.target_registrations_per_interval[ROOT_NET] = 30_000
    chain.sub.registrations_this_interval[ROOT_NET] = 65_534
    register(chain)
    chain.sub.registrations_this_block[ROOT_NET] = 0
    args = {"hotkey": seat(1)}
    chain.refused("TooManyRegistrationsThisInterval", COLDKEY, "root_register", **args)


@pytest.mark.parametrize(
    ("stakes", "own", "uid"),
    [
        ((5, 3, 4), 4, 1),
        ((5, 3, 4), 3, None),
        ((3, 3, 4), 4, 0),
        ((0, 0, 0), 0, None),
        ((9, 0, 0), 1, 1),
    ],
)
def test_a_full_network_lets_the_least_stake_go_for_more(chain, stakes, own, uid) -> None:
    sub = chain.sub
    for number, stake in enumerate(stakes):
        chain.neuron(ROOT_NET, seat(number), STRANGER)
        ledger.increase(sub, seat(number), STRANGER, ROOT_NET, stake)
    sub.max_allowed_uids[ROOT_NET] = 3
    ledger.increase(sub, HOTKEY, STRANGER, ROOT_NET, own)
    if uid is None:
        chain.refused("StakeTooLowForRoot", COLDKEY, "root_register", hotkey=HOTKEY)
        return
    assert register(chain) == [NeuronRegistered(ROOT_NET, uid, HOTKEY)]
    assert (sub.uids[ROOT_NET, HOTKEY], sub.uids[ROOT_NET, seat(uid)]) == (uid, None)
    assert sub.subnetwork_n[ROOT_NET] == 3
    assert ledger.on_hotkey(sub, seat(uid), ROOT_NET) == stakes[uid]
