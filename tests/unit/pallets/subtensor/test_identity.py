"""Coldkeys and subnets say who they are; hotkeys find owners."""

from __future__ import annotations

import pytest

from pysubtensor.frame.error import BadOrigin
from pysubtensor.frame.origin import ROOT
from pysubtensor.frame.pallet_id import account_of
from pysubtensor.frame.primitives import U16, AccountId, NetUid
from pysubtensor.frame.weights import DispatchClass, Pays
from pysubtensor.pallets.subtensor import hotkeys, identity
from pysubtensor.pallets.subtensor.events.keys import ChainIdentitySet, SubnetIdentitySet
from pysubtensor.pallets.subtensor.types import ChainIdentity, SubnetIdentity
from tests.subtensor_chain import ONE
from tests.support import ALICE, BOB, CHARLIE

CHAIN = dict.fromkeys(("name", "url", "github_repo", "discord"), 256)
CHAIN |= dict.fromkeys(("image", "description", "additional"), 1024)
SUBNET = dict.fromkeys(("subnet_name", "discord"), 256)
SUBNET |= dict.fromkeys(
    ("github_repo", "subnet_contact", "subnet_url", "description", "logo_url", "additional"), 1024
)


def filled(limits: dict[str, int], **changed: bytes) -> dict[str, bytes]:
    """Every text as long as it may be, but for the changed ones."""
    return {name: b"\0" * most for name, most in limits.items()} | changed


def test_the_owner_of_a_neuron_says_who_it_is(chain):
    texts = filled(CHAIN, name=b"Alice", url=b"https://alice.com")
    assert chain.call(BOB, "set_identity", **texts) == [ChainIdentitySet(BOB)]
    assert chain.sub.identities_v2[BOB] == ChainIdentity(**texts)
    chain.call(BOB, "set_identity", **dict.fromkeys(CHAIN, b""))
    assert chain.sub.identities_v2[BOB].name == b""
    assert chain.sub.identities_v2[ALICE] is None


def test_a_neuron_anywhere_will_do(chain):
    chain.own(CHARLIE, CHARLIE)
    refused = ("HotKeyNotRegisteredInNetwork", CHARLIE, "set_identity")
    chain.refused(*refused, **filled(CHAIN))
    chain.refused(*refused, **filled(CHAIN, name=b"x" * 257))
    chain.sub.is_network_member[CHARLIE, ONE] = False
    chain.refused(*refused, **filled(CHAIN))
    chain.sub.is_network_member[CHARLIE, NetUid(U16(9))] = True
    chain.call(CHARLIE, "set_identity", **filled(CHAIN))
    with pytest.raises(BadOrigin):
        chain.call(ROOT, "set_identity", **filled(CHAIN))


@pytest.mark.parametrize("name", CHAIN)
def test_no_text_of_a_coldkey_is_too_long(chain, name):
    longer = filled(CHAIN, **{name: b"x" * (CHAIN[name] + 1)})
    chain.refused("InvalidIdentity", BOB, "set_identity", **longer)


def test_an_owner_says_what_the_subnet_is(chain):
    texts = filled(SUBNET, subnet_name=b"Test Subnet")
    assert chain.call(BOB, "set_subnet_identity", netuid=ONE, **texts) == [SubnetIdentitySet(ONE)]
    assert chain.sub.subnet_identities_v3[ONE] == SubnetIdentity(**texts)


def test_an_owner_may_say_so_again(chain):
    chain.call(BOB, "set_subnet_identity", netuid=ONE, **filled(SUBNET))
    texts = filled(SUBNET, subnet_name=b"Updated Subnet", description=b"")
    chain.call(BOB, "set_subnet_identity", netuid=ONE, **texts)
    assert chain.sub.subnet_identities_v3[ONE] == SubnetIdentity(**texts)


@pytest.mark.parametrize(
    ("name", "texts"), [("set_identity", CHAIN), ("set_subnet_identity", SUBNET)]
)
def test_identities_cost_a_fee(chain, name, texts):
    args = filled(texts) | ({"netuid": ONE} if name == "set_subnet_identity" else {})
    info = chain.runtime.dispatch_info(chain.runtime.call("SubtensorModule", name, **args))
    assert (info.dispatch_class, info.pays_fee) == (DispatchClass.NORMAL, Pays.YES)


@pytest.mark.parametrize("name", SUBNET)
def test_no_text_of_a_subnet_is_too_long(chain, name):
    longer = filled(SUBNET, **{name: b"x" * (SUBNET[name] + 1)})
    chain.refused("InvalidIdentity", BOB, "set_subnet_identity", netuid=ONE, **longer)


def test_nobody_else_says_what_the_subnet_is(chain):
    other = NetUid(U16(2))
    chain.refused("NotSubnetOwner", ALICE, "set_subnet_identity", netuid=ONE, **filled(SUBNET))
    chain.refused("NotSubnetOwner", BOB, "set_subnet_identity", netuid=other, **filled(SUBNET))
    with pytest.raises(BadOrigin):
        chain.call(ROOT, "set_subnet_identity", netuid=ONE, **filled(SUBNET))


@pytest.mark.parametrize(("kind", "limits"), [(ChainIdentity, CHAIN), (SubnetIdentity, SUBNET)])
def test_limits_are_of_all_texts(kind, limits):
    assert set(kind.__annotations__) == set(limits)
    identity.check(kind(**dict.fromkeys(limits, b"")))


# -- hotkeys ---------------------------------------------------------------------------------------


def test_a_hotkey_finds_its_owner_once(chain):
    assert not hotkeys.exists(chain.sub, CHARLIE)
    assert chain.call(ALICE, "try_associate_hotkey", hotkey=CHARLIE) == []
    assert hotkeys.owned_by(chain.sub, ALICE, CHARLIE)
    assert chain.sub.owned_hotkeys[ALICE] == chain.sub.staking_hotkeys[ALICE] == (CHARLIE,)
    before = chain.runtime.state.changes()
    chain.call(BOB, "try_associate_hotkey", hotkey=CHARLIE)
    assert chain.runtime.state.changes() == before
    with pytest.raises(BadOrigin):
        chain.call(ROOT, "try_associate_hotkey", hotkey=CHARLIE)


@pytest.mark.parametrize("netuid", [0, 1, 300, 65_535])
def test_accounts_of_subnets_are_nobodys_hotkeys(chain, netuid):
    account = account_of(b"subtensr", netuid.to_bytes(2, "little"))
    chain.refused("CannotUseSystemAccount", ALICE, "try_associate_hotkey", hotkey=account)


@pytest.mark.parametrize(
    "account",
    [
        account_of(b"subtensr", b"\1\0\1"),
        account_of(b"burntnsr", b"\1\0"),
        AccountId(b"\0" * 32),
        AccountId(b"modlsubtensr".rjust(32, b"\0")),
    ],
)
def test_what_only_looks_like_one_is_not(chain, account):
    assert not hotkeys.is_subnet_account(chain.sub, account)
