"""The programs that are measured: this one and, where `install_peers.sh` put them, its peers."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import orjson

from benches.client import HOST, Connection, Http, Refused, call, request
from benches.presign import SENDER, presigned
from pysubtensor.frame.hashing import blake2_128_concat, twox_128

ROOT = Path(__file__).parent.parent
PEERS = ROOT / ".cache/peers"
PYTHON_PEERS = PEERS / "python/bin/python"
T = TypeVar("T")

START_LIMIT = 60.0
"""Seconds a program may take to answer."""

_ACCOUNT = twox_128(b"System") + twox_128(b"Account") + blake2_128_concat(SENDER.public)


class DoesNotStart(RuntimeError):
    """A program that ended, or did not answer in time."""


def with_ethereum(what: str, count: int) -> bytes:
    """What `benches.ethereum` prints."""
    script = str(ROOT / "benches/ethereum.py")
    command = [str(PYTHON_PEERS), "-W", "ignore", script, what, str(count)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout  # noqa: S603


class Program:
    """A node with a name, how to start it, and what each measured act is called there."""

    name: str
    header: bytes
    """Request for the newest header."""
    storage: bytes
    """Request for one value of the state."""
    new_block: bytes
    """Request for one more block."""
    snapshot: str
    revert: str
    submit: str

    def command(self, port: int, *, instant: bool) -> list[str]:
        """How to start it.  `instant` makes a block for each transaction."""
        raise NotImplementedError

    async def prepare(self, connection: Connection, *, instant: bool) -> None:
        """What remains to be said for `instant` after the start."""

    async def presigned(self, connection: Connection, count: int) -> list[str]:
        """Transfers of one sender with nonces from 0."""
        raise NotImplementedError

    async def final_nonce(self, connection: Connection) -> int:
        """The sender's transactions in blocks that are final."""
        raise NotImplementedError


class Pysubtensor(Program):
    """The project's own node."""

    name = "pysubtensor"
    header = request("chain_getHeader")
    storage = request("state_getStorage", "0x" + _ACCOUNT.hex())
    new_block = request("dev_newBlock")
    snapshot, revert, submit = "dev_snapshot", "dev_revert", "author_submitExtrinsic"

    def command(self, port: int, *, instant: bool) -> list[str]:
        """How to start it."""
        seal = "instant" if instant else "manual"
        command = [sys.executable, "-m", "pysubtensor", "dev", "--tmp", "--log", "warning"]
        return [*command, "--port", str(port), "--seal", seal]

    async def presigned(self, connection: Connection, count: int) -> list[str]:
        """Transfers of one sender with nonces from 0."""
        genesis = await call(connection, "chain_getBlockHash", 0)
        version = await call(connection, "state_getRuntimeVersion")
        versions = version["specVersion"], version["transactionVersion"]
        return presigned(bytes.fromhex(genesis[2:]), versions, count)

    async def final_nonce(self, connection: Connection) -> int:
        """The sender's nonce in the last final block."""
        head = await call(connection, "chain_getFinalizedHead")
        account = await call(connection, "state_getStorage", "0x" + _ACCOUNT.hex(), head)
        return int.from_bytes(bytes.fromhex(account[2:10]), "little")


class Ethereum(Program):
    """Anvil and Hardhat speak alike."""

    sender = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
    header = request("eth_getBlockByNumber", "latest", False)
    storage = request("eth_getBalance", sender, "latest")
    new_block = request("evm_mine")
    snapshot, revert, submit = "evm_snapshot", "evm_revert", "eth_sendRawTransaction"

    async def prepare(self, connection: Connection, *, instant: bool) -> None:
        """Switch automatic blocks on or off."""
        await call(connection, "evm_setAutomine", instant)

    async def presigned(self, connection: Connection, count: int) -> list[str]:
        """Transfers of one sender with nonces from 0; signed once and kept in a file."""
        kept = PEERS / f"transfers-{count}.json"
        if not kept.exists():
            kept.write_bytes(with_ethereum("sign", count))
        found: list[str] = orjson.loads(kept.read_bytes())
        return found

    async def final_nonce(self, connection: Connection) -> int:
        """The sender's nonce; on these chains every block is final."""
        return int(await call(connection, "eth_getTransactionCount", self.sender, "latest"), 16)


class Anvil(Ethereum):
    """Foundry's node, in Rust."""

    name = "anvil"

    def command(self, port: int, *, instant: bool) -> list[str]:
        """How to start it."""
        found = sorted(PEERS.glob("node/node_modules/@foundry-rs/anvil-*/bin/anvil"))
        return [*map(str, found[:1]), "--silent", "--host", HOST, "--port", str(port)]


class Hardhat(Ethereum):
    """Hardhat 2's node, in JavaScript and Rust."""

    name = "hardhat"

    def command(self, port: int, *, instant: bool) -> list[str]:
        """How to start it."""
        folder = PEERS / "node"
        program = [str(folder / "node_modules/.bin/hardhat"), "--config"]
        config = str(folder / "hardhat.config.js")
        return [*program, config, "node", "--hostname", HOST, "--port", str(port)]


def programs() -> list[Program]:
    """Ours first, then the peers that are installed."""
    modules = PEERS / "node/node_modules"
    found: list[Program] = [Pysubtensor()]
    if PYTHON_PEERS.exists():  # signs for them
        found += [Anvil()] if (modules / "@foundry-rs").exists() else []
        found += [Hardhat()] if (modules / "hardhat").exists() else []
    return found


@dataclass(frozen=True)
class Running:
    """A started program."""

    program: Program
    port: int
    pid: int
    started: float
    """Seconds from its start to its first answer."""

    def memory(self) -> float:
        """Resident megabytes of it and its children."""
        return sum(map(_resident, _family(self.pid))) / 1e6

    def busy(self) -> float:
        """Seconds of processor time of it and its children so far."""
        return sum(map(_busy, _family(self.pid)))


@contextlib.asynccontextmanager
async def running(program: Program, *, instant: bool = False) -> AsyncIterator[Running]:
    """Start a program on a free port, and end it and its children.  Errors: DoesNotStart."""
    port = _free_port()
    started = time.perf_counter()
    with subprocess.Popen(  # noqa: S603, ASYNC220
        program.command(port, instant=instant),
        cwd=PEERS / "node" if isinstance(program, Ethereum) else ROOT,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": ""},  # as users have it
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            await _first_answer(program, port, process)
            took = time.perf_counter() - started
            async with Http.open(port) as connection:
                await program.prepare(connection, instant=instant)
            yield Running(program, port, process.pid, took)
        finally:
            _end(process)


async def _first_answer(program: Program, port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.perf_counter() + START_LIMIT
    while time.perf_counter() < end:
        if process.poll() is not None:
            raise DoesNotStart(f"{program.name} ended with {process.returncode}")
        try:
            async with Http.open(port) as connection:
                await connection.send(program.header)
                return
        except (OSError, EOFError, ValueError, Refused):
            await asyncio.sleep(0.002)
    raise DoesNotStart(f"{program.name} did not answer in {START_LIMIT:g} s")


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the session that was started for this program, and nothing else."""
    for number in (signal.SIGINT, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(5)
            return


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _family(pid: int) -> list[int]:
    found = [pid]
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in children.read_text().split():
            found += _family(int(child))
    return found


def _resident(pid: int) -> int:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _busy(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextlib.asynccontextmanager
async def all_running(wanted: Sequence[Program]) -> AsyncIterator[list[Running]]:
    """All of them at once, so that their turns can alternate."""
    async with contextlib.AsyncExitStack() as stack:
        yield [await stack.enter_async_context(running(each)) for each in wanted]


def by_turns(each: Sequence[T], rounds: int) -> list[T]:
    """Each `rounds` times; every other round backwards, so that drift meets all alike."""
    order: list[T] = []
    for turn in range(rounds):
        order += each if turn % 2 == 0 else each[::-1]
    return order
