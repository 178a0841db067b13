"""dev_impersonateAccount, dev_stopImpersonatingAccount."""

from tests.unit.rpc.live import ALICE, Live


async def test_impersonation(live: Live) -> None:
    sent = live.transfer()
    forged = sent[:90] + ("0" if sent[90] != "0" else "1") + sent[91:]
    assert (await live.error("author_submitExtrinsic", forged))[0] == 1010
    live.node.pool.clear()
    assert await live.call("dev_impersonateAccount", ALICE.ss58) is None
    await live.call("author_submitExtrinsic", forged)
    before = live.free()
    live.node.make_block()
    assert live.free() == before + 10**9
    assert await live.call("dev_stopImpersonatingAccount", ALICE.ss58) is None
    next_one = live.transfer()
    broken = next_one[:90] + ("0" if next_one[90] != "0" else "1") + next_one[91:]
    assert (await live.error("author_submitExtrinsic", broken))[0] == 1010
