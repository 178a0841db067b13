"""What happens when: the plays of both runs, which go on at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from pysubtensor.client.addresses import account
from pysubtensor.frame.primitives import RAO_PER_TAO, AccountId
from pysubtensor.pallets.training import audits
from pysubtensor.pallets.training.types import Member, Outcome, Role
from pysubtensor.training.demo import cast, scenes
from pysubtensor.training.demo.cast import Company
from pysubtensor.training.demo.scenes import Scene
from pysubtensor.training.demo.stage import DemoNetwork
from pysubtensor.training.demo.watch import RunObserver, name_of
from pysubtensor.training.export import Exporter
from pysubtensor.training.plot import rounds_of

LOOK: Final = 0.3
"""Seconds between two looks at the chain."""
WAIT: Final = 900.0
"""Seconds after which what did not happen will not."""

Act = Callable[[int], bool]
"""Does something in a round, or not yet."""


@dataclass
class Play:
    """What happens in a run."""

    stage: DemoNetwork
    watch: RunObserver
    run: int
    company: Company
    exporter: Exporter
    """Writes down each round that can no longer change, and who was a member then."""
    scenes: tuple[Scene, ...] = ()
    notes: dict[int, list[str]] = field(default_factory=dict)
    """What happened, by round, for the picture."""
    seen: dict[str, str] = field(default_factory=dict)
    """What was seen of scenes, by title."""
    members: dict[str, Member] = field(default_factory=dict)
    """Everybody as last seen."""
    round: int = 0
    """The newest that was seen."""
    _block: int = 0
    _accused: set[tuple[int, bytes]] = field(default_factory=set)

    def begin(self) -> None:
        """Let those enter who are there from the first."""
        for part in self.company.parts:
            if not part.later:
                self.stage.enter(part, self.run)

    def tick(self) -> None:
        """Look at the run, and do what is due."""
        view = self.watch.view
        view.look()
        if view.now == self._block:
            return
        self._block = view.now
        number = int(view.run.round)
        if number > self.round:
            self._tell_round(number)
            self.round = number
            self.exporter.go_on()
        self._remember_members()
        self._tell_verdicts()
        self._look_for_scenes()
        if number:
            self.act(number)

    def act(self, number: int) -> None:
        """Do what is due in a round."""

    @property
    def is_over(self) -> bool:
        """Whether all scenes were seen."""
        return all(scene.title in self.seen for scene in self.scenes)

    # -- telling ------------------------------------------------------------------------------

    def say(self, text: str) -> None:
        """Print what happens in the run."""
        self.stage.say(f"run {self.run}, {text}")

    def note(self, number: int, text: str) -> None:
        """Print it, and put it into the picture."""
        self.say(f"round {number}: {text}")
        self.notes.setdefault(number, []).append(text)

    def _tell_round(self, number: int) -> None:
        for facts in rounds_of(self.watch.view):
            if facts.number == number - 1:
                sent = len(facts.losses)
                what = "void" if facts.void else f"{facts.contributors} of {sent} updates joined"
                self.say(
                    f"round {number - 1}: {what}, loss {sum(facts.losses.values()) / sent:.3f}"
                )

    def _remember_members(self) -> None:
        for part in self.company.parts:
            member = self.watch.view.member(account(part.name))
            if member is not None:
                self.members[part.name] = member

    def _tell_verdicts(self) -> None:
        for number, state in self.watch.view.unsettled():
            for verdict in state.verdicts:
                key = (number, bytes(verdict.accused))
                if verdict.outcome is Outcome.GUILTY and key not in self._accused:
                    self._accused.add(key)
                    who, lost = name_of(verdict.accused), verdict.slashed / RAO_PER_TAO
                    self.note(number, f"{who} found guilty, loses {lost:g} TAO")

    def _look_for_scenes(self) -> None:
        for scene in self.scenes:
            if scene.title not in self.seen:
                found = scene.check(self.watch)
                if found is not None:
                    self.seen[scene.title] = found.text
                    self.say(f"seen: {scene.title} - {found.text}")
                if found is not None and scene.note:
                    self.notes.setdefault(found.round, []).insert(0, scene.note)


class Honest(Play):
    """One joins late, one is killed and comes back, one is lazy, one leaves."""

    def __init__(
        self, stage: DemoNetwork, watch: RunObserver, run: int, exporter: Exporter, rounds: int
    ) -> None:
        company = cast.honest_company(rounds)
        super().__init__(stage, watch, run, company, exporter, scenes=scenes.HONEST)
        self.rounds = rounds
        self._parts = {part.name: part for part in self.company.parts}
        self.acts: dict[int, Act] = {
            rounds // 6: self._join,
            rounds // 4: self._kill,
            rounds * 7 // 12: self._return,
            rounds * 10 // 12: self._leave,
        }

    def act(self, number: int) -> None:
        for due in [due for due in self.acts if due <= number]:
            if self.acts[due](number):
                del self.acts[due]

    @property
    def is_over(self) -> bool:
        return super().is_over and self.watch.view.run.round > self.rounds

    def _join(self, number: int) -> bool:
        self.stage.enter(self._parts[cast.DAN], self.run)
        self.note(number, f"{cast.DAN} joins late")
        return True

    def _kill(self, number: int) -> bool:
        """When it owes no answer: then nobody can blame it for what its disk had."""
        who, unsettled = account(cast.BEN), self.watch.view.unsettled()
        owes = any(each.worker == who for _, state in unsettled for each in audits.pending(state))
        if owes or not self._can_do_without(who) or not self.watch.may_commit(number, who):
            return False
        self.stage.kill(cast.BEN)
        self.watch.marks["killed"] = number
        self.note(number, f"{cast.BEN} is killed, and its disk lost")
        return True

    def _return(self, number: int) -> bool:
        if self.watch.marks.get("killed", number) > number - 2:
            return False
        self.stage.enter(self._parts[cast.BEN], self.run)
        self.watch.marks["back"] = number
        self.note(number, f"{cast.BEN} comes back")
        return True

    def _can_do_without(self, who: AccountId) -> bool:
        """Whether a round has enough workers without one of them."""
        others = [each for each in self.watch.view.active(Role.WORKER) if each != who]
        return len(others) >= self.watch.view.terms.sizes.min_workers

    def _leave(self, number: int) -> bool:
        if not self._can_do_without(account(cast.ADA)):
            return False
        self.stage.ask_to_leave(cast.ADA)
        self.note(number, f"{cast.ADA} leaves")
        return True


class Pretence(Play):
    """Some cheat; when they were found out they leave, and one comes who lies."""

    def __init__(
        self, stage: DemoNetwork, watch: RunObserver, run: int, exporter: Exporter
    ) -> None:
        company, all_of = cast.false_company(), (*scenes.EARLY, *scenes.LATE)
        super().__init__(stage, watch, run, company, exporter, scenes=all_of)
        self._lies = self._rests = False

    def act(self, number: int) -> None:
        early = all(scene.title in self.seen for scene in scenes.EARLY)
        if early and not self._lies:
            self._lies = True
            for name in (cast.KIT, cast.GUS, cast.WIM):
                self.stage.ask_to_leave(name)
            self.note(number, f"{cast.KIT}, {cast.GUS} and {cast.WIM} leave")
            self.stage.enter(self.company.parts[-1], self.run)
            self.note(number, f"{cast.MAX} joins")
        if self.is_over and not self._rests:
            self._rests = True
            for name in (cast.IDA, cast.HAL):
                self.stage.ask_to_leave(name)
            self.note(number, f"{cast.IDA} and {cast.HAL} leave")


def perform(stage: DemoNetwork, *plays: Play) -> None:
    """Until all is over.  Errors: RuntimeError; TimeoutError, which says what did not happen."""
    until = stage.seconds + WAIT
    for play in plays:
        play.begin()
    while not all(play.is_over for play in plays):
        for play in plays:
            play.tick()
        stage.mind()
        if stage.seconds > until:
            missing = [s.title for p in plays for s in p.scenes if s.title not in p.seen]
            raise TimeoutError(f"it did not come to: {'; '.join(missing) or 'the last round'}")
        time.sleep(LOOK)
