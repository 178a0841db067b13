"""The script that public suites start their chain with."""

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator

import httpx
import pytest

from tests.clients.running import ROOT, Output
from tests.waiting import LIMIT_S

PORTS = (9944, 9945)

pytestmark = [pytest.mark.clients, pytest.mark.slow]


def taken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def localnet() -> Iterator[subprocess.Popen[str]]:
    if any(map(taken, PORTS)):
        pytest.skip(f"another node has one of the ports {PORTS}")
    process = subprocess.Popen(
        [ROOT / "scripts" / "localnet.sh", "True"],
        cwd="/",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        env={"PATH": "/usr/bin:/bin", "PYTHON": sys.executable},
    )
    output = Output(process)
    try:
        output.wait_for("Imported #1")
        yield process
    finally:
        process.kill()
        process.wait(LIMIT_S)
        output.end()


def head(port: int) -> int:
    question = {"jsonrpc": "2.0", "id": 1, "method": "chain_getHeader", "params": []}
    answer = httpx.post(f"http://127.0.0.1:{port}", json=question, timeout=LIMIT_S).json()
    return int(answer["result"]["number"], 16)


def test_localnet_serves_one_chain_on_both_ports_until_it_is_told_to_stop(localnet):
    assert head(9944) <= head(9945) <= head(9944) + 1
    localnet.send_signal(signal.SIGTERM)
    assert localnet.wait(LIMIT_S) == 0
    assert not any(map(taken, PORTS))


def test_an_argument_that_is_neither_true_nor_false_is_refused():
    script = ROOT / "scripts" / "localnet.sh"
    done = subprocess.run([script, "Maybe"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert re.fullmatch(r"usage: \S+ \[True\|False\]\n", done.stderr)
