"""A burn tax: what validators give to the owner's neuron, nobody gets.

pytest examples/test_burn_tax.py
"""

import pytest

from pysubtensor import TAO, Devnet


@pytest.mark.parametrize("percent", [0, 25, 60, 100])
def test_a_burn_tax(devnet: Devnet, percent: int) -> None:
    d = devnet
    d.thaw_settings()
    netuid = d.register_subnet("//Alice", "//Alice//hot")  # its neuron is uid 0
    d.open_weights(netuid)
    d.register_neuron("//Bob", netuid, "//Bob//validator")
    miner = d.register_neuron("//Charlie", netuid, "//Charlie//miner")
    d.stake("//Bob", netuid, "//Bob//validator", 1_000 * TAO)
    d.run_to_epoch(netuid)  # which lets //Bob//validator validate
    d.set_weights("//Bob//validator", netuid, {0: percent * 100, miner: (100 - percent) * 100})
    d.run_to_epoch(netuid).run_to_epoch(netuid)
    burned, earned = (d.subtensor_module.emission[netuid][uid] for uid in (0, miner))
    assert burned + earned > 0
    assert abs(100 * burned - percent * (burned + earned)) <= (burned + earned) // 100
