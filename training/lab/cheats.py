"""Dishonest members, for the demo and the tests."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import ClassVar

import torch
from msgspec.structs import replace

from pysubtensor.frame.primitives import U32, AccountId, Hash
from pysubtensor.pallets.training.payload import Payload, PayloadId, checks, payload_hash
from pysubtensor.pallets.training.types import Phase, Round, StepLeaf
from pysubtensor.training.chain.link import CallRefused
from pysubtensor.training.files import file_names
from pysubtensor.training.files.run_files import encode_chunks
from pysubtensor.training.learning import trace
from pysubtensor.training.learning.data import Assignment
from pysubtensor.training.learning.inner import load
from pysubtensor.training.learning.trace import RecordedTrace, Snapshot
from pysubtensor.training.roles.posting import Poster
from pysubtensor.training.roles.worker import Worker
from pysubtensor.training.roles.worker_state import SentRound

# -- workers --------------------------------------------------------------------------------------


class Lazy(Worker):
    """Leaves out the last stride of a round, and says that it trained all of them."""

    def _strides(self, assigned: Assignment) -> Iterator[tuple[StepLeaf, Snapshot, list[float]]]:
        stride = self.member.view.terms.trace.stride
        planned = trace.strides(self.member.source.config.inner.steps, stride)
        trained = list(islice(super()._strides(assigned), len(planned)))  # one leaf more than that
        yield from trained
        leaf, snapshot, losses = trained[-1]
        digest = Hash(assigned.digest(*planned[-1]))
        yield replace(leaf, index=U32(len(planned)), data_digest=digest), snapshot, losses


class Silent(Worker):
    """Commits, and sends nothing."""

    def _publish(self, number: int, sent: SentRound) -> None:
        self.member.log("withheld", round=number)


class Slow(Worker):
    """Trains, but is not done in time, in the first even round that it takes part in."""

    late: int | None = None

    def _round(self, number: int) -> Iterator[None]:
        if self.late is None and number % 2 == 0:
            self.late = number
        if number != self.late:
            yield from super()._round(number)
        elif number not in self.state.sent:
            sent = yield from self._work(number)
            feedback = self._feedback()
            feedback.take_back(sent.payload)
            due = checks.root(self._buffer_context(), feedback.buffer)
            self.member.log("late", round=number, buffer=due.hex())


class Noisy(Worker):
    """Sends noise, many times as long as an honest update."""

    strength: ClassVar[float] = 0.02
    """How far each parameter is moved, about."""

    def _compress(
        self, number: int, done: RecordedTrace, assigned: Assignment, losses: list[float]
    ) -> SentRound:
        load(self.loop.model, self.member.replica.before(number))
        generator = torch.Generator().manual_seed(number)
        with torch.no_grad():
            for held in self.loop.model.parameters():
                held.add_(torch.randn(held.shape, generator=generator) * self.strength)
        return super()._compress(number, done, assigned, losses)


class Copier(Worker):
    """Sends what another worker sent in the round before, as its own."""

    def _compress(
        self, number: int, done: RecordedTrace, assigned: Assignment, losses: list[float]
    ) -> SentRound:
        sent = super()._compress(number, done, assigned, losses)
        payload = self._stolen(number - 1)
        if payload is not None:
            sent.payload = self._as_own(sent.payload.place, payload)
            sent.commitment = replace(
                sent.commitment,
                payload_hash=Hash(payload_hash(sent.payload.encode())),
                payload_root=Hash(sent.payload.root()),
            )
        return sent

    def _stolen(self, number: int) -> Payload | None:
        state = self.member.view.round(number)
        joined = () if state is None else state.contributors
        victim = next((who for who in joined if who != self.member.account), None)
        return (
            None
            if victim is None
            else self.member.library.payload(self.member.view, number, victim)
        )

    def _as_own(self, place: PayloadId, payload: Payload) -> Payload:
        return Payload(place, payload.layout, payload.parts)


class Thief(Copier):
    """Copies in every way there is.

    At first it claims the hashes that another has just committed to.  Then it sends what another
    sent: in odd rounds the same bytes, in even ones encoded anew.
    """

    _tried: int = 0

    def _round(self, number: int) -> Iterator[None]:
        state = self.member.view.newest
        victim = next(iter(state.committed), None) if state is not None else None
        if victim is None:
            return  # waits for somebody to copy
        if self._tried < number:
            self._tried = number
            self._claim(number, victim)
        yield from super()._round(number)

    def _claim(self, number: int, victim: AccountId) -> None:
        said = self.member.view.commitment(number, victim)
        buffer = Hash(checks.root(self._buffer_context(), self.state.buffer))
        call = {"run": self.member.view.id, "round": number}
        if said is None:
            return
        try:
            self.member.send("commit_round", **call, commitment=replace(said, error_old=buffer))
        except CallRefused as refusal:
            self.member.log("refused", round=number, why=refusal.reason)
        else:
            self.member.log("robbed", round=number)

    def _as_own(self, place: PayloadId, payload: Payload) -> Payload:
        return payload if place.round % 2 else super()._as_own(place, payload)


# -- posters --------------------------------------------------------------------------------------


class Liar(Poster):
    """Posts an aggregate that is wrong in one number, the first of all, when it is its turn."""

    def tick(self) -> bool:
        state = self.member.view.newest
        if state is not None and state.phase is Phase.AGGREGATE and self._my_turn(state):
            self._lie(self.member.view.run.round, state)
        return False

    def _lie(self, number: int, state: Round) -> None:
        joined = self.member.replica.outer_step_of(number)
        if joined is None:
            return
        wrong = [each.copy() for each in joined.aggregate]
        wrong[0][0, 0] += 1
        false = self.member.replica.outer_step(number, self.member.replica.before(number), wrong)
        name = file_names.aggregate(self.member.view.id, number)
        self.member.library.own.put(name, encode_chunks(wrong))
        self._say(number, false.aggregate_root, false.state_root)

    def _say(self, number: int, aggregate: bytes, state: bytes) -> None:
        roots = {"aggregate_root": Hash(aggregate), "state_root": Hash(state)}
        self.member.send("post_aggregate", run=self.member.view.id, round=number, **roots)
        self.member.log("lied", round=number)


class Impostor(Worker):
    """A worker that trains as it should, and lies when it is its turn to post."""

    def tick(self) -> bool:
        Liar(self.member).tick()
        return super().tick()
