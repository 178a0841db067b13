"""Locked stake: the mass decays, and while it lasts conviction grows from it and decays too.

    mass(t) = mass * e**(-t / unlock)
    conviction(t) = conviction * e**(-t / maturity) + what matured of the mass meanwhile

Time is in blocks, mass in rao, conviction and proportions raw U64F64.
Source: staking/lock (ConvictionModel).
"""

from __future__ import annotations

from typing import NamedTuple

from pysubtensor.frame.arith import saturating_add, saturating_sub
from pysubtensor.frame.fixed_point import I64F64, U64F64
from pysubtensor.frame.primitives import U64, U128, Alpha
from pysubtensor.frame.transcendental import exp
from pysubtensor.pallets.subtensor.types import LockState

DUST = 100
"""Below so many rao, and as little conviction, a lock is nothing."""
LOWEST_EXPONENT = I64F64.from_int(-40)

fixed, floor = U64F64.from_int, U64F64.to_uint
plus, minus, times = U64F64.saturating_add, U64F64.saturating_sub, U64F64.saturating_mul


class DecayTimes(NamedTuple):
    """Blocks in which mass, and conviction, decay to 1/e; 0 is at once."""

    unlock: int
    maturity: int


class LockKind(NamedTuple):
    """How a lock behaves."""

    owner: bool = False
    """It is on the subnet owner's hotkey: conviction is the mass."""
    perpetual: bool = False
    """The mass does not decay."""


class LockLoss(NamedTuple):
    """What a lock lost or is to lose, each at least 0."""

    mass: int
    conviction: int


def roll_forward(
    lock: LockState, now: int, rates: DecayTimes, kind: LockKind
) -> tuple[LockState, LockLoss]:
    """The lock as it is at block `now`, and what it lost since its last update.

    In subtensor: `roll_forward_lock`.
    """
    mass, conviction = _decayed(lock, now - lock.last_update, rates, perpetual=kind.perpetual)
    if kind.owner:
        conviction = fixed(mass)
    if _is_dust(mass, conviction):
        mass, conviction = 0, 0
    lost = LockLoss(
        saturating_sub(lock.locked_mass, mass), saturating_sub(lock.conviction, conviction)
    )
    return state(mass, conviction, max(lock.last_update, now)), lost


def is_dust(lock: LockState) -> bool:
    """Whether a lock is so small that it counts as none."""
    return _is_dust(lock.locked_mass, lock.conviction)


def _is_dust(mass: int, conviction: int) -> bool:
    return mass < DUST and conviction < fixed(DUST)


def state(mass: int, conviction: int, updated: int) -> LockState:
    """A lock of numbers that were checked."""
    return LockState(Alpha(U64(mass)), U128(conviction), U64(updated))


def merged(one: LockState, other: LockState) -> LockState:
    """Two locks as one, without bringing either up to date (`merge_lock`)."""
    mass = saturating_add(one.locked_mass, other.locked_mass)
    return state(
        mass, plus(one.conviction, other.conviction), max(one.last_update, other.last_update)
    )


def reduced(lock: LockState, by: LockLoss) -> LockState:
    """What is left of a lock, at least nothing (`reduce_lock`)."""
    mass = saturating_sub(lock.locked_mass, by.mass)
    return state(mass, minus(lock.conviction, by.conviction), lock.last_update)


def part_of(lock: LockState, mass: int) -> int:
    """The conviction of a part of a lock's mass; nothing of a lock without mass."""
    if lock.locked_mass == 0:
        return 0
    return times(lock.conviction, U64F64.ratio(mass, lock.locked_mass))


def decay(blocks: int, time: int) -> int:
    """e**(-blocks / time): 1 for no block, 0 for no time; the exponent is at least -40.

    In subtensor: `exp_decay`.
    """
    if blocks == 0:
        return U64F64.one
    if time == 0:
        return 0
    exponent = I64F64.checked_div(I64F64.from_int(-blocks), I64F64.from_int(time))
    exponent = LOWEST_EXPONENT if exponent is None else max(exponent, LOWEST_EXPONENT)
    return U64F64.convert(exp(I64F64, exponent) or 0, I64F64)


def _decayed(
    lock: LockState, blocks: int, rates: DecayTimes, *, perpetual: bool
) -> tuple[int, int]:
    """Mass and conviction after so many blocks; as they are when there was none."""
    mass, conviction = lock.locked_mass, lock.conviction
    if blocks <= 0:
        return mass, conviction
    kept, kept_conviction = decay(blocks, rates.unlock), decay(blocks, rates.maturity)
    new_mass = mass if perpetual else floor(times(kept, fixed(mass)))
    if perpetual:
        matured = minus(U64F64.one, kept_conviction)
    elif rates.unlock == rates.maturity:
        matured = times(U64F64.ratio(blocks, rates.maturity), kept_conviction)
    else:
        matured = _matured(kept, kept_conviction, rates)
    return new_mass, plus(times(kept_conviction, conviction), times(fixed(mass), matured))


def _matured(kept: int, kept_conviction: int, rates: DecayTimes) -> int:
    """Unlock * (kept - kept_conviction) / (unlock - maturity), at least 0; 0 for a rate of 0."""
    if rates.unlock == 0 or rates.maturity == 0:
        return 0
    kept, kept_conviction = (I64F64.convert(each, U64F64) for each in (kept, kept_conviction))
    apart = I64F64.saturating_sub(kept, kept_conviction)
    weighted = I64F64.saturating_mul(I64F64.from_int(rates.unlock), apart)
    found = I64F64.safe_div(weighted, I64F64.from_int(rates.unlock - rates.maturity))
    return U64F64.convert(found, I64F64)
