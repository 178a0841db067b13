"""No bytes whatever convict the honest: a changed proof proves nothing, or just what it did."""

from __future__ import annotations

import functools

from hypothesis import given, settings
from hypothesis import strategies as st

from pysubtensor.frame.codec.errors import CodecError
from pysubtensor.pallets.training import TrainingApi
from pysubtensor.pallets.training.types import ChunkProof
from tests.training_chain import Lab

KINDS = range(4)


@functools.cache
def played():
    lab = Lab(workers=2)
    lab.play()
    worker = lab.workers[0]
    proofs = (
        lab.payload_proof(1, worker, 1),
        lab.compression_proof(1, worker, 1),
        lab.aggregate_proof(1, 1),
        lab.state_proof(1, 1),
    )
    codec = lab.runtime.codecs(ChunkProof)
    return lab, TrainingApi(lab.pallet), codec, [codec.to_bytes(each) for each in proofs]


edits = st.lists(st.tuples(st.integers(0, 1 << 16), st.integers(0, 255)), min_size=1, max_size=4)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(KINDS), edits)
def test_changed_proofs_convict_nobody(kind, changes):
    _, api, codec, encoded = played()
    data = bytearray(encoded[kind])
    for at, value in changes:
        data[at % len(data)] = value
    try:
        proof = codec.from_bytes(bytes(data))
    except CodecError:
        return
    found = api.check_chunk(0, 1, proof)
    assert found is None or found.fair


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["check_chunk", "attestation_message", "round"]))
def test_questions_of_any_bytes_have_an_answer_or_a_refusal(data, name):
    lab, api, *_ = played()
    method = api.methods(lab.runtime.codecs)[name]
    try:
        method(data)
    except CodecError:
        return


def test_unchanged_proofs_hold():
    _, api, codec, encoded = played()
    assert all(api.check_chunk(0, 1, codec.from_bytes(data)).fair for data in encoded)
