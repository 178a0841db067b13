"""StakeInfoRuntimeApi and DelegateInfoRuntimeApi."""

from __future__ import annotations

import pytest

from pysubtensor.frame.fixed_point import U64F64
from pysubtensor.frame.primitives import U16, U64, U128, Alpha
from pysubtensor.pallets.subtensor.reads.delegates import return_per_1000
from pysubtensor.pallets.subtensor.share_pool import SafeFloat
from pysubtensor.pallets.subtensor.types import LockState
from tests.support import ALICE, BOB, CHARLIE, DAVE
from tests.unit.pallets.subtensor.reads.reads_chain import (
    FAR,
    NOW,
    ONE,
    ROOT,
    TWO,
    add_subnet,
    api,
    module,
    stake,
)


def stakes(runtime):
    return api(runtime, "StakeInfoRuntimeApi")


def delegates(runtime):
    return api(runtime, "DelegateInfoRuntimeApi")


# -- stakes ---------------------------------------------------------------------------------------


def test_stakes_come_subnet_by_subnet(runtime):
    sub = module(runtime)
    stake(sub, DAVE, ALICE, ROOT, 7)
    sub.alpha_dividends_per_subnet[ONE, CHARLIE] = Alpha(U64(44))
    sub.staking_hotkeys[ALICE] += (BOB,)
    found = stakes(runtime).get_stake_info_for_coldkey(ALICE)
    shown = [(each.hotkey, each.netuid, each.stake, each.emission) for each in found]
    assert shown == [(DAVE, ROOT, 7, 0), (CHARLIE, ONE, 1_000, 44)]
    assert [each.is_registered for each in found] == [False, True]
    several = stakes(runtime).get_stake_info_for_coldkeys((BOB, ALICE, BOB))
    assert several == ((BOB, ()), (ALICE, found), (BOB, ()))


def test_one_stake_may_be_0(runtime):
    ask = stakes(runtime).get_stake_info_for_hotkey_coldkey_netuid
    assert ask(CHARLIE, ALICE, ONE).stake == 1_000
    found = ask(CHARLIE, BOB, ONE)
    assert (found.stake, found.is_registered) == (0, True)
    assert ask(CHARLIE, BOB, FAR).is_registered is False


def test_former_shares_count_first(runtime):
    sub = module(runtime)
    sub.alpha[CHARLIE, BOB, ONE] = U128(1_000 << 64)
    ask = stakes(runtime).get_stake_info_for_hotkey_coldkey_netuid
    assert ask(CHARLIE, BOB, ONE).stake == 1_000
    sub.total_hotkey_shares[CHARLIE, ONE] = U128(4_000 << 64)
    assert ask(CHARLIE, BOB, ONE).stake == 250
    sub.alpha_v2[CHARLIE, BOB, ONE] = SafeFloat.whole(2_000)
    assert ask(CHARLIE, BOB, ONE).stake == 250


def lock(sub, mass, conviction=0, since=NOW):
    state = LockState(Alpha(U64(mass)), U128(conviction << 64), U64(since))
    sub.lock[ALICE, ONE, CHARLIE] = state
    return state


def test_what_may_be_unstaked(runtime):
    sub = module(runtime)
    ask = stakes(runtime).get_stake_availability_for_coldkeys
    assert ask((), None) == {}
    (found,) = ask((ALICE,), None)[ALICE].items()
    assert found[0] == ONE
    assert (found[1].total, found[1].locked, found[1].available) == (1_000, 0, 1_000)
    lock(sub, 400)
    free = ask((ALICE, BOB), (ONE, ONE))
    assert (free[ALICE][ONE].locked, free[ALICE][ONE].available) == (400, 600)
    assert free[BOB] == {}
    lock(sub, 4_000)
    assert ask((ALICE,), (ONE,))[ALICE][ONE].available == 0


@pytest.mark.parametrize("asked", [(), (FAR,), (ROOT, ONE, TWO)])
def test_no_subnet_or_more_than_there_are_give_nothing(runtime, asked):
    assert stakes(runtime).get_stake_availability_for_coldkeys((ALICE,), asked) == {ALICE: {}}


def test_the_same_subnet_counts_once(runtime):
    found = stakes(runtime).get_stake_availability_for_coldkeys((ALICE,), (ONE,) * 5)
    assert list(found[ALICE]) == [ONE]


def test_fees_of_moves(runtime):
    sub, ask = module(runtime), stakes(runtime).get_stake_fee
    amount = U64(10**12)
    rate = 10**12 * 33 // 65_535
    here, there = (CHARLIE, ONE), (CHARLIE, ROOT)
    assert ask(here, ALICE, here, ALICE, amount) == 0
    assert ask(None, ALICE, None, ALICE, amount) == 0
    assert rate - 1 <= ask(None, ALICE, here, ALICE, amount) <= rate
    assert rate - 1 <= ask(here, ALICE, None, ALICE, amount) <= rate
    sub.subnet_mechanism[ROOT] = U16(0)
    assert ask(here, ALICE, there, ALICE, amount) == 0, "the destination decides"


# -- locks ----------------------------------------------------------------------------------------


def test_locks_are_shown_as_they_are_now(runtime):
    sub, ask = module(runtime), stakes(runtime).get_coldkey_lock
    sub.unlock_rate.put(U64(100))
    state = lock(sub, 10_000, since=0)
    decayed = ask(ALICE, ONE)
    assert decayed.last_update == NOW
    assert 3_600 < decayed.locked_mass < 3_700, "1/e after the time constant"
    sub.decaying_lock[ALICE, ONE] = False
    assert ask(ALICE, ONE).locked_mass == state.locked_mass
    sub.subnet_owner_hotkey[ONE] = CHARLIE
    assert ask(ALICE, ONE).conviction == state.locked_mass << 64


def sums(sub, hotkey, conviction):
    sub.hotkey_lock[ONE, hotkey] = LockState(
        Alpha(U64(conviction)), U128(conviction << 64), U64(NOW)
    )


def test_convictions_add_up(runtime):
    sub, ask = module(runtime), stakes(runtime).get_hotkey_conviction
    sums(sub, CHARLIE, 500)
    state = LockState(Alpha(U64(300)), U128(200 << 64), U64(NOW))
    sub.decaying_hotkey_lock[ONE, CHARLIE] = state
    sub.owner_lock[ONE] = sub.decaying_owner_lock[ONE] = state
    assert ask(CHARLIE, ONE) == 700 << 64
    sub.subnet_owner_hotkey[ONE] = CHARLIE
    assert ask(CHARLIE, ONE) == 1_300 << 64, "an owner's conviction is the mass"


def test_the_most_convicted(runtime):
    sub, ask = module(runtime), stakes(runtime).get_most_convicted_hotkey_on_subnet
    assert ask(ONE) is None
    sums(sub, DAVE, 600)
    sums(sub, BOB, 600)
    sums(sub, CHARLIE, 500)
    assert ask(ONE) == DAVE, "of equals the last"
    sub.subnet_owner_hotkey[ONE] = ALICE
    sub.owner_lock[ONE] = LockState(Alpha(U64(700)), U128(0), U64(NOW))
    assert ask(ONE) == ALICE


# -- delegates ------------------------------------------------------------------------------------


def test_what_1000_tao_earn_in_a_day():
    earned = return_per_1000(11_796, 10_000 * 10**9, U64F64.from_int(1_000 * 10**9))
    assert abs(U64F64.to_uint(earned) - 82 * 10**9) <= 500_000
    assert return_per_1000(11_796, 0, U64F64.from_int(1)) == 0


def test_a_delegate(runtime):
    sub = module(runtime)
    assert delegates(runtime).get_delegate(CHARLIE) is None
    sub.delegates[CHARLIE] = U16(6_553)
    sub.alpha_v2[CHARLIE, BOB, ONE] = SafeFloat.whole(500)
    sub.alpha_v2[CHARLIE, DAVE, ONE] = SafeFloat()
    sub.emission[ONE] = (Alpha(U64(50)),)
    sub.tempo[ONE] = U16(72)
    sub.validator_permit[ONE] = (True,)
    stake(sub, CHARLIE, ALICE, ROOT, 1_000 * 10**9)
    found = delegates(runtime).get_delegate(CHARLIE)
    assert delegates(runtime).get_delegates() == (found,)
    assert (found.delegate_ss58, found.owner_ss58, found.take) == (CHARLIE, ALICE, 6_553)
    assert found.nominators == (
        (ALICE, ((ROOT, 1_000 * 10**9), (ONE, 1_000))),
        (BOB, ((ONE, 500),)),
    )
    assert (found.registrations, found.validator_permits) == ((ONE,), (ONE,))
    assert found.total_daily_return == 5_000
    assert found.return_per_1000 == 4_500


def test_no_epochs_no_return(runtime):
    sub = module(runtime)
    sub.delegates[CHARLIE] = U16(0)
    sub.emission[ONE], sub.tempo[ONE] = (Alpha(U64(50)),), U16(0)
    assert delegates(runtime).get_delegate(CHARLIE).total_daily_return == 0


def test_shares_are_valued_by_the_pool_in_that_place(runtime):
    """Subnets 0, 1 and 3: what is staked on 3 has no third place, on 2 it has 3's."""
    sub = module(runtime)
    three = 3
    add_subnet(sub, three)
    sub.delegates[CHARLIE] = U16(0)
    stake(sub, CHARLIE, ALICE, three, 70)
    sub.alpha_v2[CHARLIE, BOB, TWO] = SafeFloat.whole(35)
    found = dict(delegates(runtime).get_delegate(CHARLIE).nominators)
    assert found == {ALICE: ((ONE, 1_000),), BOB: ((TWO, 35),)}


def test_what_a_coldkey_has_with_delegates(runtime):
    sub = module(runtime)
    stake(sub, CHARLIE, ALICE, ROOT, 7)
    stake(sub, DAVE, ALICE, ONE, 9)
    sub.delegates[CHARLIE] = sub.delegates[DAVE] = U16(0)
    found = delegates(runtime).get_delegated(ALICE)
    shown = {(info.delegate_ss58, netuid, amount) for info, (netuid, amount) in found}
    assert shown == {(CHARLIE, ROOT, 7), (CHARLIE, ONE, 1_000), (DAVE, ONE, 9)}
    assert all(info.nominators == () for info, _ in found)
    assert delegates(runtime).get_delegated(BOB) == ()
