"""Processes of a run: what `pysubtensor train` starts."""

from __future__ import annotations

import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pallets.training.terms import Status
from pallets.training.types import Role, Standing
from runtime.crypto import Keypair
from training.appeals import Appellant
from training.audit import Checker
from training.auditor import Auditor
from training.begin import Rules, create, prepare
from training.chain import RemoteChain
from training.config import RunConfig
from training.defence import Defence
from training.export import Exporter
from training.library import Library, Source
from training.member import Member
from training.progress import Progress
from training.rollback import WIDE, Alarm, Watch
from training.status import sight_of
from training.store import Place, as_url
from training.validator import Scorer
from training.witness import Juror, Poster, Witness
from training.worker import Worker, single_thread


@dataclass(frozen=True)
class Options:
    """What a process needs."""

    url: str
    """Of the node, ws://..."""
    run: int
    key: str
    """Secret URI of the hotkey."""
    source: str
    """Where the run's beginning is: a folder or a URL."""
    store: str
    """Where this member puts its files."""
    home: Path
    quiet: bool = False
    device: str = "cpu"
    public: str = ""
    """By what URL others read what is in `store`; its own, when empty."""
    roll_back_above: float = WIDE.above


def as_worker(member: Member, kind: type[Worker] = Worker, on: str = "cpu") -> Worker:
    """Give a member the duties of a worker."""
    worker, checker = kind(member, on=on), checker_of(member)
    member.duties = [
        worker,
        Witness(member),
        Poster(member),
        Defence(member, worker),
        Juror(member, checker),
        Auditor(member, checker, work=False),
        Appellant(member, checker),
    ]
    return worker


def as_validator(member: Member, on: str = "cpu", alarm: Alarm = WIDE) -> Scorer:
    """Give a member the duties of a validator, who audits too."""
    scorer, checker = Scorer(member, on), checker_of(member)
    judging = (Juror(member, checker), Auditor(member, checker), Appellant(member, checker))
    watching = (scorer, Watch(member, scorer, alarm))
    member.duties = [Witness(member, mirrors=True), Poster(member), *watching, *judging]
    return scorer


def as_auditor(member: Member) -> None:
    """Give a member of any role the duty to audit alone."""
    checker = checker_of(member)
    member.duties = [Auditor(member, checker), Appellant(member, checker)]


def checker_of(member: Member) -> Checker:
    """What repeats the training of others."""
    return Checker(member.sight, member.library, member.replica)


class Stop:
    """Whether the process was asked to end.

    The first SIGINT asks to leave the run in order; SIGTERM, or a second SIGINT, to stop at once,
    as if to come back later.
    """

    def __init__(self) -> None:
        self.leave = self.now = False
        signal.signal(signal.SIGINT, self._leave)
        signal.signal(signal.SIGTERM, self._now)

    def _leave(self, *_: Any) -> None:
        self.now, self.leave = self.leave, True

    def _now(self, *_: Any) -> None:
        self.now = True


def member_of(options: Options, progress: Progress) -> Member:
    """A member with its files.  Errors: ChainError; Unfit; StoreError."""
    link = RemoteChain(options.url)
    source, own = Source(Place(as_url(options.source))), Place(as_url(options.store))
    key = Keypair.from_uri(options.key)
    files = (options.home, source, own)
    return Member(link, options.run, key, *files, progress, options.public)


def work(options: Options, kind: type[Worker] = Worker) -> None:
    """Be a worker until told to stop."""
    single_thread()
    with Progress(options.home, f"worker {options.key}", quiet=options.quiet) as progress:
        member = member_of(options, progress)
        worker = as_worker(member, kind, options.device)
        member.join(Role.WORKER)
        stop = Stop()

        def done() -> bool:
            progress.refresh(member.sight)
            if stop.leave and not worker.stopping:
                worker.stopping = True
                progress("leaving")
            if worker.stopping and worker.is_free and member.is_active():
                member.leave()
            return stop.now or _is_gone(member)

        member.live(done)


def validate(options: Options) -> None:
    """Be a validator until told to stop."""
    single_thread()
    with Progress(options.home, f"validator {options.key}", quiet=options.quiet) as progress:
        member = member_of(options, progress)
        as_validator(member, options.device, Alarm(options.roll_back_above))
        member.join(Role.VALIDATOR)
        _live(member, progress)


def audit(options: Options) -> None:
    """Audit with the key of a member until told to stop."""
    single_thread()
    with Progress(options.home, f"auditor {options.key}", quiet=options.quiet) as progress:
        member = member_of(options, progress)
        as_auditor(member)
        _live(member, progress)


def _live(member: Member, progress: Progress) -> None:
    stop = Stop()

    def done() -> bool:
        progress.refresh(member.sight)
        if stop.leave and member.is_active():
            member.leave()
        return stop.now or _is_gone(member)

    member.live(done)


def _is_gone(member: Member) -> bool:
    """Has the member left, and its bond back?  Asks for it when it is free."""
    sight = member.sight
    found = sight.member(member.account)
    if found is None:
        return True
    if found.standing is Standing.LEAVING and found.until <= sight.now and not found.locks:
        member.send("claim", run=sight.id)
        member.tell("claimed", bond=int(found.bond))
        return True
    return False


def begin(
    url: str, netuid: int, key: str, store: str, config: bytes, rules: bytes, text: bytes | None
) -> int:
    """Create a run on a subnet that one owns; gives its number.

    Errors: ChainError; StoreError; WrongNumber; ValueError.
    """
    beginning = prepare(RunConfig.from_json(config), text)
    beginning.publish(Place(as_url(store)))
    owner = Keypair.from_uri(key)
    return create(RemoteChain(url), owner, netuid, beginning, Rules.from_json(rules))


def export(url: str, run: int, source: str, folder: Path, *, follow: bool) -> list[int]:
    """Write what is final of a run into a folder, or follow it to its end; gives the rounds.

    Errors: ChainError; Unfit; StoreError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    sight, beginning = sight_of(url, run), Source(Place(as_url(source)))
    beginning.ensure_fits(sight)
    exporter = Exporter(sight, Library(Place(as_url(str(folder))), beginning), folder)
    exporter.begin()
    written = exporter.go_on()
    if not follow:
        return written
    stop = Stop()
    while not (stop.leave or stop.now or sight.run.status is Status.CLOSED):
        time.sleep(1)
        sight.look()
        written += exporter.go_on()
    return written
