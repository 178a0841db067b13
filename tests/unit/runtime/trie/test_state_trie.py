"""The trie against published roots, node bytes and proofs."""

import json
from pathlib import Path

import pytest

from pysubtensor.frame import hashing
from pysubtensor.runtime.trie.nodes import MalformedNode, decode, header
from pysubtensor.runtime.trie.proof import InvalidProof, verify_proof
from pysubtensor.runtime.trie.trie import EMPTY_ROOT, Trie, ordered_root, trie_root
from tests.naive_trie import hash256, naive_root

VECTORS = json.loads((Path(__file__).parents[3] / "data/trie/vectors.json").read_text())
LONG = b"a value that is longer than 32 bytes, so hashed"


def text(items):
    return {key.encode(): value.encode() for key, value in items.items()}


@pytest.mark.parametrize("case", VECTORS["roots"])
def test_published_roots(case):
    items, root = text(case["items"]), bytes.fromhex(case["root"])
    assert trie_root(items, version=case["version"]) == root
    assert naive_root(items, case["version"]) == root
    if case["version"] == 1:
        assert Trie().update(items)[0].root == root


@pytest.mark.parametrize("case", VECTORS["ordered_roots"])
def test_published_ordered_roots(case):
    assert ordered_root([value.encode() for value in case["values"]]).hex() == case["root"]


def test_ordered_root_keeps_long_values_whole():
    assert ordered_root([LONG]) == naive_root({b"\0": LONG}, version=0)


def test_ordered_root_of_many_values():
    items = {(i * 4).to_bytes(1, "little"): b"%d" % i for i in range(64)}
    items |= {(i * 4 + 1).to_bytes(2, "little"): b"%d" % i for i in range(64, 300)}
    assert ordered_root([b"%d" % i for i in range(300)]) == naive_root(items, version=0)


@pytest.mark.parametrize("case", VECTORS["root_nodes"])
def test_published_node_bytes(case):
    items = {bytes.fromhex(key): bytes.fromhex(value) for key, value in case["items"].items()}
    proof = Trie().update(items)[0].prove([], {}.get)
    assert [node.hex() for node in proof] == [case["root_node"]]


@pytest.mark.parametrize("name", VECTORS["digests"]["results"])
def test_published_digests_of_polkadot(name):
    function = getattr(hashing, name)
    found = [function(text.encode()).hex() for text in VECTORS["digests"]["inputs"]]
    assert found == VECTORS["digests"]["results"][name]


@pytest.mark.parametrize("size", [0, 1, 14, 15, 16, 30, 31, 32, 62, 63, 64, 317, 318, 319, 700])
@pytest.mark.parametrize("value", [b"short", LONG])
def test_partial_keys_of_any_length(size, value):
    key = b"\x11" * (size // 2 + 1)
    items = {key: value, key + b"\x22": value, key + b"\x33": b""}
    assert Trie().update(items)[0].root == naive_root(items)
    assert Trie().update({key: value})[0].root == naive_root({key: value})


def test_header_sizes():
    assert header((0x40, 6), 62) == b"\x7e"
    assert header((0x40, 6), 63) == b"\x7f\x00"
    assert header((0x40, 6), 317) == b"\x7f\xfe"
    assert header((0x40, 6), 318) == b"\x7f\xff\x00"


def test_keys_that_extend_each_other_may_nest_deep():
    items = {b"\x07" * size: b"%d" % size for size in range(1500)}
    trie, _ = Trie().update(items)
    assert trie.root == trie_root(items)
    trie, _ = trie.update(dict.fromkeys(items))
    assert trie.root == EMPTY_ROOT


def test_an_update_leaves_the_trie_before_it_as_it_was():
    before, _ = Trie().update({b"a": b"1", b"b": b"2"})
    root = before.root
    before.update({b"a": None, b"c": LONG})
    assert before.root == root
    assert before.update({b"b": None})[0].root == naive_root({b"a": b"1"})


def test_merkle_values():
    items = {b"ab": b"1" * 40, b"ac": b"2" * 40, b"x": b"3"}
    trie, _ = Trie().update(items)
    assert trie.merkle_value(b"") == trie.root
    # 'a' and 'x' differ in the first digit; below 6 both keys of 'a' share 1, 6.
    branch = decode(trie.prove([b"zz"], {}.get)[0])
    assert branch.refs is not None
    assert branch.refs[1:33] == trie.merkle_value(b"a")
    assert trie.merkle_value(b"ab") is not None
    assert trie.merkle_value(b"b") is None
    assert trie.merkle_value(b"abc") is None
    assert trie.merkle_value(b"x") == bytes([0x41, 0x08, 4, ord("3")])
    assert Trie().merkle_value(b"") is None


def test_proofs_of_presence_and_absence():
    items = {b"key%d" % i: b"%d" % i * i for i in range(40)}
    trie, _ = Trie().update(items)
    keys = [b"key7", b"key39", b"key", b"none", b"key77"]
    proof = trie.prove(keys, items.get)
    assert verify_proof(trie.root, proof, keys) == {key: items.get(key) for key in keys}


def test_a_proof_of_the_empty_state():
    proof = Trie().prove([b"key"], {}.get)
    assert verify_proof(EMPTY_ROOT, proof, [b"key"]) == {b"key": None}


def test_a_proof_says_nothing_of_other_keys():
    items = {b"key%d" % i: LONG + b"%d" % i for i in range(40)}
    trie, _ = Trie().update(items)
    proof = trie.prove([b"key1"], items.get)
    with pytest.raises(InvalidProof):
        verify_proof(trie.root, proof, [b"key25"])
    with pytest.raises(InvalidProof):
        verify_proof(EMPTY_ROOT, proof, [b"key1"])


def test_a_tampered_proof_is_refused():
    items = {b"key%d" % i: LONG + b"%d" % i for i in range(40)}
    trie, _ = Trie().update(items)
    proof = trie.prove([b"key1"], items.get)
    for index, node in enumerate(proof):
        for changed in (node[:-1] + bytes([node[-1] ^ 1]), node[:-1], node + b"\0"):
            forged = [*proof[:index], changed, *proof[index + 1 :]]
            with pytest.raises(InvalidProof):
                verify_proof(trie.root, forged, [b"key1"])


@pytest.mark.parametrize(
    "data", ["", "00", "01", "41", "42aa", "43a0", "80", "800000", "800100", "8001008400", "4104ff"]
)
def test_malformed_nodes_are_refused(data):
    node = bytes.fromhex(data)
    with pytest.raises(MalformedNode):
        decode(node)
    if node != b"\0":
        with pytest.raises(InvalidProof):
            verify_proof(hash256(node), [node], [b"key"])
