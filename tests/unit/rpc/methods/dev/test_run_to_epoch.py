"""dev_runToEpoch."""

import pytest

from tests.unit.rpc.live import Live


async def test_blocks_up_to_an_epoch(live: Live) -> None:
    sub = live.node.chain.runtime.pallets["SubtensorModule"]
    for epoch in (1, 2):
        found = await live.call("dev_runToEpoch", 1)
        best = live.node.chain.best
        assert found == "0x" + best.hash.hex()
        assert sub.last_mechanism_step_block[1] == best.number == epoch * sub.tempo[1]
    assert sub.subnet_epoch_index[1] == 2


@pytest.mark.parametrize("netuid", [0, 7])
async def test_no_epoch_to_run_to(live: Live, netuid: int) -> None:
    best = live.node.chain.best
    code, message, _ = await live.error("dev_runToEpoch", netuid)
    assert (code, message) == (6000, f"dev_runToEpoch: subnet {netuid} has no epochs")
    assert live.node.chain.best == best
