"""Start the processes of a run, as `pysubtensor train` does."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pysubtensor.frame.crypto import Keypair
from pysubtensor.pallets.training.terms import Status
from pysubtensor.pallets.training.types import Role
from pysubtensor.training.chain.link import LinkError, RemoteChain
from pysubtensor.training.chain.view import ChainView
from pysubtensor.training.create_run import RunRules, continue_run, create, prepare
from pysubtensor.training.export import Exporter
from pysubtensor.training.files.file_store import FileStore, as_url
from pysubtensor.training.files.member_dir import exclusive
from pysubtensor.training.files.run_files import InitialFiles, RunFiles
from pysubtensor.training.learning.config import RunConfig
from pysubtensor.training.progress import ProgressLog
from pysubtensor.training.roles.appeals import AppealDuty
from pysubtensor.training.roles.attesting import Witness
from pysubtensor.training.roles.audit import Device, StrideChecker
from pysubtensor.training.roles.auditor import Auditor
from pysubtensor.training.roles.jury import Juror
from pysubtensor.training.roles.member import POLL, Duty, MemberAgent
from pysubtensor.training.roles.posting import Poster
from pysubtensor.training.roles.pruning import PruneDuty
from pysubtensor.training.roles.respond import Responder
from pysubtensor.training.roles.rollback import WIDE, RollbackThreshold, RollbackVoter
from pysubtensor.training.roles.validator import Scorer
from pysubtensor.training.roles.worker import Worker, single_thread
from pysubtensor.training.status import view_of


@dataclass(frozen=True)
class MemberOptions:
    """Options of a member's process."""

    url: str
    """Of the node, ws://..."""
    run: int
    key: str
    """Secret URI of the hotkey."""
    source: str
    """Folder or URL of what members start from."""
    store: str
    """Where this member puts its files."""
    member_dir: Path
    quiet: bool = False
    device: str = "cpu"
    public: str = ""
    """URL by which others read `store`; when empty, the URL of `store` itself."""
    roll_back_above: float = WIDE.above
    half: bool = False
    """Whether a worker trains in half precision."""
    keep_rounds: int | None = None
    """For how many rounds after the chain has folded a round its files are kept; None: for ever."""

    def tidying(self, member: MemberAgent) -> list[Duty]:
        """The duty to delete older files, if any."""
        return [] if self.keep_rounds is None else [PruneDuty(member, self.keep_rounds)]


def as_worker(
    member: MemberAgent, kind: type[Worker] = Worker, on: str = "cpu", *, half: bool = False
) -> Worker:
    """Give a member the duties of a worker."""
    device = Device.MIXED if half else Device.FP32
    worker, checker = kind(member, device, on), checker_of(member, on)
    member.duties = [
        worker,
        Witness(member),
        Poster(member),
        Responder(member, worker),
        Juror(member, checker),
        Auditor(member, checker, work=False),
        AppealDuty(member, checker),
    ]
    return worker


def as_validator(member: MemberAgent, on: str = "cpu", alarm: RollbackThreshold = WIDE) -> Scorer:
    """Give a member the duties of a validator, auditing among them."""
    scorer, checker = Scorer(member, on), checker_of(member, on)
    judging = (Juror(member, checker), Auditor(member, checker), AppealDuty(member, checker))
    watching = (scorer, RollbackVoter(member, scorer, alarm))
    member.duties = [Witness(member, mirrors=True), Poster(member), *watching, *judging]
    return scorer


def as_auditor(member: MemberAgent) -> None:
    """Give a member of any role the duty to audit, and no other."""
    checker = checker_of(member)
    member.duties = [Auditor(member, checker), AppealDuty(member, checker)]


def checker_of(member: MemberAgent, on: str = "cpu") -> StrideChecker:
    """What repeats strides of other workers."""
    return StrideChecker(member.view, member.library, member.replica, on)


class StopSignal:
    """Signals that ask the process to end.

    The first SIGINT sets `leave`: leave the run in order.  SIGTERM, or a second SIGINT, sets `now`:
    stop at once; the same command later continues.
    """

    def __init__(self) -> None:
        self.leave = self.now = False
        signal.signal(signal.SIGINT, self._leave)
        signal.signal(signal.SIGTERM, self._now)

    def _leave(self, *_: object) -> None:
        self.now, self.leave = self.leave, True

    def _now(self, *_: object) -> None:
        self.now = True


class LeaveDuty:
    """Leave the run on SIGINT or when the run is closed, then claim the bond."""

    logged_as: Final = "departure"

    def __init__(self, member: MemberAgent, stop: StopSignal, worker: Worker | None = None) -> None:
        self.member, self.stop, self.worker = member, stop, worker

    def tick(self) -> bool:
        closed = self.member.view.run.status is Status.CLOSED
        if self.stop.leave or closed:
            if self.worker is not None and not self.worker.stopping:
                self.worker.stopping = True
                self.member.log("leaving")
            if closed or self.worker is None or self.worker.is_free:
                self.member.leave()
        self.member.claim()
        return False


def member_of(options: MemberOptions, progress: ProgressLog) -> MemberAgent:
    """Connect a member to its chain and stores.  Errors: LinkError; WrongFiles; FileStoreError."""
    link = RemoteChain(options.url)
    source, own = InitialFiles(FileStore(as_url(options.source))), FileStore(as_url(options.store))
    key = Keypair.from_uri(options.key)
    files = (options.member_dir, source, own)
    return MemberAgent(link, options.run, key, *files, progress, options.public)


def run_worker(options: MemberOptions, kind: type[Worker] = Worker) -> None:
    """Run a worker until a signal ends it."""

    def prepare(member: MemberAgent) -> Worker:
        return as_worker(member, kind, options.device, half=options.half)

    _take_part(options, Role.WORKER, prepare)


def run_validator(options: MemberOptions) -> None:
    """Run a validator until a signal ends it."""

    def prepare(member: MemberAgent) -> None:
        as_validator(member, options.device, RollbackThreshold(options.roll_back_above))

    _take_part(options, Role.VALIDATOR, prepare)


def _take_part(
    options: MemberOptions, role: Role, prepare: Callable[[MemberAgent], Worker | None]
) -> None:
    """Join a run with the duties that `prepare` gives, and do them until a signal."""
    single_thread()
    title = f"{role.name.lower()} {options.key}"
    with (
        exclusive(options.member_dir),
        ProgressLog(options.member_dir, title, quiet=options.quiet) as progress,
    ):
        member = member_of(options, progress)
        worker = prepare(member)
        member.join(role)
        stop = StopSignal()
        member.duties += [*options.tidying(member), LeaveDuty(member, stop, worker)]
        _live(member, progress, stop)


def run_auditor(options: MemberOptions) -> None:
    """Audit with the key of a member until a signal ends it; the member stays in the run."""
    single_thread()
    with ProgressLog(options.member_dir, f"auditor {options.key}", quiet=options.quiet) as progress:
        member = member_of(options, progress)
        if member.view.member(member.account) is None:
            raise LinkError(f"{options.key} is no member of run {options.run}")
        as_auditor(member)
        stop = StopSignal()
        _live(member, progress, stop, lambda: stop.leave)


def _live(
    member: MemberAgent,
    progress: ProgressLog,
    stop: StopSignal,
    done: Callable[[], bool] = lambda: False,
) -> None:
    """Do the member's duties until a signal, until `done`, or until it is no longer a member."""

    def until() -> bool:
        if stop.now or done():
            return True
        if member.view.member(member.account) is None:  # the run may be no more, too
            member.log("is a member no longer")
            return True
        progress.refresh(member.view)
        return False

    member.live(until)


def init_run(
    url: str,
    netuid: int,
    key: str,
    store: str,
    *,
    config: bytes | None = None,
    rules: bytes = b"{}",
    text: bytes | None = None,
    after: Path | None = None,
) -> int:
    """Create a run, perhaps `after` an exported one, and return its number.

    Errors: LinkError; FileStoreError; RunNumberTaken; Mismatch; WrongFiles; ValueError.
    """
    settings = None if config is None else RunConfig.from_json(config)
    if after is None:
        new_run = prepare(settings or RunConfig(), text)
    else:
        new_run = continue_run(after, settings, text)
    new_run.publish(FileStore(as_url(store)))
    owner = Keypair.from_uri(key)
    return create(RemoteChain(url), owner, netuid, new_run, RunRules.from_json(rules))


def export_run(url: str, run: int, source: str, folder: Path, *, follow: bool) -> list[int]:
    """Export the final rounds of a run, or follow it to its end; returns the rounds written.

    Errors: LinkError; WrongFiles; FileStoreError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    view, initial = view_of(url, run), InitialFiles(FileStore(as_url(source)))
    initial.ensure_fits(view)
    exporter = Exporter(view, RunFiles(FileStore(as_url(str(folder))), initial), folder)
    exporter.begin()
    written = exporter.go_on()
    if not follow:
        return written
    stop = StopSignal()
    while not (stop.leave or stop.now or _is_over(view)):
        before = view.now
        view.step()  # no block may be left out: a closed run keeps a round for one alone
        if view.now == before:
            time.sleep(POLL)
        elif not _is_forgotten(view):
            written += exporter.go_on()
    return written


def _is_over(view: ChainView) -> bool:
    """Whether no more rounds can become final."""
    if _is_forgotten(view):
        return True
    run = view.run
    return run.status is Status.CLOSED and run.final_round == run.round


def _is_forgotten(view: ChainView) -> bool:
    return view.pallet.runs[view.id] is None
