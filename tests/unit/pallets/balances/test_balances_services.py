"""What other pallets do with money: mint, withdraw, hold, freeze, reserve, lock."""

from __future__ import annotations

import pytest

from pysubtensor.frame.error import ArithmeticFailure, BuiltinFailure, TokenError, TokenFailure
from pysubtensor.frame.interfaces.currency import (
    AccountData,
    BalanceStatus,
    DepositConsequence,
    Fortitude,
    Precision,
    Preservation,
    WithdrawConsequence,
)
from pysubtensor.frame.primitives import U64_MAX
from pysubtensor.pallets.balances import Balances
from pysubtensor.pallets.balances.declarations import (
    Burned,
    DeadAccount,
    Deposit,
    Endowed,
    Frozen,
    InsufficientBalance,
    Issued,
    LiquidityRestrictions,
    Locked,
    Minted,
    Rescinded,
    Reserved,
    ReserveRepatriated,
    Restored,
    Slashed,
    Suspended,
    Thawed,
    TooManyReserves,
    Unlocked,
    Unreserved,
    Withdraw,
)
from pysubtensor.pallets.balances.types import (
    BalanceLock,
    HeldAmount,
    Reasons,
    ReserveData,
    WithdrawReasons,
)
from pysubtensor.pallets.system import System
from pysubtensor.pallets.system.declarations import NewAccount
from pysubtensor.runtime.reasons import bind_reasons
from pysubtensor.runtime.runtime import Runtime
from tests.support import (
    ALICE,
    BOB,
    CHARLIE,
    TAO,
    TestReason,
    events,
    fund,
    open_block,
    runtime_of,
    take_events,
)

ED = 500
EXACT, BEST = Precision.EXACT, Precision.BEST_EFFORT
EXPENDABLE, PROTECT, PRESERVE = Preservation
POLITE, FORCE = Fortitude
FIRST, SECOND = TestReason
FREE, RESERVED = BalanceStatus


@pytest.fixture
def money(runtime) -> Balances:
    return runtime.get(Balances)


def token(kind: TokenError):
    return pytest.raises(TokenFailure, match=kind.name)


class TestFungible:
    def test_mint_and_burn(self, runtime, money):
        assert money.mint_into(CHARLIE, TAO) == TAO
        assert money.burn_from(ALICE, 20 * TAO, PRESERVE, BEST, POLITE) == 10 * TAO - ED
        assert take_events(runtime) == [
            NewAccount(CHARLIE),
            Endowed(CHARLIE, TAO),
            Minted(CHARLIE, TAO),
            Burned(ALICE, 10 * TAO - ED),
        ]
        assert money.total_issuance() == 2 * TAO + ED
        with pytest.raises(ArithmeticFailure):
            money.mint_into(BOB, U64_MAX)
        with token(TokenError.BELOW_MINIMUM):
            money.mint_into(b"\x09" * 32, 1)

    def test_shelve_and_restore(self, runtime, money):
        money.shelve(ALICE, TAO)
        money.restore(ALICE, TAO)
        assert events(runtime) == [Suspended(ALICE, TAO), Restored(ALICE, TAO)]
        assert money.total_issuance() == 11 * TAO

    def test_set_balance(self, money):
        assert money.set_balance(ALICE, TAO) == TAO
        assert money.set_balance(ALICE, 5 * TAO) == 5 * TAO
        assert money.set_balance(CHARLIE, 1) == 0
        assert money.total_issuance() == 6 * TAO

    def test_withdraw_then_resolve(self, runtime, money):
        credit = money.withdraw(ALICE, TAO, EXACT, PRESERVE, POLITE)
        assert not money.resolve(CHARLIE, 1)
        assert money.resolve(CHARLIE, credit)
        assert events(runtime) == [
            Withdraw(ALICE, TAO),
            NewAccount(CHARLIE),
            Endowed(CHARLIE, TAO),
            Deposit(CHARLIE, TAO),
        ]
        assert money.total_issuance() == 11 * TAO

    def test_settle_gives_in_or_not(self, money):
        assert not money.settle(BOB, TAO, PRESERVE)
        assert money.settle(BOB, TAO, EXPENDABLE)

    def test_deposit_says_so_even_of_nothing(self, runtime, money):
        assert money.deposit(CHARLIE, ED - 1, BEST) == 0
        assert money.deposit(BOB, 0, BEST) == 0
        assert events(runtime) == [Deposit(CHARLIE, 0), Deposit(BOB, 0)]

    def test_issue_and_rescind(self, runtime, money):
        assert money.issue(5) == 5
        assert money.issue(0) == 0
        assert money.rescind(5) == 5
        assert money.rescind(0) == 0
        assert events(runtime) == [Issued(5), Rescinded(5), Rescinded(0)]
        assert money.total_issuance() == 11 * TAO

    def test_reducible_balance(self, runtime, money):
        assert money.reducible_balance(BOB, EXPENDABLE, POLITE) == TAO
        assert money.reducible_balance(BOB, PROTECT, POLITE) == TAO - ED
        assert money.reducible_balance(BOB, PRESERVE, POLITE) == TAO - ED
        runtime.get(System).inc_providers(BOB)
        assert money.reducible_balance(BOB, PROTECT, POLITE) == TAO
        assert money.reducible_balance(BOB, PRESERVE, POLITE) == TAO - ED
        money.set_lock(b"testlock", BOB, 1000, WithdrawReasons.FEE)
        assert money.reducible_balance(BOB, EXPENDABLE, POLITE) == TAO - 1000
        assert money.reducible_balance(BOB, EXPENDABLE, FORCE) == TAO
        assert money.reducible_balance(CHARLIE, EXPENDABLE, FORCE) == 0

    def test_consequences(self, money):
        assert money.can_withdraw(BOB, 0) is WithdrawConsequence.SUCCESS
        assert money.can_withdraw(BOB, TAO - ED) is WithdrawConsequence.SUCCESS
        assert money.can_withdraw(BOB, TAO - ED + 1) is WithdrawConsequence.REDUCED_TO_ZERO
        assert money.can_withdraw(BOB, TAO + 1) is WithdrawConsequence.BALANCE_LOW
        assert money.can_withdraw(BOB, 12 * TAO) is WithdrawConsequence.UNDERFLOW
        assert money.can_deposit(CHARLIE, ED - 1) is DepositConsequence.BELOW_MINIMUM
        assert money.can_deposit(CHARLIE, ED) is DepositConsequence.SUCCESS
        assert money.can_deposit(BOB, U64_MAX) is DepositConsequence.OVERFLOW
        assert money.can_deposit(CHARLIE, U64_MAX, minted=True) is DepositConsequence.OVERFLOW


class TestHolds:
    def test_hold_and_release(self, runtime, money):
        money.hold(FIRST, BOB, 700)
        money.hold(SECOND, BOB, 100)
        money.hold(FIRST, BOB, 50)
        assert money.holds[BOB] == (HeldAmount(FIRST, 750), HeldAmount(SECOND, 100))
        assert (money.free_balance(BOB), money.reserved_balance(BOB)) == (TAO - 850, 850)
        assert runtime.get(System).account[BOB].consumers == 1
        assert money.release(FIRST, BOB, 1000, BEST) == 750
        with token(TokenError.FUNDS_UNAVAILABLE):
            money.release(SECOND, BOB, 101, EXACT)
        assert money.release_all(SECOND, BOB, EXACT) == 100
        assert runtime.get(System).account[BOB].consumers == 0
        assert money.holds[BOB] == ()
        assert BOB in money.holds  # an empty list stays behind
        assert events(runtime) == []

    def test_a_hold_leaves_the_account_alive(self, money):
        with token(TokenError.FUNDS_UNAVAILABLE):
            money.hold(FIRST, BOB, TAO - ED + 1)
        money.hold(FIRST, BOB, TAO - ED)

    def test_an_account_without_provider_takes_none(self, money):
        with token(TokenError.CANNOT_CREATE_HOLD):
            money.hold(FIRST, CHARLIE, 0)

    def test_set_on_hold(self, money):
        for amount in (300, 200, 200, 900):
            money.set_on_hold(FIRST, BOB, amount)
            assert money.balance_on_hold(FIRST, BOB) == amount == money.reserved_balance(BOB)

    def test_burn_and_slash_held(self, money):
        money.hold(FIRST, BOB, 1000)
        assert money.burn_held(FIRST, BOB, 400, EXACT, FORCE) == 400
        assert money.total_issuance() == 11 * TAO - 400
        assert money.slash_held(FIRST, BOB, 900) == 600
        assert money.resolve(ALICE, 600)
        assert money.total_issuance() == money.total_balance(ALICE) + money.total_balance(BOB)

    def test_frozen_money_is_burned_only_by_force(self, money):
        money.hold(FIRST, BOB, TAO - ED)
        money.set_lock(b"testlock", BOB, TAO, WithdrawReasons.FEE)
        with token(TokenError.FROZEN):
            money.burn_held(FIRST, BOB, 1, EXACT, POLITE)
        assert money.burn_held(FIRST, BOB, 1, BEST, POLITE) == 0
        assert money.burn_held(FIRST, BOB, 1, EXACT, FORCE) == 1

    def test_transfer_on_hold(self, money):
        money.hold(FIRST, BOB, 1000)
        assert money.transfer_on_hold(FIRST, BOB, ALICE, 400, EXACT, RESERVED, POLITE) == 400
        assert money.balance_on_hold(FIRST, ALICE) == 400
        assert money.transfer_on_hold(FIRST, BOB, CHARLIE, 500, EXACT, FREE, POLITE) == 500
        assert money.free_balance(CHARLIE) == 500
        with token(TokenError.FUNDS_UNAVAILABLE):
            money.hold(SECOND, BOB, 100)
            money.transfer_on_hold(FIRST, BOB, ALICE, 200, EXACT, FREE, POLITE)
        with token(TokenError.CANNOT_CREATE):
            money.transfer_on_hold(FIRST, BOB, b"\x09" * 32, 100, EXACT, RESERVED, POLITE)

    def test_transfer_and_hold(self, money):
        assert money.transfer_and_hold(FIRST, ALICE, BOB, 70, EXACT, PRESERVE, POLITE) == 70
        assert money.balance_on_hold(FIRST, BOB) == 70
        with token(TokenError.CANNOT_CREATE_HOLD):
            money.transfer_and_hold(FIRST, ALICE, CHARLIE, TAO, EXACT, PRESERVE, POLITE)


class TestReserves:
    def test_reserve_and_unreserve(self, runtime, money):
        money.reserve(BOB, 100)
        money.reserve(BOB, 0)
        assert money.unreserve(BOB, 30) == 0
        assert money.unreserve(BOB, 100) == 30
        assert money.unreserve(CHARLIE, 5) == 5
        assert events(runtime) == [
            Reserved(BOB, 100),
            Unreserved(BOB, 30),
            Unreserved(BOB, 70),
        ]
        assert runtime.get(System).account[BOB].consumers == 0

    def test_refusals(self, runtime, money):
        with pytest.raises(InsufficientBalance):
            money.reserve(BOB, TAO + 1)
        with pytest.raises(BuiltinFailure, match="ConsumerRemaining"):
            money.reserve(BOB, TAO - ED + 1)
        assert runtime.get(System).account[BOB].consumers == 0
        money.set_lock(b"testlock", BOB, 1000, WithdrawReasons.FEE)
        with pytest.raises(LiquidityRestrictions):
            money.reserve(BOB, TAO - 999)
        assert money.can_reserve(BOB, TAO - 1000)
        assert not money.can_reserve(BOB, TAO - 999)
        assert money.can_reserve(CHARLIE, 0)

    def test_slash_reserved(self, runtime, money):
        money.reserve(BOB, 100)
        take_events(runtime)
        assert money.slash_reserved(BOB, 150) == 50
        assert events(runtime) == [Slashed(BOB, 100)]
        assert money.total_issuance() == 11 * TAO - 100

    def test_repatriate(self, runtime, money):
        money.reserve(BOB, 1000)
        take_events(runtime)
        assert money.repatriate_reserved(BOB, ALICE, 400, FREE) == 0
        assert money.repatriate_reserved(BOB, ALICE, 700, RESERVED) == 100
        assert events(runtime) == [
            ReserveRepatriated(BOB, ALICE, 400, FREE),
            ReserveRepatriated(BOB, ALICE, 600, RESERVED),
        ]
        assert (money.free_balance(ALICE), money.reserved_balance(ALICE)) == (10 * TAO + 400, 600)
        with pytest.raises(DeadAccount):
            money.repatriate_reserved(ALICE, CHARLIE, 600, FREE)

    def test_repatriate_to_oneself(self, runtime, money):
        money.reserve(BOB, 1000)
        take_events(runtime)
        assert money.repatriate_reserved(BOB, BOB, 1200, RESERVED) == 200
        assert events(runtime) == []
        assert money.repatriate_reserved(BOB, BOB, 600, FREE) == 0
        assert events(runtime) == [Unreserved(BOB, 600)]

    def test_named(self, runtime, money):
        b, a = b"bbbbbbbb", b"aaaaaaaa"
        money.reserve_named(b, BOB, 300)
        money.reserve_named(a, BOB, 200)
        money.reserve_named(b, BOB, 1)
        assert money.reserves[BOB] == (ReserveData(a, 200), ReserveData(b, 301))
        assert money.unreserve_named(b, BOB, 101) == 0
        assert money.unreserve_named(b"cccccccc", BOB, 5) == 5
        assert money.repatriate_reserved_named(a, BOB, ALICE, 250, RESERVED) == 50
        assert money.reserved_balance_named(a, ALICE) == 200
        assert money.slash_reserved_named(b, BOB, 150) == 0
        assert money.unreserve_named(b, BOB, 100) == 50
        assert money.reserved_balance(BOB) == 0
        assert money.reserves[BOB] == (ReserveData(a, 0),)

    def test_named_are_limited(self, money):
        for n in range(50):
            money.reserve_named(bytes((n,)) * 8, BOB, 1)
        with pytest.raises(TooManyReserves):
            money.reserve_named(b"onemore!", BOB, 1)


class TestLocks:
    def test_the_largest_counts(self, runtime, money):
        money.set_lock(b"lock-one", BOB, 300, WithdrawReasons.FEE)
        money.set_lock(b"lock-two", BOB, 500, WithdrawReasons.TRANSACTION_PAYMENT)
        money.extend_lock(b"lock-one", BOB, 200, WithdrawReasons.TRANSACTION_PAYMENT)
        assert money.locks[BOB] == (
            BalanceLock(b"lock-one", 300, Reasons.ALL),
            BalanceLock(b"lock-two", 500, Reasons.FEE),
        )
        assert money.account(BOB).frozen == 500
        assert money.balance_locked(b"lock-one", BOB) == 300
        assert runtime.get(System).account[BOB].consumers == 1
        money.remove_lock(b"lock-two", BOB)
        money.set_lock(b"lock-one", BOB, 0, WithdrawReasons.FEE)
        assert BOB not in money.locks
        assert runtime.get(System).account[BOB].consumers == 0
        assert events(runtime) == [
            Locked(BOB, 300),
            Locked(BOB, 200),
            Unlocked(BOB, 200),
            Unlocked(BOB, 300),
        ]

    def test_an_account_that_is_not_there_can_be_locked(self, runtime, money):
        money.set_lock(b"lock-one", CHARLIE, 300, WithdrawReasons.FEE)
        assert CHARLIE in money.locks
        assert events(runtime) == [Locked(CHARLIE, 300)]
        assert money.account(CHARLIE).frozen == 0

    def test_reserved_money_bears_locks_too(self, money):
        money.reserve(BOB, 1000)
        money.set_lock(b"lock-one", BOB, 1500, WithdrawReasons.FEE)
        assert money.reducible_balance(BOB, EXPENDABLE, POLITE) == TAO - 1000 - ED
        money.set_lock(b"lock-one", BOB, 2000, WithdrawReasons.FEE)
        assert money.reducible_balance(BOB, EXPENDABLE, POLITE) == TAO - 1000 - 1000


class TestFreezes:
    @pytest.fixture
    def runtime(self) -> Runtime:
        reasons = {"Test": (200, TestReason)}
        made = runtime_of(
            balances={BOB: TAO}, bindings=lambda runtime: bind_reasons(runtime, reasons, reasons)
        )
        open_block(made)
        return made

    def test_freeze_extend_thaw(self, runtime, money):
        money.set_freeze(FIRST, BOB, 300)
        money.extend_freeze(FIRST, BOB, 200)
        money.extend_freeze(SECOND, BOB, 0)
        money.extend_freeze(SECOND, BOB, 400)
        assert (money.balance_frozen(FIRST, BOB), money.balance_frozen(SECOND, BOB)) == (300, 400)
        assert money.account(BOB).frozen == 400
        assert money.can_freeze(FIRST, CHARLIE)
        money.set_freeze(SECOND, BOB, 0)
        money.thaw(FIRST, BOB)
        assert BOB not in money.freezes
        assert events(runtime) == [
            Frozen(BOB, 300),
            Frozen(BOB, 100),
            Thawed(BOB, 100),
            Thawed(BOB, 300),
        ]

    def test_locks_and_freezes_overlap(self, money):
        money.set_lock(b"lock-one", BOB, 300, WithdrawReasons.FEE)
        money.set_freeze(FIRST, BOB, 200)
        assert money.account(BOB).frozen == 300
        money.remove_lock(b"lock-one", BOB)
        assert money.account(BOB).frozen == 200


def test_reasons_are_no_numbers(runtime):
    with pytest.raises(TypeError, match="plain Enum"):
        bind_reasons(runtime, {"Test": (1, Reasons)})


class TestEdges:
    """Accounts richer than the issuance allows, oddly named reserves, and the like."""

    @pytest.fixture
    def rich(self, runtime, money) -> Balances:
        fund(runtime, ALICE, U64_MAX)
        return money

    def test_more_than_a_balance_can_be(self, rich):
        with pytest.raises(ArithmeticFailure):
            rich.increase_balance(ALICE, 1, EXACT)
        assert rich.increase_balance(ALICE, 1, BEST) == 0
        with pytest.raises(ArithmeticFailure):
            rich.burn_from(ALICE, U64_MAX - ED, PRESERVE, EXACT, POLITE)
        rich.reserve(BOB, 10)
        with pytest.raises(ArithmeticFailure):
            rich.repatriate_reserved(BOB, ALICE, 10, FREE)
        rich.reserve(ALICE, U64_MAX - ED)
        with pytest.raises(ArithmeticFailure):
            rich.mint_into(ALICE, U64_MAX)

    def test_the_silent_transfer(self, runtime, money):
        money.transfer(ALICE, BOB, 0, keep_alive=True)
        money.transfer(ALICE, ALICE, 5, keep_alive=True)
        assert events(runtime) == []
        with token(TokenError.NOT_EXPENDABLE):
            money.transfer(BOB, ALICE, TAO, keep_alive=True)
        money.transfer(BOB, ALICE, TAO, keep_alive=False)
        assert money.minimum_balance() == ED

    def test_an_old_reserve_without_provider_gets_one(self, runtime, money):
        account = runtime.get(System).account
        account[CHARLIE] = type(account[ALICE])(0, 0, 0, 1, AccountData(0, 70, 0, 0))
        assert money.upgrade(CHARLIE)
        record = account[CHARLIE]
        assert (record.providers, record.consumers, record.data.free) == (1, 1, ED)

    def test_a_consumer_that_was_forgotten_comes_back(self, runtime, money):
        money.reserve(BOB, 1000)
        runtime.get(System).dec_consumers(BOB)
        money.mint_into(BOB, 1)
        assert runtime.get(System).account[BOB].consumers == 1

    def test_a_dying_account_keeps_its_consumer(self, runtime, money):
        money.set_lock(b"lock-one", BOB, 10, WithdrawReasons.FEE)
        runtime.get(System).inc_consumers(BOB)
        data = money.account(BOB)
        with pytest.raises(BuiltinFailure, match="ConsumerRemaining"):
            money.change(BOB, AccountData(0, 0, 0, data.flags))
        assert runtime.get(System).account[BOB].consumers == 2

    def test_named_reserves_of_nobody(self, money):
        name = b"reserve!"
        assert money.reserve_named(name, BOB, 0) is None
        assert money.slash_reserved_named(name, BOB, 5) == 5
        assert money.repatriate_reserved_named(name, BOB, ALICE, 5, FREE) == 5
        assert money.repatriate_reserved_named(name, BOB, ALICE, 0, FREE) == 0
        money.reserve_named(name, BOB, 100)
        assert money.repatriate_reserved_named(name, BOB, BOB, 120, RESERVED) == 20
        assert money.repatriate_reserved_named(name, BOB, BOB, 40, FREE) == 0
        assert money.repatriate_reserved_named(name, BOB, ALICE, 10, FREE) == 0
        assert money.unreserve_named(name, BOB, 60) == 10
        assert BOB not in money.reserves

    def test_nothing_is_taken_from_nobody(self, money):
        assert money.slash_reserved(CHARLIE, 5) == 5
        assert money.repatriate_reserved(CHARLIE, ALICE, 0, FREE) == 0

    def test_best_effort_of_a_transfer_on_hold(self, money):
        money.hold(FIRST, BOB, 100)
        money.hold(SECOND, BOB, 100)
        assert money.transfer_on_hold(FIRST, BOB, ALICE, 150, BEST, FREE, POLITE) == 100

    def test_locks_without_reason_are_none(self, money):
        money.extend_lock(b"lock-one", BOB, 5, WithdrawReasons(0))
        assert BOB not in money.locks
        every = WithdrawReasons.TRANSACTION_PAYMENT | WithdrawReasons.TIP
        money.extend_lock(b"lock-one", BOB, 5, every)
        assert money.locks[BOB] == (BalanceLock(b"lock-one", 5, Reasons.ALL),)
