"""Approvals are counted, deposits come back, calls are made once enough agree."""

import pytest

from pysubtensor.frame.call import Call
from pysubtensor.frame.crypto.ss58 import ss58_decode, ss58_encode
from pysubtensor.frame.error import BadOrigin, BadOriginError, DispatchFailure
from pysubtensor.frame.hashing import blake2_256
from pysubtensor.frame.result import OK, Err
from pysubtensor.frame.weights import MAX, ZERO, DispatchClass, Pays, PostInfo
from pysubtensor.pallets.balances.declarations import InsufficientBalance, Reserved, Unreserved
from pysubtensor.pallets.balances.types import WithdrawReasons
from pysubtensor.pallets.multisig import (
    AlreadyApproved,
    DepositPoked,
    MaxWeightTooLow,
    MinimumThreshold,
    Multisig,
    MultisigApproval,
    MultisigCancelled,
    MultisigExecuted,
    NewMultisig,
    NotFound,
    NoTimepoint,
    NotOwner,
    Operation,
    SenderInSignatories,
    SignatoriesOutOfOrder,
    Timepoint,
    TooFewSignatories,
    TooManySignatories,
    UnexpectedTimepoint,
    WrongTimepoint,
    approve_weight,
    complete_weight,
    create_weight,
    multi_account,
    threshold_1_weight,
)
from pysubtensor.pallets.system.declarations import Remarked
from pysubtensor.runtime.runtime import Runtime
from tests.entries import MULTISIG, UTILITY
from tests.observed_errors import name_of
from tests.support import ALICE, BOB, CHARLIE, DAVE, TAO, events, fund, open_block, run, runtime_of

NOW = Timepoint(1, 0)
OF_TWO = multi_account([ALICE, BOB, CHARLIE], 2)
DEPOSIT = 132_000_000 + 2 * 32_000_000


@pytest.fixture
def runtime() -> Runtime:
    rich = dict.fromkeys((ALICE, BOB, CHARLIE), TAO)
    made = runtime_of(MULTISIG, UTILITY, balances=rich)
    open_block(made)
    return made


@pytest.fixture
def call(runtime: Runtime) -> Call:
    return runtime.call("System", "remark_with_event", remark=b"x")


def hash_of(runtime: Runtime, call: Call) -> bytes:
    return blake2_256(runtime.encode_call(call))


def others(who: bytes) -> tuple[bytes, ...]:
    return tuple(each for each in (ALICE, BOB, CHARLIE) if each != who)


def agree(runtime, who, call, when=None, **changed):
    args = {
        "threshold": 2,
        "other_signatories": others(who),
        "maybe_timepoint": when,
        "call": call,
        "max_weight": MAX,
    }
    return run(runtime, who, "Multisig", "as_multi", **{**args, **changed})


def approve(runtime, who, call, when=None, **changed):
    args = {
        "threshold": 2,
        "other_signatories": others(who),
        "maybe_timepoint": when,
        "call_hash": hash_of(runtime, call),
        "max_weight": ZERO,
    }
    return run(runtime, who, "Multisig", "approve_as_multi", **{**args, **changed})


def cancel(runtime, who, call, **changed):
    args = {"threshold": 2, "other_signatories": others(who), "timepoint": NOW,
            "call_hash": hash_of(runtime, call)}  # fmt: skip
    return run(runtime, who, "Multisig", "cancel_as_multi", **{**args, **changed})


def poke(runtime, who, call, **changed):
    args = {"threshold": 2, "other_signatories": others(who), "call_hash": hash_of(runtime, call)}
    return run(runtime, who, "Multisig", "poke_deposit", **{**args, **changed})


def alone(runtime, who, call, **changed):
    args = {"other_signatories": others(who), "call": call}
    return run(runtime, who, "Multisig", "as_multi_threshold_1", **{**args, **changed})


def reserved(runtime: Runtime, who: bytes) -> int:
    return runtime.pallets["Balances"].reserved_balance(who)


def test_account_is_the_published_one():
    names = (
        "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY",
        "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty",
        "5FLSigC9HGRKVhB9FiEo4Y3koPsNmBmLJbpXg2mp1hXcS59Y",
    )
    members = sorted(ss58_decode(name)[0] for name in names)
    published = "5DjYJStmdZ2rcqXbXGX7TW85JsrW6uG4y9MUcLq2BoPMpRA7"
    assert ss58_encode(multi_account(members, 2)) == published


def test_two_of_three(runtime, call):
    call_hash = hash_of(runtime, call)
    length = len(runtime.encode_call(call))
    post = agree(runtime, ALICE, call)
    assert post.actual_weight == create_weight(2, length)
    expected = Operation(NOW, DEPOSIT, ALICE, (ALICE,))
    assert runtime.get(Multisig).multisigs[OF_TWO, call_hash] == expected
    assert reserved(runtime, ALICE) == DEPOSIT
    assert events(runtime) == [Reserved(ALICE, DEPOSIT), NewMultisig(ALICE, OF_TWO, call_hash)]

    runtime.state.events.clear()
    post = agree(runtime, BOB, call, NOW)
    assert post == PostInfo()
    assert events(runtime) == [
        Unreserved(ALICE, DEPOSIT),
        Remarked(OF_TWO, blake2_256(b"x")),
        MultisigExecuted(BOB, NOW, OF_TWO, call_hash, OK),
    ]
    assert reserved(runtime, ALICE) == 0
    assert (OF_TWO, call_hash) not in runtime.get(Multisig).multisigs


def test_inner_refusal_shows_in_the_event(runtime):
    root_only = runtime.call("System", "set_heap_pages", pages=1)
    agree(runtime, ALICE, root_only)
    agree(runtime, BOB, root_only, NOW)
    assert events(runtime)[-1].result == Err(BadOriginError())


def test_inner_refund_is_passed_on(runtime, call):
    batch = runtime.call("Utility", "batch", calls=(call,))
    agree(runtime, ALICE, batch)
    post = agree(runtime, BOB, batch, NOW)
    inner = runtime.call("Utility", "batch", calls=(call,))
    used = runtime.dispatch(inner, runtime.signed(ALICE)).actual_weight
    assert post.actual_weight == complete_weight(2, len(runtime.encode_call(batch))) + used


def test_approval_by_hash(runtime, call):
    call_hash = hash_of(runtime, call)
    assert approve(runtime, ALICE, call, threshold=3).actual_weight == create_weight(2, 0)
    account = multi_account([ALICE, BOB, CHARLIE], 3)
    post = approve(runtime, BOB, call, NOW, threshold=3)
    assert post.actual_weight == approve_weight(2, 0)
    assert events(runtime)[-1] == MultisigApproval(BOB, NOW, account, call_hash)
    with pytest.raises(AlreadyApproved):
        approve(runtime, BOB, call, NOW, threshold=3)
    approve(runtime, CHARLIE, call, NOW, threshold=3)
    with pytest.raises(AlreadyApproved):
        approve(runtime, BOB, call, NOW, threshold=3)
    agree(runtime, BOB, call, NOW, threshold=3)
    assert events(runtime)[-1] == MultisigExecuted(BOB, NOW, account, call_hash, OK)


def test_time_points(runtime, call):
    with pytest.raises(UnexpectedTimepoint):
        agree(runtime, ALICE, call, NOW)
    agree(runtime, ALICE, call)
    with pytest.raises(NoTimepoint):
        agree(runtime, BOB, call)
    with pytest.raises(WrongTimepoint):
        agree(runtime, BOB, call, Timepoint(1, 1))


def test_time_points_of_approvals_by_hash(runtime, call):
    with pytest.raises(UnexpectedTimepoint):
        approve(runtime, ALICE, call, NOW)
    approve(runtime, ALICE, call)
    with pytest.raises(NoTimepoint):
        approve(runtime, BOB, call)
    with pytest.raises(WrongTimepoint):
        approve(runtime, BOB, call, Timepoint(1, 1))


def test_weight_limit(runtime, call):
    agree(runtime, ALICE, call)
    needed = runtime.dispatch_info(call).call_weight
    with pytest.raises(MaxWeightTooLow):
        agree(runtime, BOB, call, NOW, max_weight=type(needed)(needed.ref_time - 1, 10**6))
    agree(runtime, BOB, call, NOW, max_weight=needed)


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"threshold": 1}, MinimumThreshold),
        ({"threshold": 0}, MinimumThreshold),
        ({"other_signatories": ()}, TooFewSignatories),
        ({"other_signatories": tuple(bytes((n,)) * 32 for n in range(100))}, TooManySignatories),
        ({"other_signatories": (CHARLIE, BOB)}, SignatoriesOutOfOrder),
        ({"other_signatories": (BOB, BOB)}, SignatoriesOutOfOrder),
        ({"other_signatories": (ALICE, BOB)}, SenderInSignatories),
    ],
)
@pytest.mark.parametrize("way", [agree, approve, cancel, poke, alone])
def test_members_are_judged(runtime, call, way, changed, refusal):
    if way is alone and "threshold" in changed:
        pytest.skip("its threshold is 1")
    with pytest.raises(refusal):
        way(runtime, ALICE, call, **changed)


def test_only_signers(runtime, call):
    with pytest.raises(BadOrigin):
        run(runtime, runtime.nobody(), "Multisig", "as_multi_threshold_1",
            other_signatories=(BOB,), call=call)  # fmt: skip


@pytest.mark.parametrize("way", [agree, approve])
def test_deposit_must_be_affordable(runtime, call, way):
    with pytest.raises(InsufficientBalance):
        way(runtime, DAVE, call, other_signatories=(ALICE, BOB))


def begin(runtime, who, call):
    agree(runtime, who, call, other_signatories=(ALICE, BOB))


def begin_by_hash(runtime, who, call):
    approve(runtime, who, call, other_signatories=(ALICE, BOB))


def poke_up(runtime, who, call):
    """Of an operation that began when deposits cost nothing."""
    call_hash = hash_of(runtime, call)
    account = multi_account([ALICE, BOB, who], 2)
    runtime.get(Multisig).multisigs[account, call_hash] = Operation(NOW, 0, who, (who,))
    poke(runtime, who, call, other_signatories=(ALICE, BOB))


@pytest.mark.parametrize(
    ("free", "locked", "refusal"),
    [
        (DEPOSIT - 1, 0, "InsufficientBalance"),
        (DEPOSIT + 499, 0, "ConsumerRemaining"),
        (TAO, TAO, "LiquidityRestrictions"),
    ],
)
@pytest.mark.parametrize("way", [begin, begin_by_hash, poke_up])
def test_a_deposit_leaves_the_account_alive_and_locks_in_force(
    runtime, call, way, free, locked, refusal
):
    fund(runtime, DAVE, free)
    runtime.pallets["Balances"].set_lock(b"testlock", DAVE, locked, WithdrawReasons.RESERVE)
    with pytest.raises(DispatchFailure) as failed:
        way(runtime, DAVE, call)
    assert name_of(failed.value) == refusal


@pytest.mark.parametrize("way", [agree, approve])
def test_nobody_agrees_twice(runtime, call, way):
    way(runtime, ALICE, call)
    with pytest.raises(AlreadyApproved):
        way(runtime, ALICE, call, NOW)


def test_nothing_is_poked_that_is_not_there(runtime, call):
    with pytest.raises(NotFound):
        poke(runtime, ALICE, call)


def test_cancel(runtime, call):
    call_hash = hash_of(runtime, call)
    args = {"threshold": 2, "timepoint": NOW, "call_hash": call_hash}
    with pytest.raises(NotFound):
        run(runtime, ALICE, "Multisig", "cancel_as_multi", other_signatories=(BOB, CHARLIE), **args)
    agree(runtime, ALICE, call)
    with pytest.raises(NotOwner):
        run(runtime, BOB, "Multisig", "cancel_as_multi", other_signatories=(ALICE, CHARLIE), **args)
    late = {**args, "timepoint": Timepoint(2, 0)}
    with pytest.raises(WrongTimepoint):
        run(runtime, ALICE, "Multisig", "cancel_as_multi", other_signatories=(BOB, CHARLIE), **late)
    run(runtime, ALICE, "Multisig", "cancel_as_multi", other_signatories=(BOB, CHARLIE), **args)
    assert events(runtime)[-2:] == [
        Unreserved(ALICE, DEPOSIT),
        MultisigCancelled(ALICE, NOW, OF_TWO, call_hash),
    ]
    assert not list(runtime.get(Multisig).multisigs.keys())


@pytest.mark.parametrize("before", [DEPOSIT - 5, DEPOSIT, DEPOSIT + 5])
def test_poke_deposit(runtime, call, before):
    agree(runtime, ALICE, call)
    pallet, call_hash = runtime.get(Multisig), hash_of(runtime, call)
    money = runtime.pallets["Balances"]
    money.unreserve(ALICE, 5)
    money.reserve(ALICE, before - DEPOSIT + 5)
    pallet.multisigs[OF_TWO, call_hash] = Operation(NOW, before, ALICE, (ALICE,))
    args = {"threshold": 2, "call_hash": call_hash}
    post = run(runtime, ALICE, "Multisig", "poke_deposit", other_signatories=(BOB, CHARLIE), **args)
    assert post.pays_fee is (Pays.YES if before == DEPOSIT else Pays.NO)
    assert reserved(runtime, ALICE) == DEPOSIT
    assert pallet.multisigs[OF_TWO, call_hash].deposit == DEPOSIT
    poked = DepositPoked(ALICE, call_hash, before, DEPOSIT)
    assert (poked in events(runtime)) == (before != DEPOSIT)
    with pytest.raises(NotOwner):
        run(runtime, BOB, "Multisig", "poke_deposit", other_signatories=(ALICE, CHARLIE), **args)


def test_threshold_1(runtime, call):
    account = multi_account([ALICE, BOB], 1)
    args = {"other_signatories": (BOB,), "call": call}
    post = run(runtime, ALICE, "Multisig", "as_multi_threshold_1", **args)
    assert post == PostInfo()
    assert events(runtime) == [
        Remarked(account, blake2_256(b"x")),
        MultisigExecuted(ALICE, NOW, account, hash_of(runtime, call), OK),
    ]
    info = runtime.dispatch_info(runtime.call("Multisig", "as_multi_threshold_1", **args))
    inner = runtime.dispatch_info(call).call_weight.ref_time
    own = 70_470_382 + 397 * len(runtime.encode_call(call)) + 125_000_000
    assert info.call_weight.ref_time == own + inner


def test_threshold_1_passes_refusals_and_refunds_on(runtime, call):
    root_only = runtime.call("System", "set_heap_pages", pages=1)
    args = {"other_signatories": (BOB,), "call": root_only}
    with pytest.raises(BadOrigin) as refusal:
        run(runtime, ALICE, "Multisig", "as_multi_threshold_1", **args)
    assert refusal.value.post == PostInfo()
    assert events(runtime) == []
    info = runtime.dispatch_info(runtime.call("Multisig", "as_multi_threshold_1", **args))
    assert info.dispatch_class is DispatchClass.OPERATIONAL
    batch = runtime.call("Utility", "batch", calls=(call,))
    used = runtime.dispatch(batch, runtime.signed(ALICE)).actual_weight
    post = run(runtime, ALICE, "Multisig", "as_multi_threshold_1",
               other_signatories=(BOB,), call=batch)  # fmt: skip
    assert post.actual_weight == threshold_1_weight(len(runtime.encode_call(batch))) + used


def test_costs(runtime, call):
    z = len(runtime.encode_call(call))
    args = {"threshold": 2, "other_signatories": (BOB, CHARLIE), "maybe_timepoint": None}
    whole = runtime.call("Multisig", "as_multi", call=call, max_weight=ZERO, **args)
    weight = runtime.dispatch_info(whole).call_weight
    assert (weight.ref_time, weight.proof_size) == (334_745_418 + 2 * 193_313 + 2_057 * z, 6_811)
    by_hash = runtime.call(
        "Multisig", "approve_as_multi", call_hash=bytes(32), max_weight=ZERO, **args
    )
    assert runtime.dispatch_info(by_hash).call_weight.ref_time == 152_463_275 + 2 * 139_226
