"""transaction_v1_* and transactionWatch_v1_*: sending, with news and without."""

import pytest

from tests.unit.rpc.live import Live

INVALID_OPERATION = (-32602, "Invalid operation id", None)


async def test_a_broadcast_extrinsic_gets_into_a_block(live: Live) -> None:
    sent = live.transfer()
    ident = await live.call("transaction_v1_broadcast", sent)
    assert len(ident) == 16
    assert ident.isalnum()
    await live.settle()
    assert await live.call("author_pendingExtrinsics") == [sent]
    live.node.make_block()
    await live.settle()
    assert await live.error("transaction_v1_stop", ident) == INVALID_OPERATION


async def test_a_stopped_broadcast_leaves_the_pool(live: Live) -> None:
    ident = await live.call("transaction_v1_broadcast", live.transfer())
    await live.settle()
    assert await live.call("transaction_v1_stop", ident) is None
    await live.settle()
    assert await live.call("author_pendingExtrinsics") == []
    assert await live.error("transaction_v1_stop", ident) == INVALID_OPERATION
    assert live.node.pool.stats().watched == 0


async def test_a_banned_extrinsic_is_tried_again_at_each_block(live: Live) -> None:
    sent = live.transfer(nonce=0)
    await live.call("author_submitExtrinsic", sent)
    await live.call("author_removeExtrinsic", [{"extrinsic": sent}])
    await live.call("transaction_v1_broadcast", sent)
    await live.settle()
    live.node.make_block()
    assert await live.call("author_pendingExtrinsics") == []
    live.node.pool.clear()  # which lifts the ban
    live.node.make_block()
    await live.settle()
    assert await live.call("author_pendingExtrinsics") == [sent]


async def test_sixteen_broadcasts_a_connection(live: Live) -> None:
    idents = [
        await live.call("transaction_v1_broadcast", live.transfer(nonce=nonce))
        for nonce in range(16)
    ]
    assert len(set(idents)) == 16
    assert await live.call("transaction_v1_broadcast", live.transfer(nonce=16)) is None
    await live.call("transaction_v1_stop", idents[0])
    assert await live.call("transaction_v1_broadcast", live.transfer(nonce=16)) is not None


async def test_bytes_that_are_nothing_get_an_id_all_the_same(live: Live) -> None:
    ident = await live.call("transaction_v1_broadcast", "0x28")
    assert len(ident) == 16
    assert await live.error("transaction_v1_stop", ident) == INVALID_OPERATION
    assert await live.error("transaction_v1_stop", "nothing") == INVALID_OPERATION


async def test_a_closed_connection_tries_no_more(live: Live) -> None:
    other = Live(live.node)
    sent = live.transfer()
    await other.call("transaction_v1_broadcast", sent)
    await live.settle()
    other.connection.close()
    await live.settle()
    assert await live.call("author_pendingExtrinsics") == [sent]
    assert live.node.pool.stats().watched == 0


async def test_a_watched_extrinsic_is_told_of_its_life(live: Live) -> None:
    mine = await live.call("transactionWatch_v1_submitAndWatch", live.transfer(nonce=0))
    assert await live.news(mine) == [{"event": "validated"}]
    live.node.make_block()
    block = {"hash": live.best, "index": 1}
    assert block["index"] == len((await live.call("chain_getBlock"))["block"]["extrinsics"]) - 1
    assert await live.news(mine) == [
        {"event": "bestChainBlockIncluded", "block": block},
        {"event": "finalized", "block": block},
    ]
    assert await live.call("transactionWatch_v1_unwatch", mine) is False


async def test_a_rewind_takes_the_block_back(live: Live) -> None:
    mine = await live.call("transactionWatch_v1_submitAndWatch", live.transfer())
    live.node.make_block(finalize=False)
    live.node.set_head(1)
    assert (await live.news(mine))[-1] == {"event": "bestChainBlockIncluded", "block": None}


async def test_a_removed_extrinsic_is_invalid(live: Live) -> None:
    sent = live.transfer()
    mine = await live.call("transactionWatch_v1_submitAndWatch", sent)
    await live.call("author_removeExtrinsic", [{"extrinsic": sent}])
    last = {"event": "invalid", "error": "Extrinsic marked as invalid"}
    assert await live.news(mine) == [{"event": "validated"}, last]


async def test_a_cleared_pool_drops(live: Live) -> None:
    mine = await live.call("transactionWatch_v1_submitAndWatch", live.transfer())
    live.node.pool.clear()
    assert (await live.news(mine))[-1] == {
        "event": "dropped",
        "broadcasted": False,
        "error": "Extrinsic dropped from the pool due to exceeding limits",
    }


async def refused(live: Live, extrinsic: str) -> str:
    mine = await live.call("transactionWatch_v1_submitAndWatch", extrinsic)
    (event,) = await live.news(mine)
    assert event["event"] == "invalid"
    text: str = event["error"]
    return text


async def test_refusals_are_events(live: Live) -> None:
    assert await refused(live, "0x28") == "Extrinsic bytes cannot be decoded"
    assert (await refused(live, "0x0404")).startswith("Verification error: Runtime error: ")
    sent = live.transfer(nonce=0)
    await live.call("author_submitExtrinsic", sent)
    assert await refused(live, sent) == "Transaction is already imported"
    text = "The priority of the transaction is too low (pool 1 > current 1)"
    assert await refused(live, live.transfer(5, nonce=0)) == text
    forged = sent[:90] + ("0" if sent[90] != "0" else "1") + sent[91:]
    assert await refused(live, forged) == "Invalid transaction: Transaction has a bad signature"
    assert await refused(live, forged) == "Transaction is temporarily banned"


@pytest.mark.parametrize("name", ["transaction_v1_broadcast", "transactionWatch_v1_submitAndWatch"])
async def test_what_is_no_hex_is_refused_at_once(live: Live, name: str) -> None:
    assert (await live.error(name, "0xzz"))[0] == -32602
