"""Cheats that only tests need; the others are in `pysubtensor.training.lab.cheats`."""

import numpy as np
from msgspec.structs import replace

from pysubtensor.frame.primitives import U32, AccountId, Hash
from pysubtensor.pallets.training.payload import Context, TopKTensor, Tree, checks, payload_hash
from pysubtensor.pallets.training.payload.numbers import fed_back
from pysubtensor.pallets.training.payload.top_k import coded, values_of
from pysubtensor.pallets.training.types import Accusation, Ground, Stage
from pysubtensor.training.files import file_names
from pysubtensor.training.lab.cheats import Liar, Noisy
from pysubtensor.training.learning.data import Assignment
from pysubtensor.training.learning.outer import nothing
from pysubtensor.training.roles.auditor import Auditor
from pysubtensor.training.roles.jury import Juror
from pysubtensor.training.roles.worker import Worker
from pysubtensor.training.roles.worker_state import SentRound


class Hider(Liar):
    """Posts the right aggregate and wrong parameters, whose tree nobody else can read."""

    def tick(self):
        super().tick()
        for challenge_id, challenge in self.member.view.challenges():
            if challenge.stage is Stage.UNFOLD and challenge.accused == self.member.account:
                context = Context(Tree.STATE, self.member.view.id)
                hashed = checks.leaves(context, self.member.replica.chunks(self.wrong))
                self.member.send("unfold", challenge=challenge_id, row=tuple(map(Hash, hashed)))
        return False

    def _lie(self, number, state):
        joined = self.member.replica.outer_step_of(number)
        assert joined is not None
        self.wrong = [each.copy() for each in joined.parameters]
        self.wrong[1][5, 5] += 1
        self._say(number, joined.aggregate_root, self.member.replica.root(self.wrong))


class Tamperer(Worker):
    """Sends something else than what it was to send, and commits to that."""

    def _compress(self, number, done, assigned, losses):
        sent = super()._compress(number, done, assigned, losses)
        payload, left = self._instead(sent)
        data = payload.encode()
        sent.payload, self.state.buffer = payload, left
        sent.commitment = replace(
            sent.commitment,
            payload_hash=Hash(payload_hash(data)),
            payload_root=Hash(payload.root()),
            error_new=Hash(checks.root(self._buffer_context(), left)),
        )
        return sent

    def _instead(self, sent: SentRound):
        """A payload, and what is left of the error buffer."""
        raise NotImplementedError


class Picky(Tamperer):
    """Sends the smallest values of a chunk of the first tensor, and keeps just the rest."""

    CHUNK = 2

    def _instead(self, sent):
        row, part, decay = self.CHUNK, sent.payload.parts[0], self.member.view.terms.codec.decay
        wanted = fed_back(sent.before[0], sent.update[0], decay)
        indices, codes = part.indices.copy(), part.codes.copy()
        order = np.argsort(np.abs(wanted[row]), kind="stable")
        indices[row] = np.sort(order[: indices.shape[1]])
        codes[row] = coded(wanted[row, indices[row]].astype(np.int64), *part.head[:2])
        false = TopKTensor(part.head, indices, codes)
        false = false._replace(head=part.head._replace(norm=false.norm()))
        left = wanted - values_of(false, wanted.shape[1])
        parts = (false, *sent.payload.parts[1:])
        return sent.payload._replace(parts=parts), [left, *self.state.buffer[1:]]


class Hoarder(Tamperer):
    """Sends the right values, and keeps more than was left."""

    def _instead(self, sent):
        left = [each.copy() for each in self.state.buffer]
        left[0][0, 0] += 1
        return sent.payload, left


class Concealer(Picky):
    """Does the same, and shows nobody what it made its payload from."""

    def _instead(self, sent):
        put = self.member.library.own.put

        def hide(name, data):
            if not name.endswith((".update", ".buffer")):
                put(name, data)

        self.member.library.own.put = hide
        return super()._instead(sent)


class Poisoner(Noisy):
    """Sends noise, much of it, in three rounds after the first checkpoint."""

    strength = 0.5
    rounds = (3, 4, 5)

    def _compress(self, number, done, assigned, losses):
        if number in self.rounds:
            return super()._compress(number, done, assigned, losses)
        return Worker._compress(self, number, done, assigned, losses)

    def _forget_from(self, first):
        super()._forget_from(first)
        self.state.buffer = nothing(self.member.view.layout)

    def _take_back(self, number, sent):
        """Its own poison it does not send again."""


class Forgetful(Worker):
    """Begins every round with a new optimiser."""

    def _go_back(self) -> None:
        self.loop.optimiser.state.clear()


class Secretive(Forgetful):
    """Does the same, and lets nobody read what its optimiser was before."""

    def _publish(self, number, sent):
        self.member.library.own.put(
            file_names.trace(self.member.view.id, number - 1, self.member.account), b""
        )
        super()._publish(number, sent)


class Elsewhere(Worker):
    """Trains on other text than it must, and says that it was the right one."""

    def _strides(self, assigned):
        stride = self.member.view.terms.trace.stride
        other = super()._strides(Assignment(assigned.corpus, b"easy", assigned.batch))
        for leaf, snapshot, losses in other:
            at = leaf.index * stride
            digest = assigned.digest(at - stride, at) if leaf.index else leaf.data_digest
            yield replace(leaf, data_digest=Hash(digest)), snapshot, losses


class Slanderer(Auditor):
    """Accuses one member of the first stride that it had to open, whatever it did."""

    victim: AccountId

    def _repeat(self, state, number, worker, stride):
        self._done.add((number, worker, stride))
        if worker == self.victim and not self.member.view.round(number).challenges:
            self._accuse(number, worker, Ground.TRACE, stride)


class Shield(Auditor):
    """Accuses a friend of all it had to open, and moves no more, so that it loses."""

    friend: AccountId
    in_round: int | None = None

    def _look_at_work(self, number, state):
        for audit in state.audits if self.in_round is None else ():
            for stride in audit.strides if audit.worker == self.friend else ():
                self.in_round = number
                said = Accusation(audit.worker, Ground.TRACE, U32(stride), Hash(bytes(32)))
                self.member.send(
                    "open_challenge", run=self.member.view.id, round=number, accusation=said
                )
        return False


class Bribed(Juror):
    """Judges the opposite of what it found, as long as nobody appealed."""

    def _judge(self, challenge_id, challenge):
        honest = self.checker
        if challenge.appellant is None:
            self.checker = Contrary(honest)
        super()._judge(challenge_id, challenge)
        self.checker = honest


class Contrary:
    """Finds the opposite of what another finds."""

    def __init__(self, other):
        self.other = other

    def check(self, *about):
        found = self.other.check(*about)
        return found._replace(guilty=not found.guilty)
