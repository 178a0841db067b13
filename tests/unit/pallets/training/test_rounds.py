"""Rounds: phases and their ends, commitments, attestation, aggregate, scores, history."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from pysubtensor.frame.hashing import blake2_256
from pysubtensor.frame.primitives import Hash
from pysubtensor.pallets.training import agenda, errors, events, folding
from pysubtensor.pallets.training.folding import RoundExport
from pysubtensor.pallets.training.payload import PayloadId
from pysubtensor.pallets.training.terms import Status
from pysubtensor.pallets.training.types import (
    AuditsDue,
    Commitment,
    FinalDue,
    Phase,
    PhaseEnds,
    Role,
    Score,
    Standing,
)
from tests.support import BOB, TAO
from tests.training_chain import ONE, OWNER, Beside, Lab


def test_honest_rounds():
    lab = Lab()
    lab.play(3)
    assert [lab.round(n).contributors for n in (1, 2, 3)] == [lab.workers] * 3
    assert [lab.round(n).phase for n in (1, 2, 3, 4)] == [Phase.CHALLENGE] * 3 + [Phase.TRAIN]
    assert lab.run().state_root == lab.state_root(lab.theta) == lab.round(4).state_before
    lab.books_balance()


def test_rounds_advance_as_soon_as_all_is_done():
    lab = Lab()
    begun = lab.now
    lab.play()
    assert lab.now - begun == 3


def test_phases_end_at_their_deadlines():
    lab = Lab()
    begun = lab.round().started
    lab.commit(lab.workers[0])
    lab.commit(lab.workers[2])
    lab.wait_for(Phase.COMMIT)
    assert lab.now == begun + 6
    lab.wait_for(Phase.ATTEST)
    assert lab.now == begun + 9
    lab.attest()
    lab.post()
    lab.wait_for(Phase.TRAIN)  # nobody scores
    assert lab.round(1).phase is Phase.CHALLENGE


def test_rounds_become_final_in_order_and_deposits_return():
    lab = Lab()
    before = [lab.balance(who) for who in lab.workers]
    lab.play()
    assert [lab.balance(who) for who in lab.workers] == [b - TAO // 10 for b in before]
    lab.play()
    lab.until(lambda: lab.run().final_round == 1)
    assert lab.round(1).phase is Phase.FINAL
    assert lab.run().final_root == lab.round(1).posted.state_root
    lab.until(lambda: lab.run().final_round >= 2)
    assert [lab.balance(who) for who in lab.workers] == before
    lab.books_balance()


# -- commitments ----------------------------------------------------------------------------------


def refused_commit(lab, error, who, **changed):
    work = lab.train(who)
    commitment = replace(work.commitment, **changed)
    lab.refused(error, who, "commit_round", **lab.of_round(), commitment=commitment)


def test_commitments_that_are_refused():
    lab = Lab()
    lab.play()
    who = lab.workers[0]
    refused_commit(lab, "WrongStateRoot", who, state_root=lab.terms.checkpoint_root)
    refused_commit(lab, "WrongErrorRoot", who, error_old=Hash(bytes(32)))
    refused_commit(lab, "WrongSize", who, size=5)
    refused_commit(lab, "WrongSize", who, steps=16)
    refused_commit(lab, "WrongSize", who, steps=0)
    refused_commit(lab, "WrongRole", lab.validators[0])
    refused_commit(lab, "NotMember", lab.spare[0])
    lab.commit(who)
    refused_commit(lab, "AlreadyCommitted", who)
    commitment = lab.train(lab.workers[1]).commitment
    for number, error in ((1, "WrongPhase"), (9, "NoSuchRound")):
        told = {"run": 0, "round": number, "commitment": commitment}
        lab.refused(error, lab.workers[1], "commit_round", **told)


@pytest.mark.parametrize("copied", ["payload_hash", "payload_root"])
def test_a_copied_commitment_is_rejected(copied):
    lab = Lab()
    first = lab.commit(lab.workers[0])
    refused_commit(
        lab, "CopiedCommitment", lab.workers[1], **{copied: getattr(first.commitment, copied)}
    )


def test_a_whole_copied_commitment_is_rejected():
    lab = Lab()
    work = lab.commit(lab.workers[0])
    told = {**lab.of_round(), "commitment": work.commitment}
    lab.refused("CopiedCommitment", lab.workers[1], "commit_round", **told)


def test_a_worker_that_was_left_out_may_begin_anew_with_its_error_buffer():
    lab = Lab()
    lab.commit_all()
    lab.attest(available=lab.workers[:2])
    lab.post()
    lab.score_all()
    assert [lab.member(who).error_root is None for who in lab.workers] == [False, False, True]
    lab.play()
    assert lab.round(2).contributors == lab.workers


# -- attestation ----------------------------------------------------------------------------------


def test_what_is_withheld_is_left_out():
    lab = Lab()
    lab.commit_all()
    lab.attest(available=lab.workers[1:])
    assert lab.round().contributors == lab.workers[1:]
    lab.post()
    lab.score_all()
    assert [m.worker for m in lab.round(1).medians] == list(lab.workers[1:])
    assert [lab.member(who).misses for who in lab.workers] == [1, 0, 0]
    assert lab.member(lab.workers[0]).tokens == 0
    uids, values = lab.subnets.rows[lab.validators[0]]
    assert dict(zip(uids, values, strict=True)) == {0: 0, 1: 1_000, 2: 2_000}


def refused_attest(lab, error, attestation):
    lab.refused(error, BOB, "attest", **lab.of_round(), attestation=attestation)


def test_attestations_that_are_refused():
    lab = Lab()
    lab.commit(lab.workers[0])
    good = Lab.attestation
    lab.commit(lab.workers[1])
    lab.commit(lab.workers[2])
    lab.wait_for(Phase.ATTEST)
    witnesses = lab.round().witnesses
    assert sorted(witnesses) == sorted((*lab.workers, *lab.validators))
    refused_attest(lab, "NoQuorum", good(lab, signers=witnesses[:3]))  # 3 of 5: not above 2/3
    found = good(lab, signers=witnesses[:4])
    refused_attest(lab, "BadSignature", replace(found, available=b"\x03"))
    refused_attest(lab, "BadSignature", replace(found, signers=b"\x1f"))
    refused_attest(lab, "BadSignature", replace(found, signature=bytes(96)))
    refused_attest(lab, "BadBitmap", replace(found, available=b"\x0f"))
    refused_attest(lab, "BadBitmap", replace(found, available=b"\x07\0"))
    refused_attest(lab, "BadBitmap", replace(found, signers=b"\x3f"))
    refused_attest(lab, "BadBitmap", replace(found, signers=b""))
    lab.call(BOB, "attest", **lab.of_round(), attestation=found)
    refused_attest(lab, "WrongPhase", found)


def test_the_committee_is_drawn_after_commitments_closed():
    lab = Lab(witnesses=2)
    assert lab.round().seed is None
    lab.commit_all()
    state = lab.round()
    assert len(state.witnesses) == len(set(state.witnesses)) == 2
    assert state.seed is not None


def test_only_so_many_contribute_and_the_best_come_first():
    lab = Lab(workers=4, contributors=2)
    for place, who in enumerate(lab.workers):
        lab.pallet.members[0, who] = replace(lab.member(who), quality=place)
    lab.commit_all()
    lab.attest()
    assert lab.round().contributors == lab.workers[2:]
    lab.post()
    lab.score_all()
    number = lab.number
    lab.commit_all()
    lab.attest(available=lab.workers[:3])  # the reserve fills the hole
    assert lab.round(number).contributors == lab.workers[1:3]


def test_bad_updates_are_left_out_while_enough_are_good():
    lab = Lab(workers=4)
    lab.pallet.members[0, lab.workers[1]] = replace(lab.member(lab.workers[1]), bad=3)
    lab.commit_all()
    lab.attest()
    assert lab.round().contributors == (lab.workers[0], *lab.workers[2:])


# -- void rounds ----------------------------------------------------------------------------------


def test_nothing_attested_makes_a_round_void_and_two_pause_the_run():
    lab = Lab()
    root = lab.run().state_root
    lab.commit_all()
    lab.wait_for(Phase.TRAIN)
    assert lab.number == 2
    assert (lab.round(1).phase, lab.round(1).void) == (Phase.VOID, True)
    lab.until(lambda: lab.run().status is Status.PAUSED)
    assert lab.run().state_root == root
    lab.blocks(3)
    assert (lab.run().final_round, lab.run().final_root) == (2, root)
    lab.books_balance()
    for who in lab.workers:
        if lab.member(who).standing.name == "INACTIVE":
            lab.call(who, "rejoin", run=0)
    lab.call(BOB, "resume_run", run=0)
    lab.blocks()
    lab.play()
    assert lab.round(3).contributors == lab.workers


def test_a_paused_run_needs_enough_workers():
    lab = Lab(max_misses=1)
    lab.until(lambda: lab.run().status is Status.PAUSED)
    lab.refused("TooFewWorkers", BOB, "resume_run", run=0)
    lab.refused("NoSuchRun", BOB, "resume_run", run=7)


def test_too_few_attested_make_a_round_void():
    lab = Lab()
    lab.commit_all()
    lab.attest(available=lab.workers[:1])
    assert lab.round(1).phase is Phase.VOID
    assert lab.number == 2


def test_no_aggregate_makes_a_round_void():
    lab = Lab()
    lab.commit_all()
    lab.attest()
    lab.until(lambda: lab.round(1).phase is Phase.VOID, limit=7)


# -- the aggregate --------------------------------------------------------------------------------


def test_posters_take_turns():
    lab = Lab()
    lab.commit_all()
    lab.attest()
    first, second = lab.posters()[:2]
    roots = lab.roots(*lab.joined())
    lab.refused("NotYourTurn", second, "post_aggregate", **lab.of_round(), **roots)
    lab.blocks(2)
    lab.post(second)
    assert lab.round().posted.by == second
    lab.refused("WrongPhase", first, "post_aggregate", **lab.of_round(), **roots)


def test_checkpoints_are_anchored_every_so_many_rounds():
    lab = Lab()
    lab.play(2)
    who = lab.workers[0]
    root = Hash(lab.state_root(lab.theta))

    def told(number, state_root=root):
        return {"run": 0, "round": number, "state_root": state_root, "locator": b"s3://x"}

    lab.refused("NoCheckpointDue", who, "anchor_checkpoint", **told(1))
    lab.refused("NoSuchRound", who, "anchor_checkpoint", **told(8))
    lab.refused("WrongStateRoot", who, "anchor_checkpoint", **told(2, Hash(bytes(32))))
    lab.refused("NotMember", lab.spare[0], "anchor_checkpoint", **told(2))
    lab.call(who, "anchor_checkpoint", **told(2))
    assert lab.pallet.checkpoints[0][0].state_root == root
    lab.refused("NoCheckpointDue", who, "anchor_checkpoint", **told(2))


# -- scores ---------------------------------------------------------------------------------------


def scored(lab, *sheets):
    """Let each validator reveal its own scores."""
    lab.commit_all()
    lab.attest()
    lab.post()
    number = lab.number
    made = [
        tuple(Score(w, loss, rating) for w, (loss, rating) in zip(lab.workers, sheet, strict=True))
        for sheet in sheets
    ]
    for who, scores in zip(lab.validators, made, strict=True):
        lab.seal(who, scores)
    lab.wait_for(Phase.REVEAL)
    for who, scores in zip(lab.validators, made, strict=True):
        lab.reveal(who, scores)
    lab.until(lambda: lab.round(number).phase is Phase.CHALLENGE)
    return lab.round(number)


def test_medians_credit_and_rows():
    lab = Lab(workers=2, validators=3)
    state = scored(
        lab,
        [(ONE, 100), (ONE, 1)],
        [(3 * ONE, 200), (-2 * ONE, 2)],
        [(2 * ONE, 300), (-ONE, 3)],
    )
    assert [(m.loss, m.tokens) for m in state.medians] == [(2 * ONE, 15_360), (-ONE, 15_360)]
    good, bad = (lab.member(who) for who in lab.workers)
    assert (good.credit, good.tokens, good.bad, good.quality) == (30_720, 15_360, 0, ONE // 4)
    assert (bad.credit, bad.tokens, bad.bad, bad.quality) == (0, 15_360, 1, -ONE // 8)
    assert [lab.subnets.rows[v] for v in lab.validators] == [
        ([0, 1], [100, 1]),
        ([0, 1], [200, 2]),
        ([0, 1], [300, 3]),
    ]


def test_of_two_middle_scores_the_lower_counts():
    lab = Lab(workers=2, validators=2)
    state = scored(lab, [(5, 1), (7, 1)], [(9, 1), (3, 1)])
    assert [m.loss for m in state.medians] == [5, 3]


def test_refused_rows_are_told_and_the_run_goes_on():
    lab = Lab()
    lab.subnets.refusal = errors.NotPermitted()
    seen = []
    lab.pallet.emit = lambda event, topics=(): seen.append(event)
    lab.play()
    refused = [each for each in seen if isinstance(each, events.WeightsRefused)]
    assert [each.validator for each in refused] == list(lab.validators)
    assert lab.number == 2


def test_scores_that_are_refused():
    lab = Lab()
    lab.commit_all()
    lab.attest(available=lab.workers[:2])
    lab.post()
    one, two = lab.validators
    scores = lab.scores()
    foreign = (Score(lab.workers[2], 1, 1),)
    twice = (scores[0], scores[0])
    sealed = {**lab.of_round(), "sealed": Hash(bytes(32))}
    lab.refused("WrongRole", lab.workers[0], "commit_scores", **sealed)
    lab.seal(one, foreign)
    lab.refused("AlreadyCommitted", one, "commit_scores", **sealed)
    lab.seal(two, twice)
    lab.wait_for(Phase.REVEAL)
    told = {**lab.of_round(), "inputs": Hash(b"\3" * 32)}
    lab.refused("WrongReveal", one, "reveal_scores", **told, scores=scores, salt=Hash(one))
    lab.refused("BadScores", one, "reveal_scores", **told, scores=foreign, salt=Hash(one))
    lab.refused("BadScores", two, "reveal_scores", **told, scores=twice, salt=Hash(two))
    lab.refused("WrongReveal", two, "reveal_scores", **told, scores=twice, salt=Hash(one))


def test_a_copied_seal_cannot_be_revealed():
    lab = Lab()
    lab.commit_all()
    lab.attest()
    lab.post()
    one, two = lab.validators
    lab.seal(one, lab.scores())
    sealed = lab.pallet.sheets[0, 1, one].sealed
    lab.call(two, "commit_scores", **lab.of_round(), sealed=sealed)
    lab.wait_for(Phase.REVEAL)
    told = {"scores": lab.scores(), "inputs": Hash(b"\3" * 32), "salt": Hash(one)}
    lab.refused("WrongReveal", two, "reveal_scores", **lab.of_round(), **told)


# -- history --------------------------------------------------------------------------------------


def test_old_rounds_fold_into_a_root_that_their_exports_give():
    lab = Lab(keep_rounds=1)
    exports = {}
    codec = lab.runtime.codecs(RoundExport)
    folded = bytes(32)
    for _ in range(6):
        lab.play()
        for number in range(1, lab.number + 1):
            if (0, number) in lab.pallet.rounds:
                exports[number] = codec.to_bytes(folding.export(lab.pallet, 0, number))
    for _ in range(40):
        for number in range(1, lab.number + 1):
            if (0, number) in lab.pallet.rounds and lab.round(number).phase is Phase.FINAL:
                exports[number] = codec.to_bytes(folding.export(lab.pallet, 0, number))
        lab.blocks()
    oldest = lab.run().oldest
    assert oldest >= 5
    for number in range(1, oldest):
        folded = blake2_256(folded + blake2_256(exports[number]))
        assert lab.pallet.rounds[0, number] is None
        assert lab.pallet.commitments[0, number, lab.workers[0]] is None
    assert lab.run().folded == folded
    found = codec.from_bytes(exports[1])
    assert [each.commitment for each in found.commitments] == [
        lab.work[1, who].commitment for who in lab.workers
    ]


def test_every_round_of_a_closed_run_can_be_read_when_it_is_final():
    lab = Lab()
    lab.play(3)
    lab.call(OWNER, "close_run", run=0)
    read = set()
    for _ in range(60):
        for _ in range(2):
            agenda.schedule(lab.pallet, FinalDue(0), 1)  # two reasons to look, in one block
        lab.blocks()
        kept = [number for number in range(1, 5) if (0, number) in lab.pallet.rounds]
        read |= {number for number in kept if lab.round(number).phase is Phase.FINAL}
    assert lab.run().oldest == 5
    assert read == {1, 2, 3, 4}


def test_a_run_waits_when_too_many_rounds_are_open():
    lab = Lab(validators=0, config={"max_open_rounds": 2})
    lab.play(2)
    assert lab.number == 2
    lab.until(lambda: lab.number == 3)
    assert lab.run().final_round == 1


def test_what_falls_due_is_bounded_by_block():
    lab = Lab(config={"max_due_per_block": 1})
    lab.play(2)
    assert max(len(dues) for dues in lab.pallet.agenda.values()) == 1


def test_payloads_of_the_lab_belong_to_their_place():
    lab = Lab()
    assert lab.train(lab.workers[0]).payload.place == PayloadId(0, 1, lab.workers[0])


def test_no_run_keeps_others_waiting():
    lab = Lab(config={"max_due_per_run": 2})
    due = [
        agenda.schedule(lab.pallet, PhaseEnds(run, number), 3)
        for run, number in ((7, 1), (7, 2), (7, 3), (8, 1))
    ]
    assert [when - lab.now for when in due] == [3, 3, 4, 3]


def test_a_round_waits_for_its_audits():
    lab = Lab(audit_rate=65_535, config={"max_due_per_run": 1})
    lab.commit_all()
    first = next(when for when, dues in lab.pallet.agenda.items() if AuditsDue(0, 1) in dues)
    lab.attest()
    lab.post()
    lab.score_all()
    del lab.pallet.agenda[first]  # as if the agenda had been full
    lab.until(lambda: lab.now >= lab.round(1).ends + 3)
    assert lab.round(1).phase is Phase.CHALLENGE
    agenda.schedule(lab.pallet, AuditsDue(0, 1), 1)
    lab.until(lambda: lab.round(1).phase is Phase.FINAL, limit=8)
    assert all(audit.failed for audit in lab.round(1).audits)
    lab.books_balance()


# -- several runs ---------------------------------------------------------------------------------


def test_runs_go_on_side_by_side():
    one = Lab()
    two = Beside(one, k=16, shapes=((128, 64),))
    assert (two.run_id, two.layout.table_hash != one.layout.table_hash) == (1, True)
    for _ in range(2):
        one.play()
        two.play()
    assert (one.number, two.number) == (3, 3)
    for lab in (one, two):
        assert lab.run().state_root == lab.state_root(lab.theta)
        assert lab.round(2).contributors == lab.workers
    one.books_balance()
    sizes = [lab.work[1, lab.workers[0]].commitment.size for lab in (one, two)]
    assert sizes == [76 + 16 + 14 + 16 + 8, 76 + 16 + 2 * 28]


def test_who_joins_during_a_round_does_not_judge_it():
    lab = Lab(witnesses=64)
    lab.join(lab.spare[0])
    lab.commit_all()
    assert lab.spare[0] in lab.pallet.active[0, Role.WORKER]
    assert sorted(lab.round().witnesses) == sorted((*lab.workers, *lab.validators))


def test_a_commitment_is_small():
    lab = Lab()
    commitment = lab.train(lab.workers[0]).commitment
    assert len(lab.runtime.codecs(Commitment).to_bytes(commitment)) == 283


def test_who_withholds_again_and_again_is_inactive():
    lab = Lab()
    for _ in range(2):
        lab.commit_all()
        lab.attest(available=lab.workers[1:])
        lab.post()
        lab.score_all()
    assert lab.member(lab.workers[0]).standing is Standing.INACTIVE
    assert lab.pallet.active[0, Role.WORKER] == lab.workers[1:]
