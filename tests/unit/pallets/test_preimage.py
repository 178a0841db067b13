"""Bytes stay while someone pays or the chain asks for them, and deposits come back."""

import pytest

from pysubtensor.frame.error import (
    BadOrigin,
    BuiltinFailure,
    Corruption,
    Exhausted,
    TokenError,
    TokenFailure,
    Unavailable,
)
from pysubtensor.frame.hashing import blake2_256
from pysubtensor.frame.interfaces.preimages import Inline, Legacy, Lookup
from pysubtensor.frame.origin import ROOT
from pysubtensor.frame.weights import Pays, PostInfo
from pysubtensor.pallets.preimage import (
    AlreadyNoted,
    Cleared,
    HoldReason,
    NotAuthorized,
    Noted,
    NotNoted,
    NotRequested,
    OldRequested,
    OldUnrequested,
    Preimage,
    Requested,
    RequestedStatus,
    TooBig,
    TooFew,
    TooMany,
    Unrequested,
    deposit_for,
)
from pysubtensor.runtime.runtime import Runtime
from tests.entries import PREIMAGE, bind_hold_reasons
from tests.support import ALICE, BOB, CHARLIE, TAO, events, open_block, run, runtime_of

DATA = b"some bytes"
HASH = blake2_256(DATA)
LENGTH = len(DATA)
HELD = 104_000_000 + 1_000_000 * LENGTH
FREE = PostInfo(pays_fee=Pays.NO)
PAID = PostInfo()


@pytest.fixture
def runtime() -> Runtime:
    made = runtime_of(PREIMAGE, balances={ALICE: TAO, BOB: TAO}, bindings=bind_hold_reasons)
    open_block(made)
    return made


@pytest.fixture
def pallet(runtime: Runtime) -> Preimage:
    return runtime.get(Preimage)


def note(runtime, who, data=DATA):
    return run(runtime, who, "Preimage", "note_preimage", bytes=data)


def act(runtime, who, name):
    run(runtime, who, "Preimage", f"{name}_preimage", hash=HASH)


def held(runtime, who):
    return runtime.pallets["Balances"].balance_on_hold(HoldReason.PREIMAGE, who)


def status(pallet):
    return pallet.request_status_for[HASH]


def test_user_pays_a_deposit(runtime, pallet):
    assert note(runtime, ALICE) == PAID
    assert status(pallet) == Unrequested((ALICE, HELD), LENGTH)
    assert pallet.preimage_for[HASH, LENGTH] == DATA
    assert events(runtime) == [Noted(HASH)]
    assert held(runtime, ALICE) == HELD == deposit_for(LENGTH)
    with pytest.raises(AlreadyNoted):
        note(runtime, BOB)
    act(runtime, ALICE, "unnote")
    assert status(pallet) is None
    assert (HASH, LENGTH) not in pallet.preimage_for
    assert events(runtime)[-1] == Cleared(HASH)
    assert held(runtime, ALICE) == 0


def test_deposit_must_be_affordable(runtime):
    with pytest.raises(TokenFailure) as refusal:
        note(runtime, CHARLIE)
    assert refusal.value.kind == TokenError.FUNDS_UNAVAILABLE


def test_nobody_may_not(runtime):
    with pytest.raises(BadOrigin):
        note(runtime, runtime.nobody())
    for name in ("request", "unrequest"):
        with pytest.raises(BadOrigin):
            act(runtime, ALICE, name)


def test_size_limit(runtime, pallet):
    with pytest.raises(TooBig):
        note(runtime, ALICE, bytes(4 * 1024 * 1024 + 1))
    with pytest.raises(BuiltinFailure) as refusal:
        pallet.note(bytes(4 * 1024 * 1024 + 1))
    assert refusal.value.error == Exhausted()


def test_root_notes_for_nothing_and_asks(runtime, pallet):
    assert note(runtime, ROOT) == FREE
    assert status(pallet) == RequestedStatus(None, 1, LENGTH)
    assert events(runtime) == [Noted(HASH)]
    with pytest.raises(NotAuthorized):
        act(runtime, ALICE, "unnote")
    act(runtime, ROOT, "unnote")
    assert status(pallet) is None
    assert events(runtime)[-1] == Cleared(HASH)


def test_root_asks_for_what_a_user_noted(runtime, pallet):
    note(runtime, ALICE)
    note(runtime, ROOT)
    assert status(pallet) == RequestedStatus((ALICE, HELD), 1, LENGTH)
    act(runtime, ALICE, "unnote")
    assert status(pallet) == RequestedStatus(None, 1, LENGTH)
    assert held(runtime, ALICE) == 0
    assert (HASH, LENGTH) in pallet.preimage_for


def test_requested_bytes_are_free_to_note(runtime, pallet):
    act(runtime, ROOT, "request")
    assert status(pallet) == RequestedStatus(None, 1, None)
    assert note(runtime, ALICE) == FREE
    assert status(pallet) == RequestedStatus(None, 1, LENGTH)
    assert events(runtime) == [Requested(HASH), Noted(HASH)]
    assert held(runtime, ALICE) == 0


def test_requests_are_counted(runtime, pallet):
    for _ in range(3):
        act(runtime, ROOT, "request")
    assert status(pallet).count == 3
    assert events(runtime) == [Requested(HASH)]
    for _ in range(3):
        act(runtime, ROOT, "unrequest")
    assert status(pallet) is None
    assert events(runtime) == [Requested(HASH)]
    with pytest.raises(NotRequested):
        act(runtime, ROOT, "unrequest")


def test_last_request_gives_a_paid_preimage_back(runtime, pallet):
    note(runtime, ALICE)
    act(runtime, ROOT, "request")
    act(runtime, ROOT, "unrequest")
    assert status(pallet) == Unrequested((ALICE, HELD), LENGTH)
    with pytest.raises(NotRequested):
        act(runtime, ROOT, "unrequest")


def test_last_request_clears_an_unpaid_preimage(runtime, pallet):
    act(runtime, ROOT, "request")
    note(runtime, ALICE)
    act(runtime, ROOT, "unrequest")
    assert status(pallet) is None
    assert events(runtime)[-1] == Cleared(HASH)


def test_strangers_may_not_unnote(runtime):
    with pytest.raises(NotNoted):
        act(runtime, ALICE, "unnote")
    note(runtime, ALICE)
    with pytest.raises(NotAuthorized):
        act(runtime, BOB, "unnote")
    act(runtime, ROOT, "request")
    with pytest.raises(NotAuthorized):
        act(runtime, BOB, "unnote")
    act(runtime, ROOT, "unnote")
    assert held(runtime, ALICE) == 0


# -- bounded calls ------------------------------------------------------------------------------


def remark(runtime, length):
    return runtime.call("System", "remark", remark=bytes(length))


@pytest.mark.parametrize(("length", "inline"), [(124, True), (125, False)])
def test_bound(runtime, pallet, length, inline):
    """128 bytes with pallet and call index and a length of two bytes."""
    call = remark(runtime, length)
    bounded = pallet.bound(call)
    data = runtime.encode_call(call)
    assert bounded == (Inline(data) if inline else Lookup(blake2_256(data), len(data)))
    assert pallet.peek(bounded) == (call, None if inline else len(data))
    assert pallet.have(bounded)
    assert pallet.realize(bounded) == (call, None if inline else len(data))
    assert pallet.have(bounded) == inline


def test_peek_by_hash_alone(runtime, pallet):
    call = remark(runtime, 200)
    data = runtime.encode_call(call)
    assert pallet.peek(Legacy(pallet.note(data))) == (call, len(data))


@pytest.mark.parametrize(
    ("bounded", "error"),
    [
        (Inline(b"\xff\xff"), Corruption()),
        (Inline(b""), Corruption()),
        (Lookup(HASH, LENGTH), Unavailable()),
        (Legacy(HASH), Unavailable()),
    ],
)
def test_peek_refuses(pallet, bounded, error):
    with pytest.raises(BuiltinFailure) as refusal:
        pallet.peek(bounded)
    assert refusal.value.error == error


def test_peek_ignores_bytes_behind_the_call(runtime, pallet):
    call = remark(runtime, 1)
    assert pallet.peek(Inline(runtime.encode_call(call) + b"rest")) == (call, None)


# -- old statuses -------------------------------------------------------------------------------


def reserve(runtime, who, amount):
    runtime.pallets["Balances"].reserve(who, amount)


def test_old_unrequested_becomes_a_hold(runtime, pallet):
    reserve(runtime, ALICE, 7)
    pallet.status_for[HASH] = OldUnrequested((ALICE, 7), LENGTH)
    post = run(runtime, BOB, "Preimage", "ensure_updated", hashes=(HASH,))
    assert post == FREE
    assert status(pallet) == Unrequested((ALICE, HELD), LENGTH)
    assert HASH not in pallet.status_for
    assert held(runtime, ALICE) == HELD


@pytest.mark.parametrize(
    ("old", "ticket"),
    [
        (OldRequested((ALICE, 7), 3, LENGTH), (ALICE, HELD)),
        (OldRequested((ALICE, 7), 3, None), None),
        (OldRequested(None, 3, LENGTH), None),
    ],
)
def test_old_requested(runtime, pallet, old, ticket):
    reserve(runtime, ALICE, 7)
    pallet.status_for[HASH] = old
    act(runtime, ROOT, "request")
    assert status(pallet) == RequestedStatus(ticket, 4, old.len)


def test_old_status_of_the_poor_is_lost(runtime, pallet):
    pallet.status_for[HASH] = OldUnrequested((CHARLIE, 0), LENGTH)
    run(runtime, BOB, "Preimage", "ensure_updated", hashes=(HASH,))
    assert status(pallet) is None


@pytest.mark.parametrize(("old", "all_of", "post"), [(9, 10, FREE), (8, 9, PAID), (0, 1, PAID)])
def test_ensure_updated_is_free_for_nine_in_ten(runtime, pallet, old, all_of, post):
    hashes = tuple(bytes((n,)) * 32 for n in range(all_of))
    for each in hashes[:old]:
        pallet.status_for[each] = OldRequested(None, 1, None)
    assert run(runtime, BOB, "Preimage", "ensure_updated", hashes=hashes) == post


@pytest.mark.parametrize(("count", "refusal"), [(0, TooFew), (1_025, TooMany)])
def test_ensure_updated_has_limits(runtime, count, refusal):
    with pytest.raises(refusal):
        run(runtime, BOB, "Preimage", "ensure_updated", hashes=(HASH,) * count)


def test_costs(runtime):
    def cost(name, **args):
        found = runtime.dispatch_info(runtime.call("Preimage", name, **args)).call_weight
        return found.ref_time, found.proof_size

    assert cost("note_preimage", bytes=DATA) == (475_499_000 + 13_491 * LENGTH, 28_584)
    per_hash = 59_397_441 + 3 * 25_000_000 + 4 * 100_000_000
    expected = (56_817_000 + 50_000_000 + 2 * per_hash, 28_584 + 2 * 2_902)
    assert cost("ensure_updated", hashes=(HASH, HASH)) == expected
