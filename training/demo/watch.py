"""Observe a run: by the chain, by members' logs, and by the files in their stores."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pysubtensor.client.addresses import account, development_name
from pysubtensor.frame.primitives import U32, AccountId, Uid
from pysubtensor.pallets.subtensor.pallet import SubtensorModule
from pysubtensor.pallets.subtensor.subnets.mechanisms import storage_index
from pysubtensor.pallets.training.payload.numbers import Int32
from pysubtensor.pallets.training.types import Outcome, Posted, Role, Round, RoundNumber, Verdict
from pysubtensor.training.chain.view import COMMITTING, OPEN, ChainView
from pysubtensor.training.files.file_store import FileStore
from pysubtensor.training.files.run_files import InitialFiles, RunFiles
from pysubtensor.training.progress import Event
from pysubtensor.training.roles.replica import Replica

LogLines = Callable[[str], list[Event]]
"""The events that an actor logged, by its name."""


class RunObserver:
    """A run that is observed."""

    def __init__(self, view: ChainView, log_lines: LogLines, library: RunFiles) -> None:
        self.view, self.log_lines, self.library = view, log_lines, library
        self.marks: dict[str, int] = {}
        """Rounds in which the play did something, by what it was."""

    def over(self) -> list[tuple[int, Round]]:
        """The rounds that are kept and no longer open, the oldest first."""
        run = self.view.run
        found = ((number, self.view.round(number)) for number in range(run.oldest, run.round + 1))
        return [(at, state) for at, state in found if state is not None and state.phase not in OPEN]

    def joined(self, name: str, since: int = 1) -> list[tuple[int, Round]]:
        """The rounds that counted in which somebody's update was joined."""
        who = account(name)
        return [
            (number, state)
            for number, state in self.over()
            if number >= since and who in state.contributors and not state.void
        ]

    def what(self, name: str, what: str) -> list[Event]:
        """The events of one kind that an actor logged."""
        return [each for each in self.log_lines(name) if each["what"] == what]

    def guilty(self, name: str) -> tuple[int, Verdict] | None:
        """The first verdict against somebody, and its round."""
        who = account(name)
        for number, state in self.over():
            for verdict in state.verdicts:
                if verdict.accused == who and verdict.outcome is Outcome.GUILTY:
                    return number, verdict
        return None

    def ratings(self, number: int) -> list[dict[AccountId, int]]:
        """What each validator rated the workers of a round."""
        state = self.view.round(number)
        scorers = () if state is None else state.scorers
        sheets = (
            self.view.pallet.sheets[self.view.id, RoundNumber(U32(number)), who] for who in scorers
        )
        return [
            {score.worker: int(score.rating) for score in sheet.scores}
            for sheet in sheets
            if sheet is not None and sheet.scores is not None
        ]

    def weights(self) -> list[dict[AccountId, int]]:
        """The rows of weights that the run's validators have on its subnet."""
        sub = self.view.link.runtime.get(SubtensorModule)
        netuid = self.view.run.netuid
        uids = (sub.uids[netuid, who] for who in self.view.active(Role.VALIDATOR))
        index = storage_index(netuid, 0)
        rows = (sub.weights[index, uid] for uid in uids if uid is not None)
        return [
            {sub.keys[netuid, Uid(uid)]: int(weight) for uid, weight in row} for row in rows if row
        ]

    def may_commit(self, number: int, who: AccountId) -> bool:
        """Whether a worker can still commit in a round, and has not."""
        state = self.view.round(number)
        return state is not None and state.phase in COMMITTING and who not in state.committed


def watched(view: ChainView, log_lines: LogLines, beginning: Path, own: Path) -> RunObserver:
    """Observe a run whose initial files lie in a folder.  Errors: WrongFiles."""
    library = RunFiles(
        FileStore(own.absolute().as_uri()), InitialFiles(FileStore(beginning.absolute().as_uri()))
    )
    return RunObserver(view, log_lines, library)


class PublicReplica(Replica):
    """A replica of somebody who has only published files; it remembers what it used."""

    def __init__(self, watch: RunObserver) -> None:
        super().__init__(watch.view, watch.library)
        self.checkpoint: int | None = None
        """The round whose anchored parameters it began with."""
        self.rounds: list[int] = []
        """The rounds that it repeated since."""

    def _checkpoint(self, root: bytes, locator: str, number: int) -> list[Int32] | None:
        found = super()._checkpoint(root, locator, number)
        if found is not None:
            self.checkpoint = number
        return found

    def _repeat(
        self, number: int, state: Round, posted: Posted, before: list[Int32]
    ) -> list[Int32]:
        self.rounds.append(number)
        return super()._repeat(number, state, posted, before)


def name_of(who: AccountId | None) -> str:
    """The name of an account of the demo."""
    if who is None:
        return "the chain"
    return development_name(who) or who.hex()[:8]
