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


def advance(sub: Storage, run: RunId) -> None:
    """Fold what is old, make final what can be, and come back for the rest.

    In this order every round can be read as it is folded at the end of an earlier block.
    """
    if sub.runs[run] is None:
        return
    for _ in range(ROUNDS_AT_A_TIME):
        if _oldest_is_old(sub, run):
            folding.fold_oldest(sub, run)
    for _ in range(ROUNDS_AT_A_TIME):
        if _next_is_ripe(sub, run):
            _make_final(sub, run)
    if _next_is_ripe(sub, run) or _oldest_is_old(sub, run):
        agenda.schedule(sub, FinalDue(run), 1)
    elif _is_over(sub, run):
        _forget(sub, run)


def state_after(state: Round) -> Hash:
    """Root of the parameters after a round."""
    if state.void or state.posted is None:
        return state.state_before
    return state.posted.state_root


def _next_is_ripe(sub: Storage, run: RunId) -> bool:
    state = sub.rounds[run, RoundNumber(U32(run_of(sub, run).final_round + 1))]
    if state is None or state.disputes or (audits.pending(state) and not state.void):
        return False
    done = state.phase in (Phase.CHALLENGE, Phase.VOID)
    return done and state.ends <= agenda.now(sub)


def _make_final(sub: Storage, run: RunId) -> None:
    number = RoundNumber(U32(run_of(sub, run).final_round + 1))
    state = sub.rounds[run, number]
    if state is None:
        return
    for who in state.committed:
        _return_deposit(sub, run, number, who)
    # a void round may have begun with parameters that were undone
    root = run_of(sub, run).final_root if state.void else state_after(state)
    change_round(sub, run, number, phase=Phase.FINAL)
    change_run(sub, run, final_round=number, final_root=root)
    sub.emit(RoundFinal(run, number, root))


def _return_deposit(sub: Storage, run: RunId, number: RoundNumber, who: AccountId) -> None:
    kept = sub.commitments[run, number, who]
    if kept is not None:
        escrow.release(sub, who, kept.deposit)
        sub.commitments[run, number, who] = replace(kept, deposit=Tao(U64(0)))


def _oldest_is_old(sub: Storage, run: RunId) -> bool:
    kept = run_of(sub, run)
    keep = 0 if kept.status is Status.CLOSED else terms_of(sub, run).keep_rounds
    return kept.oldest + keep <= kept.final_round


def _is_over(sub: Storage, run: RunId) -> bool:
    kept = run_of(sub, run)
    empty = kept.oldest > kept.round and sub.member_count[run] == 0
    return kept.status is Status.CLOSED and empty


def _forget(sub: Storage, run: RunId) -> None:
    """Keep nothing of a run but two roots."""
    kept = run_of(sub, run)
    for role in Role:
        del sub.active[run, role]
    del sub.terms[run]
    del sub.checkpoints[run]
    del sub.member_count[run]
    del sub.runs[run]
    sub.ended[run] = (kept.final_root, kept.folded)
    sub.emit(RunForgotten(run, kept.final_root, kept.folded))
