"""What is forgotten when a subnet ends, and what is not.  Facts of the chain's tests/networks."""

from __future__ import annotations

import pytest

from pysubtensor.frame.primitives import I128, U8, U16, U32, U64, NetUid, Uid
from pysubtensor.pallets.subtensor.events.keys import SubnetIdentityRemoved
from pysubtensor.pallets.subtensor.networks import registration
from pysubtensor.pallets.subtensor.pallet import SubtensorModule
from pysubtensor.pallets.subtensor.subnets.mechanisms import storage_index
from pysubtensor.pallets.subtensor.types import LeaseId, MechId, SubnetIdentity
from tests.support import ALICE, BOB
from tests.unit.pallets.subtensor.networks.subnets_chain import SubnetChain, netuid
from tests.unit.pallets.subtensor.networks.subnets_storage import LEFT, items, keys_on, present

ONE, TWO = netuid(1), netuid(2)
ZEROS = bytes(2_000)


@pytest.fixture
def chain(chain) -> SubnetChain:
    """With subnet 1 of Alice and her hotkey Bob."""
    chain.register(ALICE, BOB)
    return chain


def fill(sub: SubtensorModule, net: NetUid) -> None:
    """Write every item that has a netuid in its key: whatever zeros stand for."""
    for item in items(sub):
        for key in keys_on(item, net):
            value = item.codec.decode(ZEROS, 0)[0]
            item[key] = () if value is None else value
    sub.networks_added[net] = True
    sub.subnet_mechanism[net] = U16(1)
    sub.mechanism_count_current[net] = MechId(U8(2))
    sub.is_network_member[BOB, net] = True
    sub.keys[net, Uid(U16(0))] = BOB


def test_everything_of_a_subnet_goes_but_for_what_the_chain_leaves(chain):
    fill(chain.sub, ONE)
    everything = {item.wire_name for item in items(chain.sub) if keys_on(item, ONE)}
    assert present(chain.sub, ONE) == everything
    chain.dissolve(ONE)
    assert present(chain.sub, ONE) == LEFT


def test_nothing_of_another_subnet_goes(chain):
    for net in (ONE, TWO):
        fill(chain.sub, net)
    before = present(chain.sub, TWO)
    chain.dissolve(ONE)
    assert present(chain.sub, TWO) == before


@pytest.mark.parametrize("mechanisms", [1, 2])
def test_what_is_kept_by_mechanism_goes_for_those_that_there_are(chain, mechanisms):
    fill(chain.sub, ONE)
    chain.sub.mechanism_count_current[ONE] = MechId(U8(mechanisms))
    chain.dissolve(ONE)
    by_mechanism = (
        chain.sub.weights,
        chain.sub.bonds,
        chain.sub.incentive,
        chain.sub.last_update,
        chain.sub.weight_commits,
        chain.sub.timelocked_weight_commits,
        chain.sub.crv3_weight_commits,
        chain.sub.crv3_weight_commits_v2,
    )
    left = [len(list(item.keys())) for item in by_mechanism]
    assert left == [2 - mechanisms] * len(by_mechanism)


def test_identity_goes_with_an_event(chain):
    chain.sub.subnet_identities_v3[ONE] = SubnetIdentity(*[b""] * 8)
    assert SubnetIdentityRemoved(ONE) in chain.dissolve(ONE)


def test_roots_neurons_weigh_it_no_more(chain):
    root = storage_index(netuid(0), 0)
    row = tuple((U16(net), U16(9)) for net in (0, 1, 2))
    chain.sub.weights[root, Uid(U16(0))] = row
    chain.dissolve(ONE)
    assert chain.sub.weights[root, Uid(U16(0))] == ((0, 9), (1, 0), (2, 9))


def test_a_lease_goes_with_the_subnet(chain):
    sub, leases = chain.sub, [LeaseId(U32(number)) for number in (7, 8)]
    sub.subnet_uid_to_lease_id[ONE] = leases[0]
    for lease in leases:
        for item in (sub.subnet_leases, sub.accumulated_lease_dividends):
            item[lease] = item.codec.decode(ZEROS, 0)[0]
        sub.subnet_lease_shares[lease, ALICE] = sub.subnet_lease_shares[lease, ALICE]
    chain.dissolve(ONE)
    assert ONE not in sub.subnet_uid_to_lease_id
    assert list(sub.subnet_leases.keys()) == leases[1:]
    assert list(sub.accumulated_lease_dividends.keys()) == leases[1:]
    assert list(sub.subnet_lease_shares.keys()) == [(leases[1], ALICE)]


def test_root_forgets_what_it_has_earned_there(chain):
    rates = {ONE: I128(5), TWO: I128(6)}
    chain.sub.root_claimable[BOB] = rates
    chain.sub.root_claimable[ALICE] = {ONE: I128(5)}
    chain.dissolve(ONE)
    assert dict(chain.sub.root_claimable.items()) == {BOB: {TWO: 6}, ALICE: {}}


@pytest.mark.parametrize("item", ["kappa", "rho", "burn_half_life", "min_burn", "tempo"])
def test_the_next_subnet_of_a_netuid_does_not_inherit_settings(chain, item):
    setting = getattr(chain.sub, item)
    fresh = setting[ONE]
    setting[ONE] = type(fresh)(fresh + 7)
    chain.dissolve(ONE)
    registration.open_subnet(chain.sub, ONE, chain.sub.config.initial_tempo)
    assert setting[ONE] == fresh


def test_it_does_inherit_those_that_the_chain_leaves(chain):
    chain.sub.adjustment_interval[ONE] = U16(7)
    chain.dissolve(ONE)
    assert chain.register(ALICE, BOB) == ONE
    assert chain.sub.adjustment_interval[ONE] == 7
    assert chain.sub.registered_subnet_counter[ONE] == U64(2)
