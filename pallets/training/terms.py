"""The terms of a run: fixed when it is created, the same for everyone."""

from __future__ import annotations

from enum import Enum
from functools import lru_cache
from typing import Annotated, Final

from pysubtensor.frame.codec.resolve import Bounded
from pysubtensor.frame.codec.struct import Struct, rust_enum
from pysubtensor.frame.error import ensure
from pysubtensor.frame.primitives import U8, U16, U32, U64, AccountId, Hash, NetUid, Tao
from pysubtensor.pallets.training.errors import BadBonds, BadCodec, BadSchedule, BadSizes
from pysubtensor.pallets.training.payload import Layout, Mixing, Rule
from pysubtensor.pallets.training.payload.errors import BadLayout
from pysubtensor.pallets.training.payload.numbers import DECAY_ONE
from pysubtensor.pallets.training.types import MOST_VALIDATORS, MOST_WORKERS, RoundNumber

MOST_TENSORS: Final = 2048
LONGEST_PHASE: Final = 1 << 20
LEAST_MONEY: Final = 1_000_000
"""Rao of the smallest bond or deposit."""
ALL: Final = 65_535
_PATH: Final = "pallet_training::terms::"


@rust_enum(_PATH + "Rule")
class AggregationRule(Enum):
    """What a sum of updates is divided by."""

    UNION_MEAN = 0
    """By how many sent that value."""
    DIVIDE_BY_ALL = 1
    """By how many contributed."""


class CodecTerms(Struct, path=_PATH + "CodecTerms"):
    """How updates are compressed and joined."""

    tensors: Annotated[tuple[tuple[U32, U32], ...], Bounded(MOST_TENSORS)]
    """Rows and columns of the model's tensors."""
    k: U16
    """Values sent of each chunk."""
    rule: AggregationRule
    alpha: U32
    """Size of the outer step, in parts of 2**24."""
    decay: U32
    """How much of an error buffer stays, in parts of 65536."""
    clip: bool
    """Whether norms above the median are cut to it."""
    target_tokens: U64
    """Fewer weigh less, more count no more; 0: tokens do not weigh."""


class Schedule(Struct, path=_PATH + "Schedule"):
    """Most blocks that each thing takes."""

    train: U32
    commit: U32
    attest: U32
    aggregate: U32
    poster_turn: U32
    """Blocks after which the next poster in turn may post."""
    score: U32
    reveal: U32
    challenge: U32
    """Blocks after a round in which it may be challenged."""
    response: U32
    verdict: U32
    appeal: U32
    unbonding: U32


class Bonds(Struct, path=_PATH + "Bonds"):
    """What members put at risk, in rao and in parts of 65535."""

    worker: Tao
    validator: Tao
    commit: Tao
    """Deposit of a commitment, returned when the round is final."""
    challenge: Tao
    """Deposit of a challenge and of an appeal."""
    slash: U16
    """Part of the bond that the guilty lose."""
    reward: U16
    """Part of what is lost that goes to the winner; the rest is burned."""


class Sizes(Struct, path=_PATH + "Sizes"):
    """How many take part."""

    min_workers: U16
    """Fewer contributions make a round void."""
    max_workers: U16
    max_validators: U16
    contributors: U16
    """Most updates that are joined in a round; the rest are the reserve."""
    witnesses: U16
    jury: U16


class Trace(Struct, path=_PATH + "Trace"):
    """How training is recorded and audited."""

    steps: U16
    """Most inner steps of a round."""
    stride: U16
    """Inner steps between two leaves of the trace."""
    audit_rate: U16
    """How likely a worker is audited, in parts of 65535."""
    audit_strides: U8
    """Strides that an audited worker must open."""


class Terms(Struct, path=_PATH + "Terms"):
    """All that a run is fixed to."""

    config_hash: Hash
    """Of everything the chain need not know."""
    data_root: Hash
    checkpoint_root: Hash
    """Root of the parameters to begin with."""
    codec: CodecTerms
    schedule: Schedule
    bonds: Bonds
    sizes: Sizes
    trace: Trace
    max_misses: U8
    """Rounds in a row that a member misses until it is inactive."""
    immunity: U16
    """Rounds in which a new worker cannot be evicted."""
    checkpoint_every: U16
    keep_rounds: U16
    """Final rounds that are kept whole."""

    @property
    def layout(self) -> Layout:
        """The tensors.  Errors: BadLayout of the codec, never of terms that were accepted."""
        return _layout(self.codec.tensors, self.codec.k)

    @property
    def mixing(self) -> Mixing:
        """How updates are joined."""
        return Mixing(Rule(self.codec.rule.value), self.codec.clip, self.codec.target_tokens)


@lru_cache(maxsize=64)
def _layout(tensors: tuple[tuple[int, int], ...], k: int) -> Layout:
    return Layout(tensors, k)


@rust_enum(_PATH + "Status")
class Status(Enum):
    """How a run stands."""

    WAITING = 0
    """For enough workers to begin."""
    RUNNING = 1
    PAUSED = 2
    """Too few took part; it can be resumed."""
    CLOSED = 3


class Run(Struct, path=_PATH + "Run"):
    """A run as it stands."""

    netuid: NetUid
    creator: AccountId
    bond: Tao
    status: Status
    state_root: Hash
    """Root of the parameters that the open round began with, or the next one will."""
    round: RoundNumber = RoundNumber(U32(0))
    """The newest round; 0 before the first."""
    final_round: RoundNumber = RoundNumber(U32(0))
    final_root: Hash = Hash(bytes(32))
    oldest: RoundNumber = RoundNumber(U32(1))
    """The first round that is kept whole."""
    folded: Hash = Hash(bytes(32))
    """Stands for all rounds before: a hash over the last one's export and what stood for those
    before it."""
    voids: U8 = U8(0)
    """Void rounds in a row."""


def check(terms: Terms, least_keep: int) -> None:
    """Ensure that a run can have these terms.

    Errors: BadCodec; BadSchedule; BadBonds; BadSizes.
    """
    _check_codec(terms)
    _check_schedule(terms.schedule)
    _check_bonds(terms.bonds)
    _check_sizes(terms.sizes)
    trace = terms.trace
    ensure(0 < trace.stride <= trace.steps, BadSchedule)
    ensure(trace.audit_strides <= trace.steps // trace.stride, BadSchedule)
    ensure(least_keep <= terms.keep_rounds <= 256 and terms.checkpoint_every > 0, BadSchedule)
    ensure(terms.max_misses > 0, BadSchedule)


def _check_codec(terms: Terms) -> None:
    codec = terms.codec
    try:
        chunks = terms.layout.chunks
    except BadLayout:
        raise BadCodec from None
    ensure(chunks <= 1 << 28, BadCodec)
    ensure(codec.decay <= DECAY_ONE and codec.alpha > 0, BadCodec)


def _check_schedule(schedule: Schedule) -> None:
    lengths = [getattr(schedule, name) for name in schedule.__struct_fields__]
    ensure(all(0 < length <= LONGEST_PHASE for length in lengths), BadSchedule)
    ensure(schedule.challenge >= schedule.response, BadSchedule)
    exposed = sum(getattr(schedule, name) for name in _EXPOSED)
    ensure(schedule.unbonding >= exposed, BadSchedule)


_EXPOSED: Final = (
    *("train", "commit", "attest", "aggregate", "score", "reveal"),
    *("challenge", "response"),
)
"""While these go on, what a member did in a round may still cost it its bond."""


def _check_bonds(bonds: Bonds) -> None:
    amounts = (bonds.worker, bonds.validator, bonds.commit, bonds.challenge)
    ensure(all(amount >= LEAST_MONEY for amount in amounts), BadBonds)


def _check_sizes(sizes: Sizes) -> None:
    ensure(0 < sizes.min_workers <= sizes.contributors <= sizes.max_workers, BadSizes)
    ensure(sizes.max_workers <= MOST_WORKERS, BadSizes)
    ensure(sizes.max_validators <= MOST_VALIDATORS, BadSizes)
    ensure(0 < sizes.witnesses <= MOST_WORKERS and 0 < sizes.jury <= MOST_WORKERS // 2, BadSizes)
