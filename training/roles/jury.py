"""Judging a stride as a member of a jury."""

from __future__ import annotations

from pysubtensor.frame.crypto import bls
from pysubtensor.pallets.training import signing
from pysubtensor.pallets.training.types import (
    Challenge,
    ChallengeId,
    Ground,
    Stage,
)
from pysubtensor.training.roles.audit import StrideChecker
from pysubtensor.training.roles.member import MemberAgent
from pysubtensor.training.roles.quorum import StatementBoard, Turns


class Juror:
    """Judges a stride of training, when drawn to."""

    def __init__(self, member: MemberAgent, checker: StrideChecker) -> None:
        self.member, self.checker = member, checker
        self._turns = Turns(member)
        self._mine: dict[bytes, dict[bytes, bytes]] = {}

    def tick(self) -> bool:
        for challenge, dispute in self.member.view.challenges():
            drawn = dispute.stage is Stage.JURY and self.member.account in dispute.jury
            if drawn and dispute.ground is Ground.TRACE:
                self._judge(challenge, dispute)
        return False

    def _judge(self, challenge: ChallengeId, dispute: Challenge) -> None:
        seed = dispute.seed or b""
        board = StatementBoard(
            self.member.view,
            self.member.library,
            dispute.round,
            f"verdict-{challenge}",
            dispute.jury,
        )
        messages = {
            bytes((guilty,)): signing.verdict_message(seed, challenge, guilty=guilty)
            for guilty in (True, False)
        }
        if seed not in self._mine:
            found = self.checker.check(dispute.round, dispute.accused, dispute.low)
            value = bytes((found.guilty,))
            self._mine[seed] = {value: bls.sign(self.member.secret, messages[value])}
            board.publish(self.member.account, self._mine[seed])
            self.member.log("judged", round=dispute.round, challenge=int(challenge), why=found.why)
        statements = {who: board.read(who) for who in dispute.jury}
        agreed = board.agreed(messages, statements | {self.member.account: self._mine[seed]})
        if agreed is not None and self._turns.mine(f"{challenge} {seed.hex()}", dispute.jury):
            guilty = agreed.value == b"\1"
            self.member.send(
                "verdict", challenge=challenge, guilty=guilty, signers=agreed.signers,
                signature=agreed.signature,
            )  # fmt: skip
            self.member.log("verdict", challenge=int(challenge), guilty=guilty)
