"""Data, error buffers and settings: what a run fixes, and what stays with a worker."""

from dataclasses import replace

import numpy as np
import pytest

from pysubtensor.pallets.training.payload import Layout, PayloadId
from pysubtensor.pallets.training.payload.numbers import DECAY_ONE, fed_back
from pysubtensor.training.create_run import RunRules, prepare, terms_of
from pysubtensor.training.files.run_files import (
    WrongFiles,
    decode_chunks,
    decode_parameters,
    encode_chunks,
    encode_parameters,
)
from pysubtensor.training.learning import corpus, outer
from pysubtensor.training.learning.config import RunConfig
from pysubtensor.training.learning.data import Assignment, Corpus
from pysubtensor.training.roles.worker_state import SentRound, WorkerState, WorkerStateFile
from tests.training.fleet import TINY

LAYOUT = Layout([(64, 64), (1, 30)], 8)
TEXT = Corpus(corpus.text(20_000), 32, 4)


def random_chunks(seed: int) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    shapes = [(t.chunks, t.chunk_length) for t in LAYOUT.tensors]
    return [rng.normal(0, 1 << 16, shape).astype(np.int32) for shape in shapes]


# -- data -----------------------------------------------------------------------------------------


def test_sequences_come_from_the_shard_that_the_seed_draws():
    assigned = Assignment(TEXT, b"any", 8)
    shard = TEXT.shard(assigned.shard)
    assert all(int(place) in shard for step in range(4) for place in assigned.starts(step))


def test_the_held_back_text_is_in_no_shard():
    ends = [TEXT.shard(number).stop + TEXT.context for number in range(4)]
    assert max(ends) <= TEXT.training_size < len(TEXT.text)


def test_other_rounds_have_other_data():
    digests = {Assignment(TEXT, seed, 8).digest(0, 2) for seed in (b"a", b"b", b"c")}
    assert len(digests) == 3
    assert Assignment(TEXT, b"a", 8).digest(0, 2) == Assignment(TEXT, b"a", 8).digest(0, 2)


def test_the_root_of_a_text_changes_with_any_byte():
    assert TEXT.root == Corpus(corpus.text(20_000), 32, 4).root
    assert TEXT.root != Corpus(TEXT.text[:-1] + b"#", 32, 4).root
    assert TEXT.root != Corpus(b"#" + TEXT.text[1:], 32, 4).root


def test_the_text_that_comes_along_is_the_same_everywhere():
    digest = "53644eda6783"
    assert Corpus(corpus.text(20_000), 32, 4).hash.startswith(digest)


# -- error feedback -------------------------------------------------------------------------------


def test_nothing_of_an_update_is_lost():
    decay = round(0.95 * DECAY_ONE)
    feedback = outer.ErrorFeedback(LAYOUT, decay, random_chunks(1))
    before, update = feedback.buffer, random_chunks(2)
    sent = feedback.compress(PayloadId(0, 1, bytes(32)), update).values()
    for kept, new, went, left in zip(before, update, sent, feedback.buffer, strict=True):
        assert np.array_equal(fed_back(kept, new, decay), went + left)


def test_what_is_taken_back_is_sent_again():
    feedback = outer.ErrorFeedback(LAYOUT, DECAY_ONE, outer.nothing(LAYOUT))
    update = random_chunks(3)
    first = feedback.compress(PayloadId(0, 1, bytes(32)), update)
    feedback.take_back(first)
    again = feedback.compress(PayloadId(0, 1, bytes(32)), outer.nothing(LAYOUT))
    assert again.encode() == first.encode()


def test_work_is_read_as_it_was_saved(tmp_path):
    terms = terms_of(prepare(TINY), RunRules(), 0)
    assert terms.layout.k == TINY.outer.keep
    feedback = outer.ErrorFeedback(LAYOUT, DECAY_ONE, outer.nothing(LAYOUT))
    before, update = feedback.buffer, random_chunks(4)
    payload = feedback.compress(PayloadId(7, 9, b"w" * 32), update)
    sent = SentRound(payload, commitment(), update, before, back=True)
    file = WorkerStateFile(tmp_path, LAYOUT)
    assert file.read() is None
    file.write(WorkerState(feedback.buffer, None, {9: sent}))
    found = file.read()
    assert found is not None
    assert found.sent[9].payload.encode() == payload.encode()
    kept = found.sent[9]
    assert (kept.revealed, kept.back) == (False, True)
    after = found.sent[9].after(DECAY_ONE)
    assert all(np.array_equal(a, b) for a, b in zip(after, found.buffer, strict=True))
    assert [path.name for path in tmp_path.iterdir()] == ["worker.npz"]


def commitment():
    from pysubtensor.pallets.training.types import Commitment

    hashes = [bytes((at,)) * 32 for at in range(8)]
    return Commitment(*hashes, 100, 5, 4, -1, 2, 1)


# -- files ----------------------------------------------------------------------------------------


def test_parameters_and_aggregates_are_read_as_they_were_written():
    chunks = random_chunks(5)
    assert all(
        np.array_equal(a, b)
        for a, b in zip(decode_chunks(LAYOUT, encode_chunks(chunks)), chunks, strict=True)
    )
    tensors = [t.join(each) for t, each in zip(LAYOUT.tensors, chunks, strict=True)]
    data = encode_parameters(tensors)
    pairs = zip(decode_parameters(LAYOUT, data), tensors, strict=True)
    assert all(np.array_equal(a, b) for a, b in pairs)
    with pytest.raises(WrongFiles):
        decode_parameters(LAYOUT, data[:-4])


@pytest.mark.parametrize("data", [b"", b"junk", encode_chunks([np.zeros((1, 5), np.int32)])])
def test_what_is_no_aggregate_is_none(data):
    assert decode_chunks(LAYOUT, data) is None


# -- settings -------------------------------------------------------------------------------------


def test_a_configuration_is_read_as_it_was_written():
    assert RunConfig.from_json(TINY.to_json()) == TINY
    assert replace(TINY, seed=1).hash() != TINY.hash()
    for wrong in (b"{}", b"[]", TINY.to_json().replace(b'"seed"', b'"seeds"')):
        with pytest.raises(ValueError, match="configuration"):
            RunConfig.from_json(wrong)
    with pytest.raises(ValueError, match=r"has no inner\.stepz"):
        RunConfig.from_json(b'{"version": 1, "inner": {"stepz": 3}}')
    with pytest.raises(ValueError, match=r"inner\.steps"):
        RunConfig.from_json(b'{"version": 1, "inner": {"steps": "3"}}')


def test_no_more_text_comes_along_than_there_is():
    with pytest.raises(ValueError, match="1,115,394 bytes"):
        corpus.text(corpus.SIZE + 1)


def test_rules_change_by_name():
    assert RunRules.from_json(b'{"train": 7}') == RunRules(train=7)
    with pytest.raises(ValueError, match="trian"):
        RunRules.from_json(b'{"trian": 7}')
