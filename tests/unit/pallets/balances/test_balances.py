"""Calls of Balances: transfers, root's corrections, burning."""

from __future__ import annotations

from contextlib import contextmanager

import pytest

from pysubtensor.frame.error import (
    ArithmeticFailure,
    BadOrigin,
    BuiltinFailure,
    CannotLookup,
    TokenError,
    TokenFailure,
)
from pysubtensor.frame.interfaces.currency import AccountData
from pysubtensor.frame.origin import ROOT, Id, Raw
from pysubtensor.frame.primitives import U32_MAX, U64_MAX
from pysubtensor.frame.weights import Pays, weight
from pysubtensor.pallets import balances as package
from pysubtensor.pallets.balances import Balances
from pysubtensor.pallets.balances.declarations import (
    BalanceSet,
    Burned,
    DeltaZero,
    DustLost,
    Endowed,
    IssuanceDeactivated,
    TotalIssuanceForced,
    Transfer,
    Unreserved,
    Upgraded,
)
from pysubtensor.pallets.balances.types import AdjustmentDirection
from pysubtensor.pallets.system import System
from pysubtensor.pallets.system.declarations import KilledAccount, NewAccount
from pysubtensor.runtime.runtime import Entry, Runtime
from tests.support import (
    ALICE,
    BOB,
    CHARLIE,
    TAO,
    events,
    fund,
    run,
    run_root,
    runtime_of,
    take_events,
)

ED = 500


def money(runtime: Runtime) -> Balances:
    return runtime.get(Balances)


def free(runtime: Runtime, who) -> int:
    return money(runtime).free_balance(who)


@contextmanager
def refused(kind: TokenError):
    with pytest.raises(TokenFailure) as caught:
        yield
    assert caught.value.kind == kind


def transfer(runtime: Runtime, who, dest, value: int, name: str = "transfer_allow_death") -> None:
    run(runtime, who, "Balances", name, dest=Id(dest), value=value)


class TestTransfer:
    def test_moves_money(self, runtime):
        transfer(runtime, ALICE, BOB, TAO)
        assert (free(runtime, ALICE), free(runtime, BOB)) == (9 * TAO, 2 * TAO)
        assert events(runtime) == [Transfer(ALICE, BOB, TAO)]

    def test_creates_an_account(self, runtime):
        transfer(runtime, ALICE, CHARLIE, ED)
        assert events(runtime) == [
            NewAccount(CHARLIE),
            Endowed(CHARLIE, ED),
            Transfer(ALICE, CHARLIE, ED),
        ]
        account = runtime.get(System).account[CHARLIE]
        assert (account.providers, account.consumers) == (1, 0)

    def test_refuses_less_than_the_existential_deposit_for_a_new_account(self, runtime):
        with refused(TokenError.BELOW_MINIMUM):
            transfer(runtime, ALICE, CHARLIE, ED - 1)

    def test_kills_the_sender_with_its_dust(self, runtime):
        transfer(runtime, BOB, CHARLIE, TAO - 3)
        assert events(runtime) == [
            KilledAccount(BOB),
            DustLost(BOB, 3),
            NewAccount(CHARLIE),
            Endowed(CHARLIE, TAO - 3),
            Transfer(BOB, CHARLIE, TAO - 3),
        ]
        assert BOB not in runtime.get(System).account
        assert money(runtime).total_issuance() == 11 * TAO - 3

    def test_keep_alive_refuses_to_kill(self, runtime):
        with refused(TokenError.NOT_EXPENDABLE):
            transfer(runtime, BOB, ALICE, TAO - ED + 1, "transfer_keep_alive")
        transfer(runtime, BOB, ALICE, TAO - ED, "transfer_keep_alive")
        assert free(runtime, BOB) == ED

    def test_a_consumer_keeps_the_sender_alive(self, runtime):
        money(runtime).reserve(BOB, 10)
        for name in ("transfer_keep_alive", "transfer_allow_death"):
            with refused(TokenError.FROZEN):
                transfer(runtime, BOB, ALICE, TAO - 10 - ED + 1, name)

    def test_more_than_there_is(self, runtime):
        with refused(TokenError.FUNDS_UNAVAILABLE):
            transfer(runtime, BOB, ALICE, TAO + 1)
        with pytest.raises(ArithmeticFailure):
            transfer(runtime, BOB, ALICE, 100 * TAO)

    def test_to_oneself_changes_nothing_and_says_nothing(self, runtime):
        transfer(runtime, ALICE, ALICE, TAO)
        assert events(runtime) == []

    def test_nothing_is_sent_aloud_but_creates_no_account(self, runtime):
        transfer(runtime, ALICE, CHARLIE, 0)
        assert events(runtime) == [Transfer(ALICE, CHARLIE, 0)]
        assert CHARLIE not in runtime.get(System).account

    def test_all_is_no_more_than_a_balance_can_be(self, runtime):
        fund(runtime, ALICE, U64_MAX)
        with pytest.raises(ArithmeticFailure, match="OVERFLOW"):
            run(runtime, BOB, "Balances", "transfer_all", dest=Id(ALICE), keep_alive=False)
        with pytest.raises(ArithmeticFailure, match="OVERFLOW"):
            transfer(runtime, BOB, ALICE, TAO)

    def test_all_may_be_too_little_for_a_new_account(self, runtime):
        fund(runtime, BOB, 2 * ED - 1)
        with refused(TokenError.BELOW_MINIMUM):
            run(runtime, BOB, "Balances", "transfer_all", dest=Id(CHARLIE), keep_alive=True)

    def test_all(self, runtime):
        run(runtime, BOB, "Balances", "transfer_all", dest=Id(ALICE), keep_alive=True)
        assert free(runtime, BOB) == ED
        take_events(runtime)
        run(runtime, BOB, "Balances", "transfer_all", dest=Id(ALICE), keep_alive=False)
        assert events(runtime) == [KilledAccount(BOB), Transfer(BOB, ALICE, ED)]

    def test_forced(self, runtime):
        args = {"source": Id(BOB), "dest": Id(ALICE), "value": 7}
        with pytest.raises(BadOrigin):
            run(runtime, ALICE, "Balances", "force_transfer", **args)
        run_root(runtime, "Balances", "force_transfer", **args)
        assert free(runtime, ALICE) == 10 * TAO + 7


@pytest.mark.parametrize(
    ("who", "name", "args"),
    [
        (ALICE, "transfer_keep_alive", {"dest": Raw(bytes(BOB)), "value": 1}),
        (ALICE, "transfer_allow_death", {"dest": Raw(bytes(BOB)), "value": 1}),
        (ALICE, "transfer_all", {"dest": Raw(bytes(BOB)), "keep_alive": True}),
        (ROOT, "force_set_balance", {"who": Raw(bytes(BOB)), "new_free": 1}),
        (ROOT, "force_unreserve", {"who": Raw(bytes(BOB)), "amount": 1}),
    ],
)
def test_only_an_account_id_is_an_address(runtime, who, name, args):
    with pytest.raises(CannotLookup):
        run(runtime, who, "Balances", name, **args)


class TestForceSetBalance:
    def set(self, runtime, who, amount):
        run_root(runtime, "Balances", "force_set_balance", who=Id(who), new_free=amount)

    def test_creates(self, runtime):
        self.set(runtime, CHARLIE, TAO)
        assert events(runtime) == [
            NewAccount(CHARLIE),
            Endowed(CHARLIE, TAO),
            BalanceSet(CHARLIE, TAO),
        ]
        assert money(runtime).total_issuance() == 12 * TAO

    def test_lowers_and_kills(self, runtime):
        self.set(runtime, ALICE, TAO)
        assert money(runtime).total_issuance() == 2 * TAO
        take_events(runtime)
        self.set(runtime, ALICE, ED - 1)
        assert events(runtime) == [KilledAccount(ALICE), BalanceSet(ALICE, 0)]
        assert money(runtime).total_issuance() == TAO

    def test_nothing_for_nobody_still_endows(self, runtime):
        self.set(runtime, CHARLIE, 0)
        assert events(runtime) == [Endowed(CHARLIE, 0), BalanceSet(CHARLIE, 0)]
        assert CHARLIE not in runtime.get(System).account

    def test_cannot_strand_a_consumer(self, runtime):
        money(runtime).reserve(BOB, 10)
        take_events(runtime)
        with pytest.raises(BuiltinFailure, match="ConsumerRemaining"):
            self.set(runtime, BOB, 0)
        assert events(runtime) == []
        assert runtime.get(System).account[BOB].consumers == 1


class TestIssuance:
    def adjust(self, runtime, direction, delta):
        run_root(
            runtime,
            "Balances",
            "force_adjust_total_issuance",
            direction=AdjustmentDirection(direction),
            delta=delta,
        )

    def test_forced_up_and_down(self, runtime):
        self.adjust(runtime, 0, 5)
        self.adjust(runtime, 1, 6)
        assert events(runtime) == [
            TotalIssuanceForced(11 * TAO, 11 * TAO + 5),
            TotalIssuanceForced(11 * TAO + 5, 11 * TAO - 1),
        ]
        self.adjust(runtime, 0, U64_MAX)
        assert money(runtime).total_issuance() == U64_MAX

    def test_refusals(self, runtime):
        with pytest.raises(DeltaZero):
            self.adjust(runtime, 0, 0)
        money(runtime).deactivate(10 * TAO)
        assert money(runtime).active_issuance() == TAO
        with pytest.raises(IssuanceDeactivated):
            self.adjust(runtime, 1, 2 * TAO)
        money(runtime).reactivate(3 * TAO)
        self.adjust(runtime, 1, 2 * TAO)

    def test_burn(self, runtime):
        run(runtime, ALICE, "Balances", "burn", value=TAO, keep_alive=True)
        assert events(runtime) == [Burned(ALICE, TAO)]
        assert money(runtime).total_issuance() == 10 * TAO
        with refused(TokenError.FUNDS_UNAVAILABLE):
            run(runtime, ALICE, "Balances", "burn", value=9 * TAO, keep_alive=True)
        take_events(runtime)
        run(runtime, BOB, "Balances", "burn", value=TAO - 1, keep_alive=False)
        assert events(runtime) == [KilledAccount(BOB), DustLost(BOB, 1), Burned(BOB, TAO - 1)]
        assert money(runtime).total_issuance() == 9 * TAO


class TestUpgrade:
    def old_account(self, runtime, who, reserved):
        account = runtime.get(System).account
        data = AccountData(TAO, reserved, 0, 0)
        account[who] = type(account[who])(0, 0, 1, 0, data)

    def test_an_old_account_gets_its_consumer(self, runtime):
        self.old_account(runtime, CHARLIE, 5)
        post = run(runtime, ALICE, "Balances", "upgrade_accounts", who=(CHARLIE,))
        assert post.pays_fee == Pays.NO
        assert events(runtime) == [Upgraded(CHARLIE)]
        account = runtime.get(System).account[CHARLIE]
        assert account.consumers == 1
        assert account.data == AccountData(TAO, 5, 0)

    def test_upgrading_the_new_costs(self, runtime):
        assert run(runtime, ALICE, "Balances", "upgrade_accounts", who=()).pays_fee == Pays.YES
        post = run(runtime, ALICE, "Balances", "upgrade_accounts", who=(ALICE, BOB))
        assert post.pays_fee == Pays.YES
        assert events(runtime) == []

    def test_a_change_upgrades_first(self, runtime):
        self.old_account(runtime, CHARLIE, 0)
        transfer(runtime, ALICE, CHARLIE, 1)
        assert events(runtime) == [Upgraded(CHARLIE), Transfer(ALICE, CHARLIE, 1)]


def test_force_unreserve(runtime):
    money(runtime).reserve(BOB, 100)
    take_events(runtime)
    run_root(runtime, "Balances", "force_unreserve", who=Id(BOB), amount=150)
    assert events(runtime) == [Unreserved(BOB, 100)]


def test_weights(runtime):
    def weight_of(name, **args):
        return runtime.dispatch_info(runtime.call("Balances", name, **args)).call_weight

    assert weight_of("transfer_keep_alive", dest=Id(BOB), value=1) == weight(164_051_000, 3593)
    assert weight_of("burn", value=1, keep_alive=True) == weight(30_219_000)
    assert weight_of("burn", value=1, keep_alive=False) == weight(20_720_000)
    upgrade = weight_of("upgrade_accounts", who=(ALICE, BOB))
    assert upgrade == weight(14_674_000 + 2 * (14_648_188 + 125_000_000), 990 + 2 * 2603)


def test_genesis_refusals():
    with pytest.raises(ValueError, match="500 rao"):
        runtime_of(balances={ALICE: ED - 1})
    made = runtime_of(balances={})
    with pytest.raises(ValueError, match="twice"):
        money(made).genesis_build([(ALICE, ED), (ALICE, ED)])


def test_a_config_without_existential_deposit_is_refused():
    entry = Entry(
        5, "Balances", Balances, lambda rt: package.Config(rt.get(System), existential_deposit=0)
    )
    with pytest.raises(ValueError, match="existential deposit"):
        runtime_of(entry)


def test_consumers_are_limited(runtime):
    system = runtime.get(System)
    for _ in range(16):
        system.inc_consumers(BOB)
    with pytest.raises(BuiltinFailure, match="TooManyConsumers"):
        money(runtime).reserve(BOB, 1)
    assert U32_MAX > system.account[BOB].consumers == 16
