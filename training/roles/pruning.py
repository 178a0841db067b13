"""Delete files of rounds that can no longer be challenged from the own store."""

from __future__ import annotations

from typing import Final

from pysubtensor.training.files import file_names
from pysubtensor.training.files.file_store import FileStoreError
from pysubtensor.training.roles.member import MemberAgent


class PruneDuty:
    """Deletes the files of rounds that are more than `keep` older than the chain's oldest one.

    Anchored checkpoints stay, for new members start from them.
    """

    logged_as: Final = "tidying"

    def __init__(self, member: MemberAgent, keep: int) -> None:
        self.member, self.keep = member, keep
        self._oldest = 0
        """The oldest round of the chain when there was nothing left to delete."""

    def tick(self) -> bool:
        """Delete when the chain has folded a round, and again if that failed."""
        oldest = int(self.member.view.run.oldest)
        if oldest == self._oldest:
            return False
        store, run = self.member.library.own, int(self.member.view.id)
        checkpoints = {int(each.round) for each in self.member.view.checkpoints()}
        try:
            old = {
                number
                for number in store.numbers(file_names.of_run(run))
                if number < oldest - self.keep
            }
            for number in sorted(old - checkpoints):
                store.delete(file_names.of_round(run, number))
        except FileStoreError as error:
            self.member.log("cannot tidy up", why=str(error))
            return False
        self._oldest = oldest
        return False
