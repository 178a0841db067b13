"""Watchers as async iterators."""

import asyncio

from pysubtensor.consensus.pool import StatusKind, TransactionPool, TransactionStatus, Watcher
from pysubtensor.consensus.pool.status import MAX_STATUSES
from pysubtensor.frame.primitives import U64, Hash
from pysubtensor.frame.validity import ValidTransaction
from tests.waiting import in_time

READY = TransactionStatus(StatusKind.READY)
FUTURE = TransactionStatus(StatusKind.FUTURE)
BLOCK = Hash(bytes(32))


def new_pool():
    return TransactionPool(lambda xt: ValidTransaction(U64(1), (), (xt,)))


async def test_iterates_up_to_the_last_status():
    pool = new_pool()
    watcher = pool.submit_and_watch(b"a")
    reader = asyncio.create_task(collect(watcher))
    await asyncio.sleep(0)
    pool.on_broadcast({watcher.hash: ["peer"]})
    await asyncio.sleep(0)
    pool.on_block(1, BLOCK, [b"a"], finalized=True)
    async with in_time():
        statuses = await reader
    assert [status.kind for status in statuses] == ["ready", "broadcast", "inBlock", "finalized"]
    assert statuses[1].peers == ("peer",)
    assert pool.stats().watched == 0


async def test_closing_ends_the_iterator_and_the_watch():
    pool = new_pool()
    watcher = pool.submit_and_watch(b"a")
    reader = asyncio.create_task(collect(watcher))
    await asyncio.sleep(0)
    pool.unwatch(watcher)
    async with in_time():
        assert await reader == [READY]
    assert b"a" in pool.pending()
    assert pool.stats().watched == 0
    pool.on_block(1, BLOCK, [b"a"], finalized=True)
    assert watcher.status == [READY]


async def test_a_cancelled_reader_may_be_followed_by_another():
    watcher = Watcher(BLOCK)
    reader = asyncio.create_task(anext(watcher))
    await asyncio.sleep(0)
    reader.cancel()
    await asyncio.gather(reader, return_exceptions=True)
    watcher.record(READY)
    assert await anext(watcher) == READY


async def test_a_stuck_reader_loses_the_oldest():
    watcher = Watcher(BLOCK)
    for _ in range(MAX_STATUSES):
        watcher.record(READY)
        watcher.record(FUTURE)
    watcher.record(TransactionStatus(StatusKind.INVALID))
    statuses = await collect(watcher)
    assert len(statuses) == MAX_STATUSES
    assert statuses[-1].kind == "invalid"


async def test_repeats_are_not_told():
    watcher = Watcher(BLOCK)
    watcher.record(READY)
    watcher.record(READY)
    assert watcher.status == [READY]


async def collect(watcher):
    return [status async for status in watcher]
