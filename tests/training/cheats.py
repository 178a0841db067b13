"""Members that do not do what they should."""

import torch
from msgspec.structs import replace

from pallets.training.codec import Context, Payload, Tree, checks, payload_hash
from pallets.training.types import Ground, Phase, Stage
from runtime.primitives import AccountId, Hash
from training import names
from training.auditor import Auditor
from training.data import Assignment
from training.inner import load
from training.library import encode_chunks
from training.saved import Sent
from training.witness import Juror, Poster
from training.worker import Worker


class Silent(Worker):
    """Commits, and sends nothing."""

    def _publish(self, number: int, sent: Sent) -> None:
        self.m.tell("withheld", round=number)


class Slow(Worker):
    """Misses the time for commitments in the second round."""

    def _may_begin(self, number, state):
        if number in self.work.sent and number == 2:
            return False
        return super()._may_begin(number, state)

    def _round(self, number):
        if number == 2:
            yield from self._work(number)
        else:
            yield from super()._round(number)


class Liar(Poster):
    """Posts an aggregate that is wrong in one number, the first of all, before its turn is over."""

    def tick(self) -> bool:
        number, state = self.m.sight.run.round, self.m.sight.newest
        if state is None or state.phase is not Phase.AGGREGATE or not self._my_turn(state):
            return False
        joined = self.m.replica.joined(number)
        assert joined is not None
        wrong = [each.copy() for each in joined.aggregate]
        wrong[0][0, 0] += 1
        false = self.m.replica.stepped(number, self.m.replica.before(number), wrong)
        name = names.aggregate(self.m.sight.id, number)
        self.m.library.own.put(name, encode_chunks(wrong))
        roots = {"aggregate_root": Hash(false.aggregate_root), "state_root": Hash(false.state_root)}
        self.m.send("post_aggregate", run=self.m.sight.id, round=number, **roots)
        self.m.tell("lied", round=number)
        return False


class Hider(Liar):
    """Posts the right aggregate and wrong parameters, whose tree nobody else can read."""

    def tick(self) -> bool:
        number, state = self.m.sight.run.round, self.m.sight.newest
        if state is None or state.phase is not Phase.AGGREGATE or not self._my_turn(state):
            return self._unfold()
        joined = self.m.replica.joined(number)
        assert joined is not None
        self.wrong = [each.copy() for each in joined.parameters]
        self.wrong[1][5, 5] += 1
        root = self.m.replica.root(self.wrong)
        roots = {"aggregate_root": Hash(joined.aggregate_root), "state_root": Hash(root)}
        self.m.send("post_aggregate", run=self.m.sight.id, round=number, **roots)
        self.m.tell("lied", round=number)
        return False

    def _unfold(self) -> bool:
        """Show its own tree, as it must."""
        for challenge, dispute in self.m.sight.challenges():
            if dispute.stage is Stage.UNFOLD and dispute.accused == self.m.account:
                context = Context(Tree.STATE, self.m.sight.id)
                hashed = checks.leaves(context, self.m.replica.chunks(self.wrong))
                self.m.send("unfold", challenge=challenge, row=tuple(map(Hash, hashed)))
        return False


class Noisy(Worker):
    """Sends noise, ten times as long as an honest update."""

    def _compress(self, number, done, assigned, losses):
        load(self.loop.model, self.m.replica.before(number))
        generator = torch.Generator().manual_seed(number)
        with torch.no_grad():
            for held in self.loop.model.parameters():
                held.add_(torch.randn(held.shape, generator=generator) * 0.02)
        return super()._compress(number, done, assigned, losses)


class Copier(Worker):
    """Sends what another worker sent in the round before, as its own."""

    victim: AccountId

    def _compress(self, number, done, assigned, losses):
        sent = super()._compress(number, done, assigned, losses)
        payload = self.m.library.payload(self.m.sight, number - 1, self.victim)
        if payload is None:
            return sent
        copy = Payload(sent.payload.place, payload.layout, payload.parts)
        data = copy.encode()
        sent.payload = copy
        sent.commitment = replace(
            sent.commitment,
            payload_hash=Hash(payload_hash(data)),
            payload_root=Hash(copy.root()),
        )
        return sent


class Forgetful(Worker):
    """Begins every round with a new optimiser."""

    def _go_back(self) -> None:
        self.loop.optimiser.state.clear()


class Elsewhere(Worker):
    """Trains on other text than it must, and says that it was the right one."""

    def _strides(self, assigned):
        stride = self.m.sight.terms.trace.stride
        other = super()._strides(Assignment(assigned.corpus, b"easy", assigned.batch))
        for leaf, snapshot, losses in other:
            at = leaf.index * stride
            digest = assigned.digest(at - stride, at) if leaf.index else leaf.data_digest
            yield replace(leaf, data_digest=Hash(digest)), snapshot, losses


class Slanderer(Auditor):
    """Accuses one member of the first stride that it had to open, whatever it did."""

    victim: AccountId

    def _repeat(self, number, worker, stride):
        if worker == self.victim and not self.m.sight.round(number).challenges:
            self._accuse(number, worker, Ground.TRACE, stride)


class Bribed(Juror):
    """Judges the opposite of what it found, as long as nobody appealed."""

    def _judge(self, challenge, dispute):
        honest = self.checker
        if dispute.appellant is None:
            self.checker = Contrary(honest)
        super()._judge(challenge, dispute)
        self.checker = honest


class Contrary:
    """Finds the opposite of what another finds."""

    def __init__(self, other):
        self.other = other

    def check(self, *about):
        found = self.other.check(*about)
        return found._replace(guilty=not found.guilty)
