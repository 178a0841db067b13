"""dev_setHead."""

from tests.unit.rpc.live import UNKNOWN, Live


async def test_going_back(live: Live) -> None:
    live.node.mine(4)
    old = live.hash_at(3)
    assert await live.call("dev_setHead", old) == live.best == old
    assert await live.call("dev_setHead", 2) == live.best
    assert await live.call("dev_setHead", "0x1") == live.best
    text = "There is no block 9"
    assert await live.error("dev_setHead", 9) == (6000, text, None)
    assert await live.error("dev_setHead", UNKNOWN) == (6000, f"There is no block {UNKNOWN}", None)
