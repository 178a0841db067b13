"""A worker: trains each round, commits to its payload, publishes it, and settles old rounds.

Everything that must outlast the process is saved before the commitment is sent: the error buffer,
the optimiser, payloads of rounds that are not final, and the trace.
"""

from __future__ import annotations

import os
import time
from collections.abc import Generator, Iterator
from typing import Final

import torch
from msgspec.structs import replace

from pysubtensor.frame.primitives import U8, U16, U64, Hash
from pysubtensor.pallets.training.payload import Context, Tree, checks, payload_hash
from pysubtensor.pallets.training.terms import Status
from pysubtensor.pallets.training.types import Commitment, Phase, Role, Round, StepLeaf
from pysubtensor.training.chain.link import CallRefused
from pysubtensor.training.chain.view import COMMITTING
from pysubtensor.training.files import file_names
from pysubtensor.training.kernels import update_codec_for
from pysubtensor.training.learning import outer, trace
from pysubtensor.training.learning.check_compression import reencode
from pysubtensor.training.learning.data import Assignment
from pysubtensor.training.learning.inner import InnerLoop, load, moved
from pysubtensor.training.learning.model import Gpt
from pysubtensor.training.learning.trace import RecordedTrace, Snapshot
from pysubtensor.training.roles.audit import Device
from pysubtensor.training.roles.member import MemberAgent
from pysubtensor.training.roles.worker_state import SentRound, WorkerState, WorkerStateFile

COPIED: Final = "Training.CopiedCommitment"
"""Another worker copied the commitment from the transaction pool and was included first."""


class TrainingDiverged(RuntimeError):
    """Training ended with values that are no numbers; there is no update."""


class Worker:
    """Trains each round, commits to its payload and publishes it."""

    def __init__(self, member: MemberAgent, device: Device = Device.FP32, on: str = "cpu") -> None:
        self.member, self.device = member, device
        config = member.source.config
        half = device is Device.MIXED
        self.loop = InnerLoop(Gpt(config.model).to(on), config.inner, half=half)
        member.replica.codec = update_codec_for(on)
        self.file = WorkerStateFile(member.member_dir, member.view.layout)
        self.state = self.file.read() or WorkerState.empty(member.view.layout)
        self._kept: outer.ErrorFeedback | None = None
        self.stopping = False
        """Whether no new round is to be begun."""
        self._going: tuple[int, Iterator[None]] | None = None
        self._given_up: int | None = None
        """A round that diverged, and is not begun again."""
        self._final = 0
        """The last round of which it is known that it is final."""

    def tick(self) -> bool:
        state = self.member.view.newest
        if state is None:
            return False
        if not self.stopping:
            self.member.rejoin()
            self._resume()
        self._settle()
        self._reveal()
        return self._train(self.member.view.run.round, state)

    def _resume(self) -> None:
        """Send `resume_run` when a paused run has enough workers again."""
        view, enough = self.member.view, self.member.view.terms.sizes.min_workers
        workers = view.active(Role.WORKER)
        if view.run.status is not Status.PAUSED or len(workers) < enough:
            return
        if workers[view.now % len(workers)] == self.member.account:
            self.member.send("resume_run", run=view.id)

    @property
    def is_free(self) -> bool:
        """Whether the open round has nothing of this worker."""
        sent = self.state.sent.get(self.member.view.run.round)
        return self._going is None and (sent is None or sent.back)

    # -- what became of earlier rounds --------------------------------------------------------

    def _settle(self) -> None:
        """Take back what the chain left out, and delete what is final."""
        view, sent = self.member.view, self.state.sent
        left_out = [number for number, each in sent.items() if self._is_left_out(number, each)]
        for number in left_out:
            if not view.stands_on(sent[number].commitment.state_root):
                self._forget_from(number)
                break
        for number in left_out:
            if not sent[number].back:
                self._take_back(number, sent[number])
        final = view.run.final_round
        for number in [each for each in sent if each <= final]:
            del sent[number]
        if final > self._final:
            self.file.drop_traces(final)
            self._final = final

    def _take_back(self, number: int, sent: SentRound) -> None:
        feedback = self._feedback()
        feedback.take_back(sent.payload)
        self.state.buffer = feedback.buffer
        sent.back = True
        self.file.write(self.state)
        self.member.log("taken back", round=number)

    def _forget_from(self, first: int) -> None:
        """Drop the updates of rounds that a rollback took back; they belong to other parameters."""
        self.state.buffer = self.state.sent[first].before
        for number, sent in self.state.sent.items():
            if number >= first and not sent.back:
                sent.back = True
                self.member.log("forgotten", round=number)
        self.file.write(self.state)

    def _is_left_out(self, number: int, sent: SentRound) -> bool:
        state = self.member.view.round(number)
        if sent.back or state is None:
            return False  # settled before, or folded and so long final
        if state.void:
            return True
        if self.member.account not in state.committed:
            return state.phase not in COMMITTING
        return state.attestation is not None and self.member.account not in state.contributors

    def _feedback(self) -> outer.ErrorFeedback:
        """The error buffer, on the device if it is still there."""
        if self._kept is None or self._kept.buffer is not self.state.buffer:
            view, codec = self.member.view, self.member.replica.codec
            decay, buffer = view.terms.codec.decay, self.state.buffer
            self._kept = outer.ErrorFeedback(view.layout, decay, buffer, codec)
            self.state.buffer = self._kept.buffer
        return self._kept

    # -- training -----------------------------------------------------------------------------

    def _train(self, number: int, state: Round) -> bool:
        if self._going is not None and self._going[0] != number:
            self._going = None  # the round went on without us
        if self._going is None and self._may_begin(number, state):
            self._going = number, self._round(number)
        if self._going is None:
            return False
        try:
            if next(self._going[1], self) is not self:
                return True
        except TrainingDiverged:
            self._give_up(number)
        self._going = None
        return False

    def _give_up(self, number: int) -> None:
        """Leave a round out, and begin the next with a new optimiser."""
        self._given_up = number
        self.state.optimiser = None
        self.member.log("diverged", round=number)

    def _may_begin(self, number: int, state: Round) -> bool:
        member = self.member.view.member(self.member.account)
        if self.stopping or member is None or not self.member.is_active() or member.since > number:
            return False
        if number == self._given_up:
            return False
        if state.phase not in COMMITTING or self.member.account in state.committed:
            return False
        sent = self.state.sent.get(number)
        if sent is not None:  # trained, but the chain has not heard of it, or no longer
            return self._still_fits(number, sent)
        buffer = checks.root(self._buffer_context(), self.state.buffer)
        if member.error_root in (None, buffer):
            return True
        why = f"the chain knows another error buffer than what is left before round {number}"
        self.member.log_once("buffer", "waits for a round", why=why)
        return False

    def _still_fits(self, number: int, sent: SentRound) -> bool:
        """Whether parameters and data of the round are still those that were trained on."""
        assigned, said = self._assigned(number), sent.commitment
        root = self.member.view.state_before(number)
        return said.state_root == root and said.data_digest == assigned.digest(0, said.steps)

    def _assigned(self, number: int) -> Assignment:
        seed = self.member.view.seed(number, self.member.account)
        return Assignment(self.member.source.corpus, seed, self.member.source.config.inner.batch)

    def _buffer_context(self) -> Context:
        return Context(Tree.ERROR, self.member.view.id, 0, self.member.account)

    def _round(self, number: int) -> Iterator[None]:
        """A worker's round; others of its duties have their turn at each `yield`."""
        sent = self.state.sent.get(number)
        if sent is None:
            sent = yield from self._work(number)
        if self.member.view.run.round != number or not self._still_fits(number, sent):
            return
        run, commitment = self.member.view.id, sent.commitment
        try:
            self.member.send("commit_round", run=run, round=number, commitment=commitment)
        except CallRefused as error:
            if error.reason == COPIED:
                self._encode_anew(sent)
            raise
        self.member.log("committed", round=number, bytes=int(sent.commitment.size))

    def _encode_anew(self, sent: SentRound) -> None:
        """Encode the update anew, for its commitment was copied and is of no use."""
        decay = self.member.view.terms.codec.decay
        sent.payload = reencode(sent.payload, sent.due(decay))
        self.state.buffer = sent.after(decay)
        sent.commitment = replace(
            sent.commitment,
            payload_hash=Hash(payload_hash(sent.payload.encode())),
            payload_root=Hash(sent.payload.root()),
            error_new=Hash(checks.root(self._buffer_context(), self.state.buffer)),
        )
        self.file.write(self.state)
        self.member.log("encoded anew", round=sent.payload.place.round)

    def _work(self, number: int) -> Generator[None, None, SentRound]:
        """Train and compress, and return what to commit to.  Errors: TrainingDiverged."""
        config = self.member.source.config
        shared, began = self.member.replica.before(number), time.perf_counter()
        self._go_back()
        load(self.loop.model, shared)
        self.loop.step = (number - 1) * config.inner.steps
        assigned = self._assigned(number)
        done, losses = RecordedTrace([], []), []
        for leaf, snapshot, some in self._strides(assigned):
            done.leaves.append(leaf)
            done.snapshots.append(snapshot)
            losses += some
            yield
        if not done.snapshots[-1].is_finite():
            raise TrainingDiverged
        seconds = time.perf_counter() - began
        sent = self._compress(number, done, assigned, losses)
        self.state.sent[number] = sent
        self.state.optimiser = done.snapshots[-1]
        self.file.write_trace(number, done)
        self.file.write(self.state)
        tokens = int(sent.commitment.tokens)
        self.member.log(
            "trained", round=number, loss=losses[-1], tokens=tokens, seconds=seconds,
            speed=tokens / seconds, state=sent.commitment.state_root.hex(),
        )  # fmt: skip
        return sent

    def _go_back(self) -> None:
        """Restore the saved optimiser; a round that was interrupted leaves nothing behind."""
        self.loop.optimiser.state.clear()
        if self.state.optimiser is not None:
            trace.restore(self.loop, self.state.optimiser)

    def _strides(self, assigned: Assignment) -> Iterator[tuple[StepLeaf, Snapshot, list[float]]]:
        terms = self.member.view.terms.trace
        return trace.record(
            self.loop, assigned, self.member.source.config.inner.steps, terms.stride
        )

    def _compress(
        self, number: int, done: RecordedTrace, assigned: Assignment, losses: list[float]
    ) -> SentRound:
        view, config = self.member.view, self.member.source.config
        place = view.payload_id(number, self.member.account)
        shared = self.member.replica.before(number)
        codec, before = self.member.replica.codec, self.state.buffer
        update = codec.cut(view.layout, moved(shared, self.loop.model))
        feedback = self._feedback()
        payload = feedback.compress(place, update)
        chunks, self.state.buffer = codec.chunks(view.layout, update), feedback.buffer
        data = payload.encode()
        steps = config.inner.steps
        commitment = Commitment(
            state_root=Hash(view.state_before(number)),
            payload_hash=Hash(payload_hash(data)),
            payload_root=Hash(payload.root()),
            update_root=Hash(checks.root(place.context(Tree.UPDATE), chunks)),
            steps_root=Hash(done.root(place)),
            error_old=Hash(checks.root(self._buffer_context(), before)),
            error_new=Hash(checks.root(self._buffer_context(), self.state.buffer)),
            data_digest=Hash(assigned.digest(0, steps)),
            size=U64(len(data)),
            tokens=U64(steps * config.inner.batch * config.model.context),
            steps=U16(steps),
            loss_first=trace.fixed_loss(losses[0]),
            loss_last=trace.fixed_loss(losses[-1]),
            device=U8(self.device),
        )
        return SentRound(payload, commitment, chunks, before)

    # -- sending ------------------------------------------------------------------------------

    def _reveal(self) -> None:
        """Publish the payload once nobody can commit any more."""
        for number, sent in self.state.sent.items():
            state = self.member.view.round(number)
            if sent.revealed or state is None or state.phase in (*COMMITTING, Phase.VOID):
                continue
            if self.member.account not in state.committed:
                continue
            self._publish(number, sent)
            sent.revealed = True
            self.file.write(self.state)

    def _publish(self, number: int, sent: SentRound) -> None:
        own, run = self.member.library.own, self.member.view.id
        data = sent.payload.encode()
        own.put(file_names.payload(run, number, self.member.account), data)
        done = self.file.read_trace(number)
        if done is not None:
            listed = trace.encode_leaves(done.leaves)
            own.put(file_names.trace(run, number, self.member.account), listed)
        self.member.log("sent", round=number, bytes=len(data))


def single_thread() -> None:
    """Let torch use one thread, so that results can be repeated bit for bit."""
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # CUDA asks for it then
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
