"""Audit: repeat strides that were drawn, and challenge workers that did not train them."""

from __future__ import annotations

from typing import Final

from pysubtensor.frame.primitives import U32, AccountId
from pysubtensor.pallets.training.types import (
    ANYWHERE,
    Accusation,
    Challenge,
    ChallengeId,
    Ground,
    Phase,
    Round,
    Stage,
)
from pysubtensor.training.chain.link import CallRefused
from pysubtensor.training.files import file_names
from pysubtensor.training.files.run_files import bytes_of, decode_chunks
from pysubtensor.training.roles.audit import StrideChecker
from pysubtensor.training.roles.member import MemberAgent
from pysubtensor.training.roles.respond import ProofBuilder

EXPOSED = (Phase.AGGREGATE, Phase.SCORE, Phase.REVEAL, Phase.CHALLENGE)
SETTLED = frozenset(
    f"Training.{name}"
    for name in ("AlreadyChallenged", "NotChallengeable", "NoSuchRound", "TooManyChallenges")
)
"""Refusals of an accusation that no later one would escape."""
HASTE: Final = 3
"""Blocks before the end of a round's time for challenges in which one waits for nobody."""


class Auditor:
    """Checks answered audits and posted aggregates, and opens challenges."""

    def __init__(self, member: MemberAgent, checker: StrideChecker, *, work: bool = True) -> None:
        """Without `work` it checks aggregates only: strides take as long as training."""
        self.member, self.checker, self.work = member, checker, work
        self.proofs = ProofBuilder(member)
        self._done: set[tuple[int, AccountId, int]] = set()
        self._tried: dict[tuple[int, AccountId, int], int] = {}
        """In which block a stride was last tried, for files may come yet."""
        self._owed: dict[tuple[int, AccountId], Accusation] = {}
        """Accusations that the chain has not taken yet, by round and accused."""

    def tick(self) -> bool:
        for challenge_id, challenge in self.member.view.challenges():
            if challenge.stage is Stage.PICK and challenge.accuser == self.member.account:
                self._pick(challenge_id, challenge)
        for number, state in self.member.view.unsettled():
            over = state.phase is Phase.CHALLENGE and state.ends <= self.member.view.now
            if state.phase not in EXPOSED or over:
                continue
            self._look_at_aggregate(number, state)
            if self.work and self._look_at_work(number, state):
                return True
        for number, accused in list(self._owed):
            self._bring(number, accused)
        final = self.member.view.run.final_round
        self._done = {key for key in self._done if key[0] > final}
        self._tried = {key: block for key, block in self._tried.items() if key[0] > final}
        return False

    # -- training -----------------------------------------------------------------------------

    def _look_at_work(self, number: int, state: Round) -> bool:
        """Repeat one stride, if one is left; one at a time, so that other duties need not wait."""
        now = self.member.view.now
        for audit in state.audits:
            for stride in audit.strides if audit.answered else ():
                key = (number, audit.worker, int(stride))
                mine = audit.worker == self.member.account
                if not mine and key not in self._done and self._tried.get(key) != now:
                    self._tried[key] = now
                    self._repeat(state, *key)
                    return True
        return False

    def _repeat(self, state: Round, number: int, worker: AccountId, stride: int) -> None:
        found = self.checker.check(number, worker, stride)
        if found.may_be_late and self._has_time(state):
            return
        self._done.add((number, worker, stride))
        self.member.log(
            "audited", round=number, worker=worker.hex()[:8], stride=stride, guilty=found.guilty,
            why=found.why, distance=found.distance,
        )  # fmt: skip
        if found.chunk is not None:
            self._accuse(number, worker, Ground.COMPRESSION, found.chunk)
        elif found.guilty:
            self._accuse(number, worker, Ground.TRACE, stride)

    def _has_time(self, state: Round) -> bool:
        """Whether more than half of the time for challenges is left."""
        left = state.ends - self.member.view.now
        return (
            state.phase is not Phase.CHALLENGE
            or 2 * left > self.member.view.terms.schedule.challenge
        )

    def _accuse(self, number: int, accused: AccountId, ground: Ground, index: int) -> None:
        self._owed[number, accused] = Accusation(accused, ground, U32(index), None)
        self._bring(number, accused)

    def _bring(self, number: int, accused: AccountId) -> None:
        """Open a challenge; what is refused for now is tried again at the next block."""
        run, accusation = self.member.view.id, self._owed[number, accused]
        if self._leaves_it_to_others(number, accusation):
            return
        try:
            self.member.send("open_challenge", run=run, round=number, accusation=accusation)
        except CallRefused as error:
            if error.reason not in SETTLED:
                raise
            del self._owed[number, accused]
            return
        del self._owed[number, accused]
        ground = accusation.ground.name.lower()
        self.member.log("accused", round=number, worker=accused.hex()[:8], ground=ground)

    def _leaves_it_to_others(self, number: int, said: Accusation) -> bool:
        """Whether the same challenge is open already, and time is left should it fail."""
        view, state = self.member.view, self.member.view.round(number)
        if state is None or (state.phase is Phase.CHALLENGE and state.ends - view.now <= HASTE):
            return False
        going = [(each.round, each.accused, each.ground) for _, each in view.challenges()]
        return (number, said.accused, said.ground) in going

    # -- what was posted ----------------------------------------------------------------------

    def _look_at_aggregate(self, number: int, state: Round) -> None:
        posted = state.posted
        if posted is None or posted.by == self.member.account or state.void:
            return
        key = (number, posted.by, -1)
        if key in self._done:
            return
        joined = self.member.replica.outer_step_of(number)
        if joined is None:
            return
        if joined.aggregate_root != posted.aggregate_root:
            self._show_aggregate(number, posted.by, posted.aggregate_root)
        elif joined.state_root != posted.state_root:
            self._accuse(number, posted.by, Ground.STATE, ANYWHERE)
        self._done.add(key)

    def _pick(self, challenge_id: ChallengeId, challenge: Challenge) -> None:
        """Send `pick` with the first of the unfolded nodes that is wrong."""
        shown = challenge.row
        ours = self.proofs.nodes(challenge, int(challenge.high), int(challenge.low), len(shown))
        pairs = enumerate(zip(shown, ours, strict=True))
        place = next((at for at, (theirs, own) in pairs if theirs != own), 0)
        self.member.send("pick", challenge=challenge_id, place=place)

    def _show_aggregate(self, number: int, poster: AccountId, root: bytes) -> None:
        """Prove a wrong chunk if the aggregate can be read; else challenge, and bisect."""
        view, joined = self.member.view, self.member.replica.outer_step_of(number)
        limit = 2 * bytes_of(view.layout) + 1024
        name = file_names.aggregate(view.id, number)
        data = self.member.library.others.get(view.endpoints(poster), name, limit)
        theirs = None if data is None else decode_chunks(view.layout, data)
        if joined is None or theirs is None:
            self._accuse(number, poster, Ground.AGGREGATE, ANYWHERE)
            return
        if self.member.replica.aggregate_root(number, theirs) != root:
            self._accuse(number, poster, Ground.AGGREGATE, ANYWHERE)
            return
        rows = [row.tobytes() for tensor in theirs for row in tensor]
        ours = [row.tobytes() for tensor in joined.aggregate for row in tensor]
        chunk = next(at for at, (a, b) in enumerate(zip(rows, ours, strict=True)) if a != b)
        proof = self.proofs.aggregate(number, chunk, theirs)
        self.member.send("prove_chunk", run=view.id, round=number, proof=proof)
        self.member.log("disproved", round=number, worker=poster.hex()[:8], chunk=chunk)
