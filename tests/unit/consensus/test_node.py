"""The powers of a development chain: each does what it says, and can be taken back."""

import gc

import pytest

from pysubtensor import TAO, Devnet
from pysubtensor.client.addresses import account
from pysubtensor.consensus.authoring.sealing import SealingMode, SealingOff
from pysubtensor.consensus.authoring.slots import BadTime, TimeGoesBack
from pysubtensor.consensus.chain import UnknownBlockHash
from pysubtensor.consensus.node import DispatchRefused, UnknownSnapshot
from pysubtensor.consensus.pool import PoolError
from pysubtensor.frame.error import BadOrigin
from pysubtensor.frame.origin import Id, Signed
from pysubtensor.frame.validity import TransactionValidityError
from pysubtensor.runtime.apis import TransactionSource
from pysubtensor.runtime.executive import Executive, InvalidBlock
from pysubtensor.runtime.store.store import StateDiscarded, UnknownBlock

ALICE, BOB = account("//Alice"), account("//Bob")


def transfer_call(d: Devnet, amount: int = TAO):
    return d.call("Balances", "transfer_keep_alive", dest=Id(BOB), value=amount)


def forged(d: Devnet, call, who: str, nonce: int) -> bytes:
    """An extrinsic in the name of `who`, signed by nobody."""
    good = d.sign(call, who, nonce=nonce)
    extrinsic = d.node.chain.executive.decode(good)
    signature = extrinsic.signature.signature.data
    assert signature in good
    return good.replace(signature, bytes(len(signature)))


def fingerprint(d: Devnet):
    chain = d.node.chain
    state = chain.runtime.state
    return d.number, d.hash, chain.store.root(), state.changes(), len(state.events)


# -- snapshots ------------------------------------------------------------------------------------


def test_revert_takes_everything_back(d):
    d.transfer("//Alice", "//Bob", TAO)
    before = fingerprint(d), d.free(ALICE), d.free(BOB), d.timestamp.now.get()
    mark = d.snapshot()
    d.transfer("//Alice", "//Bob", 7 * TAO)
    d.set_time(d.timestamp.now.get() + 10**9)
    d.mine(3)
    d.set_balance("//Ferdie", 1)
    d.revert(mark)
    assert (fingerprint(d), d.free(ALICE), d.free(BOB), d.timestamp.now.get()) == before
    assert d.node.clock.offset == 0
    d.node.chain.store.verify()


def test_the_same_actions_after_a_revert_give_the_same_blocks(d):
    def act():
        d.transfer("//Alice", "//Bob", TAO)
        d.set_balance("//Eve", 5)
        d.mine(2)
        return d.hash

    mark = d.snapshot()
    first = act()
    d.revert(mark)
    assert act() == first


def test_nested_snapshots(d):
    outer = d.snapshot()
    d.mine()
    inner, inner_hash = d.snapshot(), d.hash
    d.mine(2)
    d.revert(inner)
    assert d.hash == inner_hash
    again = d.snapshot()
    d.mine()
    d.revert(outer)
    assert d.number == 1
    for used_up in (inner, again, outer):
        with pytest.raises(UnknownSnapshot):
            d.revert(used_up)


def test_an_outer_snapshot_outlives_an_inner_revert(d):
    outer = d.snapshot()
    d.mine()
    inner = d.snapshot()
    d.revert(inner)
    d.revert(outer)
    assert d.number == 1


def test_a_snapshot_that_never_was(d):
    before = fingerprint(d)
    for number in (0, 1, -1, 99):
        with pytest.raises(UnknownSnapshot):
            d.revert(number)
    assert fingerprint(d) == before


def test_a_snapshot_remembers_who_is_impersonated(d):
    mark = d.snapshot()
    d.node.impersonated.add(ALICE)
    d.mine()
    d.revert(mark)
    assert not d.node.impersonated


def test_a_revert_empties_the_pool_and_lifts_bans(d):
    mark = d.snapshot()
    waiting = d.sign(transfer_call(d), "//Alice")
    d.node.pool.submit(waiting)
    d.node.pool.remove(d.node.chain.executive.decode(waiting).hash(), invalid=True)
    with pytest.raises(PoolError):
        d.node.pool.submit(waiting)
    d.revert(mark)
    assert d.submit_extrinsic(waiting).ok


def test_a_revert_to_a_discarded_state_is_refused():
    with Devnet(prune=2) as d:
        mark, early = d.snapshot(), d.hash
        d.mine(40)
        before = fingerprint(d)
        with pytest.raises(StateDiscarded):
            d.revert(mark)
        assert fingerprint(d) == before
        with pytest.raises(StateDiscarded):
            d.node.chain.at(early)


# -- going back -----------------------------------------------------------------------------------


def test_set_head(d):
    d.mine(5)
    wanted = d.node.chain.store.hash_at(3)
    heard = []
    d.node.chain.on_rewound(heard.append)
    d.node.set_head(3)
    assert (d.number, d.hash, d.node.chain.finalized.hash) == (3, wanted, wanted)
    assert [ref.number for ref in heard] == [3]
    with pytest.raises(UnknownBlock):
        d.node.set_head(4)
    with pytest.raises(UnknownBlock):
        d.node.set_head(-1)
    d.mine()
    assert d.number == 4


def test_set_head_to_genesis(d):
    d.transfer("//Alice", "//Bob", TAO)
    d.node.set_head(0)
    assert (d.number, d.free(BOB)) == (0, 1_000_000 * TAO)
    first = d.mine()[0]
    assert first.header.parent_hash == d.node.chain.genesis_hash


def test_snapshots_beyond_the_new_head_are_gone(d):
    early = d.snapshot()
    d.mine(3)
    late = d.snapshot()
    d.node.set_head(2)
    with pytest.raises(UnknownSnapshot):
        d.revert(late)
    d.revert(early)


def test_reading_a_forgotten_block(d):
    gone = d.mine(2)[-1].hash
    assert d.node.chain.at(gone) is d.node.chain.runtime
    past = d.node.chain.store.hash_at(2)
    d.node.chain.at(past)
    d.node.set_head(1)
    for each in (gone, past):
        with pytest.raises(UnknownBlockHash):
            d.node.chain.at(each)


def test_past_states_stay_what_they_were(d):
    marks = {}
    for _ in range(8):
        d.transfer("//Alice", "//Bob", TAO)
        marks[d.hash] = d.free(BOB)
    for at, money in [*marks.items(), *reversed(marks.items())]:
        system = d.node.chain.at(at).pallets["System"]
        assert system.account[BOB].data.free == money


# -- time -----------------------------------------------------------------------------------------


def test_set_time(d):
    later = d.timestamp.now.get() + 86_400_000
    d.set_time(later)
    d.mine()
    assert d.timestamp.now.get() == later
    d.mine()
    assert d.timestamp.now.get() == (later // 250 + 1) * 250
    with pytest.raises(TimeGoesBack):
        d.set_time(later)


@pytest.mark.parametrize("wild", [2**64, 2**64 - 1, 2**70, -5])
def test_a_time_that_no_block_can_have(d, wild):
    before = fingerprint(d), d.node.clock.offset
    with pytest.raises(BadTime):
        d.set_time(wild)
    assert (fingerprint(d), d.node.clock.offset) == before
    d.mine()


# -- without signatures ---------------------------------------------------------------------------


def test_dispatch_as_anyone(d):
    before = d.free(ALICE)
    d.dispatch(transfer_call(d), "//Alice")
    assert d.free(ALICE) == before - TAO, "no fee"
    assert d.system.account[ALICE].nonce == 0
    d.dispatch(d.call("System", "set_storage", items=((b"k", b"v"),)))
    assert d.node.chain.runtime.state.raw_get(b"k") == b"v"


def test_a_refused_dispatch_makes_no_block(d):
    before = fingerprint(d)
    with pytest.raises(DispatchRefused) as refused:
        d.dispatch(d.call("System", "set_storage", items=()), "//Alice")
    assert isinstance(refused.value.failure, BadOrigin)
    with pytest.raises(DispatchRefused):
        d.dispatch(transfer_call(d, 10**16), "//Alice")
    assert fingerprint(d) == before
    assert d.mine()[0].header.number == before[0] + 1


def test_impersonation(d):
    fake = forged(d, transfer_call(d), "//Alice", 0)
    with pytest.raises(PoolError):
        d.submit_extrinsic(fake)
    d.node.impersonated.add(ALICE)
    d.node.pool.clear()
    assert d.submit_extrinsic(fake).ok
    assert d.system.account[ALICE].nonce == 1
    d.node.impersonated.clear()
    another = forged(d, transfer_call(d), "//Alice", 1)
    with pytest.raises(TransactionValidityError):
        d.node.dry_run(another)
    with pytest.raises(PoolError):
        d.submit_extrinsic(another)


def test_impersonating_one_opens_no_other_account(d):
    d.node.impersonated.add(BOB)
    with pytest.raises(PoolError):
        d.submit_extrinsic(forged(d, transfer_call(d), "//Alice", 0))


@pytest.mark.parametrize("past", [False, True])
def test_the_runtime_api_judges_a_forged_transaction_as_the_pool_does(d, past):
    fake = forged(d, transfer_call(d), "//Alice", 0)
    head = d.hash
    if past:
        d.mine()

    def verdict() -> bytes:
        source = bytes((TransactionSource.EXTERNAL,))
        name = "TaggedTransactionQueue_validate_transaction"
        return d.node.chain.call_api(head, name, source + fake + head)

    assert verdict() == bytes.fromhex("010004")  # invalid: bad proof
    d.node.impersonated.add(ALICE)
    assert d.node.pool.submit(fake)
    assert verdict()[0] == 0
    d.node.impersonated.clear()
    assert verdict() == bytes.fromhex("010004")


def test_a_chain_has_one_executive_for_each_runtime(d):
    """All that belongs to a runtime goes by the same one, the runtime APIs included."""
    chain, past = d.node.chain, d.hash
    d.mine()
    runtimes = chain.runtime, chain.at(past)
    kept = [each for each in gc.get_objects() if type(each) is Executive]
    for runtime in runtimes:
        assert [each for each in kept if each.runtime is runtime] == [runtime.executive]


def test_a_dry_run_knows_who_is_impersonated(d):
    fake = forged(d, transfer_call(d), "//Alice", 0)
    d.node.impersonated.add(ALICE)
    assert d.node.dry_run(fake).failure is None


def test_interventions_can_be_repeated_from_the_header(d):
    """Another node that imports the blocks comes to the same states."""
    d.node.impersonated.add(ALICE)
    d.submit_extrinsic(forged(d, transfer_call(d), "//Alice", 0))
    d.node.impersonated.clear()
    d.dispatch(transfer_call(d, 3), "//Eve")
    d.set_balance("//Dave", 7)
    d.node.set_storage({b"raw": b"1", b"gone": b"2"})
    d.node.set_storage({b"gone": None})
    d.mine()
    with Devnet() as other:
        for number in range(2, d.number + 1):
            other.node.import_block(_block(d, number))
        assert other.hash == d.hash
        assert other.node.chain.runtime.state.raw_get(b"gone") is None


def _block(d: Devnet, number: int):
    from pysubtensor.frame.header import Block, Header

    stored = d.node.chain.store.block(number)
    return Block(Header.decode(stored.header), stored.body)


def test_a_forged_block_without_the_intervention_is_refused(d):
    d.node.impersonated.add(ALICE)
    d.submit_extrinsic(forged(d, transfer_call(d), "//Alice", 0))
    import msgspec

    from pysubtensor.consensus.authoring.aura import seal
    from pysubtensor.frame.header import Block, Digest
    from pysubtensor.genesis import development_keys

    block = _block(d, d.number)
    bare, _ = block.header.without_seal()
    slot, _ = bare.digest.logs
    keys = development_keys()
    header = seal(msgspec.structs.replace(bare, digest=Digest((slot,))), next(iter(keys)), keys)
    with Devnet() as other, pytest.raises(InvalidBlock, match="cannot be applied"):
        other.node.import_block(Block(header, block.extrinsics))


def test_storage_that_breaks_its_own_block_is_not_tried_again(d):
    before = fingerprint(d)
    with pytest.raises(Exception) as failed:  # noqa: PT011 (whatever it is, the node goes on)
        d.node.set_storage({d.system.number.prefix: b"\1"})
    assert not isinstance(failed.value, KeyboardInterrupt)
    assert fingerprint(d) == before
    d.mine(2)
    d.node.chain.store.verify()


# -- dry runs -------------------------------------------------------------------------------------


def test_a_dry_run_of_a_call_leaves_nothing(d):
    before = fingerprint(d)
    trial = d.dry_run(transfer_call(d), "//Alice")
    assert trial.failure is None
    assert [type(record.event).__name__ for record in trial.events] == ["Transfer"]
    assert len(trial.changes) == 2
    assert fingerprint(d) == before
    refused = d.dry_run(transfer_call(d, 10**16), "//Alice")
    assert refused.failure is not None
    assert refused.changes == {}
    assert fingerprint(d) == before


def test_a_dry_run_at_a_past_block(d):
    early = d.hash
    d.set_balance("//Alice", 0)
    assert d.dry_run(transfer_call(d), "//Alice").failure is not None
    assert d.node.dry_run_call(Signed(ALICE), transfer_call(d), at=early).failure is None
    assert d.node.dry_run_call(Signed(ALICE), transfer_call(d), at=early).failure is None


def test_a_dry_run_of_an_extrinsic_leaves_nothing(d):
    data = d.sign(transfer_call(d), "//Alice")
    before = fingerprint(d)
    trial = d.node.dry_run(data)
    assert trial.failure is None
    names = [type(record.event).__name__ for record in trial.events]
    assert "Transfer" in names
    assert "TransactionFeePaid" in names
    assert fingerprint(d) == before
    receipt = d.submit_extrinsic(data)
    assert [type(event).__name__ for event in receipt.events] == names


@pytest.mark.parametrize("data", [b"", b"\x04\xff", b"\x08\x04", bytes(100)])
def test_a_dry_run_of_nonsense_is_refused(d, data):
    before = fingerprint(d)
    with pytest.raises(TransactionValidityError):
        d.node.dry_run(data)
    assert fingerprint(d) == before


# -- nonces ---------------------------------------------------------------------------------------


def test_next_index_counts_what_waits(d):
    assert d.node.next_index(ALICE) == 0
    d.node.pool.submit(d.sign(transfer_call(d), "//Alice"))
    d.node.pool.submit(d.sign(transfer_call(d), "//Alice"))
    assert d.node.next_index(ALICE) == 2
    assert d.node.next_index(BOB) == 0
    d.node.pool.submit(d.sign(transfer_call(d), "//Alice", nonce=5))
    assert d.node.next_index(ALICE) == 2
    d.mine()
    assert d.node.next_index(ALICE) == 2
    assert d.system.account[ALICE].nonce == 2


# -- who is told ----------------------------------------------------------------------------------


def test_listeners_hear_in_order_and_until_they_stop(d):
    heard = []
    chain = d.node.chain
    stop = chain.on_imported(lambda imported: heard.append(("new", imported.header.number)))
    chain.on_finalized(lambda refs: heard.append(("final", [ref.number for ref in refs])))
    d.node.make_block(finalize=False)
    d.node.make_block(finalize=False)
    d.node.finalize(2)
    d.node.finalize(2)
    d.node.finalize(99)
    assert heard == [("new", 2), ("new", 3), ("final", [2]), ("final", [3])]
    stop()
    stop()
    d.mine()
    assert heard[4:] == [("final", [4])]


def test_finality_that_trails(d):
    d.node.finality_lag = 2
    start = d.number
    d.mine(5)
    assert d.node.chain.finalized.number == start + 3
    d.node.finalize(start + 5)
    assert d.node.chain.finalized.number == start + 5


def test_a_listener_that_fails_keeps_nothing_from_others(d, caplog):
    heard = []
    chain = d.node.chain
    for subscribe in (chain.on_imported, chain.on_finalized, chain.on_rewound):
        subscribe(lambda news: 1 // 0)
        subscribe(heard.append)
    block = d.mine()[0]
    assert d.number == 2
    assert heard[0] == block
    assert chain.finalized.number == 2
    d.node.set_head(1)
    assert len(heard) == 3
    assert "a listener failed" in caplog.text
    d.mine()


def test_what_is_announced_is_stored(d):
    seen = []
    d.node.chain.on_imported(
        lambda imported: seen.append(d.node.chain.store.hash_at(imported.header.number))
    )
    assert [block.hash for block in d.mine(3)] == seen


def test_changes_are_those_of_the_store(d):
    imported = d.dispatch(transfer_call(d), "//Alice")
    stored = d.node.chain.store.changes(imported.header.number)
    assert imported.changes == {key: stored[key] for key in imported.changes}
    assert {k: v for k, v in stored.items() if k not in imported.changes} == {
        key: d.node.chain.store.get(key) for key in stored.keys() - imported.changes.keys()
    }


def test_a_full_cache_is_let_go(d, monkeypatch):
    for name in ("One", "Two", "Three", "Dave", "Eve", "Ferdie"):
        d.free(f"//{name}")
    hot = d.node.chain.runtime.state.hot_entries()
    monkeypatch.setattr("pysubtensor.consensus.chain.MAX_HOT_VALUES", 5)
    monkeypatch.setattr("pysubtensor.consensus.chain.TRIM_EVERY", 1)
    for _ in range(3):
        d.transfer("//Alice", "//Bob", TAO)
    assert d.node.chain.runtime.state.hot_entries() < hot // 2
    d.node.chain.store.verify()
    assert d.free(BOB) == 1_000_003 * TAO


def test_modes_need_something_that_makes_blocks(d):
    with pytest.raises(SealingOff):
        d.node.sealing.change(SealingMode.INTERVAL)
