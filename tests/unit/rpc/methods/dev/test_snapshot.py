"""dev_snapshot, dev_revert."""

from tests.unit.rpc.live import DAVE, Live


async def test_snapshots(live: Live) -> None:
    before = live.best
    first, second = await live.call("dev_snapshot"), await live.call("dev_snapshot")
    await live.call("dev_setBalance", DAVE.ss58, 5 * 10**9)
    assert await live.call("dev_revert", first) is True
    assert live.best == before
    for used in (first, second):
        code, message, _ = await live.error("dev_revert", used)
        assert (code, message) == (6000, f"No snapshot {used}")
