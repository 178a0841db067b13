"""Asking for another jury, once, when the first one judged against what one found oneself.

The accused repeats its own stride, the accuser has done so before: who comes to the same as the
jury has nothing to gain but another deposit lost.
"""

from __future__ import annotations

from typing import Final

from pysubtensor.pallets.training.types import Challenge, ChallengeId, Stage
from pysubtensor.training.roles.audit import StrideChecker
from pysubtensor.training.roles.member import MemberAgent


class AppealDuty:
    """Appeals against verdicts that are wrong."""

    logged_as: Final = "appellant"

    def __init__(self, member: MemberAgent, checker: StrideChecker) -> None:
        self.member, self.checker = member, checker
        self._guilty: dict[ChallengeId, bool] = {}

    def tick(self) -> bool:
        for challenge, dispute in self.member.view.challenges():
            if dispute.stage is Stage.RULED and self.member.account == _loser(dispute):
                self._look_again(challenge, dispute)
        return False

    def _look_again(self, challenge: ChallengeId, dispute: Challenge) -> None:
        if challenge not in self._guilty:
            found = self.checker.check(dispute.round, dispute.accused, dispute.low)
            self._guilty[challenge] = found.guilty
        if self._guilty[challenge] == dispute.ruling:
            return
        self.member.send("appeal", challenge=challenge)
        self.member.log("appealed", round=int(dispute.round), challenge=int(challenge))


def _loser(dispute: Challenge) -> bytes:
    return dispute.accused if dispute.ruling else dispute.accuser
