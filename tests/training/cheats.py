"""Cheats that only tests need; the others are in `training.cheats`."""

from msgspec.structs import replace

from pallets.training.codec import Context, Tree, checks
from pallets.training.types import Ground, Stage
from runtime.primitives import AccountId, Hash
from training.auditor import Auditor
from training.cheats import Liar
from training.data import Assignment
from training.witness import Juror
from training.worker import Worker


class Hider(Liar):
    """Posts the right aggregate and wrong parameters, whose tree nobody else can read."""

    def tick(self):
        super().tick()
        for challenge, dispute in self.m.sight.challenges():
            if dispute.stage is Stage.UNFOLD and dispute.accused == self.m.account:
                context = Context(Tree.STATE, self.m.sight.id)
                hashed = checks.leaves(context, self.m.replica.chunks(self.wrong))
                self.m.send("unfold", challenge=challenge, row=tuple(map(Hash, hashed)))
        return False

    def _lie(self, number, state):
        joined = self.m.replica.joined(number)
        assert joined is not None
        self.wrong = [each.copy() for each in joined.parameters]
        self.wrong[1][5, 5] += 1
        self._say(number, joined.aggregate_root, self.m.replica.root(self.wrong))


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
