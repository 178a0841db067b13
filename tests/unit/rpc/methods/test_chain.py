"""chain_*: hashes, headers, blocks, and heads as they come."""

import pytest

from pysubtensor.frame.header import Header
from tests.unit.rpc.live import UNKNOWN, Live


async def test_hashes_by_height_in_every_form(live: Live) -> None:
    genesis, best = live.hash_at(0), live.best
    for none in ([], [None]):
        assert await live.call("chain_getBlockHash", *none) == best
    assert await live.call("chain_getHead") == best
    for first in (0, "0x0", "0x00", "0"):
        assert await live.call("chain_getBlockHash", first) == genesis
    assert await live.call("chain_getBlockHash", 99) is None
    assert await live.call("chain_getBlockHash", [0, "0x1", 99]) == [genesis, best, None]


@pytest.mark.parametrize(
    ("height", "shown"), [(5_000_000_000, "Number(5000000000)"), ("0x12a05f200", "Hex(5000000000)")]
)
async def test_a_height_beyond_u32_is_refused(live: Live, height: object, shown: str) -> None:
    text = f"`{shown}` > u32::MAX, the max block number is u32."
    assert await live.error("chain_getBlockHash", height) == (3001, text, None)
    assert (await live.error("chain_getBlockHash", [0, height]))[0] == 3001


async def test_the_header_hashes_to_the_block_hash(live: Live) -> None:
    header = await live.call("chain_getHeader")
    assert header == await live.call("chain_getHeader", live.best)
    assert header["number"] == "0x1"
    assert header["parentHash"] == live.hash_at(0)
    stored = live.node.chain.store.header(1)
    assert stored is not None
    logs = Header.decode(stored).digest.logs
    assert len(header["digest"]["logs"]) == len(logs) == 2
    assert "0x" + Header.decode(stored).hash().hex() == live.best


async def test_genesis_has_number_zero(live: Live) -> None:
    header = await live.call("chain_getHeader", live.hash_at(0))
    assert header["number"] == "0x0"
    assert header["parentHash"] == "0x" + "00" * 32


async def test_blocks_hold_the_extrinsics_that_were_sent(live: Live) -> None:
    sent = live.transfer()
    await live.call("author_submitExtrinsic", sent)
    live.node.make_block()
    block = await live.call("chain_getBlock")
    assert block["justifications"] is None
    assert block["block"]["header"] == await live.call("chain_getHeader")
    assert block["block"]["extrinsics"][-1] == sent


async def test_unknown_blocks_are_null(live: Live) -> None:
    assert await live.call("chain_getHeader", UNKNOWN) is None
    assert await live.call("chain_getBlock", UNKNOWN) is None


async def test_a_forgotten_block_is_null_though_its_header_was_shown(live: Live) -> None:
    gone = "0x" + live.node.make_block().hash.hex()
    assert await live.call("chain_getHeader", gone)
    live.node.set_head(1)
    assert await live.call("chain_getHeader", gone) is None


@pytest.mark.parametrize("name", ["chain_getFinalizedHead", "chain_getFinalisedHead"])
async def test_the_final_head_may_lag(live: Live, name: str) -> None:
    live.node.make_block(finalize=False)
    assert await live.call(name) == live.hash_at(1)
    live.node.finalize(2)
    assert await live.call(name) == live.best


@pytest.mark.parametrize(
    "name",
    ["chain_subscribeNewHeads", "chain_subscribeNewHead", "subscribe_newHead",
     "chain_subscribeAllHeads"],
)  # fmt: skip
async def test_heads_come_from_the_present_one_on(live: Live, name: str) -> None:
    mine = await live.call(name)
    live.node.make_block()
    live.node.make_block()
    assert [head["number"] for head in await live.news(mine)] == ["0x1", "0x2", "0x3"]


async def test_heads_are_named_by_their_event(live: Live) -> None:
    for name in ("NewHead", "FinalizedHead", "AllHead"):
        await live.call(f"chain_subscribe{name}s")
    await live.settle()
    named = {each["method"] for each in live.sent}
    assert named == {"chain_newHead", "chain_finalizedHead", "chain_allHead"}


async def test_after_a_rewind_the_new_head_is_told(live: Live) -> None:
    mine = await live.call("chain_subscribeNewHeads")
    live.node.make_block()
    live.node.set_head(1)
    live.node.make_block()
    assert [head["number"] for head in await live.news(mine)] == ["0x1", "0x2", "0x1", "0x2"]


async def test_of_several_final_blocks_the_last_is_told(live: Live) -> None:
    mine = await live.call("chain_subscribeFinalizedHeads")
    for _ in range(3):
        live.node.make_block(finalize=False)
    live.node.finalize(4)
    assert [head["number"] for head in await live.news(mine)] == ["0x1", "0x4"]


@pytest.mark.parametrize(
    ("start", "stop"),
    [
        ("chain_subscribeNewHeads", "chain_unsubscribeNewHead"),
        ("subscribe_newHead", "unsubscribe_newHead"),
        ("chain_subscribeFinalisedHeads", "chain_unsubscribeFinalizedHeads"),
        ("chain_subscribeRuntimeVersion", "state_unsubscribeRuntimeVersion"),
        ("state_subscribeRuntimeVersion", "chain_unsubscribeRuntimeVersion"),
        ("chain_subscribeNewHead", "chain_unsubscribeNewHeads"),
        ("chain_subscribeAllHeads", "chain_unsubscribeAllHeads"),
        ("chain_subscribeFinalizedHeads", "chain_unsubscribeFinalisedHeads"),
    ],
)
async def test_nothing_comes_after_the_end(live: Live, start: str, stop: str) -> None:
    mine = await live.call(start)
    assert len(await live.news(mine)) == 1
    assert await live.call(stop, mine) is True
    assert await live.call(stop, mine) is False
    live.node.make_block()
    assert await live.news() == []
