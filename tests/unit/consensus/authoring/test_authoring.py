"""Slots and chain time, sealing by the clock or by transaction, and what a fault does to them."""

import asyncio
import contextlib
from types import SimpleNamespace

import pytest

from pysubtensor import TAO, Devnet
from pysubtensor.consensus.authoring import sealing
from pysubtensor.consensus.authoring.aura import BadSeal, NotOurSlot, author_of, seal, slot_of
from pysubtensor.consensus.authoring.sealing import by_interval, by_transaction
from pysubtensor.consensus.authoring.slots import Clock, SlotTime, TimeGoesBack
from pysubtensor.consensus.node import Node, NodeSettings
from pysubtensor.frame.crypto import Keypair
from pysubtensor.frame.header import Digest, Header
from pysubtensor.frame.primitives import ZERO_HASH
from pysubtensor.genesis import development_keys
from pysubtensor.runtime.store.store import DatabaseUnreachable
from tests.waiting import eventually, settled

START = 1_735_689_600_000
SLOT = 250


def transfer(d: Devnet, nonce: int, amount: int = TAO) -> bytes:
    from pysubtensor.client.addresses import account
    from pysubtensor.frame.origin import Id

    call = d.call("Balances", "transfer_keep_alive", dest=Id(account("//Bob")), value=amount)
    return d.sign(call, "//Alice", nonce=nonce)


# -- chain time -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "last_slot", "earliest", "slot", "timestamp"),
    [
        (1_000, 3, 900, 4, 1_000),
        (1_000, 4, 900, 5, 1_250),  # its slot is taken: the next one, at its beginning
        (1_000, 9, 900, 10, 2_500),  # chain time is ahead of the clock, and stays so
        (1_249, 3, 900, 4, 1_249),
        (1_000, 3, 1_400, 5, 1_400),  # the least distance from the last block
        (0, 0, 0, 1, 250),
    ],
)
def test_next_slot(now, last_slot, earliest, slot, timestamp):
    clock = Clock(lambda: now)
    assert clock.next_slot(SLOT, last_slot, earliest) == SlotTime(slot, timestamp)


def test_the_clock_can_be_moved_but_not_before_the_last_block():
    wall = [1_000]
    clock = Clock(lambda: wall[0])
    clock.set(5_000, 900)
    wall[0] = 1_100
    assert clock.now() == 5_100
    with pytest.raises(TimeGoesBack, match="5000 is not after the last block's time 5000"):
        clock.set(5_000, 5_000)
    assert clock.now() == 5_100


def test_blocks_mined_faster_than_time_take_the_next_slots(d):
    blocks = d.mine(5)
    slots = [slot_of(block.header.digest) for block in blocks]
    assert slots == list(range(slots[0], slots[0] + 5))
    assert d.timestamp.now.get() == slots[-1] * SLOT > START


def test_authors_take_turns():
    with Devnet("local") as d:
        authors = [author_of(slot_of(b.header.digest), d.aura.authorities.get()) for b in d.mine(6)]
        assert authors[:3] == authors[3:]
        assert sorted(authors[:3]) == sorted(d.aura.authorities.get())


def test_a_slot_of_another_author(d):
    other = Node(d.node.chain, d.node.spec, NodeSettings({}, lambda: START))
    before = d.node.chain.store.root(), d.number
    with pytest.raises(NotOurSlot, match="no key for the authority 0x"):
        other.make_block()
    assert (d.node.chain.store.root(), d.number) == before
    assert d.node.chain.runtime.state.changes() == {}
    d.mine()


def test_no_authors_at_all():
    with pytest.raises(NotOurSlot, match="no authorities"):
        author_of(7, [])


def test_the_seal_is_salted_unless_repeatable():
    header = Header(ZERO_HASH, 1, ZERO_HASH, ZERO_HASH, Digest())
    keys = development_keys()
    one = next(iter(keys))
    repeated = [seal(header, one, keys, repeatable=True).hash() for _ in range(2)]
    assert repeated[0] == repeated[1]
    assert seal(header, one, keys).hash() != seal(header, one, keys).hash()
    with pytest.raises(BadSeal):
        slot_of(header.digest)


# -- filling blocks -------------------------------------------------------------------------------


def test_transactions_by_priority_and_bounds(d):
    for nonce in range(5):
        d.node.pool.submit(transfer(d, nonce))
    assert len(d.node.make_block(max_transactions=2).extrinsics) == 1 + 2
    assert len(d.node.make_block(max_transactions=0).extrinsics) == 1
    assert len(d.node.make_block(seconds=0).extrinsics) == 1
    assert len(d.node.make_block().extrinsics) == 1 + 3
    assert d.node.pool.stats().ready == 0


def test_only_these(d):
    d.node.pool.submit(transfer(d, 0))
    chosen = transfer(d, 0, 5)
    assert d.node.make_block(only=[chosen]).extrinsics[1:] == (chosen,)
    assert d.node.pool.stats().ready == 0, "what went stale leaves the pool"


def test_a_transaction_that_went_bad_is_left_out(d):
    from pysubtensor.frame.validity import TransactionValidityError

    bad = transfer(d, 7)
    before = d.number, d.node.chain.store.root()
    with pytest.raises(TransactionValidityError):
        d.node.make_block(only=[bad])
    assert (d.number, d.node.chain.store.root()) == before
    assert d.node.chain.runtime.state.changes() == {}
    d.mine()


def test_a_faulty_call_does_not_stop_the_chain(d, monkeypatch, caplog):
    runtime = d.node.chain.runtime
    faulty, good = d.sign(d.call("System", "remark", remark=b"!"), "//Bob"), transfer(d, 0)
    monkeypatch.setattr(runtime, "dispatch", _faulty(runtime.dispatch))
    d.node.pool.submit(faulty)
    d.node.pool.submit(good)
    block = d.node.make_block()
    assert block.extrinsics[1:] == (good,)
    assert d.node.pool.stats().ready == 0, "the faulty one is dropped"
    assert "could not be executed" in caplog.text
    monkeypatch.undo()
    d.mine()
    d.node.chain.store.verify()


def _faulty(dispatch):
    def run(call, origin, **options):
        post = dispatch(call, origin, **options)
        if call.name == "remark":
            raise ZeroDivisionError("a fault of ours, after it wrote")
        return post

    return run


def test_a_block_that_cannot_be_stored_leaves_the_state_at_its_parent(d, monkeypatch):
    d.node.pool.submit(transfer(d, 0))
    store, before = d.node.chain.store, (d.hash, d.free("//Bob"))
    with monkeypatch.context() as patched:
        patched.setattr(store, "commit", _no_room)
        with pytest.raises(DatabaseUnreachable):
            d.node.make_block()
    assert (d.hash, d.free("//Bob")) == before
    assert d.node.chain.runtime.state.changes() == {}
    assert len(d.node.make_block().extrinsics) == 2
    assert d.free("//Bob") == before[1] + TAO
    store.verify()


def _no_room(*_, **__):
    raise DatabaseUnreachable("no space left")


# -- sealing --------------------------------------------------------------------------------------


@contextlib.asynccontextmanager
async def running(work):
    task = asyncio.ensure_future(work)
    try:
        yield task
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def test_interval_sealing_goes_on_after_a_failure(caplog):
    made = []

    def make():
        made.append(len(made))
        if len(made) == 2:
            raise ValueError("not this time")

    async with running(by_interval(make, 0.01)) as task:
        await eventually(lambda: len(made) >= 4)
    assert task.cancelled(), "no block comes after the end"
    assert "no block was made" in caplog.text


class Wall:
    """A wall clock that goes on only where somebody sleeps or works."""

    def __init__(self) -> None:
        self.now = 0

    def time(self):
        return self.now

    async def sleep(self, seconds):
        self.now += max(seconds, 0)
        await asyncio.sleep(0)


async def test_interval_sealing_keeps_its_pace(monkeypatch):
    wall, made = Wall(), []
    loop = SimpleNamespace(get_running_loop=lambda: wall, sleep=wall.sleep)
    monkeypatch.setattr(sealing, "asyncio", loop)

    def make():
        made.append(wall.now)
        wall.now += 35 if len(made) == 3 else 1

    async with running(by_interval(make, 10)):
        await eventually(lambda: len(made) >= 7)
    # The fourth comes at once after the third, which took long; those missed are not made up for.
    assert made[:7] == [10, 20, 30, 65, 75, 85, 95]


async def test_instant_sealing_makes_a_block_for_each_transaction(d):
    pool = d.node.pool
    pool.submit(transfer(d, 0))  # one that is there already
    async with running(by_transaction(lambda: d.node.make_block(max_transactions=1), pool)):
        await eventually(lambda: d.number == 2)
        for nonce in (1, 2):
            pool.submit(transfer(d, nonce))
        await eventually(lambda: d.number == 4)
        pool.submit(transfer(d, 4))  # waits for its predecessor
        await settled()
        assert d.number == 4
        pool.submit(transfer(d, 3))
        await eventually(lambda: d.number == 6)
    bodies = [d.node.chain.store.block(n).body for n in range(2, 7)]
    assert [len(body) for body in bodies] == [2] * 5


async def test_instant_sealing_rests_when_no_block_can_be_made(d):
    tries = []

    def make():
        tries.append(1)
        raise OSError("disk full")

    d.node.pool.submit(transfer(d, 0))
    async with running(by_transaction(make, d.node.pool)):
        await settled()
        assert len(tries) == 1, "it waits for the next transaction"
        d.node.pool.submit(transfer(d, 1))
        await eventually(lambda: len(tries) == 2)


def test_a_stranger_signs_nothing():
    header = Header(ZERO_HASH, 1, ZERO_HASH, ZERO_HASH, Digest())
    alice = Keypair.from_uri("//Alice")
    with pytest.raises(NotOurSlot):
        seal(header, alice.public, development_keys())
