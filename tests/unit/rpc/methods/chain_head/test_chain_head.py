"""chainHead_v1_*: what is reported in which order, operations, pins and limits."""

import pytest

from pysubtensor.frame.hashing import blake2_256, twox_128
from pysubtensor.rpc.methods.chain_head.pins import MAX_AGE, MAX_PINNED, Pins, TooManyPins, pins_of
from tests.unit.rpc.live import ALICE, UNKNOWN, Live

NUMBER = "0x" + (twox_128(b"System") + twox_128(b"Number")).hex()
ACCOUNTS = "0x" + (twox_128(b"System") + twox_128(b"Account")).hex()
LIMIT_REACHED = {"result": "limitReached"}
NOT_PINNED = (-32801, "Invalid block hash", None)


async def follow(live: Live, *, with_runtime: bool = False) -> str:
    """A subscription that has reported where the chain stands."""
    mine: str = await live.call("chainHead_v1_follow", with_runtime)
    await live.news(mine)
    return mine


async def test_the_first_events_tell_where_the_chain_stands(live: Live) -> None:
    live.node.mine(20)
    for _ in range(2):
        live.node.make_block(finalize=False)
    mine = await live.call("chainHead_v1_follow", False)
    assert await live.news(mine) == [
        {"event": "initialized",
         "finalizedBlockHashes": [live.hash_at(number) for number in range(6, 22)]},
        {"event": "newBlock", "blockHash": live.hash_at(22), "parentBlockHash": live.hash_at(21)},
        {"event": "newBlock", "blockHash": live.hash_at(23), "parentBlockHash": live.hash_at(22)},
        {"event": "bestBlockChanged", "bestBlockHash": live.hash_at(23)},
    ]  # fmt: skip


async def test_the_runtime_is_told_when_asked_for(live: Live) -> None:
    mine = await live.call("chainHead_v1_follow", True)
    live.node.make_block()
    first, new, *_ = await live.news(mine)
    assert first["finalizedBlockHashes"] == [live.hash_at(0), live.hash_at(1)]
    runtime = first["finalizedBlockRuntime"]
    assert runtime["type"] == "valid"
    assert runtime["spec"]["specVersion"] == 425
    assert runtime["spec"]["apis"]["0xdf6acb689907609b"] == 5
    assert new["newRuntime"] is None


async def test_blocks_are_reported_as_they_come_and_become_final(live: Live) -> None:
    mine = await follow(live)
    live.node.make_block()
    assert await live.news(mine) == [
        {"event": "newBlock", "blockHash": live.best, "parentBlockHash": live.hash_at(1)},
        {"event": "bestBlockChanged", "bestBlockHash": live.best},
        {"event": "finalized", "finalizedBlockHashes": [live.best], "prunedBlockHashes": []},
    ]
    live.node.make_block(finalize=False)
    live.node.make_block(finalize=False)
    await live.news(mine)
    live.node.finalize(4)
    (event,) = await live.news(mine)
    assert event["finalizedBlockHashes"] == [live.hash_at(3), live.hash_at(4)]


async def test_header_and_body_of_a_pinned_block(live: Live) -> None:
    mine = await follow(live)
    header = await live.call("chainHead_v1_header", mine, live.best)
    assert "0x" + blake2_256(bytes.fromhex(header[2:])).hex() == live.best
    reply = await live.call("chainHead_v1_body", mine, live.best)
    assert reply == {"result": "started", "operationId": "0"}
    body = (await live.call("chain_getBlock"))["block"]["extrinsics"]
    done = {"event": "operationBodyDone", "operationId": "0", "value": body}
    assert await live.news(mine) == [done]


async def test_runtime_calls_on_a_pinned_block(live: Live) -> None:
    mine = await follow(live, with_runtime=True)
    api = "AccountNonceApi_account_nonce"
    reply = await live.call("chainHead_v1_call", mine, live.best, api, ALICE.public.hex())
    assert reply == {"result": "started", "operationId": "0"}
    await live.call("chainHead_v1_call", mine, live.best, "Foo_bar", "")
    assert await live.news(mine) == [
        {"event": "operationCallDone", "operationId": "0", "output": "0x00000000"},
        {"event": "operationError", "operationId": "1",
         "error": "Execution failed: Other: Exported method Foo_bar is not found"},
    ]  # fmt: skip
    bad = (-32602, "Invalid parameter: 0xz", None)
    assert await live.error("chainHead_v1_call", mine, live.best, api, "0xz") == bad


async def test_runtime_calls_need_the_runtime(live: Live) -> None:
    mine = await follow(live)
    code, message, _ = await live.error("chainHead_v1_call", mine, live.best, "Core_version", "")
    assert code == -32802
    assert "`withRuntime` set to `false`" in message


async def ask(live: Live, mine: str, *items: dict[str, str]) -> list[object]:
    """Items that a storage query gives."""
    reply = await live.call("chainHead_v1_storage", mine, live.best, list(items), None)
    assert reply["discardedItems"] == 0
    *events, last = await live.news(mine)
    assert last == {"event": "operationStorageDone", "operationId": reply["operationId"]}
    assert {event["event"] for event in events} <= {"operationStorageItems"}
    assert all(len(event["items"]) == 1 for event in events)
    return [event["items"][0] for event in events]


async def test_storage_of_a_pinned_block(live: Live) -> None:
    mine = await follow(live)
    code = "0x3a636f6465"
    hashed = await live.call("state_getStorageHash", code)
    assert await ask(
        live,
        mine,
        {"key": NUMBER, "type": "value"},
        {"key": code, "type": "hash"},
        {"key": "0x1234", "type": "value"},
    ) == [{"key": NUMBER, "value": "0x01000000"}, {"key": code, "hash": hashed}]


async def test_descendants(live: Live) -> None:
    mine = await follow(live)
    pairs = await live.call("state_getPairs", ACCOUNTS)
    found = await ask(live, mine, {"key": ACCOUNTS, "type": "descendantsValues"})
    assert found == [{"key": key, "value": value} for key, value in pairs]
    found = await ask(live, mine, {"key": ACCOUNTS, "type": "descendantsHashes"})
    assert found == [
        {"key": key, "hash": "0x" + blake2_256(bytes.fromhex(value[2:])).hex()}
        for key, value in pairs
    ]
    start = {"key": ACCOUNTS, "type": "descendantsValues", "paginationStartKey": pairs[8][0]}
    assert [each["key"] for each in await ask(live, mine, start)] == [k for k, _ in pairs[9:]]


async def test_merkle_values_change_with_what_is_below(live: Live) -> None:
    mine = await follow(live)
    query = {"key": "0x", "type": "closestDescendantMerkleValue"}
    (before,) = await ask(live, mine, query)
    root = live.node.chain.store.root().hex()
    assert before == {"key": "0x", "closestDescendantMerkleValue": "0x" + root}
    live.node.make_block()
    await live.news(mine)
    assert await ask(live, mine, query) != [before]
    assert await ask(live, mine, {**query, "key": "0x123456"}) == []


async def test_child_tries_are_empty(live: Live) -> None:
    mine = await follow(live)
    items = [{"key": "0x", "type": "descendantsValues"}]
    reply = await live.call("chainHead_v1_storage", mine, live.best, items, "0x1234")
    done = {"event": "operationStorageDone", "operationId": reply["operationId"]}
    assert await live.news(mine) == [done]


@pytest.mark.parametrize(
    "item", [{"key": "0x"}, {"type": "value"}, {"key": "0x", "type": "x"}, {"key": 1, "type": "v"}]
)
async def test_storage_items_that_say_nothing(live: Live, item: object) -> None:
    mine = await follow(live)
    error = await live.error("chainHead_v1_storage", mine, live.best, [item], None)
    assert error[:2] == (-32602, "Invalid params")


async def test_only_pinned_blocks_can_be_read(live: Live) -> None:
    mine = await follow(live, with_runtime=True)
    for params in (["header"], ["body"], ["call", "Core_version", ""], ["storage", []]):
        name, *more = params
        assert await live.error(f"chainHead_v1_{name}", mine, UNKNOWN, *more) == NOT_PINNED
    await live.call("chainHead_v1_unpin", mine, live.best)
    assert await live.error("chainHead_v1_header", mine, live.best) == NOT_PINNED


async def test_unpinning_is_all_or_nothing(live: Live) -> None:
    mine = await follow(live)
    first, second = live.hash_at(0), live.hash_at(1)
    text = "Received duplicate hashes for the `chainHead_unpin` method"
    twice = await live.error("chainHead_v1_unpin", mine, [first, first])
    assert twice == (-32804, text, None)
    assert await live.error("chainHead_v1_unpin", mine, [first, UNKNOWN]) == NOT_PINNED
    assert await live.call("chainHead_v1_unpin", mine, [first, second]) is None
    assert await live.error("chainHead_v1_unpin", mine, first) == NOT_PINNED
    assert len(pins_of(live.node)) == 0


async def test_an_unknown_subscription(live: Live) -> None:
    assert await live.call("chainHead_v1_header", "0x12", live.best) is None
    assert await live.call("chainHead_v1_body", "0x12", live.best) == LIMIT_REACHED
    assert await live.call("chainHead_v1_call", "0x12", live.best, "a", "") == LIMIT_REACHED
    assert await live.call("chainHead_v1_storage", "0x12", live.best, []) == LIMIT_REACHED
    for name in ("unpin", "continue", "stopOperation"):
        assert await live.call(f"chainHead_v1_{name}", "0x12", live.best) is None


async def test_a_foreign_subscription_is_unknown(live: Live) -> None:
    mine = await follow(live)
    other = Live(live.node)
    assert await other.call("chainHead_v1_header", mine, live.best) is None


async def test_four_follows_a_connection(live: Live) -> None:
    mine = [await follow(live) for _ in range(4)]
    text = "Maximum number of chainHead_follow has been reached"
    assert await live.error("chainHead_v1_follow", False) == (-32800, text, None)
    assert await live.call("chainHead_v1_unfollow", mine[0]) is True
    await live.settle()
    await follow(live)


async def test_sixteen_operations_at_a_time(live: Live) -> None:
    mine = await follow(live)
    item = {"key": NUMBER, "type": "value"}
    many = await live.call("chainHead_v1_storage", mine, live.best, [item] * 15)
    assert many["result"] == "started"
    assert (await live.call("chainHead_v1_body", mine, live.best))["result"] == "started"
    assert await live.call("chainHead_v1_body", mine, live.best) == LIMIT_REACHED
    active = await live.error("chainHead_v1_continue", mine, many["operationId"])
    assert active[0] == -32803
    await live.news(mine)
    assert await live.call("chainHead_v1_continue", mine, many["operationId"]) is None
    assert (await live.call("chainHead_v1_body", mine, live.best))["result"] == "started"
    assert await live.call("chainHead_v1_storage", mine, live.best, []) == LIMIT_REACHED


async def test_a_stopped_operation_is_silent(live: Live) -> None:
    mine = await follow(live)
    reply = await live.call("chainHead_v1_body", mine, live.best)
    assert await live.call("chainHead_v1_stopOperation", mine, reply["operationId"]) is None
    assert await live.call("chainHead_v1_stopOperation", mine, "99") is None
    assert await live.news(mine) == []


async def test_a_rewind_ends_following(live: Live) -> None:
    mine = await follow(live)
    live.node.make_block()
    live.node.set_head(1)
    assert (await live.news(mine))[-1] == {"event": "stop"}
    assert await live.call("chainHead_v1_unfollow", mine) is False
    assert len(pins_of(live.node)) == 0


async def test_unfollowing_frees_everything(live: Live) -> None:
    mine = await follow(live)
    assert len(pins_of(live.node)) == 2
    assert await live.call("chainHead_v1_unfollow", mine) is True
    await live.settle()
    assert len(pins_of(live.node)) == 0
    live.node.make_block()
    assert await live.news() == []


async def test_finality_that_lags_too_far_stops_everyone(live: Live) -> None:
    old = await follow(live)
    for _ in range(129):
        live.node.make_block(finalize=False)
    await live.news(old)
    mine = await live.call("chainHead_v1_follow", False)
    assert await live.news(mine) == [{"event": "stop"}]
    assert await live.news(old) == [{"event": "stop"}]


class Someone:
    """Holds blocks."""

    def __init__(self, pins: Pins) -> None:
        self.pinned: dict[bytes, float] = {}
        self.pins = pins
        self.stopped = False
        pins.join(self)

    def stop(self) -> None:
        self.stopped = True
        self.pins.leave(self)


def blocks(start: int, stop: int) -> list[bytes]:
    return [number.to_bytes(4, "big") for number in range(start, stop)]


def test_a_block_held_by_several_counts_once() -> None:
    pins = Pins()
    first, second = Someone(pins), Someone(pins)
    for block in blocks(0, MAX_PINNED):
        pins.pin(first, block)
        pins.pin(second, block)
    assert len(pins) == MAX_PINNED
    pins.leave(first)
    assert len(pins) == MAX_PINNED
    pins.leave(second)
    assert len(pins) == 0


def test_who_holds_a_block_for_too_long_makes_room() -> None:
    now = [0.0]
    pins = Pins(lambda: now[0])
    slow, fast = Someone(pins), Someone(pins)
    for block in blocks(0, 12):
        pins.pin(slow, block)
    now[0] = MAX_AGE + 1
    for block in blocks(12, MAX_PINNED + 12):
        pins.pin(fast, block)
    assert slow.stopped
    assert not fast.stopped


def test_when_all_are_quick_all_are_stopped() -> None:
    pins = Pins(lambda: 0.0)
    one, other = Someone(pins), Someone(pins)
    for block in blocks(0, MAX_PINNED):
        pins.pin(one, block)
    with pytest.raises(TooManyPins):
        pins.pin(other, b"more")
    assert one.stopped
    assert other.stopped
    assert len(pins) == 0
