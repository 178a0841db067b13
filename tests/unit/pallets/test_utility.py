"""Batches, derived accounts, chosen origins: what is done, told and charged."""

import pytest

from pysubtensor.frame.call import Call
from pysubtensor.frame.crypto.ss58 import ss58_decode, ss58_encode
from pysubtensor.frame.error import BadOrigin, BadOriginError, Module, ModuleError
from pysubtensor.frame.hashing import blake2_256
from pysubtensor.frame.origin import ROOT, ROOT_CALLER, Nobody, Origin, Signed
from pysubtensor.frame.result import OK, Err
from pysubtensor.frame.weights import ZERO, DispatchClass, Pays, Weight, weight
from pysubtensor.pallets.system.declarations import CallFiltered, Remarked
from pysubtensor.pallets.utility import (
    AS_DERIVATIVE,
    DISPATCH_AS,
    DISPATCH_AS_FALLIBLE,
    IF_ELSE,
    BatchCompleted,
    BatchCompletedWithErrors,
    BatchInterrupted,
    DispatchedAs,
    IfElseFallbackCalled,
    IfElseMainSuccess,
    ItemCompleted,
    ItemFailed,
    TooManyCalls,
    batch_all_weight,
    batch_weight,
    derived_account,
    force_batch_weight,
)
from pysubtensor.runtime.runtime import Runtime
from tests.entries import SUDO, UTILITY
from tests.support import ALICE, BOB, events, open_block, run, runtime_of

OVERHEAD = weight(67_583_000, 4_198)
REFUSED = BadOriginError()
FILTERED = Module(ModuleError(0, bytes((5, 0, 0, 0))))


def passes(call: Call) -> bool:
    return call.name != "kill_storage"


@pytest.fixture
def runtime() -> Runtime:
    made = runtime_of(UTILITY, SUDO, call_filter=lambda _: passes, call_overhead=lambda _: OVERHEAD)
    open_block(made)
    return made


def say(runtime: Runtime, text: bytes = b"x") -> Call:
    return runtime.call("System", "remark_with_event", remark=text)


def store(runtime: Runtime, key: bytes = b"key") -> Call:
    """A call for root."""
    return runtime.call("System", "set_storage", items=((key, b"value"),))


def said(who: bytes, text: bytes = b"x") -> Remarked:
    return Remarked(who, blake2_256(text))


def cost(runtime: Runtime, *calls: Call) -> Weight:
    total = ZERO
    for call in calls:
        total = total + runtime.dispatch_info(call).call_weight
    return total


# -- batch --------------------------------------------------------------------------------------


def test_batch_makes_all_calls(runtime):
    calls = (say(runtime, b"1"), say(runtime, b"2"))
    post = run(runtime, ALICE, "Utility", "batch", calls=calls)
    done = ItemCompleted()
    assert events(runtime) == [said(ALICE, b"1"), done, said(ALICE, b"2"), done, BatchCompleted()]
    assert post.actual_weight == batch_weight(2) + cost(runtime, *calls)


def test_batch_stops_at_a_refusal_and_keeps_the_rest(runtime):
    calls = (say(runtime), store(runtime), say(runtime))
    post = run(runtime, ALICE, "Utility", "batch", calls=calls)
    assert events(runtime) == [said(ALICE), ItemCompleted(), BatchInterrupted(1, REFUSED)]
    assert post.actual_weight == batch_weight(2) + cost(runtime, *calls[:2])


def test_empty_batch_is_done_and_free(runtime):
    post = run(runtime, ALICE, "Utility", "batch", calls=())
    assert events(runtime) == [BatchCompleted()]
    assert post.actual_weight == weight(69_446_696, 3_983)
    info = runtime.dispatch_info(runtime.call("Utility", "batch", calls=()))
    assert info.pays_fee is Pays.NO


@pytest.mark.parametrize("name", ["batch", "batch_all", "force_batch"])
def test_batches_have_limits(runtime, name):
    many = (runtime.call("System", "remark", remark=b""),) * 10_923
    with pytest.raises(TooManyCalls):
        run(runtime, ALICE, "Utility", name, calls=many)
    with pytest.raises(BadOrigin):
        run(runtime, Origin(Nobody()), "Utility", name, calls=())


def test_force_batch_goes_on(runtime):
    calls = (store(runtime), say(runtime))
    post = run(runtime, ALICE, "Utility", "force_batch", calls=calls)
    failed, done = ItemFailed(REFUSED), ItemCompleted()
    assert events(runtime) == [failed, said(ALICE), done, BatchCompletedWithErrors()]
    assert post.actual_weight == force_batch_weight(2) + cost(runtime, *calls)


def test_force_batch_without_refusals(runtime):
    run(runtime, ALICE, "Utility", "force_batch", calls=(say(runtime),))
    assert events(runtime)[-1] == BatchCompleted()


def test_batch_all_is_all_or_nothing(runtime):
    calls = (say(runtime), store(runtime), say(runtime))
    with pytest.raises(BadOrigin) as refusal:
        run(runtime, ALICE, "Utility", "batch_all", calls=calls)
    assert events(runtime) == []
    assert refusal.value.post.actual_weight == batch_all_weight(2) + cost(runtime, *calls[:2])


def test_batch_all_may_not_nest(runtime):
    inner = runtime.call("Utility", "batch_all", calls=(say(runtime),))
    with pytest.raises(CallFiltered):
        run(runtime, ALICE, "Utility", "batch_all", calls=(inner,))
    hidden = runtime.call("Utility", "if_else", main=inner, fallback=say(runtime))
    run(runtime, ALICE, "Utility", "batch_all", calls=(hidden,))
    assert IfElseFallbackCalled(FILTERED) in events(runtime)


def test_root_may_nest_and_passes_filters(runtime):
    kill = runtime.call("System", "kill_storage", keys=(b"key",))
    inner = runtime.call("Utility", "batch_all", calls=(kill,))
    run(runtime, ROOT, "Utility", "batch_all", calls=(inner,))
    assert events(runtime) == [ItemCompleted(), BatchCompleted()] * 2


def test_filters_reach_the_items(runtime):
    kill = runtime.call("System", "kill_storage", keys=())
    run(runtime, runtime.signed(ALICE), "Utility", "batch", calls=(kill,))
    assert events(runtime) == [BatchInterrupted(0, FILTERED)]


def test_batch_is_normal_and_pays_with_any_item(runtime):
    paying = runtime.call("Utility", "batch", calls=(store(runtime),))
    info = runtime.dispatch_info(paying)
    assert (info.dispatch_class, info.pays_fee) == (DispatchClass.NORMAL, Pays.YES)
    assert info.call_weight == batch_weight(1) + cost(runtime, store(runtime)) + OVERHEAD
    free = runtime.call("Utility", "batch", calls=())
    nested = runtime.call("Utility", "force_batch", calls=(free, free))
    assert runtime.dispatch_info(nested).pays_fee is Pays.NO


def test_refunds_of_items_count(runtime):
    """An inner batch that stops early is charged for what it did."""
    inner = runtime.call("Utility", "batch", calls=(store(runtime), say(runtime)))
    post = run(runtime, ALICE, "Utility", "force_batch", calls=(inner,))
    used = batch_weight(1) + cost(runtime, store(runtime))
    assert post.actual_weight == force_batch_weight(1) + used


# -- other origins ------------------------------------------------------------------------------


def test_derived_account_is_the_published_one():
    who, _ = ss58_decode("5GvUh7fGKsdBEh5XpypkfkGuf7j3vXLxH9BdxjxnJNVXRYi1")
    derived = derived_account(who, 0)
    assert ss58_encode(derived) == "5E5XxqPxm7QbEs6twYfp3tyjXidn4kqRrNPH4o6JK9JSLUeD"


def test_as_derivative(runtime):
    call = say(runtime)
    post = run(runtime, ALICE, "Utility", "as_derivative", index=1, call=call)
    assert events(runtime) == [said(derived_account(ALICE, 1))]
    assert post.actual_weight == AS_DERIVATIVE + cost(runtime, call)
    assert weight(65_378_000 + 125_000_000, 3_983) == AS_DERIVATIVE


def test_as_derivative_passes_the_refusal_on(runtime):
    with pytest.raises(BadOrigin) as refusal:
        run(runtime, ALICE, "Utility", "as_derivative", index=1, call=store(runtime))
    assert refusal.value.post.actual_weight == AS_DERIVATIVE + cost(runtime, store(runtime))


def test_as_derivative_keeps_filters(runtime):
    kill = runtime.call("System", "kill_storage", keys=())
    with pytest.raises(CallFiltered):
        run(runtime, runtime.signed(ALICE), "Utility", "as_derivative", index=1, call=kill)


@pytest.mark.parametrize(
    ("caller", "result"), [(Signed(BOB), OK), (ROOT_CALLER, Err(REFUSED)), (Nobody(), Err(REFUSED))]
)
def test_dispatch_as(runtime, caller, result):
    args = {"as_origin": caller, "call": say(runtime)}
    run(runtime, ROOT, "Utility", "dispatch_as", **args)
    assert events(runtime)[-1] == DispatchedAs(result)
    with pytest.raises(BadOrigin):
        run(runtime, ALICE, "Utility", "dispatch_as", **args)


def test_dispatch_as_fallible(runtime):
    name = "dispatch_as_fallible"
    run(runtime, ROOT, "Utility", name, as_origin=Signed(BOB), call=say(runtime))
    assert events(runtime) == [said(BOB), DispatchedAs(OK)]
    with pytest.raises(BadOrigin):
        run(runtime, ROOT, "Utility", name, as_origin=Signed(BOB), call=store(runtime))


def test_with_weight(runtime):
    chosen = Weight(5, 6)
    call = runtime.call("Utility", "with_weight", call=store(runtime), weight=chosen)
    assert runtime.dispatch_info(call).call_weight == chosen + OVERHEAD
    runtime.dispatch(call, ROOT)
    assert runtime.state.raw_get(b"key") == b"value"
    with pytest.raises(BadOrigin):
        runtime.dispatch(call, runtime.signed(ALICE))


# -- if_else ------------------------------------------------------------------------------------


def test_if_else_main(runtime):
    main = say(runtime, b"1")
    post = run(runtime, ALICE, "Utility", "if_else", main=main, fallback=say(runtime, b"2"))
    assert events(runtime) == [said(ALICE, b"1"), IfElseMainSuccess()]
    assert post.actual_weight == IF_ELSE + cost(runtime, main)


def test_if_else_fallback(runtime):
    both = {"main": store(runtime), "fallback": say(runtime)}
    post = run(runtime, ALICE, "Utility", "if_else", **both)
    assert events(runtime) == [said(ALICE), IfElseFallbackCalled(REFUSED)]
    assert post.actual_weight == IF_ELSE + cost(runtime, *both.values())


def test_if_else_both_refused(runtime):
    both = {"main": store(runtime), "fallback": store(runtime)}
    with pytest.raises(BadOrigin) as refusal:
        run(runtime, ALICE, "Utility", "if_else", **both)
    assert refusal.value.post.actual_weight == IF_ELSE + cost(runtime, *both.values())
    assert events(runtime) == []


@pytest.mark.parametrize(
    ("name", "args", "own"),
    [
        ("as_derivative", {"index": 0}, AS_DERIVATIVE),
        ("dispatch_as", {"as_origin": ROOT_CALLER}, DISPATCH_AS),
        ("dispatch_as_fallible", {"as_origin": ROOT_CALLER}, DISPATCH_AS_FALLIBLE),
    ],
)
def test_costs(runtime, name, args, own):
    call = runtime.call("Utility", name, call=store(runtime), **args)
    info = runtime.dispatch_info(call)
    assert info.call_weight == own + cost(runtime, store(runtime)) + OVERHEAD
    assert (info.dispatch_class, info.pays_fee) == (DispatchClass.NORMAL, Pays.YES)


def test_storage_of_nested_calls_is_undone_with_them(runtime):
    both = (store(runtime, b"a"), say(runtime))
    inner = runtime.call("Utility", "batch_all", calls=both)
    run(runtime, ROOT, "Utility", "force_batch", calls=(inner, store(runtime, b"b")))
    assert runtime.state.raw_get(b"a") is None
    assert runtime.state.raw_get(b"b") == b"value"
