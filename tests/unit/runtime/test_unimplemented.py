"""Calls that are declared without a body are refused by name, at the edge and in a dispatch."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from pysubtensor.consensus.pool import TransactionInvalid
from pysubtensor.frame.call import Call, call, deprecated, unimplemented
from pysubtensor.frame.crypto import Keypair
from pysubtensor.frame.error import DispatchFailure, Unavailable, Unimplemented
from pysubtensor.frame.origin import Id, Origin
from pysubtensor.frame.pallet import Pallet
from pysubtensor.frame.primitives import U32, AccountId
from pysubtensor.frame.validity import CallInvalid, Invalid, InvalidTransaction, NotImplementedCall
from pysubtensor.runtime.executive import Executive
from pysubtensor.runtime.runtime import Entry, Runtime
from tests.entries import SMALL, bind_hold_reasons
from tests.support import (
    ALICE,
    BOB,
    TAO,
    balances_entry,
    chain_extensions,
    extra_of,
    open_block,
    payment_entry,
    run,
    runtime_of,
    sign,
)

KEY = Keypair.from_uri("//Alice")
WHO = AccountId(KEY.account_id)
TEXT = "Plan.later is not implemented in this version"


@dataclass(frozen=True)
class Config:
    pass


class Plan(Pallet[Config], crate="pallet_plan"):
    @call(0, weight=1_000)
    def now(self, origin: Origin, amount: U32) -> None:
        """Done."""

    @call(1, weight=2_000, implemented=False)
    @deprecated("Never mind.")
    def later(self, origin: Origin, amount: U32) -> None:
        """To be done."""


def composed() -> Runtime:
    plan = Entry(90, "Plan", Plan, lambda _: Config())
    return runtime_of(
        balances_entry(),
        *(payment_entry(), *SMALL, plan),
        extensions=chain_extensions,
        bindings=bind_hold_reasons,
        balances={ALICE: 100 * TAO, WHO: 100 * TAO},
    )


def later(runtime: Runtime) -> Call:
    return runtime.call("Plan", "later", amount=7)


def now(runtime: Runtime) -> Call:
    return runtime.call("Plan", "now", amount=7)


def signed(executive: Executive, wrapped: Call) -> bytes:
    return sign(executive, KEY, wrapped, extra_of())


def wrappings(runtime: Runtime) -> list[Call]:
    """The call as it is, and inside calls that make others."""
    bad, good = later(runtime), now(runtime)
    batch = runtime.call("Utility", "batch", calls=(good, bad))
    return [
        bad,
        batch,
        runtime.call("Sudo", "sudo", call=bad),
        runtime.call("Sudo", "sudo_as", who=Id(BOB), call=batch),
        runtime.call("Multisig", "as_multi_threshold_1", other_signatories=(BOB,), call=batch),
        runtime.call("Scheduler", "schedule", when=9, maybe_periodic=None, priority=0, call=bad),
    ]


@pytest.mark.parametrize("which", range(6))
def test_no_transaction_brings_it_in(which: int) -> None:
    runtime = composed()
    executive = open_block(runtime)
    data = signed(executive, wrappings(runtime)[which])
    parent = runtime.get(type(executive.system)).parent_hash.get()
    for ask in (lambda: executive.validate(data, parent), lambda: executive.apply(data)):
        with pytest.raises(NotImplementedCall, match=TEXT) as refused:
            ask()
        assert refused.value.wire == Invalid(CallInvalid())


def test_clients_of_the_pool_read_the_name() -> None:
    refusal = TransactionInvalid(NotImplementedCall("Plan.later"))
    assert (refusal.code, refusal.message, refusal.data) == (1010, "Invalid Transaction", TEXT)
    other = TransactionInvalid(InvalidTransaction(CallInvalid()))
    assert other.data == "Transaction call is not expected"


def test_other_calls_pass() -> None:
    runtime = composed()
    executive = open_block(runtime)
    batch = runtime.call("Utility", "batch", calls=(now(runtime), now(runtime)))
    assert unimplemented(batch) is None
    assert executive.apply(signed(executive, batch)) is None


def test_dispatched_all_the_same_it_is_unavailable() -> None:
    runtime = composed()
    open_block(runtime)
    with pytest.raises(Unimplemented, match=TEXT) as refused:
        run(runtime, ALICE, "Plan", "later", amount=7)
    assert isinstance(refused.value, DispatchFailure)
    assert runtime.dispatch_error(refused.value) == Unavailable()


def test_metadata_shows_it_like_any_other() -> None:
    runtime = composed()
    spec = runtime.calls.spec("Plan", "later")
    assert (spec.docs, spec.title) == ("To be done.", "Plan.later")
    assert spec.function.__deprecation__ == ("Never mind.", None)  # type: ignore[attr-defined]
    assert runtime.decode_call(runtime.encode_call(later(runtime))) == later(runtime)
