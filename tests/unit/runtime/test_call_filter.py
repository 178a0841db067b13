"""Facts of the chain's tests/batch_tx: what passes the filter, and what a batch does."""

from __future__ import annotations

import functools

import pytest

from pysubtensor.frame.call import Call
from pysubtensor.frame.live_state import EmptyBacking
from pysubtensor.frame.origin import Id
from pysubtensor.pallets.balances import Balances
from pysubtensor.pallets.safe_mode import SafeMode
from pysubtensor.runtime.chain import Build, Constants, Variety, make_runtime
from pysubtensor.runtime.runtime import Runtime
from tests.support import ALICE, BOB, CHARLIE, TAO, open_block

BATCHES = ("batch", "batch_all", "force_batch")


@functools.cache
def chain() -> Runtime:
    return make_runtime(Build(Constants.PROD, Variety.EXACT), EmptyBacking())


def transfer(dest=BOB) -> Call:
    return chain().call("Balances", "transfer_allow_death", dest=Id(dest), value=TAO)


def batch(*calls: Call, name: str = "batch") -> Call:
    return chain().call("Utility", name, calls=calls)


def allows(call: Call) -> bool:
    return chain().signed(ALICE).allows(call)


@pytest.mark.parametrize("name", BATCHES)
def test_a_batch_of_transfers_may_be_sent(name) -> None:
    assert allows(batch(transfer(), name=name))
    assert allows(batch(transfer(), transfer(CHARLIE), name=name))


@pytest.mark.parametrize("outer", BATCHES)
@pytest.mark.parametrize("inner", BATCHES)
def test_a_batch_in_a_batch_may_not(outer, inner) -> None:
    assert not allows(batch(transfer(), batch(transfer(CHARLIE), name=inner), name=outer))


def test_a_batch_makes_its_transfers() -> None:
    runtime = make_runtime(Build(Constants.PROD, Variety.EXACT), EmptyBacking())
    money = runtime.get(Balances)
    money.genesis_build(((ALICE, 8 * TAO), (BOB, TAO), (CHARLIE, TAO)))
    open_block(runtime)
    both = runtime.call("Utility", "batch", calls=(
        runtime.call("Balances", "transfer_allow_death", dest=Id(BOB), value=TAO),
        runtime.call("Balances", "transfer_allow_death", dest=Id(CHARLIE), value=TAO),
    ))  # fmt: skip
    runtime.dispatch(both, runtime.signed(ALICE))
    found = [money.free_balance(who) for who in (ALICE, BOB, CHARLIE)]
    assert found == [6 * TAO, 2 * TAO, 2 * TAO]


def test_in_safe_mode_money_rests() -> None:
    mode = chain().get(SafeMode)
    assert allows(transfer())
    mode.entered_until.put(9)
    assert not allows(transfer())
    assert allows(chain().call("System", "remark", remark=b""))
    mode.entered_until.kill()
