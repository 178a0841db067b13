"""dev_setTime, dev_increaseTime."""

import pytest

from tests.unit.rpc.live import Live


async def test_chain_time(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    now = live.node.clock.now()
    monkeypatch.setattr(live.node.clock, "_wall", lambda: now)
    stamp = live.node.chain.runtime.pallets["Timestamp"].now
    later = await live.call("dev_increaseTime", 3_600_000)
    assert later >= stamp.get() + 3_600_000
    live.node.make_block()
    assert stamp.get() == later
    far = stamp.get() + 10**9
    assert await live.call("dev_setTime", far) == far
    live.node.make_block()
    assert stamp.get() == far
    assert (await live.error("dev_setTime", 1))[0] == 6000
    live.node.clock.move(0)
