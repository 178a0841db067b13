"""The store: what a block writes, reads of any block, rewinding, pruning, proofs."""

import pytest

from pysubtensor.runtime.store import head_trie as db_trie
from pysubtensor.runtime.store import store as db_module
from pysubtensor.runtime.store.store import (
    NotNextBlock,
    StaleStage,
    StateDiscarded,
    Store,
    StoreClosed,
    StoredBlock,
    StoreError,
    UnknownBlock,
)
from pysubtensor.runtime.trie.proof import verify_proof
from pysubtensor.runtime.trie.trie import EMPTY_ROOT
from tests.naive_trie import naive_root

LONG = b"a value that is longer than 32 bytes, so hashed"


@pytest.fixture
def store():
    with Store.open(None) as opened:
        yield opened


def made(number, salt=b""):
    body = (b"extrinsic", b"%d" % number)
    return StoredBlock(number, b"hash of %d" % number + salt, b"header of %d" % number, body)


def add(store, changes, salt=b"", **more):
    number = 0 if store.head is None else store.head.number + 1
    store.commit(store.stage(changes), made(number, salt), **more)


@pytest.fixture
def chain(store):
    """Four blocks over keys that are prefixes of each other."""
    add(store, {b"a": b"1", b"a\0": b"2", b"a\0\0": b"3", b"b": LONG})
    add(store, {b"a": b"10", b"c": b"4"})
    add(store, {b"a": None, b"a\0": b"20", b"a\0\1": b"5"})
    add(store, {b"a": b"30", b"b": None, b"a\0\0": b""})
    return store


STATES = [
    {b"a": b"1", b"a\0": b"2", b"a\0\0": b"3", b"b": LONG},
    {b"a": b"10", b"a\0": b"2", b"a\0\0": b"3", b"b": LONG, b"c": b"4"},
    {b"a\0": b"20", b"a\0\0": b"3", b"a\0\1": b"5", b"b": LONG, b"c": b"4"},
    {b"a": b"30", b"a\0": b"20", b"a\0\0": b"", b"a\0\1": b"5", b"c": b"4"},
]


def test_a_new_store_is_empty(store):
    assert store.head is None
    assert store.root() == EMPTY_ROOT
    assert store.get(b"key") is None
    assert list(store.keys()) == []
    assert not store.has_state(0)
    assert store.block(0) is None
    assert store.hash_at(0) is None
    with pytest.raises(UnknownBlock):
        store.get(b"key", at=0)
    with pytest.raises(UnknownBlock):
        store.rewind(0)
    store.verify()


def test_staging_shows_nothing(store):
    staged = store.stage({b"a": b"1"})
    assert staged.root == naive_root({b"a": b"1"})
    assert store.root() == EMPTY_ROOT
    assert store.get(b"a") is None


def test_blocks_and_their_indexes(chain):
    assert chain.head == (3, b"hash of 3")
    assert chain.block(2) == made(2)
    assert chain.header(1) == b"header of 1"
    assert chain.hash_at(0) == b"hash of 0"
    assert chain.number_of(b"hash of 2") == 2
    assert chain.number_of(b"another") is None
    assert chain.block(4) is None
    assert chain.header(-1) is None
    assert chain.hash_at(1 << 70) is None
    assert [chain.root_at(n) for n in range(4)] == [naive_root(state) for state in STATES]


def test_a_justification_is_kept(store):
    block = StoredBlock(0, b"hash", b"header", (), b"justified")
    store.commit(store.stage({}), block)
    assert store.block(0) == block


@pytest.mark.parametrize("number", range(4))
def test_the_state_at_each_block(chain, number):
    state = STATES[number]
    assert dict(chain.items(at=number)) == state
    assert list(chain.keys(at=number)) == sorted(state)
    every = {key for each in STATES for key in each} | {b"", b"none", b"a\0\0\0"}
    assert {key: chain.get(key, at=number) for key in every} == {k: state.get(k) for k in every}


@pytest.mark.parametrize("at", [None, 0, 1, 2, 3])
@pytest.mark.parametrize("prefix", [b"", b"a", b"a\0", b"b", b"zz", b"\xff"])
@pytest.mark.parametrize("start", [None, b"", b"a", b"a\0", b"a\0\0", b"b", b"\xff\xff"])
def test_scans(chain, at, prefix, start):
    state = STATES[3 if at is None else at]
    wanted = [k for k in sorted(state) if k.startswith(prefix) and (start is None or k > start)]
    assert list(chain.keys(prefix, start, at)) == wanted
    assert list(chain.items(prefix, start, at)) == [(k, state[k]) for k in wanted]


def test_what_a_block_wrote(chain):
    assert chain.changes(0) == STATES[0]
    assert chain.changes(2) == {b"a": None, b"a\0": b"20", b"a\0\1": b"5"}
    assert chain.changes(3) == {b"a": b"30", b"b": None, b"a\0\0": b""}
    with pytest.raises(UnknownBlock):
        chain.changes(4)


def test_a_write_of_the_same_value_is_a_change_too(chain):
    add(chain, {b"c": b"4", b"none": None})
    assert chain.changes(4) == {b"c": b"4", b"none": None}
    assert chain.root() == chain.root_at(3)
    chain.rewind(3)
    assert dict(chain.items()) == STATES[3]


def test_open_iterators_show_the_state_they_were_made_in(chain):
    now = chain.items()
    past = chain.items(at=1)
    first = next(past)
    add(chain, dict.fromkeys(STATES[3]))
    chain.rewind(0)
    assert dict([first, *past]) == STATES[1]
    assert dict(now) == STATES[3]


@pytest.mark.parametrize("number", [0, 1, 2, 3])
def test_rewind(chain, number):
    chain.rewind(number)
    assert chain.head == (number, b"hash of %d" % number)
    assert dict(chain.items()) == STATES[number]
    assert chain.root() == naive_root(STATES[number])
    assert chain.block(number + 1) is None
    assert chain.number_of(b"hash of %d" % (number + 1)) is None
    chain.verify()
    add(chain, {b"new": b"branch"}, salt=b" again")
    assert chain.root() == naive_root({**STATES[number], b"new": b"branch"})
    assert dict(chain.items(at=number)) == STATES[number]


def test_a_staged_block_serves_again_after_a_rewind_to_its_parent(chain):
    staged = chain.stage({b"x": b"1"})
    add(chain, {b"y": b"2"})
    with pytest.raises(StaleStage):
        chain.commit(staged, made(5))
    chain.rewind(3)
    chain.commit(staged, made(4))
    assert dict(chain.items()) == {**STATES[3], b"x": b"1"}


def test_blocks_come_in_order(chain):
    with pytest.raises(NotNextBlock):
        chain.commit(chain.stage({}), made(5))
    with pytest.raises(NotNextBlock):
        chain.commit(chain.stage({}), made(3))


def test_unknown_and_later_blocks_are_named(chain):
    for number in (-1, 4, 1 << 70):
        with pytest.raises(UnknownBlock) as refused:
            chain.get(b"a", at=number)
        assert refused.value.number == number
        with pytest.raises(UnknownBlock):
            chain.rewind(number)
        with pytest.raises(UnknownBlock):
            chain.keys(at=number)
        with pytest.raises(UnknownBlock):
            chain.read_proof([b"a"], at=number)


def test_records_of_the_user(chain):
    assert chain.get_meta("finalized") is None
    chain.put_meta("finalized", b"3")
    add(chain, {}, meta={"finalized": b"4", "other": b""})
    assert chain.get_meta("finalized") == b"4"
    assert chain.get_meta("other") == b""
    chain.rewind(1)
    assert chain.get_meta("finalized") == b"4"


@pytest.mark.parametrize("number", [None, 0, 1, 2, 3])
def test_proofs_at_each_block(chain, number):
    at = 3 if number is None else number
    keys = [b"a", b"b", b"a\0\0", b"c", b"none"]
    proof = chain.read_proof(keys, at=number)
    expected = {key: STATES[at].get(key) for key in keys}
    assert verify_proof(naive_root(STATES[at]), proof, keys) == expected


def test_merkle_values_at_each_block(chain):
    assert [chain.merkle_value(b"", at=n) for n in range(4)] == [naive_root(s) for s in STATES]
    assert chain.merkle_value(b"b", at=3) is None
    assert chain.merkle_value(b"b", at=1) == chain.merkle_value(b"b", at=2)
    assert chain.merkle_value(b"a", at=1) != chain.merkle_value(b"a", at=2)


def test_pruning_keeps_the_last_states(tmp_path):
    with Store.open(tmp_path / "db", prune=3) as store:
        for number in range(10):
            add(store, {b"counter": b"%d" % number, b"k%d" % number: b"", b"old": None})
            kept = range(max(0, number - 2), number + 1)
            assert [n for n in range(12) if store.has_state(n)] == list(kept)
            for n in kept:
                assert store.get(b"counter", at=n) == b"%d" % n
                assert len(list(store.keys(b"k", at=n))) == n + 1
        assert not store.has_state(6)
        for read in (store.changes, store.rewind):
            with pytest.raises(StateDiscarded) as refused:
                read(6)
            assert refused.value.number == 6
        with pytest.raises(StateDiscarded):
            store.get(b"counter", at=0)
        assert store.block(0) == made(0)
        store.rewind(7)
        assert store.get(b"counter") == b"7"
        leftovers = [key for key in store._db.iterator(include_value=False) if key[:1] == b"h"]
        assert leftovers == []


def test_pruning_an_old_store_catches_up(tmp_path):
    with Store.open(tmp_path / "db") as store:
        for number in range(30):
            add(store, {b"counter": b"%d" % number})
    with Store.open(tmp_path / "db", prune=1) as store:
        for number in range(30, 36):
            add(store, {b"counter": b"%d" % number})
        assert [n for n in range(36) if store.has_state(n)] == [35]
    with Store.open(tmp_path / "db") as store:
        add(store, {b"counter": b"36"})
        assert store.get(b"counter", at=35) == b"35"
        store.verify()


def test_nothing_to_keep_is_no_pruning():
    with pytest.raises(ValueError, match="at least one"):
        Store.open(None, prune=0)


@pytest.mark.parametrize("blocks", [1, 3])
def test_storing_and_forgetting_the_trie_changes_nothing(monkeypatch, store, blocks):
    monkeypatch.setattr(db_module, "STORE_TRIE_BLOCKS", blocks)
    monkeypatch.setattr(db_trie, "HELD_NODES", 10)
    state = {}
    for number in range(40):
        changes = {b"key %d" % (n % 23): b"%d" % number * 9 for n in range(number, number + 7)}
        changes[b"key %d" % (number * 7 % 23)] = None
        add(store, changes)
        state = {k: v for k, v in {**state, **changes}.items() if v is not None}
        assert store.root() == naive_root(state)
        if number % 5 == 4:
            store.rewind(number - 1)
            state = dict(store.items())
            add(store, {b"again": b"%d" % number})
            state[b"again"] = b"%d" % number
            assert store.root() == naive_root(state)
    store.verify()


def test_a_closed_store_says_so(chain):
    iterator = chain.items()
    past = chain.items(at=1)
    next(iterator)
    next(past)
    chain.get(b"a", at=1)
    chain.close()
    chain.close()
    reads = [
        lambda: chain.get(b"a"),
        lambda: chain.get(b"a", at=1),
        lambda: chain.stage({b"a": None}),
        lambda: chain.rewind(0),
        lambda: chain.keys(b"a"),
        lambda: chain.items(at=1),
        lambda: chain.block(1),
        lambda: chain.put_meta("x", b""),
        lambda: chain.get_meta("x"),
        lambda: chain.read_proof([b"a"], at=1),
        lambda: list(iterator),
        lambda: list(past),
    ]
    for read in reads:
        with pytest.raises(StoreClosed):
            read()


def test_a_failed_write_changes_nothing(chain, monkeypatch):
    staged = chain.stage({b"a": b"no"})

    class Failing:
        def __init__(self, batch):
            self.put, self.delete = batch.put, batch.delete

        def write(self):
            raise db_module.DatabaseUnreachable("no space")

    real = chain._db

    class Db:
        closed = False

        def __getattr__(self, name):
            return getattr(real, name)

        def write_batch(self, sync):
            return Failing(real.write_batch())

    monkeypatch.setattr(chain, "_db", Db())
    with pytest.raises(StoreError):
        chain.commit(staged, made(4))
    with pytest.raises(StoreError):
        chain.rewind(1)
    monkeypatch.setattr(chain, "_db", real)
    assert chain.head == (3, b"hash of 3")
    assert dict(chain.items()) == STATES[3]
    chain.commit(staged, made(4))
    assert chain.get(b"a") == b"no"
    chain.verify()
