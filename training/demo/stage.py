"""The processes of the demo, and the chain that they meet on."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console

from pysubtensor.client.addresses import account
from pysubtensor.frame.call import Call
from pysubtensor.frame.crypto import Keypair
from pysubtensor.frame.origin import Id
from pysubtensor.frame.primitives import RAO_PER_TAO, NetUid
from pysubtensor.pallets.subtensor.pallet import SubtensorModule
from pysubtensor.training.chain.link import RemoteChain
from pysubtensor.training.demo.cast import CHEATS, Actor, Company
from pysubtensor.training.processes import init_run
from pysubtensor.training.progress import Event, events

OWNER = "//Alice"
NODE = "node"


class DemoNetwork:
    """A devnet and whoever was started on it, each with a folder for its files."""

    def __init__(self, folder: Path, console: Console) -> None:
        self.folder, self.console = folder, console
        self.url = ""
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.killed: set[str] = set()
        self._began = time.monotonic()

    @property
    def seconds(self) -> float:
        """Since the beginning."""
        return time.monotonic() - self._began

    def say(self, text: str) -> None:
        """Print, with the time."""
        line = f"[{self.seconds:4.0f} s] {text}"
        self.console.print(line, highlight=False, markup=False, soft_wrap=True)

    def member_dir(self, name: str) -> Path:
        """The folder of somebody."""
        return self.folder / name.strip("/")

    def log_lines(self, name: str) -> list[Event]:
        """The events that a member logged."""
        return events(self.member_dir(name))

    # -- processes ----------------------------------------------------------------------------

    def _start(self, name: str, command: list[str]) -> None:
        own = self.member_dir(name)
        own.mkdir(exist_ok=True)
        environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"}
        with (own / "output.txt").open("ab") as output:
            self.processes[name] = subprocess.Popen(  # noqa: S603 (our own modules)
                [sys.executable, "-m", *command], stdout=output, stderr=output, env=environment
            )
        self.killed.discard(name)

    def node(self, milliseconds: int) -> None:
        """Start the devnet."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"ws://127.0.0.1:{port}"
        options = ["--tmp", "--port", str(port), "--block-time", str(milliseconds)]
        self._start(NODE, ["pysubtensor", "dev", *options])

    def enter(self, part: Actor, run: int) -> None:
        """Start a member of a run."""
        cheats, own = part.does in CHEATS, self.member_dir(part.name)
        program = "pysubtensor.training.demo.actor" if cheats else "pysubtensor"
        command = [part.does] if cheats else ["train", part.does]
        paths = ("--from", str(self.beginning(run)), "--store", str(own / "store"))
        options = (*paths, "--home", str(own), "--url", self.url, "--key", part.name)
        self._start(part.name, [program, *command, str(run), *options])

    def kill(self, name: str) -> None:
        """End a process at once, and lose what it had not put where others read it."""
        self.killed.add(name)
        self.processes[name].kill()
        self.processes[name].wait()
        for path in self.member_dir(name).glob("*.npz"):
            path.unlink()

    def ask_to_leave(self, name: str) -> None:
        """As Ctrl-C does."""
        self.processes[name].send_signal(signal.SIGINT)

    def mind(self) -> None:
        """Errors: RuntimeError when a process ended that should not have."""
        for name, process in self.processes.items():
            if process.poll() not in (None, 0) and name not in self.killed:
                raise RuntimeError(f"{name} ended; see {self.member_dir(name)}/output.txt")

    def stop(self) -> None:
        """End all processes, the node last: members would wait for it."""
        members = [process for name, process in self.processes.items() if name != NODE]
        _end(members)
        _end([self.processes[NODE]] if NODE in self.processes else [])

    # -- the chain ----------------------------------------------------------------------------

    def beginning(self, run: int) -> Path:
        """Where a run's beginning lies."""
        return self.folder / f"beginning-{run}"

    def create(self, run: int, netuid: int, company: Company) -> None:
        """Create a run, which must be the next.  Errors: those of `begin`; RuntimeError."""
        config, rules = company.config.to_json(), json.dumps(company.rules).encode()
        store = str(self.beginning(run))
        if init_run(self.url, netuid, OWNER, store, config=config, rules=rules) != run:
            raise RuntimeError("somebody else creates runs on this chain")


def _end(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def prepare_subnet(link: RemoteChain, workers: Sequence[str], validators: Sequence[str]) -> int:
    """Register a subnet with a neuron for everybody; gives its number.

    Errors: CallRefused; LinkError; TimeoutError.
    """
    runtime, owner = link.runtime, Keypair.from_uri(OWNER)
    pallet = runtime.get(SubtensorModule)

    def sub(name: str, **arguments: object) -> Call:
        return runtime.call("SubtensorModule", name, **arguments)

    def pay(name: str) -> Call:
        value = 1_000 * RAO_PER_TAO
        return runtime.call("Balances", "transfer_keep_alive", dest=Id(account(name)), value=value)

    netuid = NetUid(pallet.total_networks.get())
    link.send(sub("register_network", hotkey=account(f"{OWNER}//hot")), owner)
    no_limit = runtime.call(
        "AdminUtils", "sudo_set_weights_set_rate_limit", netuid=netuid, weights_set_rate_limit=0
    )
    calls = [sub("start_call", netuid=netuid), runtime.call("Sudo", "sudo", call=no_limit)]
    calls += [pay(name) for name in (*workers, *validators)]
    link.send(runtime.call("Utility", "batch_all", calls=tuple(calls)), owner)
    for name in (*workers, *validators):
        link.send(sub("burned_register", netuid=netuid, hotkey=account(name)), owner)
    for name in validators:
        stake = {"netuid": netuid, "amount_staked": 1_000 * RAO_PER_TAO}
        link.send(sub("add_stake", hotkey=account(name), **stake), owner)
    found = (pallet.uids[netuid, account(name)] for name in validators)
    uids = [uid for uid in found if uid is not None]
    wait(lambda: link.look() > 0 and all(pallet.validator_permit[netuid][uid] for uid in uids))
    return int(netuid)


def wait(done: Callable[[], object], seconds: float = 120.0) -> None:
    """Errors: TimeoutError."""
    until = time.monotonic() + seconds
    while not done():
        if time.monotonic() > until:
            raise TimeoutError("the demo waited too long")
        time.sleep(0.2)
