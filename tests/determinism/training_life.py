"""A training run with honest rounds, disputes of all kinds, a round made void, and its end."""

from __future__ import annotations

import hashlib
from typing import Any, Protocol

import numpy as np

from pysubtensor.face.devnet import Devnet
from pysubtensor.frame.origin import Origin
from pysubtensor.frame.primitives import AccountId, Hash
from pysubtensor.pallets.training.payload import PayloadId, Tree, merkle
from pysubtensor.pallets.training.terms import Status
from pysubtensor.pallets.training.types import Accusation, Ground, Role, Stage
from tests.support import BOB
from tests.training_devnet import ALICE, DevnetLab


class Blocks(Protocol):
    """A chain on which other things go on as well."""

    d: Devnet

    def block(self) -> None: ...

    def send(self, signer: str, pallet: str, name: str, /, **args: Any) -> None: ...

    def send_as(self, who: bytes, pallet: str, name: str, /, **args: Any) -> None: ...


class TrainingLife(DevnetLab):
    """The lab, where every call is a transaction and each has a block with others' transactions."""

    def __init__(self, net: Blocks) -> None:
        self.chain = net
        self.drawn = 0
        super().__init__(
            6, validators=1, spare=3, config={"net": net.d},
            train=24, commit=4, attest=4, challenge=36, response=6, verdict=6, unbonding=95,
            stride=1, audit_rate=12_000, contributors=4, keep_rounds=3,
        )  # fmt: skip

    def _noise(self, tensor: Any, spread: int) -> Any:
        """Numbers up to `spread`, which no library's generator decides."""
        self.drawn += 1
        size = tensor.chunks * tensor.chunk_length
        data = hashlib.shake_256(str(self.drawn).encode()).digest(4 * size)
        found = np.frombuffer(data, dtype="<u4").astype(np.int64) % (2 * spread) - spread
        return found.astype(np.int32).reshape(tensor.chunks, tensor.chunk_length)

    def say(self, who: bytes, name: str, /, **args: Any) -> None:
        """Send a call for the next block, whether or not it is refused there."""
        if who == self.owner:
            self.chain.send(ALICE, "Training", name, **args)
        else:
            self.net.node.impersonated.add(AccountId(who))
            self.chain.send_as(who, "Training", name, **args)

    def call(self, who: AccountId | Origin, name: str, /, **args: Any) -> list[Any]:
        """The same, and make the block."""
        assert isinstance(who, bytes)
        self.say(who, name, **args)
        self.chain.block()
        return []

    def blocks(self, count: int = 1) -> None:
        for _ in range(count):
            self.chain.block()

    # -- what happens ---------------------------------------------------------------------------

    def live(self) -> None:
        number = self.honest_round()
        self.refusals(number)
        self.judged(number, self.workers[1])
        number = self.honest_round()
        self.bisected(number, self.workers[2])
        self.silent(number, self.workers[0])
        for who in self.spare:
            self.join(who)
        self.honest_round()
        self.crooked_round()
        self.wrong_post()
        self.honest_round()
        self.call(self.active()[-1], "leave", run=0)
        self.honest_round()
        self.pause()
        self.honest_round()
        self.end()

    def active(self) -> tuple[AccountId, ...]:
        """Workers that take part in the open round."""
        listed = self.pallet.active[self.run_id, Role.WORKER]
        return tuple(who for who in listed if self.member(who).since <= self.number)

    def honest_round(self) -> int:
        """Play a round; its number."""
        self.workers = self.active()
        number = self.number
        self.commit_all()
        self.answer_audits()
        self.attest()
        self.post()
        self.score_all()
        told = {"run": self.run_id, "round": number, "locator": b"s3://there"}
        root = Hash(self.state_root(self.theta))
        self.call(self.workers[0], "anchor_checkpoint", **told, state_root=root)
        return number

    def answer_audits(self, but: AccountId | None = None) -> None:
        """All who are audited do, the first of them wrongly before; `but` does not."""
        for place, audit in enumerate(self.round().audits):
            leaves = [leaf for stride in audit.strides for leaf in (stride, stride + 1)]
            found = tuple(self.step_opening(self.number, audit.worker, leaf) for leaf in leaves)
            if place == 0:
                self.say(audit.worker, "answer_audit", **self.of_round(), openings=found[::-1])
            if audit.worker != but:
                self.say(audit.worker, "answer_audit", **self.of_round(), openings=found)
        self.blocks()

    def refusals(self, number: int) -> None:
        """What nobody may do; each is refused in its block."""
        one, stranger = self.workers[0], self.spare[0]
        run, of_round = {"run": 0}, {"run": 0, "round": number}
        self.call(one, "join", **self.joining(one, Role.WORKER, 10**10))
        self.call(stranger, "join", **self.joining(stranger, Role.WORKER, 1))
        self.call(stranger, "join", **self.joining(stranger, Role.VALIDATOR, 10**12))
        self.call(stranger, "leave", **run)
        self.call(one, "claim", **run)
        self.call(one, "rejoin", **run)
        self.call(one, "close_run", **run)
        self.call(one, "resume_run", run=9)
        self.call(stranger, "create_run", netuid=2, terms=self.terms)
        self.call(one, "commit_scores", **of_round, sealed=Hash(bytes(32)))
        self.call(one, "set_endpoint", **run, endpoint=b"http://elsewhere")

    # -- disputes -------------------------------------------------------------------------------

    def accuse(self, number: int, accused: AccountId, index: int = 1, **told: Any) -> int:
        """Let the validator accuse; the number of the challenge."""
        found: int = self.pallet.next_challenge.get()
        ground, root = told.get("ground", Ground.TRACE), told.get("trace_root")
        said = Accusation(accused, ground, index, root)
        self.call(self.validators[0], "open_challenge", run=0, round=number, accusation=said)
        return found

    def respond(self, number: int, challenge: int, accused: AccountId, index: int) -> None:
        low, high = (self.step_opening(number, accused, index + end) for end in (0, 1))
        self.call(accused, "respond", challenge=challenge, low=high, high=low)
        self.call(accused, "respond", challenge=challenge, low=low, high=high)

    def judged(self, number: int, accused: AccountId) -> None:
        """A jury says innocent; the accuser appeals, and another says so too."""
        found = self.accuse(number, accused)
        self.accuse(number, accused)
        self.respond(number, found, accused, 1)
        if self.challenge(found).stage is Stage.DRAW:
            self.blocks()
        self.verdict(found, guilty=False)
        self.call(accused, "appeal", challenge=found)
        self.call(self.validators[0], "appeal", challenge=found)
        self.blocks()
        if self.pallet.challenges[found] is not None and self.challenge(found).jury:
            self.verdict(found, guilty=False)

    def bisected(self, number: int, accused: AccountId) -> None:
        """They part ways at the tenth stride, and a jury finds the accused guilty."""
        theirs = self.work[number, accused].leaves
        mine = [*theirs[:10], *self.steps(accused, b"mine", since=10)[10:]]
        context = PayloadId(self.run_id, number, accused).context(Tree.STEPS)
        hashes = self.step_hashes(PayloadId(self.run_id, number, accused), mine)
        root = Hash(merkle.root(context, hashes))
        found = self.accuse(number, accused, index=14, trace_root=root)
        self.respond(number, found, accused, 14)
        while self.challenge(found).stage in {Stage.BISECT_ACCUSED, Stage.BISECT_ACCUSER}:
            dispute = self.challenge(found)
            middle = (dispute.low + dispute.high) // 2
            opening = self.step_opening(number, accused, middle)
            self.call(accused, "bisect", challenge=found, opening=opening)
            own = self.step_opening(number, accused, middle, mine)
            self.call(self.validators[0], "bisect", challenge=found, opening=own)
        self.blocks()
        self.verdict(found, guilty=True)

    def silent(self, number: int, accused: AccountId) -> None:
        """Nobody answers."""
        found = self.accuse(number, accused, index=2)
        self.until(lambda: self.pallet.challenges[found] is None)

    def crooked_round(self) -> None:
        """One worker sends what it was not to send, and anyone can prove it."""
        self.workers = self.active()
        number, crook = self.number, self.workers[0]
        work = self.train(crook)
        work.update[0][0, 0] += 1
        self.commit_to(work, PayloadId(self.run_id, number, crook))
        self.commit(crook, work)
        self.commit_all(*self.workers[1:])
        self.answer_audits(but=self.workers[-1])
        self.attest()
        self.post()
        self.score_all()
        for who in self.workers[::-1]:
            proof = self.compression_proof(number, who, 0)
            self.call(BOB, "prove_chunk", run=0, round=number, proof=proof)
        proof = self.aggregate_proof(number, 0)
        self.call(BOB, "prove_chunk", run=0, round=number, proof=proof)

    def wrong_post(self) -> None:
        """Somebody posts wrong parameters; the round becomes void."""
        self.workers = self.active()
        number, errors = self.number, dict(self.errors)
        self.commit_all()
        self.answer_audits()
        self.attest()
        place, poster = next(
            pair for pair in enumerate(self.posters()) if pair[1] not in self.validators
        )
        self.call(self.posters()[-1], "post_aggregate", **self.of_round(),
                  aggregate_root=Hash(bytes(32)), state_root=Hash(bytes(32)))  # fmt: skip
        self.blocks(self.terms.schedule.poster_turn * place)
        joined, theta = self.joined()
        spoiled = [each.copy() for each in theta]
        spoiled[0][0, 5] += 1
        self.post(poster, state_root=self.roots(joined, spoiled)["state_root"])
        proof = self.state_proof(number, 0, spoiled)
        self.call(BOB, "prove_chunk", run=0, round=number, proof=proof)
        self.errors = errors
        self.until(lambda: self.number > number)
        for who in self.active():
            if self.member(who).error_root is None:
                self.errors.pop(who, None)

    # -- the end --------------------------------------------------------------------------------

    def pause(self) -> None:
        """Nobody does anything until the run pauses; they return, and it goes on."""
        people = self.active()
        self.until(lambda: self.run().status is Status.PAUSED)
        for who in (*people, *self.validators):
            self.say(who, "rejoin", run=0)
        self.call(people[0], "resume_run", run=0)
        self.call(people[0], "resume_run", run=0)
        self.until(lambda: bool(self.active()))

    def end(self) -> None:
        """Close the run, and let all have their bonds back as they may."""
        self.call(self.owner, "close_run", run=0)
        people = (*self.workers, *self.spare, *self.validators)
        for _ in range(4):
            for who in people:
                self.call(who, "claim", run=0)
            self.blocks(10)
