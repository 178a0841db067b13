"""Laws of the integer codec, for any values that int32 holds."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
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
    decode,
    fed_back,
    stepped,
)
from pysubtensor.pallets.training.payload.checks import chunk_of_words, is_compression, words

LAYOUT = Layout([(64, 64), (1, 8)], 8)
PLACE = PayloadId(1, 2, b"\x03" * 32)
HIGHEST = (1 << 31) - 1
seeds = st.integers(0, 1 << 32)
spreads = st.sampled_from([0, 1, 3, 1 << 10, 1 << 24, 1 << 29, 1 << 31])


def values(seed, spread):
    """Chunks of both tensors; the largest spread reaches both ends of int32."""
    rng = np.random.default_rng(seed)
    sizes = [(t.chunks, t.chunk_length) for t in LAYOUT.tensors]
    found = [rng.integers(-spread, spread + 1, size) for size in sizes]
    return [np.clip(each, -HIGHEST - 1, HIGHEST).astype(np.int32) for each in found]


@settings(max_examples=60, deadline=None)
@given(seeds, spreads, spreads, st.integers(0, 65_536))
def test_what_is_compressed_passes_its_own_check(seed, of_error, of_update, decay):
    errors, updates = values(seed, of_error), values(seed + 1, of_update)
    wanted = [fed_back(*pair, decay) for pair in zip(errors, updates, strict=True)]
    payload = compress(PLACE, LAYOUT, wanted)
    assert decode(payload.encode(), PLACE, LAYOUT).encode() == payload.encode()
    parts = zip(payload.parts, payload.values(), strict=True)
    for place, (part, sent) in enumerate(parts):
        left = wanted[place].astype(np.int64) - sent
        assert np.abs(left).max() <= 2 * LIMIT + 126
        kept = left.astype(np.int32)
        assert np.array_equal(kept, left)
        given_ = (errors[place], updates[place], kept)
        assert is_compression(part, *given_, decay)
        for number in range(3):
            changed = [each.copy() for each in given_]
            changed[number][0, 5] ^= 1 << 20
            if number == 2 or not np.array_equal(
                fed_back(changed[0], changed[1], decay), wanted[place]
            ):
                assert not is_compression(part, *changed, decay)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(seeds, spreads, st.integers(0, 100)), min_size=1, max_size=6),
    st.sampled_from(Rule),
    st.booleans(),
    st.integers(0, 50),
)
def test_aggregates_are_within_what_was_sent(workers, rule, clip, target):
    mixing = Mixing(rule, clip, target)
    payloads = [
        compress(PLACE, LAYOUT, [fed_back(v, v, 0) for v in values(seed, spread)])
        for seed, spread, _ in workers
    ]
    for number, tensor in enumerate(LAYOUT.tensors):
        shares = [
            Share(payload.parts[number], tokens)
            for payload, (_, _, tokens) in zip(payloads, workers, strict=True)
        ]
        joined = aggregated(shares, tensor.chunk_length, mixing)
        sent = [payload.values()[number].astype(np.int64) for payload in payloads]
        assert (np.abs(joined) <= np.max(np.abs(sent), axis=0)).all()
        assert np.array_equal(joined, aggregated(shares[::-1], tensor.chunk_length, mixing))
        assert np.array_equal(chunk_of_words(words(joined), tensor.chunk_length), joined)


@given(st.integers(-HIGHEST - 1, HIGHEST), st.integers(-LIMIT, LIMIT), st.integers(1, 1 << 25))
def test_the_outer_step_is_the_one_of_whole_numbers(theta, change, alpha):
    product = change * alpha
    cut = abs(product) >> 24
    exact = theta - (cut if product >= 0 else -cut)
    found = stepped(np.array([theta], np.int32), np.array([change], np.int32), alpha)
    assert int(found[0]) == max(min(exact, HIGHEST), -HIGHEST - 1)
