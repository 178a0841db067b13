"""Dividends of an epoch: what validators, their stakers, root's stakers and parents get.

A hotkey may lend proportions of its stake to children, which validate with it and share what they
earn.  The epoch's dividends decide proportions only; the amounts are those that were pending.
Money is in rao, fixed-point numbers are raw U96F32, keys whatever can be sorted.
Source: coinbase/run_coinbase (calculate_dividends_and_incentives and what it calls).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from pysubtensor.frame.arith import saturating_add
from pysubtensor.frame.fixed_point import U96F32
from pysubtensor.pallets.subtensor.pools.stake_weight import StakePair
from pysubtensor.pallets.subtensor.proportions import proportion_u16, proportion_u64

fixed, floor = U96F32.from_int, U96F32.to_uint
plus, minus = U96F32.saturating_add, U96F32.saturating_sub
times, over = U96F32.saturating_mul, U96F32.safe_div


class Sortable(Protocol):
    """A key with an order, which is the order things are paid out in."""

    def __lt__(self, other: Any, /) -> bool: ...


K = TypeVar("K", bound=Sortable)


class Parent(NamedTuple, Generic[K]):
    """A hotkey that lends `proportion` (u64) of its stake; `owner` is its coldkey."""

    key: K
    owner: object
    proportion: int
    stake: StakePair


class Child(NamedTuple, Generic[K]):
    """The hotkey that earned; `take` (u16) is what it keeps of other owners' part."""

    key: K
    owner: object
    take: int


class NetworkRates(NamedTuple):
    """Of the whole network: the weight of root's TAO, and the part burned of parents' dividends."""

    tao_weight: int
    burn: int


def contribution(stake: StakePair, proportion: int, tao_weight: int) -> int:
    """What a `proportion` (U96F32) of a stake contributes: alpha plus weighted TAO."""
    alpha = times(fixed(stake.alpha), proportion)
    root = times(times(fixed(stake.root), proportion), tao_weight)
    return plus(alpha, root)


def self_contribution(stake: StakePair, lent: Iterable[int], tao_weight: int) -> int:
    """Rao that a hotkey's own stake contributes, without what it lends (`get_self_contribution`).

    `lent` are proportions (u64).
    """
    kept = U96F32.one
    for part in lent:
        kept = minus(kept, proportion_u64(part))
    return floor(contribution(stake, kept, tao_weight))


class ChildSplit(NamedTuple, Generic[K]):
    """Dividends of one child: who gets how much, the child last, and what is burned of it."""

    paid: list[tuple[K, int]]
    burnt: tuple[int, ...]


def split_with_parents(
    dividends: int, child: Child[K], own: int, parents: Sequence[Parent[K]], rates: NetworkRates
) -> ChildSplit[K]:
    """Split `dividends` rao by what the child itself (`own` rao) and each parent contributed.

    Of the part of a parent with another owner some is burned and the child takes its take; the
    child gets that and what is left.  Each amount is rounded down by itself
    (`get_parent_child_dividends_distribution`).
    """
    parts = [contribution(p.stake, proportion_u64(p.proportion), rates.tao_weight) for p in parents]
    total = U96F32.saturate(fixed(own) + sum(parts))
    take = proportion_u16(child.take)
    whole = fixed(dividends)
    left, taken = whole, 0
    paid: list[tuple[K, int]] = []
    burnt: list[int] = []
    for parent, part in zip(parents, parts, strict=True):
        earned = times(whole, over(part, total))
        left = minus(left, earned)
        if parent.owner != child.owner:
            burn, kept = times(rates.burn, earned), times(take, earned)
            earned = minus(minus(earned, burn), kept)
            taken = plus(taken, kept)
            burnt.append(floor(burn))
        paid.append((parent.key, floor(earned)))
    paid.append((child.key, floor(plus(left, taken))))
    return ChildSplit(paid, tuple(burnt))


def total_dividends(shared: Iterable[ChildSplit[K]]) -> dict[K, int]:
    """Sum up the dividends of each hotkey over all children, U96F32."""
    totals: dict[K, int] = {}
    for key, amount in (pair for each in shared for pair in each.paid):
        totals[key] = plus(totals.get(key, 0), fixed(amount))
    return totals


def total_incentives(emissions: Iterable[tuple[K, int]]) -> dict[K, int]:
    """Sum up the incentive of each hotkey from pairs of hotkey and rao."""
    totals: dict[K, int] = {}
    for key, amount in emissions:
        totals[key] = saturating_add(totals.get(key, 0), amount)
    return totals


def for_validators(pending_validator: int, pending_server: int, incentives: int) -> int:
    """Rao to divide among validators: the miners' part too when no miner earned."""
    return pending_validator if incentives else saturating_add(pending_validator, pending_server)


class DividendSplit(NamedTuple, Generic[K]):
    """Pending alpha by hotkey, U96F32 rao: for those who stake on the subnet, and on root."""

    alpha: dict[K, int]
    root: dict[K, int]


def split_dividends(
    pending: int,
    pending_root: int,
    tao_weight: int,
    stakes: Mapping[K, StakePair],
    dividends: Mapping[K, int],
) -> DividendSplit[K]:
    """Split both pending amounts (rao) in proportion to `dividends`, in the order of the keys.

    A hotkey's dividend counts for root by weighted root TAO over all its stake, the rest for alpha.
    Hotkeys without an entry in `stakes` get nothing (`calculate_dividend_distribution`).
    """
    root_parts: dict[K, int] = {}
    alpha_parts: dict[K, int] = {}
    for key in sorted(dividends):
        if key in stakes:
            dividend = dividends[key]
            root_parts[key] = times(dividend, _root_part(stakes[key], tao_weight))
            alpha_parts[key] = minus(dividend, root_parts[key])
    return DividendSplit(
        _in_proportion(pending, alpha_parts), _in_proportion(pending_root, root_parts)
    )


def _root_part(stake: StakePair, tao_weight: int) -> int:
    root = times(fixed(stake.root), tao_weight)
    return over(root, plus(fixed(stake.alpha), root))


def _in_proportion(amount: int, parts: Mapping[K, int]) -> dict[K, int]:
    total = U96F32.saturate(sum(parts.values()))
    whole = fixed(amount)
    return {key: times(whole, over(part, total)) for key, part in parts.items()}


def after_take(amount: int, take: int) -> tuple[int, int]:
    """Rao of an `amount` (U96F32): the validator's take (u16) and the rest, each rounded down."""
    taken = times(amount, proportion_u16(take))
    return floor(taken), floor(minus(amount, taken))


def withheld_part(withheld: int, incentives: int) -> int:
    """Part of the miners' rao that was withheld: it was for the subnet's owner, U96F32."""
    return U96F32.ratio(withheld, incentives)
