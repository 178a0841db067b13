"""Blocks in memory: what a devnet does with the same transactions, and nothing stays."""

import pytest

from pysubtensor import TAO, Devnet, TransactionFailed
from pysubtensor.consensus.pool import PoolError
from pysubtensor.face.scratch import Scratch

HASHES = {"ParentHash", "BlockHash", "RandomMaterial"}
"""Storage items that tell hashes of blocks."""


@pytest.fixture
def scratch(devnet):
    with Scratch(devnet) as made:
        yield made


def state_of(view):
    """All storage but hashes, by item."""
    found = {}
    for item in view.runtime.state.items.values():
        if item.name.partition(".")[2] not in HASHES:
            found[item.name] = {item.keys.encode(key): item.encoded(key) for key in item.scan()}
    return found


def act(chain):
    """A little of everything; gives the receipts."""
    chain.thaw_settings()
    netuid = chain.register_subnet("//Alice", "//Alice//hot")
    chain.open_weights(netuid)
    uid = chain.register_neuron("//Bob", netuid, "//Bob//hot")
    chain.stake("//Bob", netuid, "//Bob//hot", 100 * TAO)
    chain.mine(12)
    with pytest.raises(TransactionFailed, match="AmountTooLow"):
        chain.unstake("//Charlie", netuid, "//Bob//hot", TAO)
    chain.transfer("//Alice", "//Dave", 5 * TAO)
    return netuid, uid


def test_a_scratch_does_what_a_devnet_does():
    with Devnet() as d:
        with Scratch(d) as s:
            made = act(s)
            tried, number = state_of(s), s.number
        assert d.number == 1
        assert act(d) == made
        assert d.number == number
        assert state_of(d) == tried


def test_closing_leaves_the_devnet_as_it_was(devnet):
    before = state_of(devnet), devnet.hash
    with Scratch(devnet) as s:
        act(s)
    assert (state_of(devnet), devnet.hash) == before
    assert devnet.runtime.state.journal == []
    devnet.mine()
    assert devnet.number == 2


def test_a_snapshot_can_be_returned_to_again_and_again(scratch):
    scratch.transfer("//Alice", "//Bob", TAO)
    mark, before = scratch.snapshot(), state_of(scratch)
    for _ in range(3):
        act(scratch)
        assert state_of(scratch) != before
        scratch.revert(mark)
        assert state_of(scratch) == before


def test_what_has_no_place_in_a_block_makes_none(scratch):
    before = state_of(scratch), scratch.number
    with pytest.raises(PoolError, match="Invalid Transaction"):
        scratch.transfer("//Nobody", "//Bob", TAO)
    assert (state_of(scratch), scratch.number) == before


def test_roots_refusal_is_the_callers(scratch):
    with pytest.raises(TransactionFailed, match="SubnetDoesNotExist"):
        scratch.as_root("AdminUtils", "sudo_set_kappa", netuid=77, kappa=1)
