"""The integer codec of training: layout, packing, quantiser, payload, aggregation."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pysubtensor.pallets.training.payload import (
    CHUNK,
    LIMIT,
    ONE,
    Layout,
    Mixing,
    PayloadId,
    Rule,
    Share,
    aggregated,
    compress,
    decode,
    fed_back,
    payload_hash,
    read_chunk,
    size_of,
    stepped,
)
from pysubtensor.pallets.training.payload import errors as e
from pysubtensor.pallets.training.payload.numbers import quotient, quotient_of, without_fraction
from pysubtensor.pallets.training.payload.packing import (
    pack_codes,
    pack_indices,
    unpack_codes,
    unpack_indices,
)
from pysubtensor.pallets.training.payload.top_k import (
    DenseTensor,
    TensorHead,
    TopKTensor,
    magnitudes,
    top_k_indices,
    values_of,
)

WORKER = b"\x05" * 32
PLACE = PayloadId(3, 7, WORKER)
SMALL = Layout([(64, 128), (1, 64), (70, 70)], 64)
"""Two blocks; a vector; runs of which the last is padded."""
NANO = Layout(
    [(256, 128), (128, 128)]
    + [(384, 128), (128, 128), (512, 128), (128, 512), *[(1, 128)] * 4] * 4
    + [(1, 128)] * 2,
    64,
)


def numbers(shape, spread=1 << 20, seed=1):
    return np.random.default_rng(seed).normal(0, spread, shape).astype(np.int32)


def chunks_of(layout, seed=1):
    return [t.cut(numbers((t.rows, t.columns), seed=seed + t.first)) for t in layout.tensors]


def payload(layout=SMALL, place=PLACE, seed=1):
    return compress(place, layout, chunks_of(layout, seed))


# -- layout ---------------------------------------------------------------------------------------


def test_tensors_take_the_chunks_they_should():
    assert [(t.first, t.chunks, t.whole, t.blocks) for t in SMALL.tensors] == [
        (0, 2, False, True),
        (2, 1, True, False),
        (3, 2, False, False),
    ]
    assert (SMALL.chunks, SMALL.size) == (5, 64 * 128 + 64 + 4900)
    assert [SMALL.tensor_of(chunk).first for chunk in range(5)] == [0, 0, 2, 3, 3]


def test_a_block_is_64_rows_of_64_columns():
    values = np.arange(64 * 128, dtype=np.int32).reshape(64, 128)
    cut = SMALL.tensors[0].cut(values)
    assert cut[0, :64].tolist() == list(range(64))
    assert cut[0, 64] == 128
    assert cut[1, 0] == 64


@pytest.mark.parametrize("tensor", SMALL.tensors)
def test_join_undoes_cut(tensor):
    values = numbers((tensor.rows, tensor.columns))
    assert np.array_equal(tensor.join(tensor.cut(values)), values)


@pytest.mark.parametrize(
    ("shapes", "k"),
    [([], 64), ([(0, 5)], 64), ([(1, 1 << 32)], 64), ([(64, 64)], 63), ([(64, 64)], 4096)],
)
def test_layouts_that_cannot_be(shapes, k):
    with pytest.raises(e.BadLayout):
        Layout(shapes, k)


# -- packing --------------------------------------------------------------------------------------


def test_packing_takes_the_bits_in_the_stated_order():
    assert pack_indices(np.array([[0xABC, 0x123]], np.uint16)).tolist() == [[0xBC, 0x3A, 0x12]]
    assert pack_codes(np.array([[1, 2, 3, 0]], np.uint8)).tolist() == [[0b00_11_10_01]]


def test_unpacking_undoes_packing():
    rng = np.random.default_rng(2)
    indices = rng.integers(0, 4096, (9, 64)).astype(np.uint16)
    codes = rng.integers(0, 4, (9, 64)).astype(np.uint8)
    assert np.array_equal(unpack_indices(pack_indices(indices)), indices)
    assert np.array_equal(unpack_codes(pack_codes(codes)), codes)


# -- choosing and coding --------------------------------------------------------------------------


def test_the_largest_are_chosen_and_of_equals_the_first():
    row = np.zeros((1, 16), np.int32)
    row[0, [3, 5, 7, 9]] = [2, -9, 2, 2]
    assert top_k_indices(row, 3).tolist() == [[3, 5, 7]]
    assert top_k_indices(np.zeros((2, 16), np.int32), 2).tolist() == [[0, 1], [0, 1]]


def test_choice_equals_a_plain_sort():
    rows = np.random.default_rng(3).integers(-50, 50, (5, 4096)).astype(np.int32)
    for row, found in zip(rows, top_k_indices(rows, 64), strict=True):
        order = sorted(range(4096), key=lambda i: (-abs(int(row[i])), i))
        assert found.tolist() == sorted(order[:64])


def test_two_magnitudes_settle_where_two_heaps_are():
    assert magnitudes(np.array([10, 12, 11, 99, 101], np.int64)) == (11, 100)
    assert magnitudes(np.array([5, 5], np.int64)) == (5, 5)
    assert magnitudes(np.zeros(4, np.int64)) == (0, 0)


def test_what_is_sent_and_what_is_kept_add_up():
    error, update = numbers((4, CHUNK), 1 << 22), numbers((4, CHUNK), 1 << 22, 2)
    wanted = fed_back(error, update, 62_259)  # 0.95
    layout = Layout([(128, 128)], 64)
    part = compress(PLACE, layout, [wanted]).parts[0]
    kept = wanted - values_of(part, CHUNK)
    for at in [(0, 0), (3, 4095), (2, 77)]:
        exact = abs(int(error[at])) * 62_259 // 65_536
        whole = (-exact if error[at] < 0 else exact) + int(update[at])
        assert int(kept[at]) + int(values_of(part, CHUNK)[at]) == whole


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(
    ("error", "update", "decay", "due"),
    [
        (LIMIT - 5, 5, 65_536, LIMIT),
        (LIMIT, 1, 65_536, LIMIT),
        (LIMIT, LIMIT, 65_536, LIMIT),
        (LIMIT, LIMIT, 0, LIMIT),
        (LIMIT, -LIMIT, 65_535, -(LIMIT // 65_536) - 1),
        (3, 0, 32_768, 1),
        (65_537, 0, 65_535, 65_535),
    ],
)
def test_what_is_due_is_cut_towards_zero_and_limited(error, update, decay, due, sign):
    numbers = (np.array([sign * each], np.int32) for each in (error, update))
    assert fed_back(*numbers, decay).tolist() == [sign * due]


def test_updates_are_limited_and_parameters_saturate():
    high = np.full((1, 4), (1 << 31) - 1, np.int32)
    assert fed_back(high, high, 65_536).tolist() == [[LIMIT] * 4]
    assert stepped(high, -high, ONE).tolist() == high.tolist()
    assert stepped(np.array([-3], np.int32), np.array([5], np.int32), ONE // 2).tolist() == [-5]
    assert stepped(np.array([0], np.int32), np.array([-5], np.int32), ONE // 2).tolist() == [2]


def test_a_vector_travels_in_127ths_of_its_largest():
    row = np.array([[127 * 50, -127 * 50, 24, 25, -74, -75]], np.int32)
    part = compress(PLACE, Layout([(1, 6)], 64), [row]).parts[0]
    assert part.head.low == 50
    assert values_of(part, 6).tolist() == [[6350, -6350, 0, 50, -50, -100]]


# -- payload --------------------------------------------------------------------------------------


def test_payloads_survive_the_wire():
    sent = payload()
    data = sent.encode()
    assert len(data) == size_of(SMALL) == 76 + 3 * 16 + 2 * 112 + 64 + 2 * 112
    found = decode(data, PLACE, SMALL)
    assert found.encode() == data
    assert found.root() == sent.root()
    assert all(np.array_equal(*pair) for pair in zip(found.values(), sent.values(), strict=True))
    leaves = list(found.chunk_data())
    assert len(leaves) == SMALL.chunks
    chunk = read_chunk(leaves[4], SMALL.tensors[2], 64)
    assert np.array_equal(values_of(chunk, CHUNK)[0], found.values()[2][1])


def test_the_format_is_the_documented_one():
    """Written out by hand from docs/training-format.md."""
    layout = Layout([(64, 64)], 4)
    row = np.zeros((1, CHUNK), np.int32)
    row[0, [1, 2, 3, 4095]] = [100, -10, 12, -100]
    data = compress(PLACE, layout, [row]).encode()
    assert data[:44] == b"SLP\x01" + b"\3\0\0\0" + b"\7\0\0\0" + WORKER
    table = b"".join(n.to_bytes(4, "little") for n in (4, 64, 64))
    assert data[44:76] == hashlib.blake2b(table, digest_size=32).digest()
    norm = int((2 * 100**2 + 2 * 11**2) ** 0.5)
    assert data[76:92] == bytes((11, 0, 0, 0, 100, 0, 0, 0)) + norm.to_bytes(8, "little")
    assert data[92:98] == bytes((0x01, 0x20, 0x00, 0x03, 0xF0, 0xFF))
    assert data[98:] == bytes((0b11_00_10_01,))
    assert payload_hash(data) == hashlib.blake2b(data, digest_size=32).digest()


def test_payloads_differ_with_everything_they_are_of():
    roots = {
        payload(place=place).root()
        for place in (
            PLACE,
            PayloadId(4, 7, WORKER),
            PayloadId(3, 8, WORKER),
            PayloadId(3, 7, bytes(32)),
        )
    }
    assert len(roots) == 4


def test_nano_payload_is_127_times_smaller_than_dense():
    dense = NANO.size * 4
    assert NANO.size == 837_888
    assert dense / size_of(NANO) >= 127


def test_a_billion_parameters_shrink_145_times():
    width, layers = 2048, 16
    blocks = [(1, width), (3 * width, width), (width, width), (1, width)]
    blocks += [(4 * width, width), (width, 4 * width)]
    layout = Layout([(100_352, width), *(blocks * layers), (1, width)], 64)
    assert layout.size > 10**9
    assert layout.size * 4 / size_of(layout) >= 145


BODY = 76 + 16
"""Where the chunks of the first tensor begin."""


def spoiled(at, data):
    raw = bytearray(payload().encode())
    raw[at : at + len(data)] = data
    return bytes(raw)


SPOILED = [
    (e.BadMagic, b""),
    (e.BadMagic, b"SLP\x02" + bytes(600)),
    (e.WrongPlace, payload(place=PayloadId(3, 8, WORKER)).encode()),
    (e.WrongPlace, payload(place=PayloadId(3, 7, bytes(32))).encode()),
    (e.WrongTable, payload(Layout([(64, 128), (1, 64), (70, 70)], 68)).encode()),
    (e.WrongLength, payload().encode()[:-1]),
    (e.WrongLength, payload().encode() + b"\0"),
    (e.UnsortedIndices, spoiled(BODY, bytes(3))),
    (e.UnsortedIndices, spoiled(BODY, b"\xff" * 3)),
    (e.BadCodebook, spoiled(76, b"\xff\xff\xff\x3f" + bytes(4))),
    (e.BadCodebook, spoiled(76, bytes(4) + b"\0\0\0\x40")),
    (e.BadCodebook, spoiled(BODY + 224, bytes(4))),
    (e.BadCodebook, spoiled(BODY + 224 + 4, b"\1")),
    (e.BadCode, spoiled(BODY + 224 + 16, b"\x80")),
    (e.WrongNorm, spoiled(76 + 8, b"\0")),
    (e.WrongNorm, spoiled(BODY + 96, b"\xff" * 16)),
]


@pytest.mark.parametrize(("error", "data"), SPOILED)
def test_what_is_malformed_has_a_name(error, data):
    with pytest.raises(error):
        decode(data, PLACE, SMALL)


# -- aggregation ----------------------------------------------------------------------------------

MEAN = Mixing(Rule.UNION_MEAN, clip=False, target_tokens=0)


def two(indices, codes, low, high, norm):
    return TopKTensor(
        TensorHead(low, high, norm), np.array([indices], np.uint16), np.array([codes], np.uint8)
    )


A = two([0, 1, 2, 3], [1, 0, 2, 3], 10, 101, 200)
B = two([0, 3, 4, 5], [1, 1, 0, 2], 20, 200, 400)


def test_union_mean_divides_by_senders():
    found = aggregated([Share(A, 1), Share(B, 1)], CHUNK, MEAN)
    assert found[0, :7].tolist() == [150, 10, -10, 49, 20, -20, 0]


def test_dividing_by_all_cuts_towards_zero():
    found = aggregated([Share(A, 1), Share(B, 1)], CHUNK, MEAN._replace(rule=Rule.DIVIDE_BY_ALL))
    assert found[0, :7].tolist() == [150, 5, -5, 49, 10, -10, 0]
    odd = two([0, 1, 2, 3], [0, 2, 0, 0], 3, 3, 1)
    halves = aggregated([Share(odd, 1), Share(A, 1)], 4096, MEAN._replace(rule=1))
    assert halves[0, :2].tolist() == [52, 3]


def test_large_norms_are_cut_to_the_lower_middle_one():
    found = aggregated([Share(A, 1), Share(B, 1)], CHUNK, MEAN._replace(clip=True))
    assert found[0, :7].tolist() == [100, 10, -10, 0, 10, -10, 0]


def test_fewer_tokens_weigh_less():
    found = aggregated([Share(A, 5), Share(B, 90)], CHUNK, Mixing(Rule.UNION_MEAN, False, 10))
    assert found[0, :7].tolist() == [125, 5, -5, 75, 20, -20, 0]


def test_order_does_not_matter():
    layout = Layout([(128, 128), (1, 64)], 64)
    parts = [compress(PLACE, layout, chunks_of(layout, seed)).parts for seed in range(5)]
    for number, tensor in enumerate(layout.tensors):
        shares = [Share(each[number], 7) for each in parts]
        mixing = Mixing(Rule.UNION_MEAN, True, 10)
        forth = aggregated(shares, tensor.chunk_length, mixing)
        back = aggregated(shares[::-1], tensor.chunk_length, mixing)
        assert np.array_equal(forth, back)
        one = [Share(_row(share.part, 0), share.tokens) for share in shares]
        assert np.array_equal(aggregated(one, tensor.chunk_length, mixing), forth[:1])


def _row(part, row):
    if isinstance(part, DenseTensor):
        return part
    return TopKTensor(part.head, part.indices[row : row + 1], part.codes[row : row + 1])


def test_nobody_makes_no_aggregate():
    with pytest.raises(e.OutOfRange):
        aggregated([], CHUNK, MEAN)


@given(
    st.lists(st.integers(-(2**62), 2**62), min_size=1, max_size=20), st.sampled_from([1, 16, 24])
)
def test_the_quick_division_is_the_other(numbers, bits):
    given_numbers = np.array(numbers, dtype=np.int64)
    found = without_fraction(given_numbers, bits).tolist()
    assert found == quotient(given_numbers, 1 << bits).tolist()
    assert found == [quotient_of(number, 1 << bits) for number in numbers]
