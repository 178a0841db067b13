"""A run in one process: a devnet, and members that look at each of its blocks in turn.

fleet = Fleet(tmp_path, workers=3, validators=2)
fleet.play(rounds=2)
assert fleet.roots() == {fleet.sight.run.state_root}
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from pysubtensor.face.devnet import TAO, Devnet
from pysubtensor.frame.crypto import Keypair
from pysubtensor.pallets.training.types import Phase, Role
from pysubtensor.training.chain.link import LocalChain
from pysubtensor.training.chain.view import ChainView
from pysubtensor.training.create_run import NewRun, RunRules, create, prepare
from pysubtensor.training.files.file_store import FileStore
from pysubtensor.training.files.run_files import InitialFiles
from pysubtensor.training.learning.config import InnerConfig, ModelConfig, OuterConfig, RunConfig
from pysubtensor.training.processes import as_validator, as_worker
from pysubtensor.training.roles.member import Duty, MemberAgent
from pysubtensor.training.roles.rollback import WIDE, RollbackThreshold
from pysubtensor.training.roles.worker import Worker, single_thread

TINY = RunConfig(
    ModelConfig(width=64, layers=1, heads=2, context=32, hidden=64),
    InnerConfig(steps=4, batch=4, warm_up=2, total_steps=40),
    OuterConfig(keep=64),
    corpus_bytes=40_000,
)
RULES = RunRules(stride=2, audit_rate=0.0, worker_bond=5.0, validator_bond=5.0, checkpoint_every=2)


class Fleet:
    """The chain, the run and its members."""

    def __init__(
        self,
        folder: Path,
        workers: int = 3,
        validators: int = 1,
        *,
        rules: RunRules = RULES,
        config: RunConfig = TINY,
        kinds: dict[int, type[Worker]] | None = None,
        beside: Self | None = None,
        alarm: RollbackThreshold = WIDE,
        stores: str = "",
        on: str = "cpu",
        new_run: NewRun | None = None,
    ) -> None:
        """`beside` another run on the same chain and subnet, with the same people; `stores` is the
        URL below which all put their files, a folder if it is empty.
        """
        single_thread()
        self.folder, self.alarm, self.stores = folder, alarm, stores
        self.on = on
        self.devnet = beside.devnet if beside else Devnet()
        self.link = LocalChain(self.devnet)
        self.netuid = (
            beside.netuid if beside else self.devnet.register_subnet("//Alice", "//AliceHot")
        )
        self.log_lines: list[tuple[str, str, dict[str, Any]]] = []
        self.members: dict[str, MemberAgent] = {}
        self.workers: dict[str, Worker] = {}
        new_run = new_run or prepare(config)
        new_run.publish(FileStore((folder / "source").as_uri()))
        owner = Keypair.from_uri("//Alice")
        self.run = create(self.link, owner, self.netuid, new_run, rules)
        self.view = ChainView(self.link, self.run)
        for number in range(validators):
            self.add_validator(f"//V{number}")
        for number in range(workers):
            self.add_worker(f"//W{number}", (kinds or {}).get(number, Worker))

    def close(self) -> None:
        self.devnet.close()

    def _fund(self, name: str, stake: int = 0) -> None:
        who = Keypair.from_uri(name).account_id
        if self.devnet.subtensor_module.uids[self.netuid, who] is not None:
            return
        self.devnet.transfer("//Alice", name, 1_000 * TAO)
        self.devnet.register_neuron("//Alice", self.netuid, name)
        if stake:
            self.devnet.stake("//Alice", self.netuid, name, stake)
            self.devnet.run_to_epoch(self.netuid)

    def member(self, name: str, public: str = "") -> MemberAgent:
        def log(what: str, **facts: Any) -> None:
            self.log_lines.append((name, what, facts))

        member_dir = self.folder / name.strip("/")
        url = f"{self.stores}/{name.strip('/')}" if self.stores else (member_dir / "store").as_uri()
        place = FileStore(url)
        source = InitialFiles(FileStore((self.folder / "source").as_uri()))
        key = Keypair.from_uri(name)
        link = (self.link, self.run, key)
        self.members[name] = MemberAgent(*link, member_dir, source, place, log, public)
        return self.members[name]

    def add_worker(self, name: str, kind: type[Worker] = Worker, public: str = "") -> Worker:
        self._fund(name)
        member = self.member(name, public)
        worker = self.workers[name] = as_worker(member, kind, self.on)
        member.join(Role.WORKER)
        return worker

    def add_validator(self, name: str) -> MemberAgent:
        self._fund(name, 1_000 * TAO)
        member = self.member(name)
        as_validator(member, self.on, self.alarm)
        member.join(Role.VALIDATOR)
        return member

    def exchange(self, kind: type[Duty], new: Callable[[Any], Duty], *names: str) -> None:
        """Let members do a duty in another way; all of them, when none is named."""
        for name in names or tuple(self.members):
            member = self.members[name]
            member.duties = [new(each) if type(each) is kind else each for each in member.duties]

    # -- time -------------------------------------------------------------------------------------

    def step(self) -> None:
        """Everybody looks at the chain, then a block is made."""
        for member in list(self.members.values()):
            while member.tick():
                pass
        self.devnet.mine()
        self.view.look()

    def until(self, done: Callable[[], bool], limit: int = 300) -> None:
        for _ in range(limit):
            if done():
                return
            self.step()
        raise AssertionError(f"it never came to that: {self.log_lines[-5:]}")

    def play(self, rounds: int) -> None:
        """Until so many more rounds are at their challenges."""
        last = self.view.run.round + rounds
        self.until(lambda: self.passed(last))

    def passed(self, number: int) -> bool:
        state = self.view.round(number)
        return state is not None and state.phase in (Phase.CHALLENGE, Phase.VOID, Phase.FINAL)

    # -- looking ----------------------------------------------------------------------------------

    def roots(self) -> set[bytes]:
        """Roots of the parameters that all members have for the open round."""
        number = self.view.run.round
        return {m.replica.root(m.replica.before(number)) for m in self.members.values()}

    def posted(self, number: int) -> bytes:
        """Who posted the aggregate of a round."""
        return self.view.round(number).posted.by

    def heard(self, what: str) -> list[dict[str, Any]]:
        return [{"who": who, **facts} for who, said, facts in self.log_lines if said == what]
