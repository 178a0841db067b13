"""The store against a list of dictionaries: commit, rewind, prune, reopen, in any order."""

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from pysubtensor.runtime.store import head_trie as db_trie
from pysubtensor.runtime.store import store as db
from pysubtensor.runtime.store.store import StateDiscarded, Store, StoredBlock
from pysubtensor.runtime.trie.proof import verify_proof
from tests.naive_trie import naive_root

KEYS = st.lists(st.sampled_from([0x00, 0x01, 0x10, 0xFF]), max_size=4).map(bytes)
VALUES = st.one_of(st.binary(max_size=2), st.sampled_from([b"v" * 32, b"v" * 33]))
CHANGES = st.dictionaries(KEYS, st.none() | VALUES, max_size=6)
LIMITS = db.STORE_TRIE_BLOCKS, db_trie.HELD_NODES


class StoreMachine(RuleBasedStateMachine):
    """Keeps beside the store the state after each block, and what each block was asked to write."""

    def __init__(self):
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.states = []
        self.writes = []
        self.hashes = []
        self.oldest = 0
        self.salt = 0
        self.prune = None
        self.store = None

    @initialize(
        prune=st.none() | st.integers(1, 4),
        genesis=CHANGES,
        blocks=st.sampled_from([1, 3, 256]),
        held=st.sampled_from([0, 200_000]),
    )
    def start(self, prune, genesis, blocks, held):
        db.STORE_TRIE_BLOCKS = blocks
        db_trie.HELD_NODES = held
        self.prune = prune
        self.store = Store.open(self.folder, prune=prune)
        self.commit(genesis)

    @rule(changes=CHANGES)
    def commit(self, changes):
        number = len(self.states)
        self.salt += 1
        block = StoredBlock(number, b"hash %d" % self.salt, b"header", (b"%d" % self.salt,))
        staged = self.store.stage(changes)
        self.store.commit(staged, block)
        merged = {**(self.states[-1] if self.states else {}), **changes}
        self.states.append({key: value for key, value in merged.items() if value is not None})
        self.writes.append(changes)
        self.hashes.append(block.hash)
        if self.prune is not None:
            self.oldest = max(self.oldest, number - self.prune + 1)

    @rule(changes=CHANGES)
    def stage_and_drop(self, changes):
        merged = {**self.states[-1], **changes}
        staged = self.store.stage(changes)
        assert staged.root == naive_root({k: v for k, v in merged.items() if v is not None})

    @rule(data=st.data())
    def rewind(self, data):
        number = data.draw(st.integers(0, len(self.states) - 1))
        if number < self.oldest:
            with pytest.raises(StateDiscarded):
                self.store.rewind(number)
            return
        self.store.rewind(number)
        del self.states[number + 1 :], self.writes[number + 1 :], self.hashes[number + 1 :]

    @rule()
    def flush(self):
        self.store.flush()

    @rule(killed=st.booleans())
    def reopen(self, killed):
        if killed:
            self.store._release()  # what `close` does last: nothing more is written
        else:
            self.store.close()
        self.store = Store.open(self.folder, prune=self.prune)

    @rule(data=st.data(), prefix=KEYS, start=st.none() | KEYS)
    def read(self, data, prefix, start):
        number = data.draw(st.integers(self.oldest, len(self.states) - 1))
        state = self.states[number]
        keys = [k for k in sorted(state) if k.startswith(prefix) and (start is None or k > start)]
        assert list(self.store.items(prefix, start, number)) == [(k, state[k]) for k in keys]
        assert self.store.get(prefix, number) == state.get(prefix)
        if number > 0:
            assert self.store.changes(number) == self.writes[number]

    @rule(data=st.data(), keys=st.lists(KEYS, max_size=4))
    def prove(self, data, keys):
        number = data.draw(st.integers(self.oldest, len(self.states) - 1))
        state = self.states[number]
        proof = self.store.read_proof(keys, number)
        assert verify_proof(naive_root(state), proof, keys) == {k: state.get(k) for k in keys}

    @invariant()
    def the_head_is_right(self):
        if self.store is None:
            return
        number = len(self.states) - 1
        assert self.store.head == (number, self.hashes[-1])
        assert self.store.root() == naive_root(self.states[-1])
        assert dict(self.store.items()) == self.states[-1]
        kept = [n for n in range(number + 3) if self.store.has_state(n)]
        assert kept == list(range(self.oldest, number + 1))

    def teardown(self):
        if self.store is not None:
            self.store.verify()
            self.store.close()
        shutil.rmtree(self.folder)
        db.STORE_TRIE_BLOCKS, db_trie.HELD_NODES = LIMITS


TestStore = StoreMachine.TestCase
TestStore.settings = settings(
    max_examples=settings.default.max_examples // 3, stateful_step_count=25, deadline=None
)
