"""A training run from beginning to end, on this machine: `make train-demo`.

A devnet, a subnet, four workers and two validators as processes.  Of the workers one joins late,
one is killed and comes back, one skips steps and is caught, and one leaves.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from pallets.training.types import Outcome
from pysubtensor.addresses import account
from runtime.crypto import Keypair
from runtime.frame.origin import Id
from runtime.primitives import RAO_PER_TAO
from training.chain import RemoteChain
from training.cheats import Lazy
from training.config import InnerConfig, OuterConfig, RunConfig
from training.export import Verifier
from training.plot import add_held_back, draw, rounds_of
from training.progress import events
from training.running import Options, begin, export, work
from training.sight import Sight
from training.store import as_url

STEPS: Final = 15
WORKERS: Final = ("//Ada", "//Ben", "//Cleo", "//Dan")
VALIDATORS: Final = ("//Vera", "//Vito")
LATE, KILLED, LAZY, LEAVER = "//Dan", "//Ben", "//Cleo", "//Ada"
RULES: Final = {
    "train": 90, "commit": 4, "attest": 40, "aggregate": 24, "poster_turn": 4, "score": 60,
    "reveal": 30, "challenge": 90, "response": 60, "verdict": 60, "appeal": 4,
    "audit_rate": 0.8, "audit_strides": 2, "min_workers": 2, "max_misses": 1,
}  # fmt: skip


@dataclass
class Stage:
    """The processes, and what happened to them."""

    folder: Path
    console: Console
    url: str = ""
    run: int = 0
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    notes: dict[int, str] = field(default_factory=dict)

    def say(self, text: str, number: int | None = None) -> None:
        """Print, and remember for the picture."""
        self.console.print(text, highlight=False)
        if number is not None:
            before = self.notes.get(number)
            self.notes[number] = text if before is None else f"{before}; {text}"

    # -- processes ----------------------------------------------------------------------------

    def start(self, name: str, command: list[str]) -> None:
        """Start a process with its output in a file."""
        own = self.folder / name.strip("/")
        own.mkdir(exist_ok=True)
        with (own / "output.txt").open("ab") as output:
            self.processes[name] = subprocess.Popen(  # noqa: S603 (our own modules)
                [sys.executable, "-m", *command], stdout=output, stderr=output, env=_environment()
            )

    def node(self, milliseconds: int) -> None:
        """Start the devnet."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"ws://127.0.0.1:{port}"
        options = ["--tmp", "--port", str(port), "--block-time", str(milliseconds)]
        self.start("node", ["pysubtensor", "dev", *options])

    def member(self, name: str, role: str) -> None:
        """Start a member of the run."""
        own = self.folder / name.strip("/")
        program = ["training.demo", "--lazy"] if role == "lazy" else ["pysubtensor", "train", role]
        paths = ("--from", str(self.folder / "beginning"), "--store", str(own / "store"))
        options = (*paths, "--home", str(own), "--url", self.url, "--key", name)
        self.start(name, [*program, str(self.run), *options])

    def stop(self) -> None:
        """End all processes."""
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def told(self, name: str) -> list[dict[str, Any]]:
        """What a member told."""
        return events(self.folder / name.strip("/"))


def _environment() -> dict[str, str]:
    return os.environ | {"OMP_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"}


# -- the stage ------------------------------------------------------------------------------------


def prepare_chain(stage: Stage) -> int:
    """Register a subnet with a neuron for everybody; gives its number."""
    link, alice = RemoteChain(stage.url), Keypair.from_uri("//Alice")
    runtime = link.runtime

    def all_of(calls: list[Any]) -> None:
        link.send(runtime.call("Utility", "batch_all", calls=tuple(calls)), alice)

    def sub(name: str, **arguments: Any) -> Any:
        return runtime.call("SubtensorModule", name, **arguments)

    def as_root(name: str, **arguments: Any) -> Any:
        return runtime.call("Sudo", "sudo", call=runtime.call("AdminUtils", name, **arguments))

    pallet: Any = runtime.pallets["SubtensorModule"]
    netuid = int(pallet.total_networks.get())
    link.send(sub("register_network", hotkey=account("//Alice//hot")), alice)
    names = (*WORKERS, *VALIDATORS)
    pay = [_transfer(runtime, name, 1_000) for name in names]
    all_of([sub("start_call", netuid=netuid), as_root("sudo_set_weights_set_rate_limit",
           netuid=netuid, weights_set_rate_limit=0), *pay])  # fmt: skip
    for name in names:
        link.send(sub("burned_register", netuid=netuid, hotkey=account(name)), alice)
    for name in VALIDATORS:
        amount = 1_000 * RAO_PER_TAO
        link.send(
            sub("add_stake", hotkey=account(name), netuid=netuid, amount_staked=amount), alice
        )
    uids = [pallet.uids[netuid, account(name)] for name in VALIDATORS]
    _wait(lambda: link.look() > 0 and all(pallet.validator_permit[netuid][uid] for uid in uids))
    return netuid


def _transfer(runtime: Any, name: str, tao: int) -> Any:
    dest = Id(account(name))
    return runtime.call("Balances", "transfer_keep_alive", dest=dest, value=tao * RAO_PER_TAO)


def _wait(done: Callable[[], Any], seconds: float = 120.0) -> None:
    until = time.monotonic() + seconds
    while not done():
        if time.monotonic() > until:
            raise TimeoutError("the demo waited too long")
        time.sleep(0.2)


def config_of(rounds: int) -> RunConfig:
    """The 0.84 M model, with a schedule for so many rounds."""
    inner = replace(InnerConfig(), steps=STEPS, warm_up=2 * STEPS, total_steps=rounds * STEPS)
    return RunConfig(inner=inner, outer=replace(OuterConfig(), keep=64))


# -- the play -------------------------------------------------------------------------------------


class Play:
    """Who does what in which round."""

    def __init__(self, stage: Stage, sight: Sight, rounds: int) -> None:
        self.stage, self.sight, self.rounds = stage, sight, rounds
        self._caught = False
        self.acts: dict[int, Callable[[int], None]] = {
            rounds * 2 // 10: self._late,
            rounds * 4 // 10: self._kill,
            rounds * 6 // 10: self._return,
            rounds * 8 // 10: self._leave,
        }

    def run(self) -> None:
        """Until the last round is over."""
        seen = 0
        while seen <= self.rounds:
            self.sight.look()
            number = int(self.sight.run.round)
            for each in range(seen + 1, number + 1):
                self._enter(each)
            seen = max(seen, number)
            self._look_for_verdicts()
            self._mind_the_living()
            time.sleep(0.3)

    def _enter(self, number: int) -> None:
        if number > 1:
            facts = next((f for f in rounds_of(self.sight) if f.number == number - 1), None)
            if facts is not None:
                losses = facts.losses.values()
                joined = f"{facts.contributors} of {len(facts.losses)} updates"
                mean = sum(losses) / len(losses)
                self.stage.say(f"round {number - 1}: {joined} joined, loss {mean:.4f}")
        act = self.acts.pop(number, None)
        if act is not None:
            act(number)

    def _look_for_verdicts(self) -> None:
        if self._caught:
            return
        for number, state in self.sight.unsettled():
            for verdict in state.verdicts:
                if verdict.outcome is Outcome.GUILTY:
                    self._caught = True
                    lost = verdict.slashed / RAO_PER_TAO
                    self.stage.say(f"{_name(verdict.accused)} caught, loses {lost:g} TAO", number)

    def _mind_the_living(self) -> None:
        for name, process in self.stage.processes.items():
            if process.poll() not in (None, 0) and name != KILLED:
                raise RuntimeError(f"{name} ended; see {self.stage.folder}/{name.strip('/')}")

    def _late(self, number: int) -> None:
        self.stage.member(LATE, "join")
        self.stage.say(f"{LATE} joins", number)

    def _kill(self, number: int) -> None:
        process = self.stage.processes[KILLED]
        process.send_signal(signal.SIGKILL)
        process.wait()
        self.stage.say(f"{KILLED} is killed", number)

    def _return(self, number: int) -> None:
        self.stage.member(KILLED, "join")
        self.stage.say(f"{KILLED} is back", number)

    def _leave(self, number: int) -> None:
        self.stage.processes[LEAVER].send_signal(signal.SIGINT)
        self.stage.say(f"{LEAVER} leaves", number)


def _name(who: bytes) -> str:
    known = {bytes(account(name)): name for name in (*WORKERS, *VALIDATORS)}
    return known.get(bytes(who), who.hex()[:8])


# -- what came of it ------------------------------------------------------------------------------


def roots_agree(stage: Stage) -> tuple[int, bool]:
    """In how many rounds members told the root they began with, and whether all told the same."""
    roots: dict[int, set[str]] = {}
    for name in (*WORKERS, *VALIDATORS):
        for each in stage.told(name):
            if "state" in each and each["what"] in ("trained", "scored"):
                roots.setdefault(each["round"], set()).add(each["state"])
    return len(roots), all(len(found) == 1 for found in roots.values())


def table_of(stage: Stage, sight: Sight) -> Table:
    """Everybody, and what became of them."""
    table = Table(title="who took part")
    for title in ("who", "role", "rounds", "tokens", "credit", "bond, TAO", "standing", "sent, KB"):
        table.add_column(title)
    found = rounds_of(sight)
    for name in (*WORKERS, *VALIDATORS):
        who = account(name)
        member = sight.member(who)
        if member is None:
            continue
        joined = sum(1 for each in found if who.hex()[:8] in each.losses)
        sent = sum(each["bytes"] for each in stage.told(name) if each["what"] == "sent")
        table.add_row(
            name, member.role.name.lower(), str(joined), f"{member.tokens:,}", f"{member.credit:,}",
            f"{member.bond / RAO_PER_TAO:g}", member.standing.name.lower(), f"{sent / 1e3:.1f}",
        )  # fmt: skip
    return table


def finish(stage: Stage, sight: Sight, picture: Path) -> None:
    """Export, verify, draw, and say what came of it."""
    beginning, out = stage.folder / "beginning", stage.folder / "export"
    sight.look()
    export(stage.url, stage.run, str(beginning), out, follow=False)
    checked = Verifier(out).check()
    facts = rounds_of(sight)
    add_held_back(facts, stage.told(VALIDATORS[0]))
    held = [each.held_back for each in facts if each.held_back is not None]
    names = {account(name).hex()[:8]: name for name in WORKERS}
    size = sight.layout.size
    draw(facts, picture, parameters=size, names=names, notes=stage.notes)
    rounds, agree = roots_agree(stage)
    payload = facts[0].bytes // len(facts[0].losses)
    stage.console.print(table_of(stage, sight))
    stage.say(f"loss on held-back text: {held[0]:.4f} -> {held[-1]:.4f} in {len(facts)} rounds")
    stage.say(
        f"a payload is {payload:,} bytes, {4 * size / payload:.1f} times less than dense fp32"
    )
    stage.say(f"state roots of all members in {rounds} rounds: {'equal' if agree else 'DIFFERENT'}")
    stage.say(f"verified without the chain: {checked.rounds} rounds, {checked.payloads} payloads")
    stage.say(f"picture: {picture}")
    if not agree:
        raise RuntimeError("members came to different parameters")


def play(folder: Path, rounds: int, milliseconds: int, picture: Path) -> None:
    """All of it."""
    console = Console()
    stage, began = Stage(folder, console), time.monotonic()
    try:
        stage.node(milliseconds)
        netuid = prepare_chain(stage)
        beginning = str(folder / "beginning")
        rules = json.dumps(RULES).encode()
        config = config_of(rounds).to_json()
        stage.run = begin(stage.url, netuid, "//Alice", beginning, config, rules, None)
        stage.say(f"subnet {netuid}, run {stage.run}, {rounds} rounds; files in {folder}")
        for name in VALIDATORS:
            stage.member(name, "validate")
        for name in WORKERS:
            if name != LATE:
                stage.member(name, "lazy" if name == LAZY else "join")
        sight = Sight(RemoteChain(stage.url), stage.run)
        Play(stage, sight, rounds).run()
        finish(stage, sight, picture)
        stage.say(f"it took {time.monotonic() - began:.0f} s")
    finally:
        stage.stop()


def _be_lazy(arguments: list[str]) -> None:
    """The process of the worker that cheats; options as of `pysubtensor train join`."""
    parser = argparse.ArgumentParser()
    parser.add_argument("run", type=int)
    for option in ("--from", "--store", "--home", "--url", "--key"):
        parser.add_argument(option, required=True)
    given = vars(parser.parse_args(arguments))
    places = as_url(given["from"]), as_url(given["store"]), Path(given["home"])
    work(Options(given["url"], given["run"], given["key"], *places), Lazy)


def main() -> None:
    """The command."""
    if sys.argv[1:2] == ["--lazy"]:
        _be_lazy(sys.argv[2:])
        return
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m training.demo")
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--block-time", type=int, default=500, help="milliseconds")
    parser.add_argument("--folder", type=Path, help="where all files go; default: a temporary one")
    parser.add_argument("--picture", type=Path, default=Path("train-demo.png"))
    given = parser.parse_args()
    folder = given.folder or Path(tempfile.mkdtemp(prefix="train-demo-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        play(folder, given.rounds, given.block_time, given.picture)
    finally:
        if given.folder is None and sys.exc_info()[0] is None:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
