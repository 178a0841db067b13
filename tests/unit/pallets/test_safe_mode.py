"""The emergency stop: who turns it on and off, what goes through, what deposits do."""

import dataclasses

import pytest

from pysubtensor.frame.error import BadOrigin
from pysubtensor.frame.origin import ROOT, Id
from pysubtensor.pallets import safe_mode
from pysubtensor.pallets.safe_mode import (
    AlreadyDeposited,
    CannotReleaseYet,
    CurrencyError,
    DepositPlaced,
    DepositReleased,
    DepositSlashed,
    Entered,
    Exited,
    ExitReason,
    Extended,
    HoldReason,
    IsEntered,
    IsExited,
    NoDeposit,
    NotConfigured,
    SafeMode,
)
from pysubtensor.pallets.system import System
from pysubtensor.pallets.system.declarations import CallFiltered
from pysubtensor.runtime.runtime import Entry, Runtime
from tests.entries import SAFE_MODE, bind_hold_reasons
from tests.support import (
    ALICE,
    BOB,
    CHARLIE,
    TAO,
    events,
    open_block,
    roll_to,
    run,
    run_root,
    runtime_of,
)


def compose(entry: Entry = SAFE_MODE) -> Runtime:
    rich = {ALICE: TAO, BOB: TAO}
    return runtime_of(
        entry,
        balances=rich,
        bindings=bind_hold_reasons,
        call_filter=lambda runtime: runtime.get(SafeMode).allows,
    )


@pytest.fixture
def runtime() -> Runtime:
    """As on the chain: no deposits."""
    made = compose()
    open_block(made)
    return made


def for_money(runtime: Runtime) -> safe_mode.Config:
    return safe_mode.Config(
        system=runtime.get(System),
        holding=runtime.pallets["Balances"],
        whitelisted=lambda call: call.pallet == "System",
        enter_duration=10,
        extend_duration=20,
        enter_deposit_amount=1_000,
        extend_deposit_amount=2_000,
        release_delay=5,
    )


@pytest.fixture
def paid() -> Runtime:
    """With deposits, and System on the list."""
    made = compose(Entry(20, "SafeMode", SafeMode, for_money))
    open_block(made)
    return made


def held(runtime: Runtime, who: bytes) -> int:
    return runtime.pallets["Balances"].balance_on_hold(HoldReason.ENTER_OR_EXTEND, who)


def test_root_turns_it_on_and_off(runtime):
    pallet = runtime.get(SafeMode)
    run_root(runtime, "SafeMode", "force_enter")
    assert pallet.entered_until.get() == 7_201
    with pytest.raises(IsEntered):
        run_root(runtime, "SafeMode", "force_enter")
    run_root(runtime, "SafeMode", "force_extend")
    assert pallet.entered_until.get() == 10_801
    run_root(runtime, "SafeMode", "force_exit")
    assert not pallet.is_entered()
    assert events(runtime) == [Entered(7_201), Extended(10_801), Exited(ExitReason.FORCE)]
    for name in ("force_extend", "force_exit"):
        with pytest.raises(IsExited):
            run_root(runtime, "SafeMode", name)


@pytest.mark.parametrize("name", ["force_enter", "force_extend", "force_exit"])
def test_only_root_forces(runtime, name):
    with pytest.raises(BadOrigin):
        run(runtime, ALICE, "SafeMode", name)


def test_it_ends_behind_its_last_block(runtime):
    runtime.get(SafeMode).genesis_build(3)
    roll_to(runtime, 3)
    assert runtime.get(SafeMode).is_entered()
    roll_to(runtime, 4)
    assert not runtime.get(SafeMode).is_entered()
    assert events(runtime) == [Exited(ExitReason.TIMEOUT)]


def test_cost_of_the_hook(runtime):
    pallet = runtime.get(SafeMode)
    assert pallet.on_initialize(9).ref_time == 25_733_000
    pallet.entered_until.put(8)
    assert pallet.on_initialize(8).ref_time == 25_733_000
    assert pallet.on_initialize(9).ref_time == 129_926_000


def test_not_for_money_on_this_chain(runtime):
    with pytest.raises(NotConfigured):
        run(runtime, ALICE, "SafeMode", "enter")
    with pytest.raises(IsExited):
        run(runtime, ALICE, "SafeMode", "extend")
    run_root(runtime, "SafeMode", "force_enter")
    with pytest.raises(IsEntered):
        run(runtime, ALICE, "SafeMode", "enter")
    with pytest.raises(NotConfigured):
        run(runtime, ALICE, "SafeMode", "extend")
    for name, who in (("release_deposit", ALICE), ("force_release_deposit", ROOT)):
        with pytest.raises(NoDeposit):
            run(runtime, who, "SafeMode", name, account=ALICE, block=1)


def test_what_goes_through(paid):
    other = paid.call("Balances", "burn", value=1, keep_alive=True)
    listed = paid.call("System", "remark", remark=b"")
    paid.dispatch(other, paid.signed(ALICE))
    run_root(paid, "SafeMode", "force_enter")
    with pytest.raises(CallFiltered):
        paid.dispatch(other, paid.signed(ALICE))
    paid.dispatch(listed, paid.signed(ALICE))
    with pytest.raises(IsEntered):
        paid.dispatch(paid.call("SafeMode", "enter"), paid.signed(ALICE))


def test_deposits(paid):
    run(paid, ALICE, "SafeMode", "enter")
    assert events(paid) == [DepositPlaced(ALICE, 1_000), Entered(11)]
    with pytest.raises(AlreadyDeposited):
        run(paid, ALICE, "SafeMode", "extend")
    run(paid, BOB, "SafeMode", "extend")
    assert events(paid)[2:] == [DepositPlaced(BOB, 2_000), Extended(31)]
    assert (held(paid, ALICE), held(paid, BOB)) == (1_000, 2_000)
    run_root(paid, "SafeMode", "force_exit")
    with pytest.raises(CurrencyError):
        run(paid, CHARLIE, "SafeMode", "enter")
    with pytest.raises(AlreadyDeposited):
        run(paid, ALICE, "SafeMode", "enter")
    run_root(paid, "SafeMode", "force_enter")
    with pytest.raises(CurrencyError):
        run(paid, CHARLIE, "SafeMode", "extend")


def test_release_waits(paid):
    run(paid, ALICE, "SafeMode", "enter")
    args = {"account": ALICE, "block": 1}
    with pytest.raises(IsEntered):
        run(paid, BOB, "SafeMode", "release_deposit", **args)
    run_root(paid, "SafeMode", "force_exit")
    with pytest.raises(CannotReleaseYet):
        run(paid, BOB, "SafeMode", "release_deposit", **args)
    roll_to(paid, 7)
    run(paid, BOB, "SafeMode", "release_deposit", **args)
    assert events(paid) == [DepositReleased(ALICE, 1_000)]
    assert held(paid, ALICE) == 0
    with pytest.raises(NoDeposit):
        run(paid, BOB, "SafeMode", "release_deposit", **args)


def test_deposits_without_a_delay_are_for_root_alone_to_give_back():
    def config(runtime: Runtime) -> safe_mode.Config:
        return dataclasses.replace(for_money(runtime), release_delay=None)

    runtime = compose(Entry(20, "SafeMode", SafeMode, config))
    open_block(runtime)
    run(runtime, ALICE, "SafeMode", "enter")
    run_root(runtime, "SafeMode", "force_exit")
    args = {"account": ALICE, "block": 1}
    with pytest.raises(NotConfigured):
        run(runtime, ALICE, "SafeMode", "release_deposit", **args)
    run_root(runtime, "SafeMode", "force_release_deposit", **args)


@pytest.mark.parametrize(
    ("who", "name"), [(BOB, "release_deposit"), (ROOT, "force_release_deposit")]
)
def test_a_deposit_that_root_unreserved_cannot_be_released(paid, who, name):
    run(paid, ALICE, "SafeMode", "enter")
    run_root(paid, "Balances", "force_unreserve", who=Id(ALICE), amount=1)
    run_root(paid, "SafeMode", "force_exit")
    roll_to(paid, 7)
    with pytest.raises(CurrencyError):
        run(paid, who, "SafeMode", name, account=ALICE, block=1)


def test_a_deposit_that_root_unreserved_is_slashed_as_far_as_it_goes(paid):
    run(paid, ALICE, "SafeMode", "enter")
    run_root(paid, "Balances", "force_unreserve", who=Id(ALICE), amount=400)
    run_root(paid, "SafeMode", "force_slash_deposit", account=ALICE, block=1)
    assert held(paid, ALICE) == 400
    assert paid.pallets["Balances"].reserved_balance(ALICE) == 0


def test_root_releases_and_slashes_at_once(paid):
    issued = paid.pallets["Balances"].total_issuance
    before = issued()
    run(paid, ALICE, "SafeMode", "enter")
    run(paid, BOB, "SafeMode", "extend")
    paid.state.events.clear()
    run_root(paid, "SafeMode", "force_release_deposit", account=ALICE, block=1)
    run_root(paid, "SafeMode", "force_slash_deposit", account=BOB, block=1)
    assert events(paid) == [DepositReleased(ALICE, 1_000), DepositSlashed(BOB, 2_000)]
    assert (held(paid, ALICE), held(paid, BOB)) == (0, 0)
    assert issued() == before - 2_000
    with pytest.raises(NoDeposit):
        run_root(paid, "SafeMode", "force_slash_deposit", account=BOB, block=1)
    with pytest.raises(BadOrigin):
        run(paid, ALICE, "SafeMode", "force_slash_deposit", account=BOB, block=1)


def test_costs(runtime):
    def cost(name, **args):
        found = runtime.dispatch_info(runtime.call("SafeMode", name, **args)).call_weight
        return found.ref_time

    assert [cost(name) for name in ("enter", "force_enter", "extend", "force_extend")] == [
        *(394_471_000, 130_200_000, 396_411_000, 132_011_000)
    ]
    assert cost("release_deposit", account=ALICE, block=1) == 312_735_000
