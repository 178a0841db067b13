"""Merkle trees of training."""

from __future__ import annotations

from hashlib import sha256

import pytest

from pysubtensor.pallets.training.payload import Context, Tree, merkle

PLACE = Context(Tree.PAYLOAD, 1, 2, b"\x03" * 32)


def leaves(count, context=PLACE):
    return [merkle.leaf(context, index, bytes((index,))) for index in range(count)]


def test_hashes_are_the_documented_ones():
    context = b"pysubtensor.training" + b"\0" + b"\1\0\0\0" + b"\2\0\0\0" + b"\x03" * 32
    a, b, c = (
        sha256(b"\0" + context + bytes((i, 0, 0, 0)) + bytes((i,))).digest() for i in range(3)
    )
    assert leaves(3) == [a, b, c]
    top = sha256(b"\1" + sha256(b"\1" + a + b).digest() + c).digest()
    assert merkle.root(PLACE, [a, b, c]) == sha256(b"\2" + context + b"\3\0\0\0" + top).digest()


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 7, 8, 11, 64, 205])
def test_every_leaf_leads_to_the_root(count):
    row = leaves(count)
    root = merkle.root(PLACE, row)
    for index in {0, count // 2, count - 1}:
        path = merkle.path(row, index)
        assert merkle.root_from(PLACE, count, index, row[index], path) == root
        for wrong in range(count):
            if wrong != index:
                assert merkle.root_from(PLACE, count, wrong, row[index], path) != root


def test_wrong_paths_lead_nowhere():
    row = leaves(5)
    path = merkle.path(row, 2)
    assert merkle.root_from(PLACE, 5, 2, row[2], path[:-1]) is None
    assert merkle.root_from(PLACE, 5, 2, row[2], (*path, row[0])) is None
    assert merkle.root_from(PLACE, 5, 5, row[2], path) is None
    assert merkle.root_from(PLACE, 5, -1, row[2], path) is None
    assert merkle.root_from(PLACE, 6, 2, row[2], path) != merkle.root(PLACE, row)


@pytest.mark.parametrize(
    "other",
    [
        PLACE._replace(tree=Tree.UPDATE),
        PLACE._replace(run=2),
        PLACE._replace(round=3),
        PLACE._replace(worker=bytes(32)),
    ],
)
def test_hashes_of_other_places_differ(other):
    assert leaves(1, other) != leaves(1)
    assert merkle.root(other, leaves(1)) != merkle.root(PLACE, leaves(1))
