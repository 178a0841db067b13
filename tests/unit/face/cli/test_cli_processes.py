"""`pysubtensor dev` and `follow` as processes: what they print, refuse and leave behind."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from websockets.sync.client import connect

from pysubtensor.consensus.follower import unhex
from pysubtensor.runtime.store.store import Store
from tests.clients.running import ROOT, Output, free_port
from tests.waiting import LIMIT_S

ALICE = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"


@contextmanager
def command(*args: object, temporary: Path) -> Iterator[tuple[subprocess.Popen[str], Output]]:
    """A running command; killed at the end if it still runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "pysubtensor", *map(str, args)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1", "TMPDIR": str(temporary)},
    )
    try:
        yield process, Output(process)
    finally:
        process.kill()
        process.wait()


def finish(process: subprocess.Popen[str], number: signal.Signals) -> int:
    process.send_signal(number)
    return process.wait(LIMIT_S)


def ask(port: int, method: str, *params: object) -> object:
    import json

    with connect(f"ws://127.0.0.1:{port}") as client:
        request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        client.send(json.dumps(request))
        return json.loads(client.recv())["result"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_dev_from_start_to_end(tmp_path, number):
    port, other = free_port(), free_port()
    args = ("dev", "--tmp", "--port", port, "--port", other, "--block-time", "50")
    with command(*args, temporary=tmp_path) as (process, output):
        output.wait_for("Imported #1 (0x")
        output.wait_for("Accounts at genesis (sudo is //Alice):")
        output.wait_for("Imported #3")
        text = "".join(output.lines)
        assert "spec 425, fast constants, extended runtime, sealing: interval" in text
        assert f"ws://127.0.0.1:{port}  http://127.0.0.1:{port}" in text
        assert f"ws://127.0.0.1:{other}" in text
        assert f"//Alice   {ALICE}  1,000,000 TAO" in text
        assert ask(port, "system_chain") == ask(other, "system_chain") == "Bittensor"
        assert list(tmp_path.glob("pysubtensor-*"))
        assert finish(process, number) == 0
        output.end()
        assert "Traceback" not in "".join(output.lines)
    assert not list(tmp_path.glob("pysubtensor-*")), "a temporary database is removed"


def test_dev_keeps_its_chain_and_takes_other_options(tmp_path):
    chain, port = tmp_path / "chain", free_port()
    with command(
        "dev", "--base-path", chain, "--port", port, "--seal", "manual", temporary=tmp_path
    ) as (process, output):
        output.wait_for("sealing: manual")
        ask(port, "dev_newBlock", {"count": 5})
        head = ask(port, "chain_getBlockHash")
        with connect(f"ws://127.0.0.1:{port}") as idle:  # an open connection delays nobody
            idle.ping()
            assert finish(process, signal.SIGTERM) == 0
    with Store.open(chain) as store:
        assert store.head.number == 6
        assert store.head.hash == unhex(head)
    options = ("--prune", 3, "--sync", "--seal", "instant", "--log", "warning")
    with command("dev", "--base-path", chain, "--port", port, *options, temporary=tmp_path) as (
        process,
        output,
    ):
        output.wait_for("sealing: instant")
        assert ask(port, "chain_getBlockHash") == head
        assert "Imported" not in "".join(output.lines)
        assert finish(process, signal.SIGINT) == 0


def test_dev_refuses_in_one_line(tmp_path):
    """Ports in use; a database in use; another chain."""
    chain = tmp_path / "chain"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused("cannot listen on 127.0.0.1", "--tmp", "--port", port, temporary=tmp_path)
    assert not list(tmp_path.glob("pysubtensor-*"))
    free = free_port()
    with command("dev", "--base-path", chain, "--port", free, temporary=tmp_path) as (_, output):
        output.wait_for("Imported #1")
        refused("is in use by another", "--base-path", chain, "--port", 0, temporary=tmp_path)
    refused("holds another chain", "--base-path", chain, "--chain", "local", temporary=tmp_path)


def refused(text: str, *args: object, temporary: Path) -> None:
    with command("dev", *args, temporary=temporary) as (process, output):
        assert process.wait(LIMIT_S) == 1
        output.end()
        errors = [line for line in output.lines if line.startswith("Error: ")]
        assert len(errors) == 1, output.tail()
        assert text in errors[0]
        assert "Traceback" not in output.tail()


def test_a_chain_whose_author_is_elsewhere(tmp_path):
    from dataclasses import replace

    from pysubtensor.genesis import preset

    spec = preset("dev")
    for number, aura in enumerate([(), (spec.genesis.sudo,)]):
        file = tmp_path / f"{number}.json"
        file.write_bytes(replace(spec, genesis=replace(spec.genesis, aura=aura)).to_json())
        refused("authorit", "--tmp", "--chain", file, "--port", 0, temporary=tmp_path)


def test_follow_ends_cleanly(tmp_path):
    port = free_port()
    args = ("dev", "--tmp", "--port", port, "--block-time", 100)
    with command(*args, temporary=tmp_path) as (source, output):
        output.wait_for("Accounts at genesis")
        url = f"ws://127.0.0.1:{port}"
        with command("follow", url, "--port", 0, temporary=tmp_path) as (follower, followed):
            followed.wait_for("Imported #3")
            assert finish(follower, signal.SIGTERM) == 0
            followed.wait_for("Followed to #")
        with command("follow", url, temporary=tmp_path) as (follower, followed):
            followed.wait_for("Imported #1")
            source.kill()
            assert follower.wait(LIMIT_S) == 1
            followed.wait_for("Error: lost ws://")
