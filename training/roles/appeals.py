"""Appeal to a second jury, once, when the first verdict contradicts the member's own result.

The loser repeats the stride before it appeals: with the jury's result an appeal would only lose
another deposit.
"""

from __future__ import annotations

from typing import Final

from pysubtensor.pallets.training.types import Challenge, ChallengeId, Stage
from pysubtensor.training.roles.audit import StrideChecker
from pysubtensor.training.roles.member import MemberAgent


class AppealDuty:
    """Appeals against verdicts that contradict the member's own result."""

    logged_as: Final = "appellant"

    def __init__(self, member: MemberAgent, checker: StrideChecker) -> None:
        self.member, self.checker = member, checker
        self._guilty: dict[ChallengeId, bool] = {}

    def tick(self) -> bool:
        for challenge_id, challenge in self.member.view.challenges():
            if challenge.stage is Stage.RULED and self.member.account == _loser(challenge):
                self._look_again(challenge_id, challenge)
        return False

    def _look_again(self, challenge_id: ChallengeId, challenge: Challenge) -> None:
        if challenge_id not in self._guilty:
            found = self.checker.check(challenge.round, challenge.accused, challenge.low)
            self._guilty[challenge_id] = found.guilty
        if self._guilty[challenge_id] == challenge.ruling:
            return
        self.member.send("appeal", challenge=challenge_id)
        self.member.log("appealed", round=int(challenge.round), challenge=int(challenge_id))


def _loser(challenge: Challenge) -> bytes:
    return challenge.accused if challenge.ruling else challenge.accuser
