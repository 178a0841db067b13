"""The integer codec beside the same rules in plain Python, one number at a time."""

from __future__ import annotations

from math import isqrt

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pysubtensor.pallets.training.payload import (
    LIMIT,
    Layout,
    Mixing,
    PayloadId,
    Rule,
    Share,
    aggregated,
    compress,
    fed_back,
)
from pysubtensor.pallets.training.payload.top_k import take_out

K = 8
CHUNKS = 34
"""More than are worked on at a time."""
LAYOUT = Layout([(64, 64 * CHUNKS), (1, 40)], K)
PLACE = PayloadId(1, 2, b"\x03" * 32)
SPREADS = [0, 1, 3, 1 << 10, 1 << 18, 1 << 29, 1 << 31]
seeds = st.integers(0, 1 << 32)
spreads = st.sampled_from([*SPREADS, None])


def values(seed, spread):
    """Chunks of both tensors; without a spread each chunk has its own, so that blocks differ."""
    rng = np.random.default_rng(seed)
    found = []
    for tensor in LAYOUT.tensors:
        wide = rng.choice(SPREADS, (tensor.chunks, 1)) if spread is None else spread
        drawn = rng.integers(-wide, wide + 1, (tensor.chunks, tensor.chunk_length))
        found.append(np.clip(drawn, -(1 << 31), (1 << 31) - 1).astype(np.int32))
    return found


# -- in plain Python ------------------------------------------------------------------------------


def cut(number, divisor):
    return number // divisor if number >= 0 else -(-number // divisor)


def due_of(error, update, decay):
    wanted = cut(error * decay, 1 << 16) + update
    return max(-LIMIT, min(LIMIT, wanted))


def largest(row):
    return sorted(sorted(range(len(row)), key=lambda at: (-abs(row[at]), at))[:K])


def two_magnitudes(sizes):
    low = high = sum(sizes) // len(sizes)
    for _ in range(3):
        above = [size for size in sizes if 2 * size > low + high]
        below = [size for size in sizes if 2 * size <= low + high]
        if not above or not below:
            break
        low, high = sum(below) // len(below), sum(above) // len(above)
    return low, high


def head(low, high, sent):
    norm = isqrt(sum(value * value for value in sent))
    return b"".join(n.to_bytes(size, "little") for n, size in ((low, 4), (high, 4), (norm, 8)))


def packed(numbers, bits):
    """The first in the lowest bits."""
    total = sum(number << (bits * at) for at, number in enumerate(numbers))
    return total.to_bytes(len(numbers) * bits // 8, "little")


def sparse(rows):
    """The bytes of a tensor, and what was sent of each chunk by index."""
    chosen = [largest(row) for row in rows]
    sizes = [abs(row[at]) for row, indices in zip(rows, chosen, strict=True) for at in indices]
    low, high = two_magnitudes(sizes)
    body, sent = b"", []
    for row, indices in zip(rows, chosen, strict=True):
        codes = [(2 * abs(row[at]) > low + high) + 2 * (row[at] < 0) for at in indices]
        body += packed(indices, 12) + packed(codes, 2)
        table = (low, high, -low, -high)
        sent.append({at: table[code] for at, code in zip(indices, codes, strict=True)})
    return head(low, high, [v for each in sent for v in each.values()]) + body, sent


def whole(row):
    scale = max(-(-max(map(abs, row)) // 127), 1)
    codes = [min((2 * abs(v) + scale) // (2 * scale), 127) * (1 if v >= 0 else -1) for v in row]
    sent = [code * scale for code in codes]
    return head(scale, 0, sent) + bytes(code % 256 for code in codes), [dict(enumerate(sent))]


# -- beside it ------------------------------------------------------------------------------------


@settings(max_examples=12, deadline=None)
@given(seeds, spreads, spreads, st.integers(0, 1 << 16))
@example(1, None, None, 62_259)
@example(2, 0, 3, 1 << 16)
@example(3, 1 << 31, 1 << 31, 1 << 16)
@example(4, 1 << 29, 1 << 29, 1 << 16)
def test_the_same_bits_are_sent_and_left(seed, of_error, of_update, decay):
    errors, updates = values(seed, of_error), values(seed + 1, of_update)
    due = [fed_back(*pair, decay) for pair in zip(errors, updates, strict=True)]
    payload = compress(PLACE, LAYOUT, due)
    data = payload.encode()
    for error, update, part, rest in zip(errors, updates, payload.parts, due, strict=True):
        take_out(part, rest)
        rows = [
            [due_of(*pair, decay) for pair in zip(*both, strict=True)]
            for both in zip(error.tolist(), update.tolist(), strict=True)
        ]
        made, sent = whole(rows[0]) if len(rows) == 1 else sparse(rows)
        assert part.head.encode() + part.body().tobytes() == made
        assert data.count(made) == 1
        left = [
            [value - taken.get(at, 0) for at, value in enumerate(row)]
            for row, taken in zip(rows, sent, strict=True)
        ]
        assert rest.tolist() == left


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(seeds, spreads, st.integers(0, 100)), min_size=1, max_size=6),
    st.sampled_from(Rule),
    st.booleans(),
    st.integers(0, 50),
)
@example([(1, 1 << 31, 9)] * 5, Rule.UNION_MEAN, False, 0)
@example([(1, 1 << 31, 9), (2, 1 << 18, 9), (1, 1 << 10, 9)], Rule.DIVIDE_BY_ALL, True, 10)
def test_the_same_bits_are_joined(workers, rule, clip, target):
    payloads = [
        compress(PLACE, LAYOUT, [fed_back(each, each, 0) for each in values(seed, spread)])
        for seed, spread, _ in workers
    ]
    for number, tensor in enumerate(LAYOUT.tensors):
        parts = [payload.parts[number] for payload in payloads]
        shares = [Share(part, tokens) for part, (*_, tokens) in zip(parts, workers, strict=True)]
        found = aggregated(shares, tensor.chunk_length, Mixing(rule, clip, target))
        middle = sorted(part.head.norm for part in parts)[(len(parts) - 1) // 2]
        given_by_place: dict[int, list[int]] = {}
        for part, tokens in shares:
            times, by = (middle, part.head.norm) if clip and part.head.norm > middle else (1, 1)
            if target and tokens < target:
                times, by = times * tokens, by * target
            for place, value in sent_by_place(part, tensor).items():
                given_by_place.setdefault(place, []).append(cut(value * times, by))
        mean = [0] * (tensor.chunks * tensor.chunk_length)
        for place, sent in given_by_place.items():
            mean[place] = cut(sum(sent), len(sent) if rule is Rule.UNION_MEAN else len(parts))
        assert found.dtype == np.int32
        assert found.reshape(-1).tolist() == mean


def sent_by_place(part, tensor):
    """The value at each place of the tensor's chunks of which one was sent."""
    codes = part.codes.tolist()
    if tensor.whole:
        return {at: part.table[code] for at, code in enumerate(codes[0])}
    return {
        row * tensor.chunk_length + index: part.table[code]
        for row, indices in enumerate(part.indices.tolist())
        for index, code in zip(indices, codes[row], strict=True)
    }
