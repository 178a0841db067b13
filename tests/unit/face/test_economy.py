"""One line for what economists do."""

import pytest

from pysubtensor import TAO, TransactionFailed
from pysubtensor.client.addresses import account
from pysubtensor.face.scratch import Scratch
from pysubtensor.rpc.node.epochs import NoEpoch


@pytest.fixture
def chain(devnet):
    with Scratch(devnet) as made:
        made.thaw_settings()
        yield made


def test_a_subnet_is_paid_for_and_started(chain):
    before = chain.free("//Bob")
    netuid = chain.register_subnet("//Bob", "//Bob//hot")
    sub = chain.subtensor_module
    assert netuid == 2
    assert before - chain.free("//Bob") > 1_000 * TAO
    assert sub.subnet_owner[netuid] == account("//Bob")
    assert sub.subtoken_enabled[netuid]


def test_a_subnet_may_wait_for_its_start(chain):
    netuid = chain.register_subnet("//Bob", "//Bob//hot", start=False)
    assert chain.subtensor_module.first_emission_block_number[netuid] is None


def test_a_neuron_gets_the_next_uid(chain):
    netuid = chain.register_subnet("//Bob", "//Bob//hot")
    assert chain.register_neuron("//Charlie", netuid, "//Charlie//1") == 1
    assert chain.register_neuron("//Charlie", netuid, "//Charlie//2") == 2


def test_stake_is_bought_and_sold(chain):
    netuid = chain.register_subnet("//Bob", "//Bob//hot")
    alpha = chain.stake("//Charlie", netuid, "//Bob//hot", 10 * TAO)
    assert 9 * TAO < alpha < 10 * TAO, "the price is one and rises"
    tao = chain.unstake("//Charlie", netuid, "//Bob//hot", alpha)
    assert 9 * TAO < tao < 10 * TAO, "two fees are paid"


def test_weights_are_those_given(chain):
    netuid = chain.register_subnet("//Bob", "//Bob//hot")
    chain.open_weights(netuid)
    chain.register_neuron("//Charlie", netuid, "//Charlie//1")
    chain.as_root(
        "AdminUtils", "sudo_set_weights_set_rate_limit", netuid=netuid, weights_set_rate_limit=0
    )
    chain.stake("//Bob", netuid, "//Bob//hot", 100 * TAO)
    chain.run_to_epoch(netuid)
    chain.set_weights("//Bob//hot", netuid, {1: 65_535})
    assert chain.subtensor_module.weights[netuid, 0] == ((1, 65_535),)


def test_the_next_epoch_is_the_next_turn(chain):
    netuid = chain.register_subnet("//Bob", "//Bob//hot")
    sub = chain.subtensor_module
    first = sub.subnet_epoch_index[netuid]
    for done in (1, 2, 3):
        chain.run_to_epoch(netuid)
        assert sub.subnet_epoch_index[netuid] == first + done
        assert sub.last_epoch_block[netuid] == chain.number


def test_no_epoch_without_a_subnet(chain):
    with pytest.raises(NoEpoch):
        chain.run_to_epoch(99)


def test_a_refusal_names_its_reason(chain):
    with pytest.raises(TransactionFailed, match="SubnetNotExists"):
        chain.stake("//Bob", 99, "//Bob//hot", TAO)
