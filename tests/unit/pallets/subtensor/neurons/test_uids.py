"""Facts of the chain's tests/uids: neurons appended, replaced, cleared, and who is replaced."""

from __future__ import annotations

import pytest

from pysubtensor.frame.codec.errors import CodecError
from pysubtensor.frame.primitives import AccountId, NetUid
from pysubtensor.pallets.subtensor.neurons import pruning, uids
from pysubtensor.pallets.subtensor.types import AxonInfo, NeuronCertificate, PrometheusInfo
from tests.subtensor_chain import ONE, Chain

AXON = AxonInfo(1, 1, 1, 1, 4, 1, 0, 0)
EVM = (b"\1" * 20, 1)
FOUND = ("emission", "consensus", "dividends", "stake_weight", "validator_trust")
LISTS = ("active", "emission", "consensus", "dividends", "validator_trust", "validator_permit")
OLD, NEW, OWNER, OTHER = (AccountId(bytes((n,)) * 32) for n in (11, 12, 13, 14))
TWO = NetUid(2)


@pytest.fixture
def chain(bare_chain) -> Chain:
    bare_chain.subnet(ONE, OWNER, tempo=13)
    bare_chain.neuron(ONE, OLD, OTHER)
    return bare_chain


# -- append --------------------------------------------------------------------------------------


def test_the_next_uid_comes_with_an_entry_in_each_list(chain) -> None:
    sub = chain.sub
    sub.mechanism_count_current[ONE] = 2
    chain.at(7)
    assert uids.append(sub, ONE, NEW) == 1
    assert (sub.subnetwork_n[ONE], sub.keys[ONE, 1], sub.uids[ONE, NEW]) == (2, NEW, 1)
    assert (sub.block_at_registration[ONE, 1], sub.is_network_member[NEW, ONE]) == (7, True)
    assert [getattr(sub, name)[ONE] for name in LISTS] == [
        (True, True), (0, 0), (0, 0), (0, 0), (0, 0), (False, False),
    ]  # fmt: skip
    assert (sub.incentive[ONE], sub.last_update[ONE]) == ((0, 0), (1, 7))
    assert ONE not in sub.stake_weight


def test_a_mechanism_that_came_later_has_its_first_updates_at_0(chain) -> None:
    chain.sub.mechanism_count_current[ONE] = 2
    chain.at(7)
    uids.append(chain.sub, ONE, NEW)
    assert chain.sub.last_update[ONE + 4096] == (0, 7)
    assert chain.sub.incentive[ONE + 4096] == (0,)


# -- replace -------------------------------------------------------------------------------------


def test_a_replaced_neuron_takes_all_it_had_with_it(chain) -> None:
    sub = chain.sub
    for name in FOUND:
        getattr(sub, name)[ONE] = (5,)
    sub.active[ONE], sub.validator_permit[ONE] = (False,), (True,)
    sub.incentive[ONE] = (5,)
    sub.bonds[ONE, 0] = ((0, 1),)
    sub.axons[ONE, OLD] = AXON
    sub.neuron_certificates[ONE, OLD] = NeuronCertificate(b"\1" * 32, 1)
    sub.prometheus[ONE, OLD] = PrometheusInfo(1, 1, 1, 1, 4)
    sub.associated_evm_address[ONE, 0] = EVM
    chain.at(123)
    uids.replace(sub, ONE, 0, NEW)
    assert (sub.uids[ONE, OLD], sub.uids[ONE, NEW], sub.keys[ONE, 0]) == (None, 0, NEW)
    assert (sub.is_network_member[OLD, ONE], sub.is_network_member[NEW, ONE]) == (False, True)
    assert {getattr(sub, name)[ONE] for name in FOUND} == {(0,)}
    assert (sub.active[ONE], sub.validator_permit[ONE]) == ((True,), (False,))
    assert sub.incentive[ONE] == (0,)
    assert (ONE, 0) not in sub.bonds
    for item in (sub.axons, sub.neuron_certificates, sub.prometheus):
        assert not list(item.keys())
    assert sub.associated_evm_address[ONE, 0] is None
    assert sub.block_at_registration[ONE, 0] == 123
    assert sub.last_update[ONE] == (123,)
    assert sub.subnetwork_n[ONE] == 1


def test_a_neuron_stays_on_other_subnets(chain) -> None:
    chain.subnet(TWO, OWNER)
    uids.append(chain.sub, TWO, OLD)
    uids.replace(chain.sub, ONE, 0, NEW)
    assert (chain.sub.uids[ONE, OLD], chain.sub.uids[TWO, OLD]) == (None, 0)
    assert list(chain.sub.is_network_member.items(OLD)) == [((OLD, TWO), True)]


def test_the_owners_hotkey_is_not_replaced(chain) -> None:
    sub = chain.sub
    sub.subnet_owner_hotkey[ONE] = OLD
    sub.associated_evm_address[ONE, 0] = EVM
    uids.replace(sub, ONE, 0, NEW)
    assert (sub.uids[ONE, OLD], sub.uids[ONE, NEW]) == (0, None)
    assert sub.associated_evm_address[ONE, 0] == EVM


def test_other_hotkeys_of_the_owner_are_replaced(chain) -> None:
    sub = chain.sub
    sub.subnet_owner[ONE] = OTHER
    sub.subnet_owner_hotkey[ONE] = OLD
    chain.neuron(ONE, OWNER, OTHER)
    sub.associated_evm_address[ONE, 1] = EVM
    uids.replace(sub, ONE, 1, NEW)
    assert (sub.uids[ONE, OWNER], sub.uids[ONE, NEW]) == (None, 1)
    assert sub.associated_evm_address[ONE, 1] is None
    sub.subnet_owner_hotkey[ONE] = NEW
    uids.replace(sub, ONE, 0, OWNER)
    assert (sub.uids[ONE, OLD], sub.uids[ONE, OWNER]) == (None, 0)


# -- clear ---------------------------------------------------------------------------------------


def test_what_others_weighed_of_a_cleared_neuron_becomes_0(chain) -> None:
    sub = chain.sub
    chain.neuron(ONE, NEW, OTHER)
    chain.neuron(ONE, OTHER, OTHER)
    sub.mechanism_count_current[ONE] = 2
    for index in (ONE, ONE + 4096, ONE + 2 * 4096):
        sub.weights[index, 0] = ((1, 7), (2, 8))
        sub.weights[index, 1] = ((0, 9), (1, 3))
        sub.weights[index, 2] = ((0, 5),)
    uids.clear(sub, ONE, 1)
    for index in (ONE, ONE + 4096):
        assert dict(sub.weights.items(index)) == {
            (index, 0): ((1, 0), (2, 8)),
            (index, 2): ((0, 5),),
        }
    assert len(list(sub.weights.keys(ONE + 2 * 4096))) == 3
    assert sub.keys[ONE, 1] == NEW


def test_lists_that_are_too_short_stay_so(chain) -> None:
    sub = chain.sub
    sub.consensus[ONE] = ()
    uids.clear(sub, ONE, 0)
    assert (sub.consensus[ONE], sub.stake_weight[ONE]) == ((), ())
    assert ONE in sub.stake_weight
    assert sub.emission[ONE] == (0,)


# -- who is replaced -----------------------------------------------------------------------------


def crowd(*, immune: int = 0, floor: int = 0, neurons: int = 3, owned: int = 0) -> Chain:
    """Neurons 0, 1, ... of blocks 1, 2, ...; the owner's come first."""
    chain = Chain()
    chain.subnet(ONE, OWNER)
    chain.sub.immunity_period[ONE] = immune
    chain.sub.min_non_immune_uids[ONE] = floor
    for uid in range(neurons):
        chain.at(uid + 1)
        chain.neuron(ONE, hotkey(uid), OWNER if uid < owned else OTHER)
    return chain


def hotkey(uid: int) -> AccountId:
    return AccountId(bytes((100 + uid,)) * 32)


@pytest.mark.parametrize(
    ("emission", "blocks", "pruned"),
    [
        ((3, 1, 2), (1, 1, 1), 1),
        ((1, 1, 2), (5, 4, 1), 1),
        ((9, 9, 9), (1, 2, 3), 0),
        ((9, 9, 9), (2, 2, 2), 0),
        ((9, 9, 9), (3, 2, 2), 1),
        ((5, 5), (1, 1, 1), 2),
    ],
)
def test_least_emission_goes_then_the_oldest_then_the_lowest(emission, blocks, pruned) -> None:
    chain = crowd()
    chain.sub.emission[ONE] = emission
    for uid, block in enumerate(blocks):
        chain.sub.block_at_registration[ONE, uid] = block
    assert pruning.neuron_to_prune(chain.sub, ONE) == pruned


@pytest.mark.parametrize(("floor", "pruned"), [(0, 0), (2, 0), (3, 3), (9, 3)])
def test_a_floor_of_neurons_past_immunity_lets_a_new_one_go(floor, pruned) -> None:
    chain = crowd(immune=1_000, floor=floor)
    chain.at(1_005)
    chain.neuron(ONE, NEW, OTHER)
    assert pruning.neuron_to_prune(chain.sub, ONE) == pruned


def test_nobody_goes_when_none_is_there_or_none_may() -> None:
    assert pruning.neuron_to_prune(crowd(neurons=0).sub, ONE) is None
    assert pruning.neuron_to_prune(crowd(floor=3).sub, ONE) is None


def test_immunity_ends_when_its_blocks_are_over() -> None:
    chain = crowd(immune=10, neurons=1)
    chain.at(10)
    assert pruning.newness(chain.sub, ONE)(0)
    chain.at(11)
    assert not pruning.newness(chain.sub, ONE)(0)


def test_the_owners_hotkey_never_goes() -> None:
    chain = crowd(owned=1)
    chain.sub.subnet_owner_hotkey[ONE] = hotkey(0)
    chain.sub.emission[ONE] = (0, 1, 2)
    assert pruning.neuron_to_prune(chain.sub, ONE) == 1


def test_only_one_of_the_owners_neurons_is_spared() -> None:
    chain = crowd(owned=2, neurons=4)
    chain.sub.emission[ONE] = (0, 1, 2, 3)
    chain.sub.subnet_owner_hotkey[ONE] = hotkey(0)
    assert pruning.neuron_to_prune(chain.sub, ONE) == 1
    chain.sub.subnet_owner_hotkey[ONE] = hotkey(1)
    assert pruning.neuron_to_prune(chain.sub, ONE) == 0


def test_none_goes_when_all_are_the_owners() -> None:
    chain = crowd(owned=3)
    chain.sub.immune_owner_uids_limit[ONE] = 10
    assert pruning.neuron_to_prune(chain.sub, ONE) is None


@pytest.mark.parametrize(
    ("limit", "chosen", "spared"),
    [
        (0, None, []),
        (1, None, [0]),
        (2, None, [0, 1]),
        (9, None, [0, 1, 2]),
        (0, 2, []),
        (1, 2, [2]),
        (2, 2, [2, 0]),
        (2, 1, [0, 1]),
        (3, 2, [0, 1, 2]),
        (2, 4, [4, 0]),
    ],
)
def test_the_owners_hotkey_and_oldest_neurons_are_spared(limit, chosen, spared) -> None:
    chain = crowd(owned=3, neurons=5)
    chain.sub.immune_owner_uids_limit[ONE] = limit
    if chosen is not None:
        chain.sub.subnet_owner_hotkey[ONE] = hotkey(chosen)
    assert pruning.immune_of_owner(chain.sub, ONE) == spared


def test_of_the_owners_neurons_the_oldest_are_spared_whatever_their_uid() -> None:
    chain = crowd(owned=3)
    chain.sub.immune_owner_uids_limit[ONE] = 2
    for uid, block in enumerate((9, 4, 4)):
        chain.sub.block_at_registration[ONE, uid] = block
    assert pruning.immune_of_owner(chain.sub, ONE) == [1, 2]


# -- certificates --------------------------------------------------------------------------------


@pytest.mark.parametrize(("size", "fits"), [(64, True), (32, True), (87, False)])
def test_keys_of_certificates_have_at_most_64_bytes(chain, size, fits) -> None:
    certificates, value = chain.sub.neuron_certificates, NeuronCertificate(b"\1" * size, 1)
    if fits:
        certificates[ONE, OLD] = value
    else:
        with pytest.raises(CodecError):
            certificates[ONE, OLD] = value
