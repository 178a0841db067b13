"""Starting the real node on a real port, and running a client's driver against it."""

import json
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import SimpleQueue

from tests.clients.roster import Client
from tests.waiting import LIMIT_S, LONG_LIMIT_S, Hangs, until

ROOT = Path(__file__).parents[2]
PORTS = range(20_000, 32_000)

Report = dict[str, str | float | bool | None]
Reports = dict[str, Report]


class NodeFailed(Exception):
    """The node did not start, or did not live as long as its clients."""


class Output:
    """Lines a process printed, read as they come."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.lines: list[str] = []
        self._process = process
        self._fresh: SimpleQueue[str | None] = SimpleQueue()  # None: the process closed its output
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as stream:
            for line in stream:
                self.lines.append(line)
                self._fresh.put(line)
        self._fresh.put(None)

    def end(self) -> None:
        """Wait for the last line of a process that has ended."""
        self._reader.join()

    def wait_for(self, text: str) -> str:
        """The next line with `text`, once it comes.  Errors: NodeFailed, with the last lines."""
        try:
            return until(lambda: self._look_for(text))
        except (Hangs, EOFError) as none:
            status = self._process.poll()
            raise NodeFailed(f"no {text!r}; exit status {status}\n{self.tail()}") from none

    def _look_for(self, text: str) -> str:
        """The next line with `text` among those that came; "" if none did.  Errors: EOFError."""
        while not self._fresh.empty():
            line = self._fresh.get()
            if line is None:
                raise EOFError
            if text in line:
                return line
        return ""

    def tail(self) -> str:
        """The last lines."""
        return "".join(self.lines[-60:])


@contextmanager
def running_node(*options: str) -> Iterator[str]:
    """Address of a development node that made its first block; SIGTERM ends it, as a service."""
    command = [sys.executable, "-m", "pysubtensor", "dev", "--tmp", "--port", "0", *options]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    output = Output(process)
    try:
        output.wait_for("Imported #1")
        found = re.search(r"ws://[\d.]+:\d+", output.wait_for("ws://"))
        assert found is not None
        yield found[0]
        if process.poll() is not None:
            raise NodeFailed(f"it ended under its clients\n{output.tail()}")
    finally:
        stop(process)
        output.end()
    if process.returncode not in (0, -signal.SIGTERM):
        raise NodeFailed(f"exit status {process.returncode}\n{output.tail()}")


def stop(process: subprocess.Popen[str]) -> None:
    """End a process by SIGTERM.  Errors: TimeoutExpired when only SIGKILL helped."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(LIMIT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        raise


def free_port() -> int:
    """A TCP port nobody listens on.

    It is none of those that the system gives away itself, which another program's connection may
    take before it is used.
    """
    while True:
        port = PORTS.start + secrets.randbelow(len(PORTS))
        with suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port


def judge(client: Client, url: str, home: Path) -> Reports:
    """Run a client's driver and collect the lines it prints, by check."""
    try:
        found = subprocess.run(
            client.command(url),
            env=client.variables(home),
            cwd=home,
            capture_output=True,
            text=True,
            timeout=LONG_LIMIT_S,
            check=False,  # what it did not report counts as failed
        )
        output, errors = found.stdout, found.stderr
    except subprocess.TimeoutExpired as late:
        output, errors = _text(late.stdout), _text(late.stderr)
        errors += f"\nended after {LONG_LIMIT_S} s"
    lines = [json.loads(line) for line in output.splitlines() if line.startswith('{"check"')]
    missing = {"ok": False, "error": f"the driver never reported this check\n{errors[-4000:]}"}
    return dict.fromkeys(client.checks, missing) | {line["check"]: line for line in lines}


def _text(stream: bytes | str | None) -> str:
    return stream.decode(errors="replace") if isinstance(stream, bytes) else stream or ""
