"""Challenges: who pays when something is wrong, and who when nothing is."""

from __future__ import annotations

from math import comb

import pytest
from msgspec.structs import replace

from pysubtensor.frame.crypto import bls
from pysubtensor.frame.primitives import Hash
from pysubtensor.pallets.training import TrainingApi, audits, randomness, signing
from pysubtensor.pallets.training.payload import Context, PayloadId, Tree, merkle
from pysubtensor.pallets.training.types import (
    ANYWHERE,
    Accusation,
    Challenge,
    Ground,
    Opening,
    Outcome,
    Phase,
    Role,
    Stage,
    Standing,
)
from tests.support import BOB, TAO
from tests.training_chain import BURN, Lab

BOND = 10 * TAO
HALF = BOND * 32_768 // 65_535
"""What the winner has of a worker's whole bond."""


@pytest.fixture
def lab():
    found = Lab(workers=4)
    found.play()
    return found


def accuse(lab, who, accused, ground=Ground.TRACE, index=1, trace_root=None, number=1):
    said = Accusation(accused, ground, index, trace_root)
    lab.call(who, "open_challenge", run=0, round=number, accusation=said)


def refused_accusation(lab, error, who, accused, ground=Ground.TRACE, index=1, number=1):
    said = Accusation(accused, ground, index, None)
    lab.refused(error, who, "open_challenge", run=0, round=number, accusation=said)


def respond(lab, who, index=1, challenge=0, number=1):
    low, high = (lab.step_opening(number, who, index + end) for end in (0, 1))
    lab.call(who, "respond", challenge=challenge, low=low, high=high)


def over(lab, challenge=0):
    lab.until(lambda: lab.pallet.challenges[challenge] is None)
    lab.books_balance()
    return lab.round(1).verdicts[-1]


def wealth(lab, *who):
    return [lab.balance(each) for each in who]


# -- training -------------------------------------------------------------------------------------


def test_who_does_not_answer_loses(lab):
    accuser, accused = lab.validators[0], lab.workers[0]
    before = wealth(lab, accuser, accused)
    accuse(lab, accuser, accused)
    assert lab.balance(accuser) == before[0] - TAO
    verdict = over(lab)
    assert (verdict.outcome, verdict.slashed) == (Outcome.GUILTY, BOND)
    assert wealth(lab, accuser, accused) == [before[0] + HALF, before[1]]
    assert lab.balance(BURN) == BOND - HALF
    assert lab.member(accused).standing is Standing.LEAVING
    assert lab.member(accused).bond == 0


def test_a_jury_finds_the_accused_guilty(lab):
    accuser, accused = lab.validators[0], lab.workers[0]
    before = lab.balance(accuser)
    accuse(lab, accuser, accused)
    respond(lab, accused)
    assert lab.challenge().stage is Stage.DRAW
    lab.blocks()
    jury, seed = lab.challenge().jury, lab.challenge().seed
    message = signing.verdict_message(seed, 0, guilty=True)
    assert TrainingApi(lab.pallet).verdict_message(0, True) == message
    assert len(jury) == 4
    assert not {accuser, accused} & set(jury)
    lab.verdict(0, guilty=True, jury=jury[:3])
    assert lab.challenge().stage is Stage.RULED
    assert lab.balance(accuser) == before - TAO
    assert over(lab).outcome is Outcome.GUILTY
    assert lab.balance(accuser) == before + HALF


def test_a_false_accusation_costs_the_accuser(lab):
    accuser, accused = lab.validators[0], lab.workers[0]
    before = wealth(lab, accuser, accused)
    accuse(lab, accuser, accused)
    respond(lab, accused)
    lab.blocks()
    lab.verdict(0, guilty=False)
    verdict = over(lab)
    assert (verdict.outcome, verdict.slashed) == (Outcome.INNOCENT, TAO)
    half = TAO * 32_768 // 65_535
    assert wealth(lab, accuser) == [before[0] - TAO]
    lab.until(lambda: lab.run().final_round >= 1)
    assert wealth(lab, accused, BURN) == [before[1] + half + TAO // 10, TAO - half]
    assert lab.member(accused).bond == BOND


def test_without_a_verdict_nobody_pays(lab):
    accuser, accused = lab.validators[0], lab.workers[0]
    before = wealth(lab, accuser)
    accuse(lab, accuser, accused)
    respond(lab, accused)
    assert over(lab).outcome is Outcome.DISMISSED
    assert wealth(lab, accuser, BURN) == [*before, 0]
    assert lab.member(accused).bond == BOND


def test_verdicts_that_are_refused(lab):
    accuser, accused = lab.validators[0], lab.workers[0]
    accuse(lab, accuser, accused)
    told = {"challenge": 0, "guilty": True, "signers": b"\x0f", "signature": b"\xc0" + bytes(95)}
    lab.refused("WrongStage", BOB, "verdict", **told)
    lab.refused("NoSuchChallenge", BOB, "verdict", **{**told, "challenge": 3})
    respond(lab, accused)
    lab.blocks()
    lab.refused("BadSignature", BOB, "verdict", **told)
    lab.refused("NoQuorum", BOB, "verdict", **{**told, "signers": b"\x03"})
    lab.refused("BadBitmap", BOB, "verdict", **{**told, "signers": b"\x1f"})


@pytest.mark.parametrize("first", [True, False])
def test_an_appeal_may_turn_a_ruling(lab, first):
    accuser, accused = lab.validators[0], lab.workers[0]
    loser, other = (accused, accuser) if first else (accuser, accused)
    accuse(lab, accuser, accused)
    respond(lab, accused)
    lab.blocks()
    lab.verdict(0, guilty=first)
    lab.refused("NotParty", other, "appeal", challenge=0)
    before = lab.balance(loser)
    lab.call(loser, "appeal", challenge=0)
    assert lab.balance(loser) == before - TAO
    lab.books_balance()
    lab.blocks()
    assert lab.challenge().stage is Stage.JURY
    lab.verdict(0, guilty=not first)
    verdict = over(lab)
    assert verdict.outcome is (Outcome.INNOCENT if first else Outcome.GUILTY)
    gain = TAO * 32_768 // 65_535 if first else TAO + HALF
    assert lab.balance(loser) == before + gain


def test_a_lost_appeal_costs_once_more(lab):
    accuser, accused = lab.validators[0], lab.workers[0]
    before = wealth(lab, accuser, accused)
    accuse(lab, accuser, accused)
    respond(lab, accused)
    lab.blocks()
    lab.verdict(0, guilty=True)
    lab.call(accused, "appeal", challenge=0)
    lab.refused("WrongStage", accused, "appeal", challenge=0)
    assert over(lab).outcome is Outcome.GUILTY  # nobody judges: the first ruling stands
    half = TAO * 32_768 // 65_535
    assert wealth(lab, accuser, accused) == [before[0] + HALF + half, before[1] - TAO]


# -- bisection ------------------------------------------------------------------------------------


def long_lab():
    """Fifteen strides; worker 0 and its accuser part ways at the tenth."""
    lab = Lab(workers=4, stride=1)
    lab.play()
    accused = lab.workers[0]
    mine = lab.steps(accused, b"mine", since=10)
    # `steps` names the open round; the trace is of round 1
    theirs = lab.work[1, accused].leaves
    mine = [*theirs[:10], *mine[10:]]
    return lab, accused, mine


def trace_root(lab, accused, leaves):
    place = PayloadId(0, 1, accused)
    return Hash(merkle.root(place.context(Tree.STEPS), lab.step_hashes(place, leaves)))


def test_bisection_finds_the_first_stride_that_differs():
    lab, accused, mine = long_lab()
    accuser = lab.validators[0]
    accuse(lab, accuser, accused, index=14, trace_root=trace_root(lab, accused, mine))
    respond(lab, accused, index=14)
    moves = 0
    while lab.challenge().stage is not Stage.DRAW:
        dispute = lab.challenge()
        middle = (dispute.low + dispute.high) // 2
        theirs = lab.step_opening(1, accused, middle)
        lab.refused("NotParty", accuser, "bisect", challenge=0, opening=theirs)
        lab.call(accused, "bisect", challenge=0, opening=theirs)
        own = lab.step_opening(1, accused, middle, mine)
        if middle >= 10:
            lab.refused("BadProof", accuser, "bisect", challenge=0, opening=theirs)
        lab.call(accuser, "bisect", challenge=0, opening=own)
        moves += 1
    assert (lab.challenge().low, lab.challenge().high) == (9, 10)
    assert moves == 4
    lab.blocks()
    lab.verdict(0, guilty=True)
    assert over(lab).outcome is Outcome.GUILTY


@pytest.mark.parametrize(("answers", "outcome"), [(0, Outcome.GUILTY), (1, Outcome.INNOCENT)])
def test_who_stops_bisecting_loses(answers, outcome):
    lab, accused, mine = long_lab()
    root = trace_root(lab, accused, mine)
    accuse(lab, lab.validators[0], accused, index=14, trace_root=root)
    respond(lab, accused, index=14)
    if answers:
        opening = lab.step_opening(1, accused, 7)
        lab.call(accused, "bisect", challenge=0, opening=opening)
    assert over(lab).outcome is outcome


# -- accusations that are refused -----------------------------------------------------------------


def test_accusations_that_are_refused(lab):
    accuser, accused = lab.validators[0], lab.workers[0]
    chunks = lab.layout.chunks
    refused_accusation(lab, "NotMember", lab.spare[0], accused)
    refused_accusation(lab, "NotSelf", accused, accused)
    refused_accusation(lab, "NoSuchRound", accuser, accused, number=9)
    refused_accusation(lab, "NotChallengeable", accuser, accused, number=2)
    refused_accusation(lab, "NotChallengeable", accuser, lab.validators[1])
    refused_accusation(lab, "NotChallengeable", accuser, accused, index=3)
    refused_accusation(lab, "NotChallengeable", accuser, accused, Ground.PAYLOAD, chunks)
    other = next(who for who in lab.workers if who != lab.round(1).posted.by)
    refused_accusation(lab, "NotChallengeable", accuser, other, Ground.STATE)
    accuse(lab, accuser, accused)
    refused_accusation(lab, "AlreadyChallenged", accuser, accused)
    lab.until(lambda: lab.round(1).ends <= lab.now)
    refused_accusation(lab, "NotChallengeable", accuser, accused, index=2)


def test_openings_that_are_refused(lab):
    accuser, accused = lab.validators[0], lab.workers[0]
    accuse(lab, accuser, accused)
    low, high = (lab.step_opening(1, accused, index) for index in (1, 2))

    def refused(error, who, low, high):
        lab.refused(error, who, "respond", challenge=0, low=low, high=high)

    refused("NotParty", accuser, low, high)
    refused("BadProof", accused, low, low)
    refused("BadProof", accused, high, low)
    forged = replace(low, leaf=replace(low.leaf, loss=1))
    refused("BadProof", accused, forged, high)
    lab.refused("WrongStage", accused, "bisect", challenge=0, opening=low)


def test_a_dispute_keeps_bonds_and_its_round(lab):
    accuser, accused = lab.validators[0], lab.workers[0]
    for who in (accuser, accused):
        lab.call(who, "leave", run=0)
        lab.refused("NotActive", who, "open_challenge", run=0, round=1,
                    accusation=Accusation(lab.workers[1], Ground.TRACE, 1, None))  # fmt: skip
    lab.workers, lab.validators = lab.workers[1:], lab.validators[1:]
    accuse(lab, lab.validators[0], accused)
    assert lab.member(accused).locks == 1
    assert lab.round(1).disputes == 1
    over(lab)
    assert lab.member(accused).locks == 0
    lab.until(lambda: lab.run().final_round >= 1)


def test_the_same_worker_is_not_found_guilty_twice_of_a_round(lab):
    accused = lab.workers[0]
    accuse(lab, lab.validators[0], accused, index=0)
    accuse(lab, lab.validators[1], accused, index=1)
    lab.blocks(5)
    assert [v.outcome for v in lab.round(1).verdicts] == [Outcome.GUILTY, Outcome.DISMISSED]
    lab.books_balance()
    refused_accusation(lab, "AlreadyChallenged", lab.validators[0], accused, index=2)


# -- what the chain checks by itself --------------------------------------------------------------


def prove(lab, who, proof, number=1):
    lab.call(who, "prove_chunk", run=0, round=number, proof=proof)


def refused_proof(lab, error, proof, number=1, who=BOB):
    lab.refused(error, who, "prove_chunk", run=0, round=number, proof=proof)


@pytest.mark.parametrize("chunk", [0, 1])
def test_honest_chunks_are_proven_right_and_the_accuser_pays(lab, chunk):
    worker, poster = lab.workers[1], lab.round(1).posted.by
    proofs = {
        Ground.PAYLOAD: (worker, lab.payload_proof(1, worker, chunk)),
        Ground.COMPRESSION: (worker, lab.compression_proof(1, worker, chunk)),
        Ground.AGGREGATE: (poster, lab.aggregate_proof(1, chunk)),
        Ground.STATE: (poster, lab.state_proof(1, chunk)),
    }
    for accused, (ground, (who, proof)) in enumerate(proofs.items()):
        refused_proof(lab, "NothingWrong", proof)
        accuser = next(v for v in lab.validators if v != who)
        accuse(lab, accuser, who, ground, chunk)
        prove(lab, BOB, proof)
        assert over(lab, accused).outcome is Outcome.INNOCENT


def test_what_is_not_proven_in_time_is_wrong(lab):
    poster = lab.round(1).posted.by
    accuser = next(v for v in lab.validators if v != poster)
    before = lab.round(1).state_before
    accuse(lab, accuser, poster, Ground.AGGREGATE, 0)
    assert over(lab).outcome is Outcome.GUILTY
    assert lab.round(1).phase in (Phase.VOID, Phase.FINAL)
    assert lab.run().state_root == before


def posted_wrong(**which):
    """A round whose aggregate or parameters are wrong in one number."""
    lab = Lab(workers=4)
    lab.commit_all()
    lab.attest()
    joined, theta = lab.joined()
    spoiled = [each.copy() for each in (joined if "aggregate_root" in which else theta)]
    spoiled[0][0, 7] += 1
    key, (said,) = next(iter(which)), which.values()
    parts = (spoiled, theta) if key == "aggregate_root" else (joined, spoiled)
    lab.post(**{key: said or lab.roots(*parts)[key]})
    lab.score_all()
    return lab, spoiled


def test_a_wrong_aggregate_loses_and_is_undone():
    lab, spoiled = posted_wrong(aggregate_root=None)
    poster = lab.round(1).posted.by
    bond = lab.member(poster).bond
    lab.commit(lab.workers[0])
    root = lab.round(1).state_before
    before = lab.balance(lab.spare[0])
    refused_proof(lab, "NothingWrong", lab.aggregate_proof(1, 1, spoiled))
    prove(lab, lab.spare[0], lab.aggregate_proof(1, 0, spoiled))
    assert lab.balance(lab.spare[0]) == before + bond * 32_768 // 65_535
    assert [lab.round(n).phase for n in (1, 2, 3)] == [Phase.VOID, Phase.VOID, Phase.TRAIN]
    assert lab.run().state_root == root == lab.state_root(lab.theta)
    assert lab.member(poster).bond == 0
    refused_proof(lab, "NotChallengeable", lab.aggregate_proof(1, 0, spoiled))
    lab.books_balance()
    lab.errors.clear()
    lab.workers = tuple(who for who in lab.workers if who != poster)
    lab.validators = tuple(who for who in lab.validators if who != poster)
    lab.play()
    assert lab.round(3).contributors == lab.workers
    lab.until(lambda: lab.run().final_round >= 3)
    assert lab.run().final_root == lab.state_root(lab.theta)
    lab.books_balance()


def test_wrong_parameters_lose_and_are_undone():
    lab, spoiled = posted_wrong(state_root=None)
    lab.theta, theta = spoiled, lab.theta
    poster = lab.round(1).posted.by
    prove(lab, BOB, lab.state_proof(1, 0, spoiled))
    assert lab.member(poster).bond == 0
    assert lab.run().state_root == lab.state_root(theta)
    lab.books_balance()


def test_an_invented_root_cannot_be_defended():
    """Nobody knows a path to it, so nobody proves it wrong; but its poster must prove it right."""
    lab, _ = posted_wrong(aggregate_root=Hash(b"\x42" * 32))
    refused_proof(lab, "BadProof", lab.aggregate_proof(1, 0))
    poster = lab.round(1).posted.by
    accuser = next(v for v in lab.validators if v != poster)
    accuse(lab, accuser, poster, Ground.AGGREGATE, 0)
    assert over(lab).outcome is Outcome.GUILTY
    assert lab.round(1).void


def committed_wrong(spoil):
    """Worker 0 commits to something that `spoil` made of its work; it is attested all the same."""
    lab = Lab(workers=4)
    liar = lab.workers[0]
    work = lab.train(liar)
    spoil(lab, work)
    lab.commit_to(work, work.payload.place)
    lab.commit(liar, work)
    for who in lab.workers[1:]:
        lab.commit(who)
    lab.wait_for(Phase.ATTEST)
    lab.attest()
    lab.post()
    lab.score_all()
    return lab, liar


def spoil_format(lab, work):
    work.payload.parts[0].indices[0, 1] = work.payload.parts[0].indices[0, 0]


def spoil_choice(lab, work):
    part = work.payload.parts[0]
    free = next(i for i in range(4096) if i not in part.indices[0])
    part.indices[0, 0] = free
    part.indices[0].sort()


def spoil_buffer(lab, work):
    work.error_new[0][0, 3] += 1


def spoil_code(lab, work):
    work.payload.parts[0].codes[0, 0] ^= 2


def spoil_whole(lab, work):
    work.payload.parts[1].codes[0, 0] ^= 1


@pytest.mark.parametrize(
    ("spoil", "chunk"),
    [(spoil_choice, 0), (spoil_buffer, 0), (spoil_code, 0), (spoil_format, 0), (spoil_whole, 1)],
)
def test_a_wrong_compression_loses(spoil, chunk):
    lab, liar = committed_wrong(spoil)
    before = lab.balance(lab.spare[0])
    prove(lab, lab.spare[0], lab.compression_proof(1, liar, chunk))
    assert lab.balance(lab.spare[0]) == before + HALF
    assert lab.member(liar).bond == 0
    refused_proof(lab, "AlreadyChallenged", lab.compression_proof(1, liar, chunk))
    refused_proof(lab, "NothingWrong", lab.compression_proof(1, lab.workers[1], chunk))
    lab.books_balance()


def test_a_wrong_format_loses_to_its_accuser():
    lab, liar = committed_wrong(spoil_format)
    accuser = lab.validators[0]
    before = lab.balance(accuser)
    accuse(lab, accuser, liar, Ground.PAYLOAD, 0)
    prove(lab, BOB, lab.payload_proof(1, liar, 0))
    verdict = over(lab)
    assert (verdict.accuser, verdict.outcome) == (accuser, Outcome.GUILTY)
    assert lab.balance(accuser) == before + HALF
    refused_proof(lab, "PayloadUnreadable", lab.aggregate_proof(1, 0))


def test_a_convicted_worker_has_no_part_in_the_weights():
    lab = Lab(workers=4, challenge=24)
    lab.commit_all()
    lab.attest()
    lab.post()
    lab.pallet.commitments[0, 1, lab.workers[1]] = replace(
        lab.pallet.commitments[0, 1, lab.workers[1]], convicted=True
    )
    lab.score_all()
    assert lab.subnets.rows[lab.validators[0]] == ([0, 1, 2, 3], [1_000, 0, 3_000, 4_000])


def test_proofs_that_prove_nothing(lab):
    one, two = lab.workers[:2]
    good = lab.payload_proof(1, one, 0)
    refused_proof(lab, "BadProof", replace(good, worker=two))
    refused_proof(lab, "BadProof", replace(good, worker=lab.spare[0]))
    refused_proof(lab, "BadProof", replace(good, chunk=1))
    refused_proof(lab, "BadProof", replace(good, chunk=99))
    refused_proof(lab, "BadProof", replace(good, payload=Opening(good.payload.data, ())))
    refused_proof(lab, "NoSuchRound", good, number=9)
    refused_proof(lab, "NotChallengeable", good, number=2)
    aggregate = lab.aggregate_proof(1, 0)
    fewer = replace(aggregate, payloads=aggregate.payloads[:3])
    swapped = replace(aggregate, payloads=aggregate.payloads[::-1])
    refused_proof(lab, "BadProof", fewer)
    refused_proof(lab, "BadProof", swapped)
    refused_proof(lab, "BadProof", replace(aggregate, posted=Hash(bytes(32))))
    state = lab.state_proof(1, 0)
    refused_proof(lab, "BadProof", replace(state, before=state.aggregate))


# -- where a posted root is wrong -----------------------------------------------------------------

MANY = ((64, 64 * 300), (1, 8))
"""301 chunks: nine levels, unfolded in two moves."""


def wrong_somewhere(ground, chunk):
    """A round with one wrong chunk, and the hashes of the posted tree."""
    lab = Lab(workers=2, min_workers=2, shapes=MANY)
    lab.commit_all()
    lab.attest()
    joined, theta = lab.joined()
    spoiled = [each.copy() for each in (joined if ground is Ground.AGGREGATE else theta)]
    spoiled[0][chunk, 5] += 1
    parts = (spoiled, theta) if ground is Ground.AGGREGATE else (joined, spoiled)
    key = "aggregate_root" if ground is Ground.AGGREGATE else "state_root"
    lab.post(**{key: lab.roots(*parts)[key]})
    tree = Context(Tree.AGGREGATE, 0, 1) if ground is Ground.AGGREGATE else Context(Tree.STATE, 0)
    honest = joined if ground is Ground.AGGREGATE else theta
    return lab, spoiled, [lab.hashes(tree, lab.rows(each)) for each in (spoiled, honest)]


def row_of(hashes, dispute):
    """What the accused shows of its tree."""
    steps = min(dispute.high, 8)
    below = dispute.high - steps
    first = dispute.low << steps
    nodes = [
        merkle.folded(hashes[place << below : (place + 1) << below], below)
        for place in range(merkle.width(len(hashes), below))
    ]
    return tuple(Hash(each) for each in nodes[first : first + (1 << steps)])


@pytest.mark.parametrize("ground", [Ground.AGGREGATE, Ground.STATE])
@pytest.mark.parametrize("chunk", [0, 257, 299])
def test_the_wrong_chunk_of_a_root_is_found(ground, chunk):
    lab, spoiled, (theirs, mine) = wrong_somewhere(ground, chunk)
    poster = lab.round(1).posted.by
    accuser = next(v for v in lab.validators if v != poster)
    accuse(lab, accuser, poster, ground, ANYWHERE)
    moves = 0
    while lab.challenge().stage is Stage.UNFOLD:
        shown, own = (row_of(hashes, lab.challenge()) for hashes in (theirs, mine))
        lab.refused("NotParty", accuser, "unfold", challenge=0, row=shown)
        lab.refused("BadProof", poster, "unfold", challenge=0, row=own)
        lab.refused("BadProof", poster, "unfold", challenge=0, row=shown[1:])
        lab.call(poster, "unfold", challenge=0, row=shown)
        place = next(i for i, pair in enumerate(zip(shown, own, strict=True)) if pair[0] != pair[1])
        lab.refused("NotParty", poster, "pick", challenge=0, place=place)
        lab.call(accuser, "pick", challenge=0, place=place)
        moves += 1
    assert moves == 2
    assert (lab.challenge().stage, lab.challenge().index) == (Stage.RESPOND, chunk)
    if ground is Ground.AGGREGATE:
        prove(lab, BOB, lab.aggregate_proof(1, chunk, spoiled))
    else:
        prove(lab, BOB, lab.state_proof(1, chunk, spoiled))
    assert over(lab).outcome is Outcome.GUILTY
    assert lab.round(1).void


@pytest.mark.parametrize(("shows", "outcome"), [(0, Outcome.GUILTY), (1, Outcome.INNOCENT)])
def test_who_stops_looking_for_the_chunk_loses(shows, outcome):
    lab, _, (theirs, _) = wrong_somewhere(Ground.STATE, 3)
    poster = lab.round(1).posted.by
    accuser = next(v for v in lab.validators if v != poster)
    accuse(lab, accuser, poster, Ground.STATE, ANYWHERE)
    if shows:
        lab.call(poster, "unfold", challenge=0, row=row_of(theirs, lab.challenge()))
    assert over(lab).outcome is outcome


def test_many_challenges_do_not_keep_proofs_out():
    lab, liar = committed_wrong(spoil_code)
    accuse(lab, lab.validators[0], lab.workers[1], index=0)
    lab.pallet.rounds[0, 1] = replace(lab.round(1), challenges=64)
    refused_accusation(lab, "TooManyChallenges", lab.validators[0], lab.workers[1])
    prove(lab, BOB, lab.compression_proof(1, liar, 0))
    assert lab.member(liar).bond == 0


# -- audits ---------------------------------------------------------------------------------------


def test_audited_workers_open_what_was_drawn_or_lose():
    lab = Lab(workers=4, audit_rate=65_535, audit_strides=2)
    lab.play()
    state = lab.round(1)
    assert [audit.worker for audit in state.audits] == list(lab.workers)
    api = TrainingApi(lab.pallet)
    for audit, auditors in api.auditors(0, 1):
        assert len(set(auditors)) == 4
        assert audit.worker not in auditors
    seed = state.seed
    for audit in state.audits[:3]:
        assert list(audit.strides) == audits.strides_of(seed, audit.worker, 3, 2)
        who = audit.worker
        wanted = [leaf for stride in audit.strides for leaf in (stride, stride + 1)]
        openings = tuple(lab.step_opening(1, who, leaf) for leaf in wanted)
        told = {"run": 0, "round": 1}
        lab.refused("BadProof", who, "answer_audit", **told, openings=openings[:2])
        lab.refused("BadProof", who, "answer_audit", **told, openings=openings[::-1])
        lab.call(who, "answer_audit", **told, openings=openings)
        lab.refused("NotAudited", who, "answer_audit", **told, openings=openings)
    silent = lab.workers[3]
    lab.blocks(6)
    assert [lab.member(who).bond for who in lab.workers] == [BOND] * 3 + [0]
    assert lab.balance(BURN) == BOND
    assert [(v.accused, v.accuser) for v in lab.round(1).verdicts] == [(silent, None)]
    lab.books_balance()


def test_audits_of_void_rounds_cost_nothing():
    lab = Lab(audit_rate=65_535)
    lab.commit_all()
    lab.wait_for(Phase.TRAIN)
    lab.blocks(4)
    assert [lab.member(who).bond for who in lab.workers] == [BOND] * 3


def test_auditing_happens_as_often_as_the_rate_says():
    hits = sum(randomness.bernoulli(bytes((n % 256, n // 256)), 16_384) for n in range(4_000))
    assert abs(hits - 1_000) < 4 * (4_000 * 0.25 * 0.75) ** 0.5


@pytest.mark.parametrize(
    ("strides", "faked", "drawn"), [(15, 3, 1), (15, 3, 5), (15, 8, 2), (5, 1, 1)]
)
def test_skipped_work_is_detected_as_often_as_the_formula_says(strides, faked, drawn):
    trials = 3_000
    fake = set(range(strides - faked, strides))
    seen = 0
    for trial in range(trials):
        seed = randomness.derive_seed(trial.to_bytes(4, "little"), b"test")
        found = audits.strides_of(seed, b"\x01" * 32, strides, drawn)
        assert len(set(found)) == drawn
        seen += bool(fake & set(found))
    expected = 1 - comb(strides - faked, drawn) / comb(strides, drawn)
    sigma = (expected * (1 - expected) / trials) ** 0.5
    assert abs(seen / trials - expected) < 4 * sigma


# -- going back -----------------------------------------------------------------------------------


def test_validators_can_go_back_to_a_checkpoint():
    lab = Lab(workers=3, validators=3)
    lab.play(2)
    root = Hash(lab.state_root(lab.theta))
    told = {"run": 0, "round": 2, "state_root": root, "locator": b"x"}
    lab.call(lab.workers[0], "anchor_checkpoint", **told)
    kept = lab.theta
    lab.play(2)
    newest = lab.number
    seed = lab.round(newest).data_seed
    message = signing.rollback_message(seed, 0, newest, 2, root)

    def signed(*who):
        signature = bls.aggregate([bls.sign(lab.secrets[each], message) for each in who])
        signers = lab.bits(who, lab.pallet.active[0, Role.VALIDATOR])
        return {"run": 0, "target": 2, "signers": signers, "signature": signature}

    assert TrainingApi(lab.pallet).rollback_message(0, 2) == message
    lab.refused("NoQuorum", BOB, "roll_back", **signed(*lab.validators[:2]))
    lab.refused("NoCheckpointDue", BOB, "roll_back", **{**signed(*lab.validators), "target": 4})
    lab.call(BOB, "roll_back", **signed(*lab.validators))
    phases = [lab.round(n).phase for n in range(1, 7)]
    assert phases == [Phase.CHALLENGE] * 2 + [Phase.VOID] * 3 + [Phase.TRAIN]
    assert lab.run().state_root == root
    lab.theta = kept
    lab.errors.clear()
    lab.play()
    lab.until(lambda: lab.run().final_round >= 4)
    assert lab.run().final_root == root  # not what the void round 4 began with
    lab.until(lambda: lab.run().final_round >= 6)
    assert lab.run().final_root == lab.state_root(lab.theta)
    lab.books_balance()


def test_challenges_are_kept_as_they_stand(lab):
    accuse(lab, lab.validators[0], lab.workers[0])
    codec = lab.runtime.codecs(Challenge)
    assert codec.from_bytes(codec.to_bytes(lab.challenge())) == lab.challenge()
