"""Deleting from one's place what is of rounds that nobody can ask about any more."""

from __future__ import annotations

from pysubtensor.training.files import file_names
from pysubtensor.training.files.file_store import StoreError
from pysubtensor.training.roles.member import Member


class Tidying:
    """Keeps so many rounds beyond those that the chain still knows; no file of others is touched.

    Whoever comes later begins with a checkpoint that the chain knows, so those stay.
    """

    def __init__(self, member: Member, keep: int) -> None:
        self.m, self.keep = member, keep
        self._oldest = 0
        """The oldest round of the chain when there was nothing left to delete."""

    def tick(self) -> bool:
        """Look when the chain has forgotten a round, and again if that failed."""
        oldest = int(self.m.sight.run.oldest)
        if oldest == self._oldest:
            return False
        place, run = self.m.library.own, int(self.m.sight.id)
        checkpoints = {int(each.round) for each in self.m.sight.checkpoints()}
        try:
            old = {
                number
                for number in place.numbers(file_names.of_run(run))
                if number < oldest - self.keep
            }
            for number in sorted(old - checkpoints):
                place.delete(file_names.of_round(run, number))
        except StoreError as error:
            self.m.tell("cannot tidy up", why=str(error))
            return False
        self._oldest = oldest
        return False
