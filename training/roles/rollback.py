"""Roll back: validators vote for a checkpoint when the loss has become worse than it was there.

The loss on held-back text counts.  One bad round is not enough; several in a row are, when each is
far above a checkpoint.  More than two thirds of the validators must vote for the same one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from math import inf, isfinite
from typing import Final, NamedTuple

from pysubtensor.frame.crypto import bls
from pysubtensor.pallets.training import runs
from pysubtensor.pallets.training.types import Checkpoint, Role
from pysubtensor.training.roles.member import MemberAgent
from pysubtensor.training.roles.quorum import Statement, StatementBoard, Turns
from pysubtensor.training.roles.replica import CannotReach
from pysubtensor.training.roles.validator import Scorer


@dataclass(frozen=True)
class RollbackThreshold:
    """When a validator votes to roll back."""

    above: float = 1.0
    """Nats a byte that every one of the last rounds is worse than the checkpoint."""
    rounds: int = 3
    """How many these are; of one whose loss is no number that one is enough."""


WIDE: Final = RollbackThreshold()
"""No honest run was ever seen to come near it."""


class LossAfter(NamedTuple):
    """The loss after a round."""

    round: int
    loss: float


def best_of(
    checkpoints: Sequence[LossAfter], recent: Sequence[LossAfter], alarm: RollbackThreshold = WIDE
) -> int | None:
    """The round of the checkpoint to roll back to; None while all is well.

    `recent` are the rounds since, the newest last.
    """
    broken = bool(recent) and not isfinite(recent[-1].loss)
    judged = recent[-1:] if broken else recent[-alarm.rounds :]
    if not broken and len(judged) < alarm.rounds:
        return None
    least = inf if broken else min(each.loss if isfinite(each.loss) else inf for each in judged)
    good = [
        (each.loss, -each.round)
        for each in checkpoints
        if each.round < judged[0].round and isfinite(each.loss)
        if broken or least > each.loss + alarm.above
    ]
    return -min(good)[1] if good else None


class RollbackVoter:
    """Votes to roll back, and sends `roll_back` when enough validators have signed."""

    logged_as: Final = "watch"

    def __init__(self, member: MemberAgent, scorer: Scorer, alarm: RollbackThreshold) -> None:
        self.member, self.scorer, self.alarm = member, scorer, alarm
        self._turns = Turns(member)
        self._mine: dict[tuple[int, int], Statement] = {}
        """The last vote, by the newest round and the one to roll back to."""

    def tick(self) -> bool:
        recent = self._recent()
        if recent and self.member.is_active():
            found = best_of(self._checkpoints(), recent, self.alarm)
            for each in self.member.view.checkpoints():
                if each.round == found:
                    self._vote(each)
        return False

    def _recent(self) -> list[LossAfter]:
        """Losses after the last rounds, as far as this validator scored them."""
        found = []
        for number, state in islice(self.member.view.lineage(), self.alarm.rounds):
            loss = None if state.posted is None else self.scorer.losses.get(state.posted.state_root)
            if loss is None:
                break
            found.append(LossAfter(number, loss))
        return found[::-1]

    def _checkpoints(self) -> list[LossAfter]:
        found = []
        for each in self.member.view.checkpoints():
            try:
                loss = self.scorer.loss_of(each.state_root, int(each.round) + 1)
            except CannotReach:
                continue  # nobody could go on from it
            found.append(LossAfter(int(each.round), loss))
        return found

    def _vote(self, to: Checkpoint) -> None:
        view, target = self.member.view, int(to.round)
        newest, validators = int(view.run.round), view.active(Role.VALIDATOR)
        board = StatementBoard(view, self.member.library, newest, f"rollback-{target}", validators)
        value, message = (
            target.to_bytes(4, "little"),
            runs.rollback_message(view.pallet, view.id, to),
        )
        if (newest, target) not in self._mine:
            said = {value: bls.sign(self.member.secret, message)}
            board.publish(self.member.account, said)
            self._mine = {(newest, target): said}
            self.member.log("wants back", round=newest, target=target)
        statements = {who: board.read(who) for who in validators}
        agreed = board.agreed(
            {value: message}, statements | {self.member.account: self._mine[newest, target]}
        )
        if agreed is not None and self._turns.mine(f"rollback {newest}", validators):
            self.member.send(
                "roll_back", run=view.id, target=to.round, signers=agreed.signers,
                signature=agreed.signature,
            )  # fmt: skip
            self.member.log("went back", round=newest, target=target)
