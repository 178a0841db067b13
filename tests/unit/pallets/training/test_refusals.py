"""Errors of calls that no other test of the pallet comes to: what is not there, or not any more."""

from __future__ import annotations

from typing import Any

import pytest

from pysubtensor.frame.crypto import bls
from pysubtensor.frame.error import TokenError, TokenFailure
from pysubtensor.frame.primitives import AccountId, Hash
from pysubtensor.pallets.training import signing
from pysubtensor.pallets.training.payload import Context, Tree, checks
from pysubtensor.pallets.training.terms import Status
from pysubtensor.pallets.training.types import (
    ANYWHERE,
    Accusation,
    Attestation,
    Ground,
    Phase,
    Role,
    Stage,
    Standing,
)
from tests.support import BOB
from tests.training_chain import BURN, TAO, Lab, send

ROOT = Hash(b"\7" * 32)
SIGNATURE = bls.sign(bls.secret_from_seed(b"\1" * 32), b"something else")
NOWHERE = 9
"""A run, a round and a challenge that are not there."""


@pytest.fixture(scope="module")
def untouched() -> Lab:
    """A run in its first round, of which nothing but refusals is asked."""
    return Lab()


def arguments(lab: Lab) -> dict[str, dict[str, Any]]:
    """What calls of a round are told, but the run and the round."""
    scores = {"scores": (), "inputs": ROOT, "salt": ROOT}
    return {
        "commit_round": {"commitment": lab.train(lab.workers[0]).commitment},
        "attest": {"attestation": Attestation(b"", b"", SIGNATURE)},
        "post_aggregate": {"aggregate_root": ROOT, "state_root": ROOT},
        "commit_scores": {"sealed": ROOT},
        "reveal_scores": scores,
        "anchor_checkpoint": {"state_root": ROOT, "locator": b"x"},
        "answer_audit": {"openings": ()},
    }


CALLERS = {"commit_scores": "validators", "reveal_scores": "validators"}


def caller(lab: Lab, name: str) -> AccountId:
    who: AccountId = getattr(lab, CALLERS.get(name, "workers"))[0]
    return who


OF_OPEN_RUNS = (
    *("commit_round", "attest", "post_aggregate"),
    *("commit_scores", "reveal_scores", "anchor_checkpoint"),
)


@pytest.mark.parametrize("name", OF_OPEN_RUNS)
def test_no_such_run(untouched: Lab, name: str) -> None:
    told = arguments(untouched)[name]
    untouched.refused("NoSuchRun", caller(untouched, name), name, run=NOWHERE, round=1, **told)


@pytest.mark.parametrize("name", [*OF_OPEN_RUNS, "answer_audit"])
def test_no_such_round(untouched: Lab, name: str) -> None:
    told = arguments(untouched)[name]
    untouched.refused("NoSuchRound", caller(untouched, name), name, run=0, round=NOWHERE, **told)


@pytest.mark.parametrize("name", OF_OPEN_RUNS)
def test_a_closed_run_takes_nothing_more(name: str) -> None:
    lab = Lab()
    told = arguments(lab)[name]
    lab.call(lab.owner, "close_run", run=0)
    lab.refused("IsClosed", caller(lab, name), name, run=0, round=1, **told)


@pytest.mark.parametrize(
    "name", ["commit_round", "post_aggregate", "commit_scores", "anchor_checkpoint"]
)
def test_only_members_take_part(untouched: Lab, name: str) -> None:
    told = arguments(untouched)[name]
    untouched.refused("NotMember", untouched.spare[0], name, run=0, round=1, **told)


@pytest.mark.parametrize("name", ["commit_round", "post_aggregate", "anchor_checkpoint"])
def test_who_left_takes_part_no_longer(name: str) -> None:
    lab = Lab()
    told = arguments(lab)[name]
    lab.call(lab.workers[0], "leave", run=0)
    lab.refused("NotActive", lab.workers[0], name, run=0, round=1, **told)


def test_nobody_joins_or_comes_back_to_a_run_that_is_not_there_or_closed() -> None:
    lab = Lab()
    stranger = lab.spare[0]
    joining = lab.joining(stranger, Role.WORKER, 10 * TAO)
    lab.refused("NoSuchRun", stranger, "join", **{**joining, "run": NOWHERE})
    lab.refused("NoSuchRun", stranger, "rejoin", run=NOWHERE)
    lab.call(lab.owner, "close_run", run=0)
    lab.refused("IsClosed", stranger, "join", **joining)
    lab.refused("IsClosed", lab.workers[0], "rejoin", run=0)


def test_nobody_comes_back_to_a_full_run() -> None:
    lab = Lab(max_workers=3, contributors=3)
    absent = lab.workers[0]
    for _ in range(2):
        lab.commit_all(*lab.workers[1:])
        lab.attest()
        lab.post()
        lab.score_all()
    assert lab.member(absent).standing is Standing.INACTIVE
    lab.join(lab.spare[0])
    lab.refused("RunFull", absent, "rejoin", run=0)


def test_scores_are_revealed_once() -> None:
    lab = Lab()
    lab.commit_all()
    lab.attest()
    lab.post()
    scores = lab.scores()
    for who in lab.validators:
        lab.seal(who, scores)
    lab.wait_for(Phase.REVEAL)
    first = lab.validators[0]
    lab.reveal(first, scores)
    told = {"scores": scores, "inputs": Hash(b"\3" * 32), "salt": Hash(first)}
    lab.refused("AlreadyCommitted", first, "reveal_scores", **lab.of_round(), **told)


# -- money ----------------------------------------------------------------------------------------


def drain(lab: Lab, who: AccountId) -> None:
    """Leave an account a thousand rao."""
    send(lab, who, BURN, lab.balance(who) - 1_000)


def too_poor(lab: Lab, who: AccountId, name: str, **told: Any) -> None:
    """The call fails for want of money, and changes nothing."""
    drain(lab, who)
    before = lab.runtime.state.changes()
    with pytest.raises(TokenFailure) as refused:
        lab.call(who, name, **told)
    assert refused.value.kind is TokenError.FUNDS_UNAVAILABLE
    assert lab.runtime.state.changes() == before


def test_bonds_and_deposits_must_be_there() -> None:
    lab = Lab()
    stranger = lab.spare[0]
    too_poor(lab, lab.owner, "create_run", netuid=lab.netuid, terms=lab.terms)
    too_poor(lab, stranger, "join", **lab.joining(stranger, Role.WORKER, 10 * TAO))
    work = lab.train(lab.workers[0])
    too_poor(lab, lab.workers[0], "commit_round", **lab.of_round(), commitment=work.commitment)


def accuse(lab: Lab, who: AccountId, accused: AccountId, ground: Ground, index: int) -> None:
    said = Accusation(accused, ground, index, None)
    lab.call(who, "open_challenge", run=0, round=1, accusation=said)


def test_challenges_and_appeals_cost_a_deposit() -> None:
    lab = Lab(workers=4)
    lab.play()
    accuser, accused = lab.validators[0], lab.workers[0]
    said = Accusation(accused, Ground.TRACE, 1, None)
    too_poor(lab, lab.validators[1], "open_challenge", run=0, round=1, accusation=said)
    accuse(lab, accuser, accused, Ground.TRACE, 1)
    low, high = (lab.step_opening(1, accused, index) for index in (1, 2))
    lab.call(accused, "respond", challenge=0, low=low, high=high)
    lab.until(lambda: lab.challenge().stage is Stage.JURY)
    lab.verdict(0, guilty=True)
    too_poor(lab, accused, "appeal", challenge=0)


# -- challenges -----------------------------------------------------------------------------------


def moves(lab: Lab) -> dict[str, dict[str, Any]]:
    """What the moves of a challenge are told, but its number."""
    leaf = lab.step_opening(1, lab.workers[0], 1)
    return {
        "respond": {"low": leaf, "high": leaf},
        "bisect": {"opening": leaf},
        "appeal": {},
        "unfold": {"row": (ROOT,)},
        "pick": {"place": 0},
    }


@pytest.fixture(scope="module")
def challenged() -> Lab:
    """A challenge of training, which the accused has not answered."""
    lab = Lab(workers=4)
    lab.play()
    accuse(lab, lab.validators[0], lab.workers[0], Ground.TRACE, 1)
    return lab


@pytest.mark.parametrize("name", ["respond", "bisect", "appeal", "unfold", "pick"])
def test_no_such_challenge(challenged: Lab, name: str) -> None:
    told = moves(challenged)[name]
    challenged.refused("NoSuchChallenge", BOB, name, challenge=NOWHERE, **told)


@pytest.mark.parametrize("name", ["bisect", "appeal", "unfold", "pick"])
def test_a_move_has_its_stage(challenged: Lab, name: str) -> None:
    told = moves(challenged)[name]
    challenged.refused("WrongStage", challenged.workers[0], name, challenge=0, **told)


def test_a_chunk_is_not_answered_by_a_trace() -> None:
    lab = Lab(workers=4)
    lab.play()
    accuse(lab, lab.validators[0], lab.workers[0], Ground.PAYLOAD, 0)
    told = moves(lab)["respond"]
    lab.refused("WrongStage", lab.workers[0], "respond", challenge=0, **told)


def test_what_is_picked_was_shown() -> None:
    lab = Lab(workers=4)
    lab.play()
    poster = lab.round(1).posted.by  # type: ignore[union-attr]
    accuser = next(each for each in lab.validators if each != poster)
    accuse(lab, accuser, poster, Ground.STATE, ANYWHERE)
    row = tuple(Hash(each) for each in lab_nodes(lab))
    lab.call(poster, "unfold", challenge=0, row=row)
    lab.refused("BadProof", accuser, "pick", challenge=0, place=len(row))


def lab_nodes(lab: Lab) -> list[bytes]:
    """The leaves of the tree of parameters, which has no more than eight levels."""
    return list(checks.leaves(Context(Tree.STATE, 0), lab.theta))


def test_a_jury_whose_member_is_gone_gives_no_verdict() -> None:
    lab = Lab(workers=4)
    lab.play()
    accused = lab.workers[0]
    accuse(lab, lab.validators[0], accused, Ground.TRACE, 1)
    low, high = (lab.step_opening(1, accused, index) for index in (1, 2))
    lab.call(accused, "respond", challenge=0, low=low, high=high)
    lab.until(lambda: lab.challenge().stage is Stage.JURY)
    jury = lab.challenge().jury
    del lab.pallet.members[0, jury[0]]
    signers = lab.bits(jury, jury)
    told = {"guilty": True, "signers": signers, "signature": SIGNATURE}
    lab.refused("NotMember", BOB, "verdict", challenge=0, **told)


# -- going back -----------------------------------------------------------------------------------


def test_going_back_takes_a_run_and_signatures() -> None:
    lab = Lab(validators=3)
    lab.play(2)
    root = Hash(lab.state_root(lab.theta))
    anchored = {"run": 0, "round": 2, "state_root": root, "locator": b"x"}
    lab.call(lab.workers[0], "anchor_checkpoint", **anchored)
    message = signing.rollback_message(lab.round().data_seed, 0, lab.number, 2, root)
    signature = bls.aggregate([bls.sign(lab.secrets[who], message) for who in lab.validators])
    signers = lab.bits(lab.validators, lab.pallet.active[0, Role.VALIDATOR])
    told = {"run": 0, "target": 2, "signers": signers, "signature": signature}
    lab.refused("NoSuchRun", BOB, "roll_back", **{**told, "run": NOWHERE})
    lab.refused("BadBitmap", BOB, "roll_back", **{**told, "signers": signers + b"\0"})
    lab.refused("BadSignature", BOB, "roll_back", **{**told, "signature": SIGNATURE})
    lab.call(lab.owner, "close_run", run=0)
    assert lab.run().status is Status.CLOSED
    lab.refused("IsClosed", BOB, "roll_back", **told)
