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
    """Repeats a stride when drawn to a jury, and signs the verdict."""

    def __init__(self, member: MemberAgent, checker: StrideChecker) -> None:
        self.member, self.checker = member, checker
        self._turns = Turns(member)
        self._mine: dict[bytes, dict[bytes, bytes]] = {}

    def tick(self) -> bool:
        for challenge_id, challenge in self.member.view.challenges():
            drawn = challenge.stage is Stage.JURY and self.member.account in challenge.jury
            if drawn and challenge.ground is Ground.TRACE:
                self._judge(challenge_id, challenge)
        return False

    def _judge(self, challenge_id: ChallengeId, challenge: Challenge) -> None:
        seed = challenge.seed or b""
        board = StatementBoard(
            self.member.view,
            self.member.library,
            challenge.round,
            f"verdict-{challenge_id}",
            challenge.jury,
        )
        messages = {
            bytes((guilty,)): signing.verdict_message(seed, challenge_id, guilty=guilty)
            for guilty in (True, False)
        }
        if seed not in self._mine:
            found = self.checker.check(challenge.round, challenge.accused, challenge.low)
            value = bytes((found.guilty,))
            self._mine[seed] = {value: bls.sign(self.member.secret, messages[value])}
            board.publish(self.member.account, self._mine[seed])
            self.member.log(
                "judged", round=challenge.round, challenge=int(challenge_id), why=found.why
            )
        statements = {who: board.read(who) for who in challenge.jury}
        agreed = board.agreed(messages, statements | {self.member.account: self._mine[seed]})
        if agreed is not None and self._turns.mine(f"{challenge_id} {seed.hex()}", challenge.jury):
            guilty = agreed.value == b"\1"
            self.member.send(
                "verdict", challenge=challenge_id, guilty=guilty, signers=agreed.signers,
                signature=agreed.signature,
            )  # fmt: skip
            self.member.log("verdict", challenge=int(challenge_id), guilty=guilty)
