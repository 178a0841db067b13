"""dev_setBlockBuildMode."""

from pysubtensor.consensus.authoring.sealing import SealingMode
from tests.unit.rpc.live import Live


async def test_modes(live: Live, monkeypatch) -> None:
    assert (await live.error("dev_setBlockBuildMode", "manual"))[0] == 6000
    given: list[SealingMode] = []
    live.node.sealing.start(SealingMode.MANUAL)
    monkeypatch.setattr(live.node.sealing, "start", given.append)
    for mode in ("Instant", "MANUAL", "interval"):
        assert await live.call("dev_setBlockBuildMode", mode) is None
    assert given == [SealingMode.INSTANT, SealingMode.MANUAL, SealingMode.INTERVAL]
    assert (await live.error("dev_setBlockBuildMode", "Batch"))[0] == -32602
    await live.node.sealing.stop()
    assert (await live.error("dev_setBlockBuildMode", "manual"))[0] == 6000
