"""How the mass of a lock decays and its conviction grows.

Facts of the chain's tests/locks, the part on rolling locks forward.
"""

from __future__ import annotations

import math

import pytest

from pysubtensor.pallets.subtensor.locks.conviction import (
    DecayTimes,
    LockKind,
    LockLoss,
    decay,
    is_dust,
    roll_forward,
)
from tests.unit.pallets.subtensor.locks.locks_chain import UNIT, state

RATE = 934_866
RATES = DecayTimes(RATE, RATE)
MASS = 10_000


def rolled(blocks, *, mass=MASS, rates=RATES, **kind):
    return roll_forward(state(mass, updated=0), blocks, rates, LockKind(**kind))[0]


def test_decay_of_no_time_and_of_no_rate():
    assert decay(0, 216_000) == UNIT
    assert decay(0, 0) == UNIT
    assert decay(1000, 0) == 0


def test_decay_of_the_time_constant():
    assert abs(decay(216_000, 216_000) / UNIT - math.exp(-1)) < 1e-9


def test_decay_never_reaches_zero():
    assert 0 < decay(100 * 216_000, 216_000) == decay(40 * 216_000, 216_000)


@pytest.mark.parametrize(
    ("mass", "conviction", "dust"), [(99, 99, True), (100, 99, False), (99, 100, False)]
)
def test_dust_is_below_a_hundred_of_both(mass, conviction, dust):
    assert is_dust(state(mass, conviction)) is dust


def test_mass_decays_and_dust_is_nothing():
    assert rolled(RATE).locked_mass == int(MASS * math.exp(-1))
    assert rolled(RATE * 1000).locked_mass == rolled(RATE * 1000).conviction == 0
    gone, lost = roll_forward(state(99, 99, 100), 100, RATES, LockKind())
    assert gone == state(0, 0, 100)
    assert lost == LockLoss(99, 99 * UNIT)


def test_nothing_changes_without_time():
    lock = state(5000, 1234, 100)
    assert roll_forward(lock, 100, RATES, LockKind()) == (lock, LockLoss(0, 0))


def test_conviction_of_unequal_rates():
    unlock, maturity, blocks = 200_000, 240_000, 10_000
    found = rolled(blocks, rates=DecayTimes(unlock, maturity)).conviction / UNIT
    apart = math.exp(-blocks / maturity) - math.exp(-blocks / unlock)
    assert abs(found - MASS * unlock * apart / (maturity - unlock)) < 1e-7


def test_conviction_of_rates_that_hardly_differ():
    unlock, maturity, mass = 1_142_108, 1_142_109, 21 * 10**15
    found = rolled(unlock, mass=mass, rates=DecayTimes(unlock, maturity))
    kept, kept_conviction = math.exp(-1), math.exp(-unlock / maturity)
    expected = mass * unlock * (kept - kept_conviction) / (unlock - maturity)
    assert abs(found.conviction / UNIT - expected) < 10**7  # doubles lose more than the chain
    assert abs(found.locked_mass - mass * kept) < 2_000


def test_twice_the_mass_is_twice_the_conviction():
    one, two = rolled(25_000), rolled(25_000, mass=2 * MASS)
    assert abs(two.locked_mass - 2 * one.locked_mass) <= 1
    assert abs(two.conviction - 2 * one.conviction) < UNIT // 10**7


def test_two_steps_are_as_good_as_one():
    mass = 10**9
    halfway = rolled(10_000, mass=mass)
    twice, once = roll_forward(halfway, 20_000, RATES, LockKind())[0], rolled(20_000, mass=mass)
    assert abs(twice.locked_mass - once.locked_mass) <= 1
    assert abs(twice.conviction - once.conviction) < UNIT // 10


@pytest.mark.parametrize("blocks", [1_000, 10_000, RATE, 5 * RATE])
def test_conviction_stays_below_what_was_locked(blocks):
    assert rolled(blocks).conviction <= MASS * UNIT


def test_the_peak_of_conviction_is_below_what_was_locked():
    unlock, maturity = 200_000, 240_000
    peak = round(unlock * maturity / (unlock - maturity) * math.log(unlock / maturity))
    assert rolled(peak, rates=DecayTimes(unlock, maturity)).conviction < MASS * UNIT


@pytest.mark.parametrize("blocks", [1, 1_000, RATE, 10 * RATE, 1_000 * RATE])
def test_a_lasting_lock_keeps_its_mass_and_matures_up_to_it(blocks):
    found = rolled(blocks, perpetual=True)
    assert found.locked_mass == MASS
    assert 0 < found.conviction <= MASS * UNIT


def test_conviction_comes_and_goes():
    early, later = rolled(100).conviction, rolled(1_100).conviction
    assert 0 < early < later
    assert rolled(RATE * 1000).conviction == 0


def test_an_owners_conviction_is_the_mass():
    found = rolled(1_000, owner=True)
    assert found.locked_mass < MASS
    assert found.conviction == found.locked_mass * UNIT
