"""Attesting: witnesses say which payloads can be read.

They read the payloads that were committed to, and sign for those they could read.  When more than
two thirds signed the same, one of them brings it to the chain.
"""

from __future__ import annotations

from pysubtensor.frame.crypto import bls
from pysubtensor.frame.primitives import U32
from pysubtensor.pallets.training import commits
from pysubtensor.pallets.training.types import (
    Attestation,
    Phase,
    Round,
    RoundNumber,
)
from pysubtensor.training.roles.member import MemberAgent
from pysubtensor.training.roles.quorum import Quorum, Statement, StatementBoard, Turns


class Witness:
    """Attests which payloads can be read."""

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
        """Sign what this witness could read; later also smaller sets that others may agree on."""
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
    """Payloads that this witness and more than two thirds of the others could read.

    Unlike what all could read, a few false statements do not change it.
    """
    counts = [sum(_has(each, at) for each in (seen, *others)) for at in range(8 * len(seen))]
    spoke = 1 + len(others)
    return _bitmap([_has(seen, at) and 3 * n > 2 * spoke for at, n in enumerate(counts)])


def _common(bitmaps: list[bytes]) -> bytes:
    """Payloads that all could read."""
    same = [each for each in bitmaps if len(each) == len(bitmaps[0])]
    bits = int.from_bytes(same[0], "little")
    for each in same[1:]:
        bits &= int.from_bytes(each, "little")
    return bits.to_bytes(len(same[0]), "little")


def _claimed(said: Statement) -> bytes:
    """Payloads that a witness could read, by any of its statements."""
    bits = 0
    for each in said:
        bits |= int.from_bytes(each, "little")
    return bits.to_bytes(max(map(len, said), default=0), "little")


def _has(bitmap: bytes, at: int) -> bool:
    return at < 8 * len(bitmap) and bool(bitmap[at // 8] >> at % 8 & 1)
