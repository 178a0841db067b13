"""What a call costs: weights, dispatch classes, and what is known before and after it ran.

A weight has two dimensions: `ref_time` in picoseconds of the reference machine and `proof_size`
in bytes.  Source of the arithmetic: sp-weights, which saturates at u64.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Annotated, Final

from pysubtensor.frame.codec.resolve import COMPACT, Named
from pysubtensor.frame.codec.struct import Struct, rust_enum
from pysubtensor.frame.primitives import U64, U64_MAX


class Weight(Struct, path="sp_weights::weight_v2::Weight"):
    """Saturating two-dimensional weight."""

    ref_time: Annotated[U64, COMPACT, Named("u64")]
    proof_size: Annotated[U64, COMPACT, Named("u64")] = U64(0)

    def __add__(self, other: Weight) -> Weight:
        return Weight(
            U64(min(self.ref_time + other.ref_time, U64_MAX)),
            U64(min(self.proof_size + other.proof_size, U64_MAX)),
        )

    def __sub__(self, other: Weight) -> Weight:
        return Weight(
            U64(max(self.ref_time - other.ref_time, 0)),
            U64(max(self.proof_size - other.proof_size, 0)),
        )

    def __mul__(self, times: int) -> Weight:
        return Weight(
            U64(min(self.ref_time * times, U64_MAX)), U64(min(self.proof_size * times, U64_MAX))
        )

    def any_gt(self, other: Weight) -> bool:
        """Whether it is above `other` in at least one dimension."""
        return self.ref_time > other.ref_time or self.proof_size > other.proof_size

    def minimum(self, other: Weight) -> Weight:
        """The smaller of each dimension."""
        return Weight(min(self.ref_time, other.ref_time), min(self.proof_size, other.proof_size))

    def maximum(self, other: Weight) -> Weight:
        """The larger of each dimension."""
        return Weight(max(self.ref_time, other.ref_time), max(self.proof_size, other.proof_size))


ZERO: Final = Weight(U64(0), U64(0))
MAX: Final = Weight(U64(U64_MAX), U64(U64_MAX))

DB_READ: Final = 25_000_000
DB_WRITE: Final = 100_000_000
"""RocksDbWeight of the chain: picoseconds a read and a write cost."""


def weight(ref_time: int, proof_size: int = 0, *, reads: int = 0, writes: int = 0) -> Weight:
    """A measured weight plus its storage accesses."""
    total = ref_time + reads * DB_READ + writes * DB_WRITE
    return Weight(U64(min(total, U64_MAX)), U64(proof_size))


@rust_enum("frame_support::dispatch::DispatchClass")
class DispatchClass(IntEnum):
    """Which share of the block a call competes for."""

    NORMAL = 0
    OPERATIONAL = 1
    MANDATORY = 2


@rust_enum("frame_support::dispatch::Pays")
class Pays(IntEnum):
    """Whether the sender pays a weight fee."""

    YES = 0
    NO = 1


@dataclass(frozen=True, slots=True)
class DispatchInfo:
    """Known before a call runs."""

    call_weight: Weight
    dispatch_class: DispatchClass = DispatchClass.NORMAL
    pays_fee: Pays = Pays.YES
    extension_weight: Weight = ZERO

    @property
    def total_weight(self) -> Weight:
        """Weight of the call and of the extensions around it."""
        if self.extension_weight is ZERO:
            return self.call_weight
        return self.call_weight + self.extension_weight


@dataclass(frozen=True, slots=True)
class PostInfo:
    """What a call may correct after it ran; None keeps what was known before."""

    actual_weight: Weight | None = None
    pays_fee: Pays = Pays.YES

    def weight_of(self, info: DispatchInfo) -> Weight:
        """Weight to account, never above what was announced."""
        if self.actual_weight is None:
            return info.total_weight
        return self.actual_weight.minimum(info.total_weight)

    def pays(self, info: DispatchInfo) -> Pays:
        """NO as soon as one of the two says so."""
        both = self.pays_fee == Pays.YES and info.pays_fee == Pays.YES
        return Pays.YES if both else Pays.NO
