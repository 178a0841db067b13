"""Deleting from one's place what is of rounds that nobody can ask about any more."""

from __future__ import annotations

from typing import Final

from pysubtensor.training.files import file_names
from pysubtensor.training.files.file_store import FileStoreError
from pysubtensor.training.roles.member import MemberAgent


class PruneDuty:
    """Keeps so many rounds beyond those that the chain still knows; no file of others is touched.

    Whoever comes later begins with a checkpoint that the chain knows, so those stay.
    """

    logged_as: Final = "tidying"

    def __init__(self, member: MemberAgent, keep: int) -> None:
        self.member, self.keep = member, keep
        self._oldest = 0
        """The oldest round of the chain when there was nothing left to delete."""

    def tick(self) -> bool:
        """Look when the chain has forgotten a round, and again if that failed."""
        oldest = int(self.member.view.run.oldest)
        if oldest == self._oldest:
            return False
        place, run = self.member.library.own, int(self.member.view.id)
        checkpoints = {int(each.round) for each in self.member.view.checkpoints()}
        try:
            old = {
                number
                for number in place.numbers(file_names.of_run(run))
                if number < oldest - self.keep
            }
            for number in sorted(old - checkpoints):
                place.delete(file_names.of_round(run, number))
        except FileStoreError as error:
            self.member.log("cannot tidy up", why=str(error))
            return False
        self._oldest = oldest
        return False
