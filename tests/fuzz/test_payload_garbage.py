"""Any bytes given to the payload decoder are a payload or a named refusal."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pysubtensor.pallets.training.payload import (
    Layout,
    Malformed,
    PayloadId,
    compress,
    decode,
    read_chunk,
)

LAYOUT = Layout([(64, 64), (1, 8)], 8)
PLACE = PayloadId(1, 2, b"\x03" * 32)
GOOD = compress(
    PLACE,
    LAYOUT,
    [np.arange(4096, dtype=np.int32).reshape(1, -1), np.arange(8, dtype=np.int32).reshape(1, -1)],
).encode()

changes = st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), max_size=6)


@settings(max_examples=400, deadline=None)
@given(changes, st.integers(-3, 3))
def test_changed_payloads_decode_or_are_refused(edits, growth):
    data = bytearray(GOOD)
    for at, value in edits:
        data[at] = value
    raw = bytes(data[: len(data) + min(growth, 0)]) + bytes(max(growth, 0))
    try:
        found = decode(raw, PLACE, LAYOUT)
    except Malformed:
        assert raw != GOOD
        return
    assert found.encode() == raw


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_bytes_decode_or_are_refused(data):
    for raw in (data, GOOD[:76] + data):
        try:
            found = decode(raw, PLACE, LAYOUT)
        except Malformed:
            continue
        assert found.encode() == raw


@settings(max_examples=200, deadline=None)
@given(st.binary(min_size=20, max_size=40), st.sampled_from(LAYOUT.tensors))
def test_chunks_decode_or_are_refused(data, tensor):
    for raw in (data, data[:30], data[:24]):
        try:
            part = read_chunk(raw, tensor, LAYOUT.k)
        except Malformed:
            continue
        assert part.head.encode() + part.body().tobytes() == raw
