"""Fees: how much, who pays, who earns, and in which order it is told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pysubtensor.frame.call import Call, CallSpec
from pysubtensor.frame.codec.errors import EndOfInput
from pysubtensor.frame.crypto import Keypair
from pysubtensor.frame.origin import Id, Raw
from pysubtensor.frame.validity import InvalidTransaction, PaymentInvalid
from pysubtensor.frame.weights import DispatchClass, DispatchInfo, Pays, PostInfo, Weight, weight
from pysubtensor.pallets.balances import Balances
from pysubtensor.pallets.balances.declarations import Deposit, DustLost, Endowed, Transfer, Withdraw
from pysubtensor.pallets.system import System
from pysubtensor.pallets.system.declarations import (
    ExtrinsicFailed,
    ExtrinsicSuccess,
    KilledAccount,
    NewAccount,
    Remarked,
)
from pysubtensor.pallets.transaction_payment import (
    FeeDetails,
    InclusionFee,
    RuntimeDispatchInfo,
    TransactionPayment,
    TransactionPaymentApi,
    TransactionPaymentCallApi,
)
from pysubtensor.pallets.transaction_payment.pallet import TransactionFeePaid
from pysubtensor.pallets.transaction_payment.payer import fee_payer
from pysubtensor.pallets.transaction_payment.types import ONE, Releases
from pysubtensor.runtime.runtime import Runtime
from tests.catalog import wrong_definitions
from tests.support import (
    ALICE,
    BOB,
    CHARLIE,
    DAVE,
    TAO,
    catalog,
    chain_extensions,
    close_block,
    events,
    extra_of,
    open_block,
    payment_entry,
    runtime_of,
    sign,
    take_events,
)

ED = 500
KEY = Keypair.from_uri("//Alice")
WHO = KEY.account_id
AUTHOR = DAVE
BASE_FEE = 54_078
TRANSFER_FEE = 82_025
"""Of the weight of transfer_keep_alive: 82_025.5 rao, rounded half down."""


def chain(balances=None, apis=None, **config: Any) -> Runtime:
    config.setdefault("author", lambda: AUTHOR)
    return runtime_of(
        payment_entry(**config),
        balances=balances or {ALICE: TAO, WHO: 10 * TAO, AUTHOR: TAO},
        extensions=chain_extensions,
        extension_groups=(7, 5, 1),
        apis=apis or (lambda _: ()),
    )


@pytest.fixture
def runtime() -> Runtime:
    made = chain()
    open_block(made)
    return made


def payment(runtime: Runtime) -> TransactionPayment:
    return runtime.get(TransactionPayment)


def transfer(runtime: Runtime, dest, value: int, name: str = "transfer_keep_alive") -> Call:
    return runtime.call("Balances", name, dest=Id(dest), value=value)


def send(runtime: Runtime, call: Call, nonce: int = 0, tip: int = 0) -> tuple[Any, int]:
    """Apply a signed call; its failure and its length."""
    executive = runtime.executive
    data = sign(executive, KEY, call, extra_of(nonce, tip=tip))
    return executive.apply(data), len(data)


class TestAmount:
    def test_base_fee(self, runtime):
        limits = runtime.get(System).config.block_weights
        base = limits.per_class.normal.base_extrinsic
        assert payment(runtime).weight_to_fee(base) == BASE_FEE

    @pytest.mark.parametrize(
        ("time", "fee"),
        [
            (0, 0),
            (1000, 0),  # half a rao
            (1001, 1),
            (2000, 1),
            (3000, 1),
            (3001, 2),
            (10**9 + 1000, 500_000),
            (4 * 10**12, 2 * 10**9),
            (2**64 - 1, 2 * 10**9),  # no more than a block
        ],
    )
    def test_weight(self, runtime, time, fee):
        assert payment(runtime).weight_to_fee(Weight(time, 2**63)) == fee

    @given(st.integers(0, 4 * 10**12))
    def test_weight_costs_half_a_thousandth(self, time):
        fee = payment(SHARED).weight_to_fee(Weight(time, 0))
        assert fee == (time * 500_000 + 499_999_999) // 10**9

    def test_parts(self, runtime):
        info = runtime.dispatch_info(transfer(runtime, BOB, TAO))
        details = payment(runtime).fee_details(142, info, 7)
        assert details == FeeDetails(InclusionFee(BASE_FEE, 142, TRANSFER_FEE), 7)
        assert payment(runtime).compute_fee(142, info, 7) == BASE_FEE + 142 + TRANSFER_FEE + 7
        free = replace(info, pays_fee=Pays.NO)
        assert payment(runtime).compute_fee(142, free, 7) == 7

    def test_what_the_chain_adds_to_every_call_is_paid_for(self):
        added = weight(17_583_000, 4_198, reads=2)
        runtime = runtime_of(payment_entry(), balances={ALICE: TAO}, call_overhead=lambda _: added)
        info = runtime.dispatch_info(transfer(runtime, BOB, TAO))
        assert info.total_weight == weight(231_634_000, 7_791)
        assert payment(runtime).compute_fee(0, info, 0) == BASE_FEE + 115_817

    def test_the_multiplier_counts_for_one_block(self):
        runtime = chain()
        open_block(runtime)
        payment(runtime).next_fee_multiplier.put(3 * ONE // 2)
        info = runtime.dispatch_info(transfer(runtime, BOB, TAO))
        fee = payment(runtime).compute_fee(0, info, 0)
        assert fee == BASE_FEE + TRANSFER_FEE * 3 // 2
        close_block(runtime)
        assert payment(runtime).next_fee_multiplier.get() == ONE
        assert payment(runtime).next_fee_multiplier.exists()

    def test_nothing_exceeds_what_a_fee_can_be(self, runtime):
        payment(runtime).next_fee_multiplier.put(2**128 - 1)
        info = DispatchInfo(Weight(4 * 10**12, 0))
        assert payment(runtime).compute_fee(1, info, 1) == 2**64 - 1

    def test_corrections(self, runtime):
        info = DispatchInfo(weight(10**9))
        actual = payment(runtime).actual_fee
        full = actual(10, info, PostInfo(), 3)
        assert full == BASE_FEE + 10 + 500_000 + 3
        assert actual(10, info, PostInfo(weight(10**8)), 3) == full - 450_000
        assert actual(10, info, PostInfo(weight(10**10)), 3) == full
        assert actual(10, info, PostInfo(pays_fee=Pays.NO), 3) == 3


SHARED = chain()


def test_genesis():
    payment(SHARED).genesis_build()
    assert payment(SHARED).layout.get() is Releases.V2
    assert payment(SHARED).next_fee_multiplier.exists()


class TestEvents:
    def test_transfer_to_a_new_account(self, runtime):
        failure, length = send(runtime, transfer(runtime, BOB, TAO))
        fee = BASE_FEE + length + TRANSFER_FEE
        assert failure is None
        *others, success = events(runtime)
        assert others == [
            Withdraw(WHO, fee),
            NewAccount(BOB),
            Endowed(BOB, TAO),
            Transfer(WHO, BOB, TAO),
            Deposit(WHO, 0),
            Deposit(AUTHOR, fee),
            TransactionFeePaid(WHO, fee, 0),
        ]
        assert isinstance(success, ExtrinsicSuccess)
        base = weight(108_157_000)
        assert success.dispatch_info.weight == weight(164_051_000, 3_593) + base
        assert runtime.get(Balances).total_issuance() == 12 * TAO

    def test_a_failed_call_pays(self, runtime):
        failure, length = send(runtime, transfer(runtime, BOB, 1), tip=9)
        fee = BASE_FEE + length + TRANSFER_FEE + 9
        assert failure is not None
        *others, failed = events(runtime)
        assert others == [
            Withdraw(WHO, fee),
            Deposit(WHO, 0),
            Deposit(AUTHOR, fee),
            TransactionFeePaid(WHO, fee, 9),
        ]
        assert isinstance(failed, ExtrinsicFailed)

    def test_a_payer_that_died_gets_no_refund(self, runtime):
        call = transfer(runtime, ALICE, 10 * TAO - 200_000, "transfer_allow_death")
        data = sign(runtime.executive, KEY, call, extra_of())
        fee = payment(runtime).compute_fee(len(data), runtime.dispatch_info(call), 0)
        call = transfer(runtime, ALICE, 10 * TAO - fee - 3, "transfer_allow_death")
        send(runtime, call)
        assert events(runtime)[:-1] == [
            Withdraw(WHO, fee),
            KilledAccount(WHO),
            DustLost(WHO, 3),
            Transfer(WHO, ALICE, 10 * TAO - fee - 3),
            Deposit(AUTHOR, fee),
            TransactionFeePaid(WHO, fee, 0),
        ]

    def test_a_call_that_turns_out_free(self, runtime):
        state, fees = runtime.state, payment(runtime)
        info = DispatchInfo(weight(10**9))
        paid = fees.withdraw_fee(WHO, transfer(runtime, BOB, 1), 1000)
        take_events(runtime)
        fees.correct_and_deposit_fee(
            WHO, paid, fees.actual_fee(5, info, PostInfo(pays_fee=Pays.NO), 0), 0
        )
        assert events(runtime) == [Deposit(WHO, 1000), TransactionFeePaid(WHO, 0, 0)]
        assert state.events

    def test_a_free_call_says_only_what_it_cost(self, runtime):
        fees = payment(runtime)
        paid = fees.withdraw_fee(WHO, transfer(runtime, BOB, 1), 0)
        fees.correct_and_deposit_fee(WHO, paid, 0, 0)
        assert events(runtime) == [TransactionFeePaid(WHO, 0, 0)]


class TestAuthor:
    @pytest.mark.parametrize("author", [None, BOB])
    def test_a_fee_that_nobody_can_take_is_burned(self, author):
        runtime = chain(author=lambda: author)
        open_block(runtime)
        fees = payment(runtime)
        fees.correct_and_deposit_fee(
            WHO, fees.withdraw_fee(WHO, transfer(runtime, BOB, 1), 499), 499, 0
        )
        assert events(runtime) == [
            Withdraw(WHO, 499),
            Deposit(WHO, 0),
            TransactionFeePaid(WHO, 499, 0),
        ]
        assert runtime.get(Balances).total_issuance() == 12 * TAO - 499


class TestPaying:
    def test_the_payer_keeps_the_existential_deposit(self, runtime):
        fees, call = payment(runtime), transfer(runtime, BOB, 1)
        fees.can_withdraw_fee(ALICE, call, TAO - ED)
        for fee in (TAO - ED + 1, TAO, TAO + 1):
            with pytest.raises(InvalidTransaction, match="Inability"):
                fees.can_withdraw_fee(ALICE, call, fee)
            with pytest.raises(InvalidTransaction, match="Inability"):
                fees.withdraw_fee(ALICE, call, fee)
        fees.can_withdraw_fee(BOB, call, 0)

    def test_alpha_is_taken_when_there_is_no_tao(self):
        sold = Remarked(BOB, bytes(32))  # any event

        class Alpha:
            def can_pay(self, who, call, fee):
                return who == BOB and fee == 1000

            def pay(self, who, call, fee):
                return sold if self.can_pay(who, call, fee) else None

        runtime = chain(alpha=Alpha())
        open_block(runtime)
        fees, call = payment(runtime), transfer(runtime, BOB, 1)
        fees.can_withdraw_fee(BOB, call, 1000)
        with pytest.raises(InvalidTransaction) as caught:
            fees.withdraw_fee(CHARLIE, call, 1000)
        assert caught.value.kind == PaymentInvalid()
        fees.correct_and_deposit_fee(BOB, fees.withdraw_fee(BOB, call, 1000), 700, 0)
        assert events(runtime) == [sold, TransactionFeePaid(BOB, 700, 0)]


def call_of(pallet: str, name: str, *args: Any) -> Call:
    return Call(CallSpec(pallet, 0, name, print, 0, DispatchClass.NORMAL, Pays.YES, "", ()), args)


def proxy(real, call: Call) -> Call:
    return call_of("Proxy", "proxy", Id(real), None, call)


class TestPayer:
    REMARK = call_of("System", "remark", b"")

    def payer(self, call: Call, *agreed):
        return fee_payer(call, WHO, lambda real, delegate: (real, delegate) in agreed)

    def test_the_signer(self):
        assert self.payer(self.REMARK) == WHO
        assert self.payer(proxy(ALICE, self.REMARK)) == WHO
        assert self.payer(call_of("Proxy", "add_proxy", Id(ALICE), 0, 0), (ALICE, WHO)) == WHO

    def test_the_account_acted_for(self):
        assert self.payer(proxy(ALICE, self.REMARK), (ALICE, WHO)) == ALICE

    def test_an_address_that_names_no_account(self):
        call = call_of("Proxy", "proxy", Raw(bytes(ALICE)), None, self.REMARK)
        assert self.payer(call, (ALICE, WHO)) == WHO

    def test_two_levels(self):
        call = proxy(BOB, proxy(ALICE, self.REMARK))
        assert self.payer(call, (BOB, WHO), (ALICE, BOB)) == ALICE
        assert self.payer(call, (BOB, WHO)) == BOB
        assert self.payer(call, (ALICE, BOB)) == WHO
        deeper = proxy(BOB, proxy(ALICE, proxy(CHARLIE, self.REMARK)))
        assert self.payer(deeper, (BOB, WHO), (ALICE, BOB), (CHARLIE, ALICE)) == ALICE

    @pytest.mark.parametrize("name", ["batch", "batch_all", "force_batch"])
    def test_batches(self, name):
        def within(*calls):
            return proxy(BOB, call_of("Utility", name, calls))

        agreed = ((BOB, WHO), (ALICE, BOB), (CHARLIE, BOB))
        one, other = proxy(ALICE, self.REMARK), proxy(CHARLIE, self.REMARK)
        assert self.payer(within(one, one), *agreed) == ALICE
        assert self.payer(within(one, other), *agreed) == BOB
        assert self.payer(within(one, self.REMARK), *agreed) == BOB
        assert self.payer(within(), *agreed) == BOB
        assert self.payer(within(one), (BOB, WHO)) == BOB

    def test_the_account_acted_for_is_charged(self):
        runtime = chain(real_pays_fee=lambda real, delegate: (real, delegate) == (ALICE, WHO))
        open_block(runtime)
        assert payment(runtime).payer(proxy(ALICE, self.REMARK), WHO) == ALICE


class TestApis:
    @pytest.fixture
    def runtime(self) -> Runtime:
        made = chain(
            apis=lambda rt: (
                TransactionPaymentApi(payment(rt), rt.extrinsics.decode),
                TransactionPaymentCallApi(payment(rt)),
            )
        )
        open_block(made)
        return made

    def test_declared_as_in_the_catalog(self, runtime):
        known = {api["name"]: api for api in catalog()["runtime_apis"]}
        for api in runtime.apis:
            wanted = known[api.api_name]
            assert api.api_version == wanted["version"]
            methods = api.methods(runtime.codecs)
            described = [
                (
                    name,
                    [(each, codec.name) for each, codec in method.inputs],
                    method.output.name,
                )
                for name, method in methods.items()
            ]
            assert described == [
                (m["name"], [(i["name"], i["type"]) for i in m["inputs"]], m["output"])
                for m in wanted["methods"]
            ]
            assert wrong_definitions([method.output for method in methods.values()]) == {}

    def ask(self, runtime: Runtime, name: str, *args: bytes) -> Any:
        method = runtime.methods[name]
        return method.output.from_bytes(method(b"".join(args)))

    def test_of_an_extrinsic(self, runtime):
        call = transfer(runtime, BOB, TAO)
        data = sign(runtime.executive, KEY, call, extra_of(tip=50))
        length = len(data).to_bytes(4, "little")
        fee = BASE_FEE + len(data) + TRANSFER_FEE
        info = self.ask(runtime, "TransactionPaymentApi_query_info", data, length)
        total = runtime.dispatch_info(call).total_weight
        assert info == RuntimeDispatchInfo(total, DispatchClass.NORMAL, fee)
        details = self.ask(runtime, "TransactionPaymentApi_query_fee_details", data, length)
        assert details.final_fee() == fee

    def test_of_a_bare_extrinsic(self, runtime):
        data = runtime.extrinsics.bare(transfer(runtime, BOB, TAO))
        length = len(data).to_bytes(4, "little")
        info = self.ask(runtime, "TransactionPaymentApi_query_info", data, length)
        assert info.partial_fee == 0
        details = self.ask(runtime, "TransactionPaymentApi_query_fee_details", data, length)
        assert details == FeeDetails(None, 0)

    def test_of_a_call(self, runtime):
        data = runtime.encode_call(transfer(runtime, BOB, TAO))
        length = (142).to_bytes(4, "little")
        info = self.ask(runtime, "TransactionPaymentCallApi_query_call_info", data, length)
        assert info.partial_fee == BASE_FEE + 142 + TRANSFER_FEE
        details = self.ask(
            runtime, "TransactionPaymentCallApi_query_call_fee_details", data, length
        )
        assert details.inclusion_fee == InclusionFee(BASE_FEE, 142, TRANSFER_FEE)

    @pytest.mark.parametrize("api", ["TransactionPaymentApi", "TransactionPaymentCallApi"])
    def test_of_weight_and_length(self, runtime, api):
        encoded = runtime.codecs(Weight).encode(Weight(108_157_000, 5))
        assert self.ask(runtime, f"{api}_query_weight_to_fee", encoded) == BASE_FEE
        assert self.ask(runtime, f"{api}_query_length_to_fee", (77).to_bytes(4, "little")) == 77
        with pytest.raises(EndOfInput):
            self.ask(runtime, f"{api}_query_length_to_fee", b"")
