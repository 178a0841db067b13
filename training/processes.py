"""Processes of a run: what `pysubtensor train` starts."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pysubtensor.frame.crypto import Keypair
from pysubtensor.pallets.training.terms import Status
from pysubtensor.pallets.training.types import Role
from pysubtensor.training.chain.link import ChainError, RemoteChain
from pysubtensor.training.chain.view import Sight
from pysubtensor.training.create_run import Rules, create, following, prepare
from pysubtensor.training.export import Exporter
from pysubtensor.training.files.file_store import Place, as_url
from pysubtensor.training.files.member_dir import alone
from pysubtensor.training.files.run_files import Library, Source
from pysubtensor.training.learning.config import RunConfig
from pysubtensor.training.progress import Progress
from pysubtensor.training.roles.appeals import Appellant
from pysubtensor.training.roles.attesting import Juror, Poster, Witness
from pysubtensor.training.roles.audit import Checker, Device
from pysubtensor.training.roles.auditor import Auditor
from pysubtensor.training.roles.member import POLL, Duty, Member
from pysubtensor.training.roles.pruning import Tidying
from pysubtensor.training.roles.respond import Defence
from pysubtensor.training.roles.rollback import WIDE, Alarm, Watch
from pysubtensor.training.roles.validator import Scorer
from pysubtensor.training.roles.worker import Worker, single_thread
from pysubtensor.training.status import sight_of


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
    half: bool = False
    """Does a worker train in half precision?"""
    keep_rounds: int | None = None
    """How many rounds one's files stay that the chain has forgotten; None: all."""

    def tidying(self, member: Member) -> list[Duty]:
        """The duty to delete what is older."""
        return [] if self.keep_rounds is None else [Tidying(member, self.keep_rounds)]


def as_worker(
    member: Member, kind: type[Worker] = Worker, on: str = "cpu", *, half: bool = False
) -> Worker:
    """Give a member the duties of a worker."""
    device = Device.MIXED if half else Device.FP32
    worker, checker = kind(member, device, on), checker_of(member, on)
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
    scorer, checker = Scorer(member, on), checker_of(member, on)
    judging = (Juror(member, checker), Auditor(member, checker), Appellant(member, checker))
    watching = (scorer, Watch(member, scorer, alarm))
    member.duties = [Witness(member, mirrors=True), Poster(member), *watching, *judging]
    return scorer


def as_auditor(member: Member) -> None:
    """Give a member of any role the duty to audit alone."""
    checker = checker_of(member)
    member.duties = [Auditor(member, checker), Appellant(member, checker)]


def checker_of(member: Member, on: str = "cpu") -> Checker:
    """What repeats the training of others."""
    return Checker(member.sight, member.library, member.replica, on)


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


class Departure:
    """Leaves the run when the process is asked to, or the run is closed, and claims the bond."""

    def __init__(self, member: Member, stop: Stop, worker: Worker | None = None) -> None:
        self.m, self.stop, self.worker = member, stop, worker

    def tick(self) -> bool:
        closed = self.m.sight.run.status is Status.CLOSED
        if self.stop.leave or closed:
            if self.worker is not None and not self.worker.stopping:
                self.worker.stopping = True
                self.m.tell("leaving")
            if closed or self.worker is None or self.worker.is_free:
                self.m.leave()
        self.m.claim()
        return False


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
    title = f"worker {options.key}"
    with alone(options.home), Progress(options.home, title, quiet=options.quiet) as progress:
        member = member_of(options, progress)
        worker = as_worker(member, kind, options.device, half=options.half)
        member.join(Role.WORKER)
        stop = Stop()
        member.duties += [*options.tidying(member), Departure(member, stop, worker)]
        _live(member, progress, stop)


def validate(options: Options) -> None:
    """Be a validator until told to stop."""
    single_thread()
    title = f"validator {options.key}"
    with alone(options.home), Progress(options.home, title, quiet=options.quiet) as progress:
        member = member_of(options, progress)
        as_validator(member, options.device, Alarm(options.roll_back_above))
        member.join(Role.VALIDATOR)
        stop = Stop()
        member.duties += [*options.tidying(member), Departure(member, stop)]
        _live(member, progress, stop)


def audit(options: Options) -> None:
    """Audit with the key of a member until told to stop; the member itself stays."""
    single_thread()
    with Progress(options.home, f"auditor {options.key}", quiet=options.quiet) as progress:
        member = member_of(options, progress)
        if member.sight.member(member.account) is None:
            raise ChainError(f"{options.key} is no member of run {options.run}")
        as_auditor(member)
        stop = Stop()
        _live(member, progress, stop, lambda: stop.leave)


def _live(
    member: Member, progress: Progress, stop: Stop, done: Callable[[], bool] = lambda: False
) -> None:
    """Do one's duties until told to stop, until done, or until one is a member no longer."""

    def until() -> bool:
        if stop.now or done():
            return True
        if member.sight.member(member.account) is None:  # the run may be no more, too
            member.tell("is a member no longer")
            return True
        progress.refresh(member.sight)
        return False

    member.live(until)


def begin(
    url: str, netuid: int, key: str, store: str, config: bytes | None, rules: bytes,
    text: bytes | None, after: Path | None = None,
) -> int:  # fmt: skip
    """Create a run on a subnet that one owns, or one `after` an exported run; gives its number.

    Errors: ChainError; StoreError; WrongNumber; Mismatch; Unfit; ValueError.
    """
    settings = None if config is None else RunConfig.from_json(config)
    if after is None:
        beginning = prepare(settings or RunConfig(), text)
    else:
        beginning = following(after, settings, text)
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
    while not (stop.leave or stop.now or _is_over(sight)):
        before = sight.now
        sight.step()  # no block may be left out: a closed run keeps a round for one alone
        if sight.now == before:
            time.sleep(POLL)
        elif not _is_forgotten(sight):
            written += exporter.go_on()
    return written


def _is_over(sight: Sight) -> bool:
    """Can no more rounds become final?"""
    if _is_forgotten(sight):
        return True
    run = sight.run
    return run.status is Status.CLOSED and run.final_round == run.round


def _is_forgotten(sight: Sight) -> bool:
    return sight.pallet.runs[sight.id] is None
