"""What every member does for the run: attest payloads, post the aggregate, judge.

Witnesses read the payloads that were committed to, sign for those they could read, and when more
than two thirds signed the same, one of them brings it to the chain.
"""

from __future__ import annotations

from typing import Final

from pysubtensor.frame.crypto import bls
from pysubtensor.frame.primitives import U32, AccountId, Hash
from pysubtensor.pallets.training import commits, signing
from pysubtensor.pallets.training.round_finality import state_after
from pysubtensor.pallets.training.types import (
    Attestation,
    Challenge,
    ChallengeId,
    Ground,
    Phase,
    Round,
    RoundNumber,
    Stage,
)
from pysubtensor.training.files import file_names
from pysubtensor.training.files.run_files import encode_chunks, encode_parameters
from pysubtensor.training.roles.audit import StrideChecker
from pysubtensor.training.roles.member import MemberAgent
from pysubtensor.training.roles.quorum import Quorum, Statement, StatementBoard

TOPICS: Final = 256
"""That are known at a time; more than can be open."""


class Turns:
    """Whose turn it is to bring something that several could bring: one more with each block."""

    def __init__(self, member: MemberAgent) -> None:
        self._member = member
        self._since: dict[str, int] = {}

    def mine(self, topic: str, asked: tuple[AccountId, ...]) -> bool:
        """Is it this member's turn by now?"""
        since = self._since.setdefault(topic, self._member.view.now)
        for old in list(self._since)[:-TOPICS]:
            del self._since[old]
        return self._member.once(asked, since)


class Witness:
    """Attests whose payloads are available."""

    def __init__(self, member: MemberAgent, *, mirrors: bool = False) -> None:
        self.member, self.mirrors = member, mirrors
        self._turns = Turns(member)

    def tick(self) -> bool:
        view = self.member.view
        number, state = view.run.round, view.newest
        if state is None or state.phase is not Phase.ATTEST or state.attestation is not None:
            return False
        seen = self._available(number, state)
        if self.member.account not in state.witnesses:
            return False
        left, whole = state.ends - view.now, view.terms.schedule.attest
        if not all(seen) and 2 * left > whole:
            return False
        self._attest(number, state, _bitmap(seen), late=2 * left <= whole, last=4 * left <= whole)
        return False

    def _available(self, number: int, state: Round) -> list[bool]:
        found = [
            self.member.library.payload(self.member.view, number, who) for who in state.committed
        ]
        if self.mirrors:
            for payload in found:
                if payload is not None:
                    self.member.library.mirror(self.member.view, number, payload)
        return [payload is not None for payload in found]

    def _attest(self, number: int, state: Round, seen: bytes, *, late: bool, last: bool) -> None:
        """Say what one could read; later also what enough may agree on, though it is less."""
        board = StatementBoard(
            self.member.view, self.member.library, number, "attest", state.witnesses
        )
        statements = {who: board.read(who) for who in state.witnesses if who != self.member.account}
        wanted = [seen]
        if late:
            wanted.append(_by_most(seen, [_claimed(said) for said in statements.values() if said]))
        if last:
            wanted.append(
                _common([seen, *(value for said in statements.values() for value in said)])
            )
        messages = {value: self._message(number, value) for value in dict.fromkeys(wanted)}
        mine = {value: bls.sign(self.member.secret, each) for value, each in messages.items()}
        if board.read(self.member.account) != mine:
            board.publish(self.member.account, mine)
        agreed = board.agreed(messages, statements | {self.member.account: mine})
        if agreed is not None and self._turns.mine(f"attest {number}", state.witnesses):
            self._bring(number, agreed)

    def _message(self, number: int, value: bytes) -> bytes:
        view = self.member.view
        return commits.attestation_message(view.pallet, view.id, RoundNumber(U32(number)), value)

    def _bring(self, number: int, agreed: Quorum) -> None:
        attestation = Attestation(agreed.value, agreed.signers, agreed.signature)
        self.member.send("attest", run=self.member.view.id, round=number, attestation=attestation)
        self.member.log("attested", round=number, available=agreed.value.hex())


def _bitmap(seen: list[bool]) -> bytes:
    bits = sum(1 << at for at, there in enumerate(seen) if there)
    return bits.to_bytes((len(seen) + 7) // 8, "little")


def _by_most(seen: bytes, others: list[bytes]) -> bytes:
    """What one could read oneself, and more than two thirds of those who spoke say they could.

    Unlike what all could read, it is the same whatever a few say.
    """
    counts = [sum(_has(each, at) for each in (seen, *others)) for at in range(8 * len(seen))]
    spoke = 1 + len(others)
    return _bitmap([_has(seen, at) and 3 * n > 2 * spoke for at, n in enumerate(counts)])


def _common(bitmaps: list[bytes]) -> bytes:
    """What all say they could read."""
    same = [each for each in bitmaps if len(each) == len(bitmaps[0])]
    bits = int.from_bytes(same[0], "little")
    for each in same[1:]:
        bits &= int.from_bytes(each, "little")
    return bits.to_bytes(len(same[0]), "little")


def _claimed(said: Statement) -> bytes:
    """All that a witness says it could read."""
    bits = 0
    for each in said:
        bits |= int.from_bytes(each, "little")
    return bits.to_bytes(max(map(len, said), default=0), "little")


def _has(bitmap: bytes, at: int) -> bool:
    return at < 8 * len(bitmap) and bool(bitmap[at // 8] >> at % 8 & 1)


class Poster:
    """Posts what a round makes of the parameters, when it is this member's turn."""

    def __init__(self, member: MemberAgent) -> None:
        self.member = member

    def tick(self) -> bool:
        view = self.member.view
        number, state = view.run.round, view.newest
        if state is not None and state.phase is Phase.AGGREGATE and self._my_turn(state):
            self._post(number)
        self._anchor()
        return False

    def _my_turn(self, state: Round) -> bool:
        view, schedule = self.member.view, self.member.view.terms.schedule
        waited = view.now - (state.ends - schedule.aggregate)
        turns = 1 + max(waited, 0) // schedule.poster_turn
        return self.member.account in commits.posters(view.pallet, view.id, state)[:turns]

    def _post(self, number: int) -> None:
        joined = self.member.replica.outer_step_of(number)
        if joined is None:
            return
        view = self.member.view
        self.member.library.own.put(
            file_names.aggregate(view.id, number), encode_chunks(joined.aggregate)
        )
        self._keep_payloads(number)
        roots = {
            "aggregate_root": Hash(joined.aggregate_root),
            "state_root": Hash(joined.state_root),
        }
        self.member.send("post_aggregate", run=view.id, round=number, **roots)
        self.member.log("posted", round=number, state=joined.state_root.hex())

    def _keep_payloads(self, number: int) -> None:
        """Have at one's own place what proves the aggregate, whatever becomes of others' places."""
        state = self.member.view.round(number)
        for who in () if state is None else state.contributors:
            payload = self.member.library.payload(self.member.view, number, who)
            if payload is not None:
                self.member.library.mirror(self.member.view, number, payload)

    def _anchor(self) -> None:
        """Say where the parameters after a round are, when it is due and this member posted it."""
        view = self.member.view
        every = view.terms.checkpoint_every
        number = view.run.round // every * every
        state = view.round(number)
        if state is None or state.posted is None or state.void:
            return
        if state.posted.by != self.member.account or not self.member.is_active():
            return
        if any(each.round >= number for each in view.checkpoints()):
            return
        root = state_after(state)
        parameters = self.member.replica.reach(root, number + 1)
        name = file_names.parameters(view.id, number)
        self.member.library.own.put(name, encode_parameters(parameters))
        self.member.send(
            "anchor_checkpoint", run=view.id, round=number, state_root=root,
            locator=self.member.public,
        )  # fmt: skip
        self.member.log("anchored", round=number)


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
