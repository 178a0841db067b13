"""Queues of subscribers: bounded, in order, gone when their reader goes."""

import asyncio
import gc
import weakref

from pysubtensor.rpc.node.feeds import BACKLOG, Mailbox, Topic, feeds_of
from pysubtensor.rpc.node.per_node import PerNode
from tests.unit.rpc.live import Live, new_node


async def read(box: Mailbox[int]) -> list[int]:
    return [item async for item in box]


async def test_a_mailbox_keeps_the_order_and_ends_when_closed() -> None:
    box: Mailbox[int] = Mailbox()
    reader = asyncio.create_task(read(box))
    for number in range(3):
        box.put(number)
        await asyncio.sleep(0)
    box.put(3)
    box.close()
    box.put(4)
    assert await reader == [0, 1, 2, 3]


async def test_a_full_mailbox_ends_after_what_it_holds() -> None:
    box: Mailbox[int] = Mailbox(3)
    for number in range(10):
        box.put(number)
    assert box.closed
    assert await read(box) == [0, 1, 2]


async def test_a_topic_forgets_who_stops() -> None:
    topic: Topic[int] = Topic()
    with topic.open() as one, topic.open() as other:
        topic.publish(1)
        assert len(topic) == 2
        assert await anext(one) == await anext(other) == 1
    assert len(topic) == 0
    topic.publish(2)
    assert len(one) == 0


async def test_who_falls_too_far_behind_is_told_no_more(live: Live) -> None:
    mine = await live.call("chain_subscribeNewHeads")
    await live.news(mine)
    heads = feeds_of(live.node).heads
    for _ in range(BACKLOG + 1):
        heads.publish(None)  # type: ignore[arg-type]
    await live.news(mine)
    assert mine not in live.connection.subscriptions
    assert len(heads) == 0


async def test_a_closed_connection_leaves_nothing_behind(live: Live) -> None:
    await live.call("chain_subscribeNewHeads")
    await live.call("chain_subscribeFinalizedHeads")
    await live.call("state_subscribeStorage", ["0x12"])
    await live.call("chainHead_v1_follow", True)
    await live.call("author_submitAndWatchExtrinsic", live.transfer())
    live.connection.close()
    await live.settle()
    feeds = feeds_of(live.node)
    assert (len(feeds.heads), len(feeds.finalized), feeds.observers) == (0, 0, {})
    assert feeds._watches == {}
    assert live.node.pool.stats().watched == 0


def test_what_belongs_to_a_node_goes_with_it() -> None:
    node = new_node()
    made = PerNode(lambda _: object())
    mine = weakref.ref(feeds_of(node))
    assert made(node) is made(node)
    assert feeds_of(node) is mine()
    node.chain.store.close()
    del node
    gc.collect()  # the node, and with it what keeps its feeds
    gc.collect()
    assert mine() is None
