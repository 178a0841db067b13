"""Run a public end-to-end suite, unmodified, against this node, and print a table of its results.

    E2E_SUITE=/path/to/bittensor python -m tests.e2e.run              # every file
    E2E_SUITE=/path/to/btcli python -m tests.e2e.run test_axon.py     # some files

`E2E_SUITE` is a checkout of the SDK (github.com/opentensor/bittensor, tag v10.2.0) or of btcli
(github.com/opentensor/btcli, tag v9.21.2); only its `tests` folder is used.  The package itself
comes from the registry, into an environment of its own.  Each test starts a node by
`scripts/localnet.sh`, so ports 9944 and 9945 must be free.  One file runs at a time; a test that
takes longer than `--limit` seconds counts as failed.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from tests.clients.environments import python_environment

ROOT = Path(__file__).parents[2]
RUNNERS = ("pytest==8.3.5", "pytest-asyncio==0.26.0", "pytest-timeout==2.3.1")
REQUIREMENTS = {
    # Later interfaces replace the codec that this SDK asks for.
    "sdk": ("bittensor==10.2.0", "async-substrate-interface<2", *RUNNERS),
    "btcli": ("bittensor-cli==9.23.2", "click>=8.2", *RUNNERS),
}
FILE_LIMIT_S = 3600


@dataclass(frozen=True)
class Result:
    """One test: `outcome` is passed, failed or skipped; `reason` the first line of its failure."""

    test: str
    outcome: str
    seconds: float
    reason: str


def main() -> None:
    """Entry of the command."""
    options = _options()
    suite = Path(options.suite).resolve()
    folder = suite / "tests" / "e2e_tests"
    files = options.files or sorted(path.name for path in folder.glob("test_*.py"))
    python = python_environment(f"e2e-{kind_of(folder)}", REQUIREMENTS[kind_of(folder)])
    logs = Path(options.logs)
    logs.mkdir(parents=True, exist_ok=True)
    print("| file | passed | failed | skipped | seconds |\n|---|---|---|---|---|", flush=True)
    total: Counter[str] = Counter()
    for name in files:
        results = run_file(python, suite, folder / name, logs, options)
        counts = Counter(result.outcome for result in results)
        total += counts
        seconds = sum(result.seconds for result in results)
        print(_row(name, counts, f"{seconds:.0f}"), flush=True)
        for result in results:
            if result.outcome == "failed":
                print(f"  {result.test}: {result.reason}", file=sys.stderr, flush=True)
    print(_row("all", total, ""))


def kind_of(folder: Path) -> str:
    """Whose suite it is.  Errors: SystemExit when it is none."""
    if not folder.is_dir():
        sys.exit(f"{folder} is no folder; set E2E_SUITE to a checkout of the SDK or of btcli")
    return "btcli" if (folder / "utils.py").exists() else "sdk"


def run_file(
    python: Path, suite: Path, path: Path, logs: Path, options: argparse.Namespace
) -> list[Result]:
    """The results of one file; its output and its XML report stay in `logs`."""
    report, output = logs / f"{path.stem}.xml", logs / f"{path.stem}.log"
    report.unlink(missing_ok=True)
    command = [str(python), "-m", "pytest", "-p", "no:cacheprovider", f"--timeout={options.limit}"]
    command += [f"--junitxml={report}", str(path.relative_to(suite))]
    command += ["-k", options.only] if options.only else []
    with output.open("w") as log, tempfile.TemporaryDirectory() as home:
        process = subprocess.Popen(
            command, cwd=suite, stdout=log, stderr=subprocess.STDOUT, env=variables(home)
        )
        try:
            process.wait(FILE_LIMIT_S)
        except (subprocess.TimeoutExpired, KeyboardInterrupt):
            process.send_signal(signal.SIGINT)  # its fixtures stop the node
            process.wait(60)
    if not report.exists():
        return [Result(path.name, "failed", 0.0, f"no report; see {output}")]
    return list(results_of(report))


def variables(home: str) -> dict[str, str]:
    """Process environment of a suite: no container, this node, a home of its own, no proxy.

    What git is told by variables is passed on, so that a mirror of the repository of templates can
    stand in for the one that the suite clones.
    """
    git = {name: value for name, value in os.environ.items() if name.startswith("GIT_CONFIG")}
    return git | {
        "PATH": os.environ["PATH"],
        "HOME": home,
        "LANG": "C.UTF-8",
        "USE_DOCKER": "0",
        "LOCALNET_SH_PATH": str(ROOT / "scripts" / "localnet.sh"),
    }


def results_of(report: Path) -> Iterator[Result]:
    """The tests of a JUnit report."""
    for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314 - our own pytest wrote it
        bad = case.find("failure") if case.find("failure") is not None else case.find("error")
        skipped = case.find("skipped") is not None
        outcome = "failed" if bad is not None else "skipped" if skipped else "passed"
        reason = "" if bad is None else (bad.get("message") or "").strip().split("\n")[0]
        yield Result(case.get("name") or "", outcome, float(case.get("time") or 0), reason[:200])


def _row(name: str, counts: Counter[str], seconds: str) -> str:
    cells = [str(counts[outcome]) for outcome in ("passed", "failed", "skipped")]
    return f"| {' | '.join([name, *cells, seconds])} |"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Run a public end-to-end suite against this node.")
    parser.add_argument("files", nargs="*", help="such as test_axon.py; all when none is named")
    parser.add_argument("--suite", default=os.environ.get("E2E_SUITE", "."))
    parser.add_argument("--only", help="as pytest's -k")
    parser.add_argument("--limit", type=int, default=300, help="seconds for one test")
    parser.add_argument("--logs", default=str(ROOT / ".cache" / "e2e"))
    return parser.parse_args()


if __name__ == "__main__":
    main()
