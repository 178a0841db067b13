"""What somebody gains who plays against the rules: nothing."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from pysubtensor.frame.crypto import bls
from pysubtensor.frame.primitives import Hash
from pysubtensor.pallets.training import agenda, audits, signing
from pysubtensor.pallets.training.events import RunClosed
from pysubtensor.pallets.training.terms import Status
from pysubtensor.pallets.training.types import (
    ANYWHERE,
    MAX_OPEN_CHALLENGES,
    Accusation,
    AuditsDue,
    ChallengeDue,
    FinalDue,
    Ground,
    Outcome,
    Phase,
    PhaseEnds,
    Role,
    Score,
    Stage,
    Standing,
)
from tests.support import BOB, TAO
from tests.training_chain import ONE, OWNER, Lab


def accuse(lab, who, accused, ground=Ground.TRACE, index=1, number=1):
    said = Accusation(accused, ground, index, None)
    lab.call(who, "open_challenge", run=0, round=number, accusation=said)


def refused_accusation(lab, error, who, accused, ground=Ground.TRACE, index=1):
    said = Accusation(accused, ground, index, None)
    lab.refused(error, who, "open_challenge", run=0, round=1, accusation=said)


def respond(lab, who, challenge, index=1):
    low, high = (lab.step_opening(1, who, index + end) for end in (0, 1))
    lab.call(who, "respond", challenge=challenge, low=low, high=high)


def with_checkpoint():
    """A run with a checkpoint after round 2 and another round, and the root of the checkpoint."""
    lab = Lab(workers=3, validators=3)
    lab.play(2)
    root = Hash(lab.state_root(lab.theta))
    told = {"run": 0, "round": 2, "state_root": root, "locator": b"x"}
    lab.call(lab.workers[0], "anchor_checkpoint", **told)
    lab.play()
    return lab, root


# -- accusers who do not mean it ------------------------------------------------------------------


def test_an_accuser_in_league_with_the_accused_shields_nobody():
    lab = Lab(workers=4)
    lab.play()
    friend, honest, liar = lab.workers[1], lab.validators[0], lab.workers[0]
    accuse(lab, friend, liar)
    accuse(lab, honest, liar)
    refused_accusation(lab, "AlreadyChallenged", honest, liar)
    respond(lab, liar, 0)
    lab.until(lambda: lab.pallet.challenges[1] is None)
    assert lab.round(1).verdicts[-1].accuser == honest
    assert lab.round(1).verdicts[-1].outcome is Outcome.GUILTY
    assert lab.member(liar).bond == 0
    lab.until(lambda: lab.pallet.challenges[0] is None)
    assert [v.outcome for v in lab.round(1).verdicts] == [Outcome.GUILTY, Outcome.DISMISSED]
    lab.books_balance()


def test_nobody_is_drawn_to_judge_who_was_found_guilty():
    lab = Lab(workers=4)
    lab.play()
    one, two, liar = *lab.validators, lab.workers[0]
    accuse(lab, one, liar, index=0)
    lab.blocks(4)
    accuse(lab, two, liar, index=1)
    lab.blocks()
    assert lab.member(liar).bond == 0
    respond(lab, liar, 1)
    lab.blocks()
    assert lab.pallet.challenges[1] is None
    lab.books_balance()


def test_a_poster_is_not_shielded_by_a_friend_who_looks_nowhere():
    lab = Lab(workers=4)
    lab.commit_all()
    lab.attest()
    liar = lab.post(state_root=Hash(b"\x13" * 32))
    friend = next(who for who in lab.workers if who != liar)
    honest = next(who for who in lab.validators if who != liar)
    accuse(lab, friend, liar, Ground.STATE, ANYWHERE)
    accuse(lab, honest, liar, Ground.STATE, ANYWHERE)
    lab.blocks(6)
    assert lab.round(1).void
    lab.books_balance()


def test_one_proof_answers_one_accuser():
    lab = Lab(workers=4)
    lab.play()
    accused = lab.workers[0]
    for who in lab.validators:
        accuse(lab, who, accused, Ground.COMPRESSION, 0)
    for left in (1, 0):
        lab.call(accused, "prove_chunk", run=0, round=1, proof=lab.compression_proof(1, accused, 0))
        assert lab.round(1).disputes == left
    assert [v.outcome for v in lab.round(1).verdicts] == [Outcome.INNOCENT] * 2
    lab.books_balance()


def test_everybody_may_accuse_once_however_many_challenges_there_are():
    lab = Lab(workers=4)
    lab.play()
    accuse(lab, lab.workers[1], lab.workers[0], index=0)
    accuse(lab, lab.workers[2], lab.workers[0], Ground.PAYLOAD, 0)
    proof = lab.payload_proof(1, lab.workers[0], 0)
    lab.call(lab.workers[0], "prove_chunk", run=0, round=1, proof=proof)
    lab.pallet.rounds[0, 1] = replace(lab.round(1), challenges=MAX_OPEN_CHALLENGES)
    for who in lab.workers[1:3]:
        refused_accusation(lab, "TooManyChallenges", who, lab.workers[0])
    accuse(lab, lab.validators[0], lab.workers[0])
    assert lab.round(1).challenges == MAX_OPEN_CHALLENGES + 1


def test_who_is_gone_is_not_accused():
    lab = Lab(workers=4)
    lab.play()
    gone = lab.workers[0]
    lab.call(gone, "leave", run=0)
    lab.pallet.members[0, gone] = replace(lab.member(gone), until=lab.now)
    lab.call(gone, "claim", run=0)
    refused_accusation(lab, "NotChallengeable", lab.validators[0], gone)


def test_a_convicted_worker_does_not_pay_for_its_audit_as_well():
    lab = Lab(workers=4, audit_rate=65_535, slash=6_554, worker=100 * TAO)
    lab.commit_all()
    lab.attest()
    liar = lab.workers[0]
    audits.convict(lab.pallet, 0, 1, liar)
    lab.blocks(5)
    assert all(audit.failed for audit in lab.round(1).audits)
    assert [v.accused for v in lab.round(1).verdicts] == list(lab.workers[1:])
    assert lab.member(liar).bond == 100 * TAO
    lab.books_balance()


# -- copies and claims ----------------------------------------------------------------------------


@pytest.mark.parametrize("stolen", ["update_root", "steps_root"])
@pytest.mark.parametrize("into", ["payload_hash", "update_root", "steps_root"])
def test_a_copy_of_what_cannot_be_made_anew_keeps_nobody_out(stolen, into):
    lab = Lab()
    thief, victim = lab.workers[:2]
    work, own = lab.train(victim), lab.train(thief)
    own.commitment = replace(own.commitment, **{into: getattr(work.commitment, stolen)})
    lab.commit(thief, own)
    lab.commit(victim, work)
    assert victim in lab.round().committed


def test_claimed_tokens_count_no_more_than_the_median_ones():
    lab = Lab(workers=3)
    number = lab.number
    for who, tokens in zip(lab.workers, (2**64 - 1, 15_360, 15_360), strict=True):
        work = lab.train(who)
        work.commitment = replace(work.commitment, tokens=tokens)
        lab.commit(who, work)
    lab.wait_for(Phase.ATTEST)
    lab.attest()
    lab.post()
    lab.score_all(tuple(Score(who, 2 * ONE, 1) for who in lab.workers))
    assert [lab.member(who).credit for who in lab.workers] == [30_720] * 3
    assert [lab.member(who).tokens for who in lab.workers] == [15_360] * 3
    assert lab.round(number).medians[0].tokens == 2**64 - 1


def test_a_worker_that_only_its_friend_can_score_gains_nothing():
    lab = Lab(workers=2, validators=3)
    friend, *others = lab.validators
    lab.commit_all()
    lab.attest()
    lab.post()
    known, hidden = (Score(who, 2 * ONE, 1) for who in lab.workers)
    said = {friend: (known, replace(hidden, loss=1 << 62)), **dict.fromkeys(others, (known,))}
    for who, scores in said.items():
        lab.seal(who, scores)
    lab.wait_for(Phase.REVEAL)
    for who, scores in said.items():
        lab.reveal(who, scores)
    lab.until(lambda: lab.round(1).phase is Phase.CHALLENGE)
    assert [median.loss for median in lab.round(1).medians] == [2 * ONE, 0]
    assert [lab.member(who).credit for who in lab.workers] == [30_720, 0]


def test_who_scores_nobody_is_not_counted():
    lab = Lab(workers=2, validators=2)
    lab.commit_all()
    lab.attest()
    lab.post()
    for who, scores in zip(lab.validators, (lab.scores(), ()), strict=True):
        lab.seal(who, scores)
    lab.wait_for(Phase.REVEAL)
    lab.reveal(lab.validators[0], lab.scores())
    lab.reveal(lab.validators[1], ())
    lab.until(lambda: lab.round(1).phase is Phase.CHALLENGE)
    assert [median.loss for median in lab.round(1).medians] == [ONE // 100, ONE // 50]


# -- members --------------------------------------------------------------------------------------


def test_who_joins_during_a_round_neither_scores_nor_posts_it():
    lab = Lab(workers=3, validators=1)
    late = lab.spare[0]
    lab.permit((*lab.validators, late))
    lab.join(late, Role.VALIDATOR)
    lab.commit_all()
    lab.attest()
    assert late not in lab.posters()
    lab.post()
    told = {**lab.of_round(), "sealed": Hash(bytes(32))}
    lab.refused("NotActive", late, "commit_scores", **told)
    lab.score_all()
    assert lab.round(1).phase is Phase.CHALLENGE


def test_whoever_may_not_validate_any_more_does_not_score():
    lab = Lab()
    lab.commit_all()
    lab.attest()
    lab.post()
    lab.permit(lab.validators[:1])
    told = {**lab.of_round(), "sealed": Hash(bytes(32))}
    lab.refused("NotPermitted", lab.validators[1], "commit_scores", **told)
    lab.seal(lab.validators[0], lab.scores())


def test_validators_that_do_not_score_lose_their_places():
    lab = Lab(workers=3, validators=2)
    silent = lab.validators[1]
    for misses in (1, 2):
        lab.commit_all()
        lab.attest()
        lab.post()
        number, scores = lab.number, lab.scores()
        lab.seal(lab.validators[0], scores)
        lab.wait_for(Phase.REVEAL)
        lab.reveal(lab.validators[0], scores)
        lab.until(lambda number=number: lab.round(number).phase is Phase.CHALLENGE)
        assert lab.member(silent).misses == misses
    assert lab.member(lab.validators[0]).misses == 0
    assert lab.member(silent).standing is Standing.INACTIVE
    assert lab.pallet.active[0, Role.VALIDATOR] == lab.validators[:1]
    lab.permit(lab.validators[:1])
    lab.refused("NotPermitted", silent, "rejoin", run=0)
    lab.permit(lab.validators)
    lab.call(silent, "rejoin", run=0)
    assert lab.member(silent).standing is Standing.ACTIVE


def test_a_round_does_not_wait_for_validators_that_came_later():
    lab = Lab(workers=3, validators=0)
    late = lab.spare[0]
    lab.permit([late])
    lab.join(late, Role.VALIDATOR)
    lab.commit_all()
    lab.attest()
    lab.post()
    assert lab.round(1).phase is Phase.CHALLENGE


def test_who_is_no_neuron_any_more_does_not_come_back():
    lab = Lab(workers=4, max_misses=1)
    gone, lab.workers = lab.workers[3], lab.workers[:3]
    lab.play()
    assert lab.member(gone).standing is Standing.INACTIVE
    uid = lab.subnets.uids.pop(gone)
    lab.refused("NotRegistered", gone, "rejoin", run=0)
    lab.subnets.uids[gone] = uid
    lab.call(gone, "rejoin", run=0)


def test_in_a_closed_run_a_bond_is_free_when_nothing_can_be_challenged():
    lab = Lab()
    lab.play()
    lab.call(OWNER, "close_run", run=0)
    lab.refused("StillBonded", lab.workers[0], "claim", run=0)
    lab.until(lambda: lab.run().final_round == lab.run().round)
    assert lab.now < lab.terms.schedule.unbonding
    lab.call(lab.workers[0], "leave", run=0)
    for who in (*lab.workers, *lab.validators):
        lab.call(who, "claim", run=0)
    assert lab.pot() == 0
    lab.blocks(2)
    assert lab.pallet.runs[0] is None


# -- subnets that change hands or go --------------------------------------------------------------


def test_a_new_owner_of_a_subnet_may_close_its_runs():
    lab = Lab()
    lab.refused("NotCreator", BOB, "close_run", run=0)
    lab.subnets.is_owner = lambda netuid, who: who == BOB
    lab.call(BOB, "close_run", run=0)
    assert lab.balance(OWNER) == 1000 * TAO
    lab.books_balance()


def test_anybody_may_close_a_run_whose_subnet_is_gone():
    lab = Lab()
    lab.refused("NotCreator", lab.workers[0], "close_run", run=0)
    lab.subnets.exists = lambda netuid: False
    assert RunClosed(0) in lab.call(lab.workers[0], "close_run", run=0)
    assert lab.run().status is Status.CLOSED
    assert lab.balance(OWNER) == 1000 * TAO
    lab.books_balance()


# -- the agenda -----------------------------------------------------------------------------------


def test_challenges_do_not_delay_phases():
    lab = Lab()
    per_run = lab.pallet.config.max_due_per_run
    for challenge in range(per_run):
        agenda.schedule(lab.pallet, ChallengeDue(7, challenge), 30)
    assert agenda.schedule(lab.pallet, PhaseEnds(7, 1), 30) == lab.now + 30
    assert agenda.schedule(lab.pallet, ChallengeDue(7, 99), 30) > lab.now + 30


def test_challenges_of_many_runs_do_not_delay_the_phases_of_others():
    lab = Lab()
    for run in range(64):
        for challenge in range(2):
            agenda.schedule(lab.pallet, ChallengeDue(run, challenge), 30)
    assert agenda.schedule(lab.pallet, PhaseEnds(99, 1), 30) == lab.now + 30


def test_nothing_is_due_twice():
    lab = Lab()
    for due in (FinalDue(7), PhaseEnds(7, 1), AuditsDue(7, 1)):
        assert {agenda.schedule(lab.pallet, due, 30) for _ in range(20)} == {lab.now + 30}
    assert len(lab.pallet.agenda[lab.now + 30]) == 3


# -- going back -----------------------------------------------------------------------------------


def test_going_back_behind_final_rounds_changes_what_a_run_ends_in():
    lab, root = with_checkpoint()
    lab.until(lambda: lab.run().final_round >= 3)
    seed = lab.round().data_seed
    message = signing.rollback_message(seed, 0, lab.number, 2, root)
    signature = bls.aggregate([bls.sign(lab.secrets[each], message) for each in lab.validators])
    signers = lab.bits(lab.validators, lab.validators)
    lab.call(BOB, "roll_back", run=0, target=2, signers=signers, signature=signature)
    lab.call(OWNER, "close_run", run=0)
    lab.until(lambda: lab.run().final_round == lab.run().round)
    assert lab.run().final_root == root


def test_a_ruling_is_of_one_jury():
    lab = Lab(workers=4)
    lab.pallet.config.system.parent_block_hash = lambda: Hash(lab.now.to_bytes(32, "little"))
    lab.play()
    accused = lab.workers[0]
    accuse(lab, lab.validators[0], accused)
    respond(lab, accused, 0)
    lab.blocks()
    dispute = lab.challenge()
    message = signing.verdict_message(dispute.seed, 0, guilty=True)
    lab.verdict(0, guilty=True)
    lab.call(accused, "appeal", challenge=0)
    lab.blocks()
    second = lab.challenge()
    assert second.stage is Stage.JURY
    signature = bls.aggregate([bls.sign(lab.secrets[each], message) for each in second.jury])
    told = {"guilty": True, "signers": lab.bits(second.jury, second.jury), "signature": signature}
    lab.refused("BadSignature", BOB, "verdict", challenge=0, **told)


# -- while a challenge is open --------------------------------------------------------------------


def test_an_evicted_member_answers_for_its_round():
    lab = Lab(workers=3, max_workers=3, contributors=3, immunity=0)
    lab.play()
    accused, rich = lab.workers[0], lab.spare[0]
    accuse(lab, lab.validators[0], accused)
    lab.join(rich, bond=11 * TAO)
    assert lab.member(accused).standing is Standing.LEAVING
    lab.pallet.members[0, accused] = replace(lab.member(accused), until=lab.now)
    lab.refused("StillBonded", accused, "claim", run=0)
    lab.until(lambda: lab.pallet.challenges[0] is None)
    assert lab.member(accused).bond == 0
    lab.books_balance()


def test_who_is_accused_and_closes_the_run_does_not_get_away():
    lab = Lab()
    lab.play()
    accused = lab.workers[0]
    accuse(lab, lab.validators[0], accused)
    lab.call(OWNER, "close_run", run=0)
    lab.blocks(6)
    assert lab.member(accused).bond == 0
    lab.until(lambda: lab.run().final_round == lab.run().round)
    for who in (*lab.workers, *lab.validators):
        lab.call(who, "claim", run=0)
    assert lab.pot() == 0


def test_going_back_dismisses_what_it_undoes():
    lab, root = with_checkpoint()
    poster = lab.round(3).posted.by
    accuser = next(who for who in lab.validators if who != poster)
    before = lab.balance(accuser)
    accuse(lab, accuser, poster, Ground.STATE, 0, number=3)
    seed = lab.round().data_seed
    message = signing.rollback_message(seed, 0, lab.number, 2, root)
    signature = bls.aggregate([bls.sign(lab.secrets[each], message) for each in lab.validators])
    signers = lab.bits(lab.validators, lab.validators)
    lab.call(BOB, "roll_back", run=0, target=2, signers=signers, signature=signature)
    lab.blocks(6)
    assert lab.round(3).verdicts[-1].outcome is Outcome.DISMISSED
    assert lab.balance(accuser) == before
    lab.books_balance()


def test_a_flood_of_challenges_neither_stalls_the_run_nor_costs_anybody_a_proof():
    lab = Lab(workers=4, shapes=((64, 64),) * 16)
    lab.play()
    accuser, accused = lab.workers[0], lab.workers[1]
    for chunk in range(16):
        for ground in (Ground.PAYLOAD, Ground.COMPRESSION):
            accuse(lab, accuser, accused, ground, chunk)
    number, ends = lab.number, lab.round().ends
    for dues in lab.pallet.agenda.values():
        assert sum(isinstance(due, ChallengeDue) for due in dues) <= 4
    for chunk in range(16):
        proofs = (lab.payload_proof(1, accused, chunk), lab.compression_proof(1, accused, chunk))
        for proof in proofs:
            challenges = lab.round(1).disputes
            lab.call(accused, "prove_chunk", run=0, round=1, proof=proof)
            assert lab.round(1).disputes == challenges - 1
    assert {v.outcome for v in lab.round(1).verdicts} == {Outcome.INNOCENT}
    lab.until(lambda: lab.round(number).phase is Phase.COMMIT)
    assert lab.now == ends
    lab.books_balance()
