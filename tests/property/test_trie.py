"""Laws of the trie: one root per state, however it came about, and proofs that tell the truth."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pysubtensor.runtime.trie.nodes import MalformedNode, decode
from pysubtensor.runtime.trie.proof import InvalidProof, verify_proof
from pysubtensor.runtime.trie.trie import Trie, trie_root
from tests.naive_trie import naive_root

# Few distinct bytes, so that keys share prefixes, nest and fall on both halves of a byte.
KEYS = st.lists(st.sampled_from([0x00, 0x01, 0x10, 0x11, 0xFF]), max_size=5).map(bytes)
VALUES = st.one_of(st.binary(max_size=3), st.integers(30, 36).map(lambda size: b"v" * size))
STATES = st.dictionaries(KEYS, VALUES, max_size=24)
CHANGES = st.dictionaries(KEYS, st.none() | VALUES, max_size=8)


def applied(state, changes):
    merged = {**state, **changes}
    return {key: value for key, value in merged.items() if value is not None}


@given(STATES, st.integers(0, 1))
def test_the_root_is_the_naive_one(state, version):
    assert trie_root(state, version=version) == naive_root(state, version)


@given(st.data(), STATES)
def test_the_order_of_insertion_does_not_matter(data, state):
    trie = Trie()
    for key in data.draw(st.permutations(sorted(state))):
        trie, _ = trie.update({key: state[key]})
    assert trie.root == naive_root(state)


@given(st.lists(CHANGES, max_size=8))
def test_any_sequence_of_changes_gives_the_root_of_what_is_left(blocks):
    trie, state = Trie(), {}
    for changes in blocks:
        known = [key for key in changes if key in state]
        trie, _ = trie.update(changes, known)
        state = applied(state, changes)
        assert trie.root == naive_root(state)


@given(STATES, CHANGES)
def test_undoing_changes_gives_the_root_back(state, changes):
    before, _ = Trie().update(state)
    after, _ = before.update(changes)
    undone, _ = after.update({key: state.get(key) for key in changes})
    assert undone.root == before.root


class Stored:
    """A trie's branches in a dict, as a database would keep them."""

    def __init__(self):
        self.branches = {}
        self.state = {}

    def branch(self, path):
        return self.branches.get(path)

    def below(self, path):
        for key in sorted(self.state):
            if key.hex().startswith(path):
                yield key, self.state[key]

    def keep(self, trie, touched):
        for path in touched:
            stored = trie.stored(path)
            if stored is None:
                self.branches.pop(path, None)
            else:
                self.branches[path] = stored


@given(st.lists(CHANGES, max_size=6))
def test_a_trie_read_back_from_its_branches_goes_on_alike(blocks):
    source = Stored()
    for changes in blocks:
        trie = Trie.load(source)
        assert trie.root == naive_root(source.state)
        present = [key for key in changes if key in source.state]
        trie, touched = trie.update(changes, present)
        source.state = applied(source.state, changes)
        assert trie.root == naive_root(source.state)
        source.keep(trie, touched)
    fresh, touched = Trie().update(source.state)
    assert source.branches == {path: fresh.stored(path) for path in touched}


@given(st.lists(CHANGES, max_size=4), st.lists(CHANGES, max_size=3))
def test_a_trie_that_is_behind_catches_up_from_the_values(stored, since):
    source = Stored()
    for changes in stored:
        trie, touched = Trie.load(source).update(changes)
        source.state = applied(source.state, changes)
        source.keep(trie, touched)
    for changes in since:
        source.state = applied(source.state, changes)
    changed = {key: source.state.get(key) for changes in since for key in changes}
    assert Trie.load(source, changed).update(changed)[0].root == naive_root(source.state)


@given(STATES, st.lists(KEYS, max_size=6))
def test_proofs_verify(state, keys):
    trie, _ = Trie().update(state)
    proof = trie.prove(keys, state.get)
    assert verify_proof(trie.root, proof, keys) == {key: state.get(key) for key in keys}


@given(STATES, KEYS, st.data())
def test_a_changed_proof_never_proves_something_else(state, key, data):
    trie, _ = Trie().update(state)
    proof = trie.prove([key], state.get)
    index = data.draw(st.integers(0, len(proof) - 1))
    forged = [*proof[:index], data.draw(st.binary(max_size=40)), *proof[index + 1 :]]
    try:
        found = verify_proof(trie.root, forged, [key])
    except InvalidProof:
        return
    assert found == {key: state.get(key)}


@given(STATES, KEYS)
def test_every_node_of_a_proof_is_needed(state, key):
    trie, _ = Trie().update(state)
    proof = trie.prove([key], state.get)
    for index in range(len(proof)):
        with pytest.raises(InvalidProof):
            verify_proof(trie.root, proof[:index] + proof[index + 1 :], [key])


@given(st.binary(max_size=80))
def test_any_bytes_are_a_node_or_malformed(data):
    try:
        decode(data)
    except MalformedNode:
        return


@given(STATES, KEYS)
def test_the_merkle_value_of_a_prefix_tells_states_apart(state, prefix):
    trie, _ = Trie().update(state)
    below = {key: value for key, value in state.items() if key.startswith(prefix)}
    assert (trie.merkle_value(prefix) is not None) == bool(below)
    if below:
        key = next(iter(below))
        changed, _ = trie.update({key: state[key] + b"!"})
        assert changed.merkle_value(prefix) != trie.merkle_value(prefix)
