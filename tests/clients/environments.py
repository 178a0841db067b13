"""Environments of the client packages: one virtual environment per Python client, one npm tree;
and one of the training worker.

They are kept under `.cache/clients`, named after a digest of what they hold, so that a second run
starts at once and a changed requirement builds anew.
"""

import fcntl
import hashlib
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

HERE = Path(__file__).parent
CACHE = HERE.parents[1] / ".cache" / "clients"
NODE_FILES = ("package.json", "package-lock.json", ".npmrc")


class BuildFailed(Exception):
    """An environment could not be built; the text is the installer's own."""


def python_environment(name: str, requirements: tuple[str, ...]) -> Path:
    """Interpreter of a virtual environment that holds `requirements`.  Errors: BuildFailed."""

    def build(folder: Path) -> None:
        _run([sys.executable, "-m", "venv", str(folder)])
        pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet"]
        _run([*pip, *requirements])

    digest = _digest(f"{sys.version_info[:2]}", *requirements)
    return _once(CACHE / f"{name}-{digest}", build) / "bin" / "python"


def environment_on_top(name: str, requirements: tuple[str, ...], *, lighter: str = "") -> Path:
    """Interpreter of an environment that holds `requirements` beside all that this one has.

    `lighter` is a build of one of them that takes less room, where an index has it.
    Errors: BuildFailed.
    """

    def build(folder: Path) -> None:
        _run([sys.executable, "-m", "venv", str(folder)])
        (packages,) = folder.glob("lib/python*/site-packages")
        (packages / "below.pth").write_text(sysconfig.get_path("purelib"))
        pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet"]
        if lighter:
            with suppress(BuildFailed):
                _run([*pip, lighter])
        _run([*pip, *requirements])

    digest = _digest(sys.executable, f"{sys.version_info[:2]}", lighter, *requirements)
    return _once(CACHE / f"{name}-{digest}", build) / "bin" / "python"


def node_environment() -> Path:
    """Folder with the JavaScript drivers and the packages they import.  Errors: BuildFailed.

    `npm install` keeps to the lock file too; `npm ci` would also insist on the optional packages of
    every other platform.
    """
    source = HERE / "node"

    def build(folder: Path) -> None:
        folder.mkdir()
        for name in NODE_FILES:
            shutil.copy(source / name, folder)
        _run(["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund"], folder)

    digest = _digest(*((source / name).read_text() for name in NODE_FILES))
    folder = _once(CACHE / f"node-{digest}", build)
    for driver in source.glob("*.mjs"):
        shutil.copy(driver, folder)  # imports are resolved from where a file lies
    return folder


def _once(folder: Path, build: Callable[[Path], None]) -> Path:
    """`folder`, built unless a build of it was completed before."""
    done = folder / ".complete"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another run, or another worker of this one, may build it
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            build(folder)
            done.touch()
    return folder


def _run(command: list[str], folder: Path | None = None) -> None:
    found = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if found.returncode:
        raise BuildFailed(f"{' '.join(command)}\n{found.stdout}\n{found.stderr}")


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]
