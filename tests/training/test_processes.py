"""The commands against a real node: a run is created, joined, watched, exported and verified."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pysubtensor.addresses import account
from pysubtensor.cli import app
from runtime.crypto import Keypair
from runtime.primitives import RAO_PER_TAO
from tests.clients.running import running_node
from tests.training.fleet import TINY
from training.chain import ChainError, Refused, RemoteChain
from training.progress import events

ROOT = Path(__file__).parents[2]
RULES = {"min_workers": 1, "challenge": 6, "response": 6, "train": 60, "reveal": 30, "score": 30}
LIMIT_S = 90


@pytest.fixture(scope="module")
def url():
    with running_node("--seal", "interval", "--block-time", "150") as found:
        yield found


@pytest.fixture(scope="module")
def netuid(url):
    """A subnet with one neuron, //Ada."""
    link, alice = RemoteChain(url), Keypair.from_uri("//Alice")

    def send(pallet: str, name: str, **arguments: object) -> None:
        link.send(link.runtime.call(pallet, name, **arguments), alice)

    found = int(link.runtime.pallets["SubtensorModule"].total_networks.get())
    send("SubtensorModule", "register_network", hotkey=account("//Alice//hot"))
    send("SubtensorModule", "burned_register", netuid=found, hotkey=account("//Ada"))
    ada = link.runtime.call(
        "Balances", "transfer_keep_alive", dest=to("//Ada"), value=RAO_PER_TAO * 99
    )
    link.send(ada, alice)
    link.close()
    return found


def to(name: str):
    from runtime.frame.origin import Id

    return Id(account(name))


def train(*arguments: object, ok: bool = True) -> str:
    """What a command says, in this process; only members are processes of their own."""
    done = CliRunner().invoke(app, ["train", *map(str, arguments)])
    assert (done.exit_code == 0) is ok, done.output
    return done.output


def environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}


def test_a_run_from_the_command_line(url, netuid, tmp_path):
    (tmp_path / "config.json").write_bytes(TINY.to_json())
    (tmp_path / "rules.json").write_text(json.dumps(RULES))
    files = ("--config", tmp_path / "config.json", "--rules", tmp_path / "rules.json")
    begin = tmp_path / "begin"
    said = train("init", netuid, "--key", "//Alice", "--store", begin, "--url", url, *files)
    assert said.startswith("Run 0;")
    home = tmp_path / "ada"
    member = ("--key", "//Ada", "--from", begin, "--store", home / "store", "--home", home)
    command = [sys.executable, "-m", "pysubtensor", "train", "join", "0", "--url", url, *member]
    with (tmp_path / "out.txt").open("w") as out:
        worker = subprocess.Popen([*map(str, command)], cwd=ROOT, env=environment(), stdout=out)
    until(lambda: sum(each["what"] == "sent" for each in events(home)) >= 2)
    status = json.loads(train("status", 0, "--url", url, "--json"))
    assert status["status"] == "running"
    assert [each["role"] for each in status["members"]] == ["worker"]
    assert status["rounds"][0]["joined"] == 1
    until(lambda: json.loads(train("status", 0, "--url", url, "--json"))["final_round"] >= 1)
    worker.send_signal(signal.SIGINT)  # leaves in order
    until(lambda: any(each["what"] == "left" for each in events(home)))
    worker.terminate()
    assert worker.wait(30) == 0
    assert "trained" in (tmp_path / "out.txt").read_text()
    picture, export = tmp_path / "run.png", tmp_path / "export"
    assert "1 workers" not in train("status", 0, "--url", url, "--plot", picture)
    assert picture.stat().st_size > 10_000
    train("export", 0, "--from", begin, "--out", export, "--url", url)
    assert "are good" in train("verify", export)


def until(done, limit_s: float = LIMIT_S) -> None:
    end = time.monotonic() + limit_s
    while not done():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.3)


def test_what_is_wrong_is_said_in_one_line(url, tmp_path):
    assert "there is no run 77" in train("status", 77, "--url", url, ok=False)
    assert "there is no config.json" in train("verify", tmp_path / "nothing", ok=False)
    home = ("--store", tmp_path / "s", "--home", tmp_path / "h", "--url", url)
    said = train("join", 0, "--key", "//Ada", "--from", tmp_path / "no", *home, ok=False)
    assert "there is no config.json" in said


def test_a_refusal_has_its_name(url):
    link, bob = RemoteChain(url), Keypair.from_uri("//Bob")
    with pytest.raises(Refused, match=r"Training\.NotMember"):
        link.send(link.runtime.call("Training", "leave", run=55), bob)
    with pytest.raises(ChainError, match="no_such_method"):
        link.ask("no_such_method")
    link.close()
