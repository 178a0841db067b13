"""What the pool lets in, refuses, orders and tells, rule by rule."""

import pytest

from pysubtensor.consensus.pool import (
    AlreadyImported,
    BadFormat,
    ImmediatelyDropped,
    NoTagsProvided,
    PoolError,
    PoolLimits,
    TemporarilyBanned,
    TooLowPriority,
    TransactionInvalid,
    TransactionPool,
    TransactionUnknown,
    Unactionable,
)
from pysubtensor.frame.hashing import blake2_256
from pysubtensor.frame.primitives import U8, U64, Hash
from pysubtensor.frame.validity import (
    CannotLookupUnknown,
    CustomUnknown,
    InvalidTransaction,
    StaleInvalid,
    UnknownTransaction,
    ValidTransaction,
)
from tests.unit.consensus.pool.pool_chain import BLOCK, PoolChain, tag


def hash_of(text):
    return Hash(blake2_256(text.encode()))


def told(watcher):
    return [status.kind.value for status in watcher.status]


def test_defaults_are_those_of_the_node():
    limits = PoolLimits()
    assert (limits.ready_count, limits.ready_bytes) == (8192, 20 * 1024 * 1024)
    assert (limits.future_count, limits.future_bytes) == (819, 2 * 1024 * 1024)
    assert limits.ban_seconds == 30 * 60


class TestEntry:
    def test_the_hash_is_that_of_the_bytes(self, chain):
        assert chain.pool.submit(b"A0") == hash_of("A0")
        assert hash_of("A0") in chain.pool
        assert chain.pool.get(hash_of("A0")).bytes == b"A0"
        assert chain.pool.pending() == [b"A0"]

    def test_one_validation_for_each(self, chain):
        chain.submit("A0", "B0", "A1")
        assert chain.asked == 3

    def test_nonces_in_a_row_are_ready_and_found_by_tag(self, chain):
        chain.submit("A0", "A1", "A3")
        assert chain.ready() == ["A0", "A1"]
        assert chain.future() == ["A3"]
        assert [chain.pool.provides(tag("A", nonce)) for nonce in range(4)] == [1, 1, 0, 0]

    def test_the_missing_one_promotes_what_waited(self, chain):
        chain.submit("A2", "A3", "A1")
        assert chain.ready() == []
        chain.submit("A0")
        assert chain.ready() == ["A0", "A1", "A2", "A3"]
        assert chain.future() == []

    def test_pending_does_not_show_the_future(self, chain):
        chain.submit("A1")
        assert chain.pool.pending() == []

    def test_callbacks_hear_of_ready_ones_only(self, chain):
        heard = []
        stop = chain.pool.on_ready(lambda tx: heard.append(tx.bytes.decode()))
        chain.submit("A1")
        assert heard == []
        chain.submit("A0")
        assert heard == ["A0", "A1"]
        stop()
        chain.submit("B0")
        assert heard == ["A0", "A1"]

    def test_a_callback_may_build_the_block(self, chain):
        chain.pool.on_ready(lambda tx: chain.block(1, *chain.ready(), finalized=True))
        watcher = chain.watch("A0")
        assert told(watcher) == ["ready", "inBlock", "finalized"]
        assert len(chain.pool) == 0


class TestRefusals:
    def check(self, chain, text, kind, code, message, data):
        with pytest.raises(kind) as refusal:
            chain.submit(text)
        error = refusal.value
        assert isinstance(error, PoolError)
        assert (error.code, error.message, error.data) == (code, message, data)
        assert message in str(error)

    def test_bytes_that_are_no_extrinsic(self, chain):
        text = "Extrinsic has invalid format: Not enough data to fill buffer"
        self.check(chain, "?", BadFormat, 1001, text, None)

    def test_invalid_ones_are_banned(self, chain):
        chain.broke.add("A")
        data = "Inability to pay some fees (e.g. account balance too low)"
        self.check(chain, "A0", TransactionInvalid, 1010, "Invalid Transaction", data)
        chain.broke.clear()
        message = "Transaction is temporarily banned"
        self.check(chain, "A0", TemporarilyBanned, 1012, message, None)
        assert chain.asked == 1

    def test_custom_reasons_have_numbers(self):
        error = TransactionInvalid(InvalidTransaction.custom(6))
        assert error.data == "Custom error: 6"
        assert TransactionUnknown(UnknownTransaction(CustomUnknown(U8(3)))).data == "Custom(3)"

    def test_unknown_ones_may_try_again(self, chain):
        for _ in range(2):
            message = "Unknown Transaction Validity"
            self.check(chain, "Q0", TransactionUnknown, 1011, message, "CannotLookup")

    def test_duplicates(self, chain):
        chain.submit("A0", "A5")
        for text in ("A0", "A5"):
            message = "Transaction Already Imported"
            self.check(chain, text, AlreadyImported, 1013, message, "Any { .. }")
        assert chain.asked == 2

    def test_the_same_nonce_again(self, chain):
        chain.submit("A0")
        message = "Priority is too low: (1 vs 1)"
        data = (
            "The transaction has too low priority to replace another transaction already in "
            "the pool."
        )
        self.check(chain, "A0 p1", TooLowPriority, 1014, message, data)
        assert chain.ready() == ["A0"]

    def test_no_tags(self, chain):
        data = "Transaction does not provide any tags, so the pool can't identify it"
        self.check(chain, "A0 t0", NoTagsProvided, 1019, "No tags provided", data)

    def test_what_may_not_be_sent_on_needs_an_author(self, chain):
        chain.submit("A0 n1")
        follower = TransactionPool(chain.validate, authors=False)
        with pytest.raises(Unactionable) as refusal:
            follower.submit(b"A0 n1")
        assert refusal.value.code == 1018

    def test_a_refused_one_is_not_watched(self, chain):
        chain.submit("A0")
        with pytest.raises(TooLowPriority):
            chain.watch("A0 p1")
        assert chain.pool.stats().watched == 0


class TestOrder:
    def test_priority_then_the_shorter_life_then_the_longer_wait(self, chain):
        chain.submit("A0", "B0 l9", "C0 p3", "D0 l5", "E0", "F0 p3")
        assert chain.ready() == ["C0 p3", "F0 p3", "D0 l5", "B0 l9", "A0", "E0"]

    def test_needs_come_before_priority(self, chain):
        chain.submit("A0", "A1 p9", "B0 p2")
        assert chain.ready() == ["B0 p2", "A0", "A1 p9"]

    def test_dependents_of_what_does_not_fit_are_skipped(self, chain):
        chain.submit("A0 p2", "A1", "A2", "B0")
        walk = chain.pool.ready()
        walk.skip_dependents(next(walk))
        assert [tx.bytes for tx in walk] == [b"B0"]
        assert chain.ready() == ["A0 p2", "A1", "A2", "B0"]

    def test_what_is_removed_during_the_walk_is_left_out(self, chain):
        chain.submit("A0 p2", "A1", "B0", "C0")
        walk = chain.pool.ready()
        first = next(walk)
        chain.pool.remove(first.hash)
        chain.submit("D0 p9")
        assert [tx.bytes for tx in walk] == [b"B0", b"C0"]


class TestReplacement:
    def test_more_priority_usurps_and_keeps_dependents(self, chain):
        old, after = chain.watch("A0"), chain.watch("A1")
        new = chain.watch("A0 p2")
        assert chain.ready() == ["A0 p2", "A1"]
        assert told(old) == ["ready", "usurped"]
        assert old.status[-1].hash == hash_of("A0 p2")
        assert told(new) == told(after) == ["ready"]

    def test_the_sum_of_all_usurped_counts(self):
        tags = {b"a": (b"1",), b"b": (b"2",), b"c": (b"1", b"2"), b"d": (b"2", b"1")}
        priority = {b"a": 2, b"b": 3, b"c": 5, b"d": 6}
        pool = TransactionPool(lambda xt: ValidTransaction(U64(priority[xt]), (), tags[xt]))
        pool.submit(b"a")
        pool.submit(b"b")
        with pytest.raises(TooLowPriority) as refusal:
            pool.submit(b"c")
        assert (refusal.value.old, refusal.value.new) == (5, 5)
        pool.submit(b"d")
        assert pool.pending() == [b"d"]

    def test_waiting_ones_meet_when_they_become_ready(self, chain):
        loser, winner = chain.watch("A1"), chain.watch("A1 p3")
        assert len(chain.future()) == 2
        chain.submit("A0")
        assert chain.ready() == ["A0", "A1 p3"]
        assert told(winner) == ["future", "ready"]
        assert told(loser)[-1] == "usurped"


class TestLimits:
    def test_the_lowest_priority_goes_then_the_oldest(self):
        chain = PoolChain(ready_count=3)
        first = chain.watch("A0")
        chain.submit("B0 p2", "C0", "D0")
        assert sorted(chain.ready()) == ["B0 p2", "C0", "D0"]
        assert told(first) == ["ready", "dropped"]
        with pytest.raises(TemporarilyBanned):
            chain.submit("A0")

    def test_dependents_go_along(self):
        chain = PoolChain(ready_count=3)
        chain.submit("A0", "A1 p5", "A2 p5", "B0 p2")
        assert chain.ready() == ["B0 p2"]

    def test_a_full_pool_refuses_what_is_worse(self):
        chain = PoolChain(ready_count=2)
        chain.submit("A0 p3", "B0 p2")
        with pytest.raises(ImmediatelyDropped) as refusal:
            chain.submit("C0")
        assert refusal.value.code == 1016
        assert chain.ready() == ["A0 p3", "B0 p2"]

    def test_bytes_count(self):
        chain = PoolChain(ready_bytes=10)
        chain.submit("A0 p02", "B0 p3", "C0")
        assert chain.ready() == ["B0 p3", "C0"]
        with pytest.raises(ImmediatelyDropped):
            chain.submit("D0 p000000")

    def test_the_oldest_waiting_one_goes(self):
        chain = PoolChain(future_count=2)
        watcher = chain.watch("A5")
        chain.submit("B5", "C5")
        assert chain.future() == ["B5", "C5"]
        assert told(watcher) == ["future", "dropped"]


class TestBlocks:
    def test_what_is_in_a_block_leaves_and_is_told(self, chain):
        watcher = chain.watch("A0")
        chain.submit("A1")
        chain.block(1, "Z9", "A0")
        assert chain.ready() == ["A1"]
        assert told(watcher) == ["ready", "inBlock"]
        assert (watcher.status[-1].hash, watcher.status[-1].index) == (BLOCK[1], 1)
        chain.pool.on_finalized(BLOCK[1])
        assert told(watcher) == ["ready", "inBlock", "finalized"]
        assert (watcher.status[-1].hash, watcher.status[-1].index) == (BLOCK[1], 1)

    def test_finality_covers_earlier_blocks(self, chain):
        watchers = [chain.watch("A0"), chain.watch("A1"), chain.watch("A2")]
        for number in (1, 2, 3):
            chain.block(number, f"A{number - 1}")
        chain.pool.on_finalized(BLOCK[2])
        assert [told(watcher)[-1] for watcher in watchers] == ["finalized", "finalized", "inBlock"]
        chain.pool.on_finalized(BLOCK[99])
        assert told(watchers[2])[-1] == "inBlock"

    def test_it_may_not_come_back(self, chain):
        chain.submit("A0")
        chain.block(1, "A0")
        with pytest.raises(AlreadyImported):
            chain.submit("A0")
        chain.pool.on_finalized(BLOCK[1])
        with pytest.raises(TemporarilyBanned):
            chain.submit("A0")

    def test_bans_end_at_the_first_block_after_their_time(self, chain):
        chain.submit("A0")
        chain.block(1, "A0", finalized=True)
        chain.time += 1801
        with pytest.raises(TemporarilyBanned):  # which starts the time anew
            chain.submit("A0")
        chain.time += 1801
        chain.block(2, finalized=True)
        with pytest.raises(TransactionInvalid) as refusal:
            chain.submit("A0")
        assert refusal.value.data == "Transaction is outdated"

    def test_promotion_by_a_block(self, chain):
        watcher = chain.watch("A1")
        chain.block(1, "A0")
        assert chain.ready() == ["A1"]
        assert told(watcher) == ["future", "ready"]

    def test_an_included_rival_ends_the_one_in_the_pool_but_not_its_dependents(self, chain):
        rival, after = chain.watch("A0"), chain.watch("A1")
        chain.block(1, "A0 p7")
        assert told(rival) == ["ready", "invalid"]
        assert told(after) == ["ready"]
        assert chain.ready() == ["A1"]

    def test_an_included_successor_takes_its_predecessors_along(self, chain):
        chain.submit("A0", "A1", "A2")
        chain.block(1, "A1")
        assert chain.ready() == ["A2"]

    def test_tags_alone_move_the_queue_on(self):
        chain = PoolChain(revalidations=0)
        chain.submit("A0", "A1", "A2", "A3", "B0", "B1", "B5")
        chain.block(1, "A2", "B0")
        assert chain.ready() == ["A3", "B1"]
        assert [tx.needs for tx in chain.pool.ready()] == [set(), set()]
        assert chain.future() == ["B5"]

    def test_what_the_outdated_provided_is_not_taken_for_granted(self):
        missing = {b"x": (b"2",), b"p": ()}
        provides = {b"x": (b"1",), b"p": (b"2", b"3")}
        outdated = set()

        def validate(xt):
            if xt in outdated:
                raise InvalidTransaction(StaleInvalid())
            return ValidTransaction(U64(1), missing[xt], provides[xt])

        pool = TransactionPool(validate)
        pool.submit(b"x")
        pool.submit(b"p")
        assert pool.pending() == [b"p", b"x"]
        outdated.add(b"p")
        pool.on_block(1, BLOCK[1], [], finalized=True)
        assert pool.pending() == []
        assert [tx.bytes for tx in pool.future()] == [b"x"]

    def test_limits_hold_when_a_block_moves_many_to_the_future(self):
        chain = PoolChain(future_count=1)
        chain.nonce["A"] = 1
        chain.submit("A1", "A2", "A3")
        chain.nonce["A"] = 0
        chain.block(1)
        assert (chain.ready(), len(chain.future())) == ([], 1)

    def test_what_became_invalid_leaves_with_its_dependents(self, chain):
        watchers = [chain.watch("A0"), chain.watch("A1"), chain.watch("B0")]
        chain.broke.add("A")
        chain.block(1)
        assert [told(watcher) for watcher in watchers] == [
            ["ready", "invalid"],
            ["ready", "invalid"],
            ["ready"],
        ]
        with pytest.raises(TemporarilyBanned):
            chain.submit("A0")
        chain.broke.clear()
        chain.submit("A1")  # was not at fault
        assert chain.future() == ["A1"]

    def test_revalidation_takes_turns(self):
        chain = PoolChain(revalidations=2)
        chain.submit("A0", "B0", "C0")
        chain.asked = 0
        chain.block(1)
        assert chain.asked == 2
        chain.broke.add("C")
        chain.block(2)
        assert chain.asked == 4
        assert chain.ready() == ["A0", "B0"]

    def test_longevity_counts_from_the_block_of_entry(self):
        chain = PoolChain(revalidations=0)
        chain.block(1)
        watcher, after = chain.watch("A0 l3"), chain.watch("A1")
        waiting = chain.watch("B5 l2")
        chain.block(2)
        assert told(waiting) == ["future"]
        chain.block(3)
        assert told(waiting) == ["future", "invalid"]
        assert told(watcher) == ["ready"]
        chain.block(4)
        assert told(watcher) == told(after) == ["ready", "invalid"]
        with pytest.raises(TemporarilyBanned):
            chain.submit("A0 l3")

    def test_a_new_judgement_gives_new_life_and_rank(self, chain):
        chain.submit("A0 l3", "B0")
        for number in range(1, 9):
            chain.block(number)
        assert chain.ready() == ["A0 l3", "B0"]
        assert chain.pool.get(hash_of("A0 l3")).valid_till == 11

    def test_unknown_ones_stay_until_they_are_known(self, chain):
        chain.submit("A0", "A1")
        known, chain.pool._validate = chain.pool._validate, unknown
        chain.block(1)
        assert chain.ready() == ["A0", "A1"]
        chain.pool._validate = known
        chain.broke.add("A")
        chain.block(2)
        assert chain.ready() == []

    def test_finality_times_out(self, chain):
        watcher = chain.watch("A0")
        chain.block(1, "A0")
        for number in range(2, 129):
            chain.block(number)
        assert told(watcher)[-1] == "inBlock"
        chain.block(129)
        assert told(watcher)[-1] == "finalityTimeout"
        assert watcher.status[-1].hash == BLOCK[1]


def unknown(xt):
    raise UnknownTransaction(CannotLookupUnknown())


class TestRemoval:
    def test_dependents_go_along_and_may_come_back(self, chain):
        watchers = [chain.watch("A0"), chain.watch("A1")]
        assert chain.pool.remove(hash_of("A0")) == [hash_of("A0"), hash_of("A1")]
        assert [told(watcher)[-1] for watcher in watchers] == ["invalid", "invalid"]
        chain.submit("A1")
        with pytest.raises(TemporarilyBanned):
            chain.submit("A0")

    def test_without_blame(self, chain):
        watcher = chain.watch("A0")
        chain.pool.remove(hash_of("A0"), invalid=False, ban=False)
        assert told(watcher)[-1] == "dropped"
        chain.submit("A0")

    def test_unknown_hashes_are_fine(self, chain):
        assert chain.pool.remove(hash_of("A0")) == []

    def test_clear(self, chain):
        watcher = chain.watch("A0")
        chain.submit("A2")
        chain.pool.clear()
        assert told(watcher)[-1] == "dropped"
        assert len(chain.pool) == 0
        chain.submit("A0")


class TestRewind:
    def test_what_was_in_later_blocks_may_be_sent_again(self, chain):
        chain.submit("A0")
        chain.block(1, "A0", finalized=True)
        chain.nonce.clear()
        chain.pool.on_rewind(0)
        chain.submit("A0")
        assert chain.ready() == ["A0"]

    def test_what_is_in_the_pool_is_judged_anew(self, chain):
        chain.submit("A0")
        chain.block(1, "A0", finalized=True)
        watcher = chain.watch("A1")
        chain.nonce.clear()
        chain.pool.on_rewind(0)
        assert chain.future() == ["A1"]
        assert told(watcher) == ["ready", "future"]

    def test_blocks_that_were_not_final_are_retracted(self, chain):
        watcher = chain.watch("A0")
        chain.block(1, "A0")
        chain.nonce.clear()
        chain.pool.on_rewind(0)
        assert told(watcher) == ["ready", "inBlock", "retracted"]
        assert watcher.done


def test_stats(chain):
    chain.watch("A0")
    chain.submit("A1", "C2")
    chain.pool.remove(hash_of("X"))
    stats = chain.pool.stats()
    assert (stats.ready, stats.ready_bytes, stats.future, stats.future_bytes) == (2, 4, 1, 2)
    assert (stats.banned, stats.watched) == (1, 1)
