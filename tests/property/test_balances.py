"""The books of Balances balance, whatever is done to them."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from pysubtensor.frame.error import DispatchFailure
from pysubtensor.frame.interfaces.currency import BalanceStatus, Fortitude, Precision, Preservation
from pysubtensor.frame.origin import Id
from pysubtensor.frame.primitives import AccountId
from pysubtensor.pallets.balances import Balances
from pysubtensor.pallets.balances.types import WithdrawReasons
from pysubtensor.pallets.system import System
from tests.support import TestReason, open_block, run, run_root, runtime_of

ED = 500
ACCOUNTS = [AccountId(bytes((n,)) * 32) for n in range(1, 5)]
accounts = st.sampled_from(ACCOUNTS)
amounts = st.one_of(
    st.integers(0, 5_000), st.sampled_from([0, 1, ED - 1, ED, ED + 1]), st.integers(0, 2**64 - 1)
)
reasons = st.sampled_from(TestReason)
precisions = st.sampled_from(Precision)
preservations = st.sampled_from(Preservation)
fortitudes = st.sampled_from(Fortitude)
statuses = st.sampled_from(BalanceStatus)
names = st.sampled_from([b"lock-one", b"lock-two"])


class Books(RuleBasedStateMachine):
    """Random calls and services, each in a transaction of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.runtime = runtime_of(balances={ACCOUNTS[0]: 10_000, ACCOUNTS[1]: 3_000})
        open_block(self.runtime)
        self.money = self.runtime.get(Balances)
        self.system = self.runtime.get(System)

    def attempt(self, action) -> None:
        with suppress(DispatchFailure), self.runtime.state.transaction():
            action(self.money)

    @rule(who=accounts, dest=accounts, value=amounts, keep=st.booleans())
    def transfer(self, who, dest, value, keep):
        name = "transfer_keep_alive" if keep else "transfer_allow_death"
        with suppress(DispatchFailure):
            run(self.runtime, who, "Balances", name, dest=Id(dest), value=value)

    @rule(who=accounts, dest=accounts, keep=st.booleans())
    def transfer_all(self, who, dest, keep):
        with suppress(DispatchFailure):
            run(self.runtime, who, "Balances", "transfer_all", dest=Id(dest), keep_alive=keep)

    @rule(who=accounts, value=amounts)
    def set_balance(self, who, value):
        with suppress(DispatchFailure):
            value %= 2**60
            run_root(self.runtime, "Balances", "force_set_balance", who=Id(who), new_free=value)

    @rule(who=accounts, value=amounts)
    def mint(self, who, value):
        self.attempt(lambda money: money.mint_into(who, value % 2**60))

    @rule(a=accounts, v=amounts, pres=preservations, prec=precisions, force=fortitudes)
    def burn(self, a, v, pres, prec, force):
        self.attempt(lambda money: money.burn_from(a, v, pres, prec, force))

    @rule(a=accounts, b=accounts, v=amounts, pres=preservations, prec=precisions)
    def withdraw_for_another(self, a, b, v, pres, prec):
        def action(money):
            credit = money.withdraw(a, v, prec, pres, Fortitude.POLITE)
            if not money.resolve(b, credit):
                money.drop_credit(credit)

        self.attempt(action)

    @rule(reason=reasons, who=accounts, value=amounts)
    def hold(self, reason, who, value):
        self.attempt(lambda money: money.hold(reason, who, value))

    @rule(reason=reasons, who=accounts, value=amounts, prec=precisions)
    def release(self, reason, who, value, prec):
        self.attempt(lambda money: money.release(reason, who, value, prec))

    @rule(reason=reasons, who=accounts, value=amounts, prec=precisions, force=fortitudes)
    def burn_held(self, reason, who, value, prec, force):
        self.attempt(lambda money: money.burn_held(reason, who, value, prec, force))

    @rule(reason=reasons, a=accounts, b=accounts, v=amounts, prec=precisions, status=statuses)
    def move_held(self, reason, a, b, v, prec, status):
        self.attempt(
            lambda money: money.transfer_on_hold(reason, a, b, v, prec, status, Fortitude.POLITE)
        )

    @rule(who=accounts, value=amounts)
    def reserve(self, who, value):
        self.attempt(lambda money: money.reserve(who, value))

    @rule(who=accounts, value=amounts, slash=st.booleans())
    def unreserve(self, who, value, slash):
        self.attempt(lambda money: (money.slash_reserved if slash else money.unreserve)(who, value))

    @rule(a=accounts, b=accounts, v=amounts, status=statuses)
    def repatriate(self, a, b, v, status):
        self.attempt(lambda money: money.repatriate_reserved(a, b, v, status))

    @rule(name=names, who=accounts, value=amounts)
    def lock(self, name, who, value):
        self.attempt(lambda money: money.set_lock(name, who, value, WithdrawReasons.FEE))

    @invariant()
    def issuance_is_the_sum_of_all_accounts(self):
        held = sum(money.free + money.reserved for money in map(self.money.account, ACCOUNTS))
        assert self.money.total_issuance() == held

    @invariant()
    def references_follow_the_money(self):
        for who in ACCOUNTS:
            record = self.system.account[who]
            data = record.data
            assert record.providers == (data.free >= ED)
            assert data.free == 0 or data.free >= ED
            if record.providers:
                assert record.consumers == bool(data.reserved or data.frozen)
            else:
                assert who not in self.system.account


Books.TestCase.settings = settings(max_examples=40, stateful_step_count=30)
TestBooks = Books.TestCase
