"""Every command and every block of Python in the documents works as it stands there."""

import importlib.util
import os
import re
import shlex
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import typer.main

from pysubtensor.face.cli import app
from tests.clients.environments import python_environment
from tests.clients.roster import CLIENTS
from tests.clients.running import Output, free_port, running_node
from tests.docs.markdown import (
    ROOT,
    Block,
    blocks,
    languages,
    loose_commands,
    options_in,
    sections,
)
from tests.waiting import LIMIT_S

pytest_plugins = ["pytester"]

NODE, TRAINING = ROOT / "docs" / "node.md", ROOT / "docs" / "training-worker.md"
SDK = "bittensor-10.5.0"
PYTHON = list(blocks("python"))
SHELL = [
    block
    for block in blocks("sh")
    if block.document != TRAINING or importlib.util.find_spec("torch") is not None
]
SCRIPTS = sorted((ROOT / "examples").glob("[!t]*.py"))
TESTS = sorted((ROOT / "examples").glob("test_*.py"))


def is_tests(block: Block) -> bool:
    return "def test_" in block.text or ".TestCase" in block.text


def is_client(block: Block) -> bool:
    return "import bittensor" in block.text


def environment(folder: Path) -> dict[str, str]:
    paths = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    return os.environ | {"PYTHONPATH": paths, "HOME": str(folder), "PYTHONUNBUFFERED": "1"}


def test_there_is_nothing_that_no_test_runs():
    assert languages() <= {"python", "sh"}
    assert {block.document.name for block in SHELL} >= {"README.md", "node.md"}
    assert {block.document.name for block in PYTHON} >= {"README.md", "devnet.md"}


# -- Python ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "block", [b for b in PYTHON if not is_tests(b) and not is_client(b)], ids=str
)
def test_python(block):
    code = compile("\n" * block.line + block.text, str(block.document), "exec")
    exec(code, {"__name__": "__main__"})  # noqa: S102 (our own documents)


@pytest.mark.parametrize("block", [b for b in PYTHON if is_tests(b)], ids=str)
def test_python_tests(block, pytester):
    pytester.makeconftest("from pysubtensor.face.testing_plugin import devnet, devnet_session")
    pytester.makepyfile(block.text)
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider", "-p", "no:asyncio")
    assert result.ret == 0
    assert result.parseoutcomes().keys() <= {"passed"}


@pytest.mark.clients
@pytest.mark.parametrize("block", [b for b in PYTHON if is_client(b)], ids=str)
def test_python_of_clients(block, tmp_path):
    (requirements,) = (client.requirements for client in CLIENTS if client.name == SDK)
    interpreter = python_environment("sdk10", requirements)
    with running_node() as url:
        done = subprocess.run(
            [interpreter, "-c", block.text.replace("ws://127.0.0.1:9944", url)],
            env=os.environ | {"HOME": str(tmp_path)},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("True"), done.stdout


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_examples(script, tmp_path):
    done = subprocess.run(
        [sys.executable, script],
        cwd=tmp_path,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout


@pytest.mark.parametrize("script", TESTS, ids=lambda path: path.name)
def test_example_tests(script, pytester):
    pytester.makeconftest("from pysubtensor.face.testing_plugin import devnet, devnet_session")
    pytester.makepyfile(script.read_text())
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider", "-p", "no:asyncio")
    assert result.ret == 0


# -- commands -------------------------------------------------------------------------------------


class Shell:
    """Runs the commands of one block in one folder; a node started first is the one others meet."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ports: dict[str, str] = {}
        self._nodes = ExitStack()

    def run(self, line: str) -> None:
        program, *args = shlex.split(re.sub(r"\b9944\b", self._port, line.removesuffix(" &")))
        if program == "make":
            self._check(["make", "--dry-run", "--directory", str(ROOT), *args])
        elif program == "pysubtensor" and args[0] == "dev":
            self._serve(args, keep=line.endswith(" &"))
        elif program == "python":
            self._check([sys.executable, *args])
        else:
            assert program == "pysubtensor", f"{line}: no test knows how to run this"
            self._check([sys.executable, "-m", "pysubtensor", *args])

    def _port(self, found: re.Match[str]) -> str:
        return self.ports.setdefault(found[0], str(free_port()))

    def _check(self, command: list[str]) -> None:
        done = subprocess.run(
            command, cwd=self.folder, env=environment(self.folder),
            capture_output=True, text=True, timeout=LIMIT_S, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"

    def _serve(self, args: list[str], *, keep: bool) -> None:
        """Start a node and see its banner; without `keep` it is stopped again."""
        given = args[:1]
        for before, each in pairwise(args):
            mapped = self.ports.setdefault(each, str(free_port())) if before == "--port" else each
            given.append(mapped)
        if "--port" not in given:
            given += ["--port", self.ports.setdefault("9944", str(free_port()))]
        process = subprocess.Popen(
            [sys.executable, "-m", "pysubtensor", *given],
            cwd=self.folder,
            env=environment(self.folder),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._nodes.callback(process.wait, LIMIT_S)
        self._nodes.callback(process.kill)
        output = Output(process)
        output.wait_for("Accounts at genesis")
        if not keep:
            process.send_signal(signal.SIGINT)
            assert process.wait(LIMIT_S) == 0, output.tail()

    def close(self) -> None:
        self._nodes.close()


@pytest.fixture
def shell(tmp_path) -> Iterator[Shell]:
    made = Shell(tmp_path)
    yield made
    made.close()


@pytest.mark.slow
@pytest.mark.parametrize("block", SHELL, ids=str)
def test_shell(block, shell):
    for line in block.commands:
        shell.run(line)


def commands_of_cli() -> dict[str, set[str]]:
    """Options of each command, `key inspect` and the like included."""
    found: dict[str, set[str]] = {}

    def walk(command: Any, names: tuple[str, ...]) -> None:
        inner = getattr(command, "commands", None)
        if inner is not None:
            for name, each in inner.items():
                walk(each, (*names, name))
            return
        options = {opt for param in command.params for opt in param.opts if opt.startswith("--")}
        found[" ".join(names)] = options - {"--help"}

    walk(typer.main.get_command(app), ())
    return found


CLI = commands_of_cli()


@pytest.mark.parametrize("name", ["dev", "follow"])
def test_tables_of_options_are_whole(name):
    rows = re.findall(r"^\| (`--.*?) \|", sections(NODE)[name], re.MULTILINE)
    assert options_in("\n".join(rows)) == CLI[name]


def test_other_commands_are_described_with_all_their_options():
    text = NODE.read_text() + TRAINING.read_text()
    rows = re.findall(r"^\| ([a-z][a-z, -]*) \| (.*) \|$", text, re.MULTILINE)
    described = {name: options_in(row) for names, row in rows for name in names.split(", ")}
    described["bench"] = options_in(sections(NODE)["bench"])
    rest = {name: options for name, options in CLI.items() if name not in {"dev", "follow"}}
    assert {name: described.get(name) for name in rest} == rest


@pytest.mark.parametrize(("document", "command"), list(loose_commands()))
def test_commands_in_the_text(document, command):
    program, *args = shlex.split(command)
    if program == "make":
        done = subprocess.run(
            ["make", "--dry-run", *args], cwd=ROOT, capture_output=True, check=False
        )
        assert done.returncode == 0, f"{document}: {command}"
    elif program == "pysubtensor":
        names = [name for name in CLI if " ".join(args).startswith(name)]
        assert names or args == ["--help"], f"{document}: {command}"
        options = {arg for arg in args if arg.startswith("--")} - {"--help"}
        assert not names or options <= CLI[names[0]], f"{document}: {command}"
    elif program == "python":
        names = [f"benches.{name}" for name in args[2:] if not name.startswith("-")]
        for name in names if args[1] == "benches" else [args[1]]:
            assert importlib.util.find_spec(name), f"{document}: {command}"


def test_no_threads_are_left():
    """Documents start nodes; none outlives its test."""
    assert all(thread.daemon for thread in threading.enumerate()[1:])
