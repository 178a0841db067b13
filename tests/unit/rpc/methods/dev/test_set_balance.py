"""dev_setBalance."""

from tests.unit.rpc.live import DAVE, Live


async def test_balances(live: Live) -> None:
    balances = live.node.chain.runtime.pallets["Balances"]
    issued = balances.storage["TotalIssuance"]
    before = issued.get() - live.free()
    assert await live.call("dev_setBalance", DAVE.ss58, 123_456) == live.best
    assert live.free() == 123_456
    assert issued.get() - live.free() == before
    assert (await live.error("dev_setBalance", "x", 1))[0] == -32602
