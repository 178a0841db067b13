"""The codec's kernels in Triton.

A row is a chunk of 4096 values; a slot is a row of which only k values are sent.  Of each slot
`choose` writes what there is to send, and the k largest of it in order; `split` sums up the larger
of what was chosen, a few times, until two magnitudes stand for all of a tensor; `pack` writes the
bytes that travel and takes them out of what is left.  `join` adds up such bytes of many.  Tensors
that travel whole have kernels of their own: `pack_whole` and `join_whole`.

Nothing here waits for the host.  A task is some slots of one tensor, next to each other.
"""

from __future__ import annotations

from typing import Final

import triton
import triton.language as tl

from pysubtensor.pallets.training.payload import CHUNK

LEVELS: Final = 5
"""Sums of a tensor: of all values; of the larger, three times; a count of those sent as larger."""
_LIMIT: Final = tl.constexpr((1 << 30) - 1)
_LENGTH: Final = tl.constexpr(CHUNK)
_LAST: Final = tl.constexpr(LEVELS - 1)
_GROUP: Final = tl.constexpr(4)
"""Values that a thread loads at once."""
_GROUPS: Final = tl.constexpr(CHUNK // 4)
_PIECE: Final = tl.constexpr(CHUNK // 8)
_INDEX_BITS: Final = tl.constexpr(12)
_INDEX: Final = tl.constexpr(CHUNK - 1)
_COUNT_BITS: Final = tl.constexpr(16)
_COUNT: Final = tl.constexpr((1 << 16) - 1)
LARGEST: Final = tl.constexpr(127)


@triton.jit
def _due(error, update, at, factor):  # type: ignore[no-untyped-def]
    """Decay * error + update within the limit; `factor` is the decay in parts of 2**30."""
    held = tl.load(error + at)
    wide = (tl.abs(held) << 2).to(tl.uint32)
    kept = tl.umulhi(wide, factor.to(tl.uint32)).to(tl.int32)
    wanted = tl.where(held < 0, -kept, kept) + tl.load(update + at)
    return tl.minimum(tl.maximum(wanted, -_LIMIT), _LIMIT)


@triton.jit
def _raised(size, k, enough, least, most, count):  # type: ignore[no-untyped-def]
    """Raise a number that at least k magnitudes reach, until no more than `enough` do.

    More reach it only when it is the k-th largest itself.  None reaches `most`.
    """
    while (count > enough) & (most - least > 1):
        middle = (least + most) // 2
        found = tl.sum((size >= middle).to(tl.int32), 0)
        reached = found >= k
        count = tl.where(reached, found, count)
        least = tl.where(reached, middle, least)
        most = tl.where(reached, most, middle)
    return least, most, count


@triton.jit
def _word(value, index):  # type: ignore[no-untyped-def]
    return (value.to(tl.int64) << _INDEX_BITS) | index


@triton.jit
def _keep_largest(kept, value, index, size, k, least, most):  # type: ignore[no-untyped-def]
    """Keep the k largest magnitudes, of equal ones the first, in order."""
    all_ = tl.full((), _LENGTH, tl.int32)
    least, most, count = _raised(size, k, k, least, most, all_)
    above, equal = size > least, size == least
    if count > k:
        room = k - tl.sum(above.to(tl.int32), 0)
        equal = equal & (tl.cumsum(equal.to(tl.int32), 0) <= room)
    keep = above | equal
    tl.store(kept + tl.cumsum(keep.to(tl.int32), 0) - 1, _word(value, index), mask=keep)


@triton.jit
def _keep_of_many(kept, left, k, least, most):  # type: ignore[no-untyped-def]
    """The same of all values of a chunk, some at a time: slow, and seldom needed."""
    near = tl.arange(0, _PIECE)
    while most - least > 1:
        middle = (least + most) // 2
        found = tl.full((), 0, tl.int32)
        for at in range(0, _LENGTH, _PIECE):
            found += tl.sum((tl.abs(tl.load(left + at + near)) >= middle).to(tl.int32), 0)
        least, most = tl.where(found >= k, middle, least), tl.where(found >= k, most, middle)
    above = tl.full((), 0, tl.int32)
    for at in range(0, _LENGTH, _PIECE):
        above += tl.sum((tl.abs(tl.load(left + at + near)) > least).to(tl.int32), 0)
    equal_before, before = tl.full((), 0, tl.int32), tl.full((), 0, tl.int32)
    for at in range(0, _LENGTH, _PIECE):
        value = tl.load(left + at + near)
        equal = (tl.abs(value) == least).to(tl.int32)
        fits = (equal > 0) & (equal_before + tl.cumsum(equal, 0) <= k - above)
        keep = ((tl.abs(value) > least) | fits).to(tl.int32)
        place = before + tl.cumsum(keep, 0) - 1
        tl.store(kept + place, _word(value, at + near), mask=keep > 0)
        equal_before += tl.sum(equal, 0)
        before += tl.sum(keep, 0)


@triton.jit
def choose(error, update, left, rows, few, kept, factor, k, SOME: tl.constexpr):  # type: ignore[no-untyped-def]
    """What there is to send, and the k largest of each slot: of equal ones the first.

    Each is kept with its index in the low bits.  They are looked for among few groups of values:
    those whose maxima are the k largest, or some more, hold them all.
    """
    slot = tl.program_id(0).to(tl.int64)
    at = tl.arange(0, _LENGTH)
    start = tl.load(rows + slot).to(tl.int64) * _LENGTH
    value = _due(error + start, update + start, at, factor)
    left += start
    tl.store(left + at, value)
    kept += slot * k
    size = tl.abs(value)
    groups = tl.max(tl.reshape(size, (_GROUPS, _GROUP)), 1)
    least, most = tl.full((), 0, tl.int32), tl.max(groups, 0) + 1
    least, _, count = _raised(groups, k, 2 * k, least, most, tl.full((), _GROUPS, tl.int32))
    if count <= SOME:
        candidate = groups >= least
        place = tl.cumsum(candidate.to(tl.int32), 0) - 1
        few += slot * SOME
        tl.store(few + place, tl.arange(0, _GROUPS), mask=candidate)
        tl.debug_barrier()
        near = tl.arange(0, _GROUP * SOME)
        mask = near < _GROUP * count
        index = tl.load(few + near // _GROUP, mask=mask, other=0) * _GROUP + near % _GROUP
        found = tl.load(left + index, mask=mask, other=0)
        _keep_largest(kept, found, index, tl.where(mask, tl.abs(found), -1), k, least, most)
    else:
        tl.debug_barrier()
        _keep_of_many(kept, left, k, least, most)


@triton.jit
def _means(counts, sums, tensor, tensors, LEVEL: tl.constexpr):  # type: ignore[no-untyped-def]
    """The two magnitudes before a level: means of the halves at the one before."""
    count, total = tl.load(counts + tensor), tl.load(sums + tensor)
    low = total // count
    high = low
    for level in tl.static_range(1, LEVEL):
        larger = tl.load(counts + level * tensors + tensor)
        part = tl.load(sums + level * tensors + tensor)
        splits = (larger > 0) & (larger < count)
        low = tl.where(splits, (total - part) // tl.maximum(count - larger, 1), low)
        high = tl.where(splits, part // tl.maximum(larger, 1), high)
    return low.to(tl.int32), high.to(tl.int32)


@triton.jit
def split(  # type: ignore[no-untyped-def]
    kept, tasks, counts, sums, tensors, k, LEVEL: tl.constexpr, VALUES: tl.constexpr
):  # fmt: skip
    """Count and add up the magnitudes nearer to the higher; at level 0, all."""
    task = tl.program_id(0)
    first = tl.load(tasks + 3 * task).to(tl.int64)
    slots, tensor = tl.load(tasks + 3 * task + 1), tl.load(tasks + 3 * task + 2)
    at = tl.arange(0, VALUES)
    larger = at < slots * k
    word = tl.load(kept + first * k + at, mask=larger, other=0)
    size = tl.abs((word >> _INDEX_BITS).to(tl.int32))
    if LEVEL > 0:
        low, high = _means(counts, sums, tensor, tensors, LEVEL)
        larger = larger & (2 * size > low + high)
    to = LEVEL * tensors + tensor
    tl.atomic_add(counts + to, tl.sum(larger.to(tl.int64), 0), sem="relaxed")
    tl.atomic_add(sums + to, tl.sum(tl.where(larger, size, 0).to(tl.int64), 0), sem="relaxed")


@triton.jit
def pack(  # type: ignore[no-untyped-def]
    left, rows, kept, tasks, offsets, wire, counts, sums, tensors, k,
    QUARTERS: tl.constexpr,
):  # fmt: skip
    """Write the bytes of some slots, four values at a time, and take them out of what is left."""
    task = tl.program_id(0)
    first = tl.load(tasks + 3 * task).to(tl.int64)
    slots, tensor = tl.load(tasks + 3 * task + 1), tl.load(tasks + 3 * task + 2)
    low, high = _means(counts, sums, tensor, tensors, _LAST)
    quarter = tl.arange(0, QUARTERS)
    mask = quarter < slots * (k // 4)
    slot, inside = quarter // (k // 4), quarter % (k // 4)
    chunk = tl.load(rows + first + slot, mask=mask, other=0).to(tl.int64) * _LENGTH
    start = first * k + 4 * quarter
    out = wire + tl.load(offsets + first) + slot * (k * 14 // 8)
    codes = tl.zeros((QUARTERS,), tl.int32)
    before = tl.zeros((QUARTERS,), tl.int32)
    count = tl.zeros((QUARTERS,), tl.int32)
    for place in tl.static_range(4):
        word = tl.load(kept + start + place, mask=mask, other=0)
        index, value = (word & _INDEX).to(tl.int32), (word >> _INDEX_BITS).to(tl.int32)
        larger = (2 * tl.abs(value) > low + high) & mask
        count += larger.to(tl.int32)
        codes = codes | ((larger.to(tl.int32) + 2 * (value < 0).to(tl.int32)) << (2 * place))
        sent = tl.where(larger, high, low)
        tl.store(left + chunk + index, value - tl.where(value < 0, -sent, sent), mask=mask)
        if place % 2 == 0:
            before = index
        else:
            at = out + 6 * inside + 3 * (place // 2)
            tl.store(at, (before & 0xFF).to(tl.uint8), mask=mask)
            tl.store(at + 1, ((before >> 8) | ((index & 0xF) << 4)).to(tl.uint8), mask=mask)
            tl.store(at + 2, (index >> 4).to(tl.uint8), mask=mask)
    tl.store(out + k * 12 // 8 + inside, codes.to(tl.uint8), mask=mask)
    total = tl.sum(count.to(tl.int64), 0)
    tl.atomic_add(counts + _LAST * tensors + tensor, total, sem="relaxed")


@triton.jit
def pack_whole(error, update, left, rows, sizes, offsets, wire, scales, squares, factor):  # type: ignore[no-untyped-def]
    """Write a tensor that travels whole, its scale, and the sum of its squared codes."""
    tensor = tl.program_id(0)
    at = tl.arange(0, _LENGTH)
    start = tl.load(rows + tensor).to(tl.int64) * _LENGTH
    value = _due(error + start, update + start, at, factor)  # zeros behind the last
    size = tl.abs(value).to(tl.int64)
    scale = tl.maximum((tl.max(size, 0) + LARGEST - 1) // LARGEST, 1)
    code = tl.minimum((2 * size + scale) // (2 * scale), LARGEST)
    signed = tl.where(value < 0, -code, code)
    tl.store(left + start + at, (value - signed * scale).to(tl.int32))
    to = wire + tl.load(offsets + tensor) + at
    tl.store(to, (signed & 0xFF).to(tl.uint8), mask=at < tl.load(sizes + tensor))
    tl.store(scales + tensor, scale)
    tl.store(squares + tensor, tl.sum(code * code, 0))


@triton.jit
def _pairs(wire, length, peers, offset, begin, k, PAIRS: tl.constexpr):  # type: ignore[no-untyped-def]
    """Some pairs of indices of a slot, from all peers, and what their codes are read by."""
    number = begin + tl.arange(0, PAIRS)
    mask = number < peers * (k // 2)
    peer, pair = number // (k // 2), number % (k // 2)
    start = wire + peer.to(tl.int64) * length + offset
    one = tl.load(start + 3 * pair, mask=mask, other=0).to(tl.int32)
    two = tl.load(start + 3 * pair + 1, mask=mask, other=0).to(tl.int32)
    three = tl.load(start + 3 * pair + 2, mask=mask, other=0).to(tl.int32)
    return one | ((two & 0xF) << 8), (two >> 4) | (three << 4), mask, number, peer, start, pair


@triton.jit
def _claim(sums, to, number, mask):  # type: ignore[no-untyped-def]
    """Put the numbers of values where they go; of those for one place any may win."""
    tl.store(to, number, mask=mask)
    tl.store(sums + number, tl.zeros_like(number).to(tl.int64), mask=mask)


@triton.jit
def _add(sums, to, code, magnitudes, mask):  # type: ignore[no-untyped-def]
    """Add values to the sum of whose number is in their place, and one to the count below it."""
    winner = tl.load(to, mask=mask, other=0, cache_modifier=".cg")
    size = tl.load(magnitudes + (code & 1), mask=mask, other=0).to(tl.int64)
    word = (tl.where((code & 2) > 0, -size, size) << _COUNT_BITS) + 1
    tl.atomic_add(sums + winner, word, mask=mask, sem="relaxed")


@triton.jit
def _settle(sums, to, number, divisor, mask):  # type: ignore[no-untyped-def]
    """Write the means of what was added up, cut towards zero."""
    word = tl.load(sums + number, mask=mask, other=0, cache_modifier=".cg")
    total, count = word >> _COUNT_BITS, word & _COUNT
    by = tl.where(divisor == 0, tl.maximum(count, 1), divisor)
    size = tl.abs(total) // by
    tl.store(to, tl.where(total < 0, -size, size).to(tl.int32), mask=mask & (count > 0))


@triton.jit(do_not_specialize=["peers", "slots", "divisor"])
def join(  # type: ignore[no-untyped-def]
    wire, length, peers, rows, offsets, tensor_of, table, tensors, scratch, out, slots, k, divisor,
    PAIRS: tl.constexpr,
):  # fmt: skip
    """The aggregate of slots; `divisor` 0: by how many sent a position.

    Values are numbered.  One of those for a place sums up all of them, in a row of scratch memory
    of the program's own that is as long as what travels: all other places are only written zeros.
    """
    at, half = tl.arange(0, _LENGTH), peers * (k // 2)
    sums = scratch + tl.program_id(0).to(tl.int64) * (2 * half)
    for slot in range(tl.program_id(0), slots, tl.num_programs(0)):
        to = out + tl.load(rows + slot).to(tl.int64) * _LENGTH
        offset, tensor = tl.load(offsets + slot), tl.load(tensor_of + slot)
        tl.store(to + at, tl.zeros((_LENGTH,), tl.int32))
        tl.debug_barrier()
        for begin in range(0, half, PAIRS):
            a, b, mask, number, _, _, _ = _pairs(wire, length, peers, offset, begin, k, PAIRS)
            _claim(sums, to + a, number, mask)
            _claim(sums, to + b, half + number, mask)
        tl.debug_barrier()
        for begin in range(0, half, PAIRS):
            a, b, mask, _, peer, start, pair = _pairs(wire, length, peers, offset, begin, k, PAIRS)
            codes = tl.load(start + k * 12 // 8 + pair // 2, mask=mask, other=0).to(tl.int32)
            codes = codes >> (4 * (pair % 2))
            magnitudes = table + 2 * (peer * tensors + tensor)
            _add(sums, to + a, codes, magnitudes, mask)
            _add(sums, to + b, codes >> 2, magnitudes, mask)
        tl.debug_barrier()
        for begin in range(0, half, PAIRS):
            a, b, mask, number, _, _, _ = _pairs(wire, length, peers, offset, begin, k, PAIRS)
            _settle(sums, to + a, number, divisor, mask)
            _settle(sums, to + b, half + number, divisor, mask)


@triton.jit(do_not_specialize=["peers"])
def join_whole(wire, length, peers, rows, sizes, offsets, table, tensors, out):  # type: ignore[no-untyped-def]
    """The aggregate of tensors that travel whole; all peers send all positions."""
    tensor = tl.program_id(0)
    at = tl.arange(0, _LENGTH)
    mask = at < tl.load(sizes + tensor)
    start = wire + tl.load(offsets + tensor) + at
    total = tl.zeros((_LENGTH,), tl.int64)
    for peer in range(peers):
        code = tl.load(start + tl.cast(peer, tl.int64) * length, mask=mask, other=0)
        code = code.to(tl.int32)
        size = tl.minimum(code, 256 - code)
        magnitudes = table + (LARGEST + 1) * (peer * tensors + tensor)
        value = tl.load(magnitudes + size, mask=mask, other=0)
        total += tl.where(code > LARGEST, -value, value).to(tl.int64)
    size = tl.abs(total) // peers
    mean = tl.where(total < 0, -size, size).to(tl.int32)
    tl.store(out + tl.load(rows + tensor).to(tl.int64) * _LENGTH + at, mean)
