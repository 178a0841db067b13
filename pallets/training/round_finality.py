"""When a round can change no more: after its time for challenges, and after the round before it."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from pysubtensor.frame.primitives import U32, U64, AccountId, Hash, Tao
from pysubtensor.pallets.training import agenda, audits, escrow, folding
from pysubtensor.pallets.training.events import RoundFinal, RunForgotten
from pysubtensor.pallets.training.records import change_round, change_run, run_of, terms_of
from pysubtensor.pallets.training.storage import Storage
from pysubtensor.pallets.training.terms import Status
from pysubtensor.pallets.training.types import FinalDue, Phase, Role, Round, RoundNumber, RunId

ROUNDS_AT_A_TIME: Final = 2
"""Rounds of a run that become final, or are folded, in one block."""


def advance(training: Storage, run: RunId) -> None:
    """Fold what is old, make final what can be, and come back for the rest.

    In this order every round can be read as it is folded at the end of an earlier block.
    """
    if training.runs[run] is None:
        return
    for _ in range(ROUNDS_AT_A_TIME):
        if _oldest_is_old(training, run):
            folding.fold_oldest(training, run)
    for _ in range(ROUNDS_AT_A_TIME):
        if _next_is_ripe(training, run):
            _make_final(training, run)
    if _next_is_ripe(training, run) or _oldest_is_old(training, run):
        agenda.schedule(training, FinalDue(run), 1)
    elif _is_over(training, run):
        _forget(training, run)


def state_after(state: Round) -> Hash:
    """Root of the parameters after a round."""
    if state.void or state.posted is None:
        return state.state_before
    return state.posted.state_root


def _next_is_ripe(training: Storage, run: RunId) -> bool:
    state = training.rounds[run, RoundNumber(U32(run_of(training, run).final_round + 1))]
    if state is None or state.disputes or (audits.pending(state) and not state.void):
        return False
    done = state.phase in (Phase.CHALLENGE, Phase.VOID)
    return done and state.ends <= agenda.now(training)


def _make_final(training: Storage, run: RunId) -> None:
    number = RoundNumber(U32(run_of(training, run).final_round + 1))
    state = training.rounds[run, number]
    if state is None:
        return
    for who in state.committed:
        _return_deposit(training, run, number, who)
    # a void round may have begun with parameters that were undone
    root = run_of(training, run).final_root if state.void else state_after(state)
    change_round(training, run, number, phase=Phase.FINAL)
    change_run(training, run, final_round=number, final_root=root)
    training.emit(RoundFinal(run, number, root))


def _return_deposit(training: Storage, run: RunId, number: RoundNumber, who: AccountId) -> None:
    kept = training.commitments[run, number, who]
    if kept is not None:
        escrow.release(training, who, kept.deposit)
        training.commitments[run, number, who] = replace(kept, deposit=Tao(U64(0)))


def _oldest_is_old(training: Storage, run: RunId) -> bool:
    kept = run_of(training, run)
    keep = 0 if kept.status is Status.CLOSED else terms_of(training, run).keep_rounds
    return kept.oldest + keep <= kept.final_round


def _is_over(training: Storage, run: RunId) -> bool:
    kept = run_of(training, run)
    empty = kept.oldest > kept.round and training.member_count[run] == 0
    return kept.status is Status.CLOSED and empty


def _forget(training: Storage, run: RunId) -> None:
    """Keep nothing of a run but two roots."""
    kept = run_of(training, run)
    for role in Role:
        del training.active[run, role]
    del training.terms[run]
    del training.checkpoints[run]
    del training.member_count[run]
    del training.runs[run]
    training.ended[run] = (kept.final_root, kept.folded)
    training.emit(RunForgotten(run, kept.final_root, kept.folded))
