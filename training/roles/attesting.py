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
from pysubtensor.training.roles.audit import Checker
from pysubtensor.training.roles.member import Member
from pysubtensor.training.roles.quorum import Agreed, Board, Said

TOPICS: Final = 256
"""That are known at a time; more than can be open."""


class Turns:
    """Whose turn it is to bring something that several could bring: one more with each block."""

    def __init__(self, member: Member) -> None:
        self._member = member
        self._since: dict[str, int] = {}

    def mine(self, topic: str, asked: tuple[AccountId, ...]) -> bool:
        """Is it this member's turn by now?"""
        since = self._since.setdefault(topic, self._member.sight.now)
        for old in list(self._since)[:-TOPICS]:
            del self._since[old]
        return self._member.once(asked, since)


class Witness:
    """Attests whose payloads are available."""

    def __init__(self, member: Member, *, mirrors: bool = False) -> None:
        self.m, self.mirrors = member, mirrors
        self._turns = Turns(member)

    def tick(self) -> bool:
        sight = self.m.sight
        number, state = sight.run.round, sight.newest
        if state is None or state.phase is not Phase.ATTEST or state.attestation is not None:
            return False
        seen = self._available(number, state)
        if self.m.account not in state.witnesses:
            return False
        left, whole = state.ends - sight.now, sight.terms.schedule.attest
        if not all(seen) and 2 * left > whole:
            return False
        self._attest(number, state, _bitmap(seen), late=2 * left <= whole, last=4 * left <= whole)
        return False

    def _available(self, number: int, state: Round) -> list[bool]:
        found = [self.m.library.payload(self.m.sight, number, who) for who in state.committed]
        if self.mirrors:
            for payload in found:
                if payload is not None:
                    self.m.library.mirror(self.m.sight, number, payload)
        return [payload is not None for payload in found]

    def _attest(self, number: int, state: Round, seen: bytes, *, late: bool, last: bool) -> None:
        """Say what one could read; later also what enough may agree on, though it is less."""
        board = Board(self.m.sight, self.m.library, number, "attest", state.witnesses)
        heard = {who: board.hear(who) for who in state.witnesses if who != self.m.account}
        wanted = [seen]
        if late:
            wanted.append(_by_most(seen, [_claimed(said) for said in heard.values() if said]))
        if last:
            wanted.append(_common([seen, *(value for said in heard.values() for value in said)]))
        messages = {value: self._message(number, value) for value in dict.fromkeys(wanted)}
        mine = {value: bls.sign(self.m.secret, each) for value, each in messages.items()}
        if board.hear(self.m.account) != mine:
            board.say(self.m.account, mine)
        agreed = board.agreed(messages, heard | {self.m.account: mine})
        if agreed is not None and self._turns.mine(f"attest {number}", state.witnesses):
            self._bring(number, agreed)

    def _message(self, number: int, value: bytes) -> bytes:
        sight = self.m.sight
        return commits.attestation_message(sight.pallet, sight.id, RoundNumber(U32(number)), value)

    def _bring(self, number: int, agreed: Agreed) -> None:
        attestation = Attestation(agreed.value, agreed.signers, agreed.signature)
        self.m.send("attest", run=self.m.sight.id, round=number, attestation=attestation)
        self.m.tell("attested", round=number, available=agreed.value.hex())


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


def _claimed(said: Said) -> bytes:
    """All that a witness says it could read."""
    bits = 0
    for each in said:
        bits |= int.from_bytes(each, "little")
    return bits.to_bytes(max(map(len, said), default=0), "little")


def _has(bitmap: bytes, at: int) -> bool:
    return at < 8 * len(bitmap) and bool(bitmap[at // 8] >> at % 8 & 1)


class Poster:
    """Posts what a round makes of the parameters, when it is this member's turn."""

    def __init__(self, member: Member) -> None:
        self.m = member

    def tick(self) -> bool:
        sight = self.m.sight
        number, state = sight.run.round, sight.newest
        if state is not None and state.phase is Phase.AGGREGATE and self._my_turn(state):
            self._post(number)
        self._anchor()
        return False

    def _my_turn(self, state: Round) -> bool:
        sight, schedule = self.m.sight, self.m.sight.terms.schedule
        waited = sight.now - (state.ends - schedule.aggregate)
        turns = 1 + max(waited, 0) // schedule.poster_turn
        return self.m.account in commits.posters(sight.pallet, sight.id, state)[:turns]

    def _post(self, number: int) -> None:
        joined = self.m.replica.joined(number)
        if joined is None:
            return
        sight = self.m.sight
        self.m.library.own.put(
            file_names.aggregate(sight.id, number), encode_chunks(joined.aggregate)
        )
        self._keep_payloads(number)
        roots = {
            "aggregate_root": Hash(joined.aggregate_root),
            "state_root": Hash(joined.state_root),
        }
        self.m.send("post_aggregate", run=sight.id, round=number, **roots)
        self.m.tell("posted", round=number, state=joined.state_root.hex())

    def _keep_payloads(self, number: int) -> None:
        """Have at one's own place what proves the aggregate, whatever becomes of others' places."""
        state = self.m.sight.round(number)
        for who in () if state is None else state.contributors:
            payload = self.m.library.payload(self.m.sight, number, who)
            if payload is not None:
                self.m.library.mirror(self.m.sight, number, payload)

    def _anchor(self) -> None:
        """Say where the parameters after a round are, when it is due and this member posted it."""
        sight = self.m.sight
        every = sight.terms.checkpoint_every
        number = sight.run.round // every * every
        state = sight.round(number)
        if state is None or state.posted is None or state.void:
            return
        if state.posted.by != self.m.account or not self.m.is_active():
            return
        if any(each.round >= number for each in sight.checkpoints()):
            return
        root = state_after(state)
        parameters = self.m.replica.reach(root, number + 1)
        name = file_names.parameters(sight.id, number)
        self.m.library.own.put(name, encode_parameters(parameters))
        self.m.send(
            "anchor_checkpoint", run=sight.id, round=number, state_root=root,
            locator=self.m.public,
        )  # fmt: skip
        self.m.tell("anchored", round=number)


class Juror:
    """Judges a stride of training, when drawn to."""

    def __init__(self, member: Member, checker: Checker) -> None:
        self.m, self.checker = member, checker
        self._turns = Turns(member)
        self._mine: dict[bytes, dict[bytes, bytes]] = {}

    def tick(self) -> bool:
        for challenge, dispute in self.m.sight.challenges():
            drawn = dispute.stage is Stage.JURY and self.m.account in dispute.jury
            if drawn and dispute.ground is Ground.TRACE:
                self._judge(challenge, dispute)
        return False

    def _judge(self, challenge: ChallengeId, dispute: Challenge) -> None:
        seed = dispute.seed or b""
        board = Board(
            self.m.sight, self.m.library, dispute.round, f"verdict-{challenge}", dispute.jury
        )
        messages = {
            bytes((guilty,)): signing.verdict_message(seed, challenge, guilty=guilty)
            for guilty in (True, False)
        }
        if seed not in self._mine:
            found = self.checker.check(dispute.round, dispute.accused, dispute.low)
            value = bytes((found.guilty,))
            self._mine[seed] = {value: bls.sign(self.m.secret, messages[value])}
            board.say(self.m.account, self._mine[seed])
            self.m.tell("judged", round=dispute.round, challenge=int(challenge), why=found.why)
        heard = {who: board.hear(who) for who in dispute.jury}
        agreed = board.agreed(messages, heard | {self.m.account: self._mine[seed]})
        if agreed is not None and self._turns.mine(f"{challenge} {seed.hex()}", dispute.jury):
            guilty = agreed.value == b"\1"
            self.m.send(
                "verdict", challenge=challenge, guilty=guilty, signers=agreed.signers,
                signature=agreed.signature,
            )  # fmt: skip
            self.m.tell("verdict", challenge=int(challenge), guilty=guilty)
