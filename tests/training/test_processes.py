"""The commands against a real node: a run is created, joined, watched, exported and verified."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pysubtensor.client.addresses import account
from pysubtensor.face.cli import app
from pysubtensor.frame.crypto import Keypair
from pysubtensor.frame.primitives import RAO_PER_TAO
from pysubtensor.pallets.training.types import Outcome
from pysubtensor.training.chain.link import CallRefused, LinkError, RemoteChain
from pysubtensor.training.chain.view import ChainView
from pysubtensor.training.create_run import prepare
from pysubtensor.training.files.file_store import FileStore
from pysubtensor.training.progress import events
from pysubtensor.training.status import view_of
from tests.clients.running import running_node
from tests.training.fleet import TINY
from tests.training.pace import Pace
from tests.waiting import LIMIT_S, LONG_LIMIT_S
from tests.waiting import until as until_within

ROOT = Path(__file__).parents[2]
RULES = {"min_workers": 1, "challenge": 6, "response": 6, "train": 60, "reveal": 30, "score": 30}
NEURONS = ("//Ada", "//Ben", "//Cleo")
WATCHED = {
    "challenge": 60, "response": 60, "verdict": 60, "stride": 2, "audit_rate": 1.0,
    "audit_strides": 2,
}  # fmt: skip
LAZY = """
import sys
from pathlib import Path
from pysubtensor.training.lab.cheats import Lazy
from pysubtensor.training.processes import MemberOptions, run_worker
url, run, key, source, store, home = sys.argv[1:]
run_worker(MemberOptions(url, int(run), key, source, store, Path(home), quiet=True), Lazy)
"""


@pytest.fixture(scope="module")
def url():
    with running_node("--seal", "instant") as found:
        yield found


@pytest.fixture(scope="module")
def pace(url):
    with Pace(url) as made:
        yield made


@pytest.fixture(scope="module")
def netuid(url):
    """A subnet with some neurons."""
    link, alice = RemoteChain(url), Keypair.from_uri("//Alice")

    def send(pallet: str, name: str, **arguments: object) -> None:
        link.send(link.runtime.call(pallet, name, **arguments), alice)

    found = int(link.runtime.pallets["SubtensorModule"].total_networks.get())
    send("SubtensorModule", "register_network", hotkey=account("//Alice//hot"))
    for name in NEURONS:
        send("SubtensorModule", "burned_register", netuid=found, hotkey=account(name))
        send("Balances", "transfer_keep_alive", dest=to(name), value=RAO_PER_TAO * 99)
    link.close()
    return found


def to(name: str):
    from pysubtensor.frame.origin import Id

    return Id(account(name))


def train(*arguments: object, ok: bool = True) -> str:
    """What a command says, in this process; only members are processes of their own."""
    done = CliRunner().invoke(app, ["train", *map(str, arguments)])
    assert (done.exit_code == 0) is ok, done.output
    return done.output


def environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}


def begin_run(url: str, netuid: int, folder: Path, **rules: object) -> int:
    """Create a run with its initial files in a folder `begin`; returns its number."""
    (folder / "config.json").write_bytes(TINY.to_json())
    (folder / "rules.json").write_text(json.dumps(RULES | rules))
    files = ("--config", folder / "config.json", "--rules", folder / "rules.json")
    store = ("--store", folder / "begin", "--url", url)
    said = train("init", netuid, "--key", "//Alice", *store, *files)
    return int(said.removeprefix("Run ").partition(";")[0])


def test_a_run_from_the_command_line(url, pace, netuid, tmp_path):
    assert begin_run(url, netuid, tmp_path) == 0
    begin, member_dir = tmp_path / "begin", tmp_path / "ada"
    member = (
        "--key",
        "//Ada",
        "--from",
        begin,
        "--store",
        member_dir / "store",
        "--home",
        member_dir,
    )
    where = ("--url", pace.line())
    command = [sys.executable, "-m", "pysubtensor", "train", "join", "0", *where, *member]
    with (tmp_path / "out.txt").open("w") as out:
        worker = subprocess.Popen([*map(str, command)], cwd=ROOT, env=environment(), stdout=out)
    until(lambda: sum(each["what"] == "sent" for each in events(member_dir)) >= 2)
    status = json.loads(train("status", 0, "--url", url, "--json"))
    assert status["status"] == "running"
    assert [each["role"] for each in status["members"]] == ["worker"]
    assert status["rounds"][0]["joined"] == 1
    view = view_of(url, 0)
    until(lambda: final_of(view) >= 1)
    worker.send_signal(signal.SIGINT)  # leaves in order
    until(lambda: any(each["what"] == "left" for each in events(member_dir)))
    worker.terminate()
    assert worker.wait(LIMIT_S) == 0
    assert "trained" in (tmp_path / "out.txt").read_text()
    picture, export = tmp_path / "run.png", tmp_path / "export"
    assert "1 workers" not in train("status", 0, "--url", url, "--plot", picture)
    assert picture.stat().st_size > 10_000
    train("export", 0, "--from", begin, "--out", export, "--url", url)
    assert "are good" in train("verify", export)


def until(done) -> None:
    until_within(done, LONG_LIMIT_S)  # whole rounds of several processes


def test_what_is_wrong_is_said_in_one_line(url, tmp_path):
    assert "there is no run 77" in train("status", 77, "--url", url, ok=False)
    assert "there is no config.json" in train("verify", tmp_path / "nothing", ok=False)
    member_dir = ("--store", tmp_path / "s", "--home", tmp_path / "h", "--url", url)
    said = train("join", 0, "--key", "//Ada", "--from", tmp_path / "no", *member_dir, ok=False)
    assert "there is no config.json" in said
    prepare(TINY).publish(FileStore((tmp_path / "begin").as_uri()))
    said = train("join", 77, "--key", "//Ada", "--from", tmp_path / "begin", *member_dir, ok=False)
    assert "there is no run 77" in said


def test_a_refusal_has_its_name(url):
    link, bob = RemoteChain(url), Keypair.from_uri("//Bob")
    with pytest.raises(CallRefused, match=r"Training\.NotMember"):
        link.send(link.runtime.call("Training", "leave", run=55), bob)
    with pytest.raises(LinkError, match="no_such_method"):
        link.ask("no_such_method")
    link.close()


# -- who only looks on: one of three workers skips steps, and there is no validator ---------------


class Stage:
    """A run with the processes of its members, and of those who watch it."""

    def __init__(self, url: str, pace: Pace, run: int, folder: Path) -> None:
        self.url, self.pace, self.run, self.folder = url, pace, run, folder
        self.processes: list[subprocess.Popen[str]] = []

    def start(self, *command: object) -> subprocess.Popen[str]:
        line = [sys.executable, *map(str, command)]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        self.processes.append(subprocess.Popen(line, cwd=ROOT, env=environment(), **pipes))
        return self.processes[-1]

    def command(self, name: str, *options: object) -> subprocess.Popen[str]:
        return self.start("-m", "pysubtensor", "train", name, *options)

    def member(self, command: str, key: str, member_dir: str) -> subprocess.Popen[str]:
        own = self.folder / member_dir
        files = ("--from", self.folder / "begin", "--store", own / "store", "--home", own)
        options = ("--key", key, "--url", self.pace.line(), "--quiet", *files)
        return self.command(command, self.run, *options)

    def lazy(self, key: str, member_dir: str) -> None:
        begin, own = self.folder / "begin", self.folder / member_dir
        self.start("-c", LAZY, self.pace.line(), self.run, key, begin, own / "store", own)

    def log_lines(self, member_dir: str, what: str) -> list[dict]:
        return [each for each in events(self.folder / member_dir) if each["what"] == what]

    def status(self) -> dict:
        """What `status --json` says."""
        return json.loads(said(self.command("status", self.run, "--url", self.url, "--json")))

    def stop(self) -> None:
        for process in self.processes:
            process.kill()
            process.communicate()


def said(process: subprocess.Popen[str], code: int = 0) -> str:
    """What a process said before it ended."""
    output = process.communicate(timeout=LIMIT_S)[0]
    assert process.returncode == code, output
    return output


@pytest.fixture(scope="module")
def stage(url, pace, netuid, tmp_path_factory):
    folder = tmp_path_factory.mktemp("watched")
    found = Stage(url, pace, begin_run(url, netuid, folder, min_workers=2, **WATCHED), folder)
    out = ("--from", folder / "begin", "--out", folder / "export", "--url", url)
    found.follower = found.command("export", found.run, "--follow", *out)
    for key, member_dir in (("//Ada", "ada"), ("//Ben", "ben")):
        found.member("join", key, member_dir)
    found.lazy("//Cleo", "cleo")
    yield found
    found.stop()


def test_an_auditor_catches_whom_no_validator_looks_at(stage):
    until(lambda: stage.log_lines("ada", "joined"))
    auditor = stage.member("audit", "//Ada", "auditor")
    until(lambda: stage.log_lines("auditor", "accused"))
    accused = {each["worker"] for each in stage.log_lines("auditor", "accused")}
    assert accused == {account("//Cleo").hex()[:8]}
    view = view_of(stage.url, stage.run)
    until(lambda: convicted(view))  # of rounds before //Ben came there is nobody to judge
    status = stage.status()
    assert accused == {who for each in status["rounds"] for who in each["guilty"]}
    (cleo,) = [each for each in status["members"] if each["bond"] == 0]
    assert cleo["standing"] == "leaving"
    assert [each["standing"] for each in status["members"]].count("active") == 2
    auditor.send_signal(signal.SIGINT)
    assert said(auditor) == ""


def convicted(view: ChainView) -> bool:
    view.look()
    verdicts = [verdict for _, state in view.unsettled() for verdict in state.verdicts]
    return any(verdict.outcome is Outcome.GUILTY for verdict in verdicts)


def test_an_auditor_ends_when_it_is_told_to(stage):
    auditor = stage.member("audit", "//Ben", "other")
    until(lambda: stage.log_lines("other", "audited"))
    auditor.terminate()
    assert said(auditor) == ""


def test_only_members_audit(stage):
    assert "//Bob is no member" in said(stage.member("audit", "//Bob", "bob"), code=1)


def test_a_follower_writes_every_final_round_to_the_end(stage):
    view, out = view_of(stage.url, stage.run), stage.folder / "export"
    until(lambda: final_of(view) >= 2)
    until((out / "rounds" / "2" / "round.scale").exists)
    close = view.call("close_run", run=view.id)
    view.link.send(close, Keypair.from_uri("//Alice"))
    written = said(stage.follower)
    view.look()
    assert view.run.final_round == view.run.round
    assert f"Wrote {view.run.round} rounds" in written
    checked = said(stage.command("verify", out))
    assert f"{view.run.round} rounds" in checked
    assert view.run.final_root.hex() in checked


def final_of(view: ChainView) -> int:
    view.look()
    return view.run.final_round


def test_members_of_a_closed_run_leave(stage):
    until(lambda: stage.log_lines("ada", "left") and stage.log_lines("ben", "left"))


def test_a_changed_byte_is_found(stage):
    payload = min((stage.folder / "export" / "rounds" / "1").glob("*.slp"))
    data = bytearray(payload.read_bytes())
    data[len(data) // 2] ^= 1
    payload.write_bytes(data)
    found = said(stage.command("verify", stage.folder / "export", "--quiet"), code=1)
    assert "round 1: the hash of a payload" in found


def test_a_follower_ends_when_it_is_told_to(stage, url, netuid, tmp_path):
    run, folders = begin_run(url, netuid, tmp_path), (tmp_path / "one", tmp_path / "other")
    source = ("--from", tmp_path / "begin", "--url", url)
    followers = [
        stage.command("export", run, "--follow", *source, "--out", each) for each in folders
    ]
    until(lambda: all((each / "run.json").exists() for each in folders))
    followers[0].send_signal(signal.SIGINT)
    followers[1].terminate()
    for follower, folder in zip(followers, folders, strict=True):
        assert "Wrote 0 rounds" in said(follower)
        assert "are good" in train("verify", folder)
