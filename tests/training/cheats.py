"""Members that do not do what they should."""

from pallets.training.types import Phase
from runtime.primitives import Hash
from training import names
from training.library import encode_chunks
from training.saved import Sent
from training.witness import Poster
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
