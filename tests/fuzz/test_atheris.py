"""The coverage-guided fuzzers for a few inputs each; `atheris_run` says how to hunt longer."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.waiting import LONG_LIMIT_S

ROOT = Path(__file__).parents[2]
HARNESSES = sorted(path.stem for path in Path(__file__).parent.glob("atheris_*.py"))
HARNESSES.remove("atheris_run")
RUNS = 3_000
FEWER = {"atheris_blocks": 300, "atheris_texts": 1_000}
"""Runs of those that take long for each."""

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or sys.version_info >= (3, 14),
    reason="atheris has no wheel for this system",
)


@pytest.mark.parametrize("name", HARNESSES)
def test_nothing_breaks(name: str, tmp_path: Path) -> None:
    runs = FEWER.get(name, RUNS)
    command = [sys.executable, "-m", f"tests.fuzz.{name}", str(tmp_path), str(runs)]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=LONG_LIMIT_S, check=False
    )
    shown = done.stderr[-6000:]
    broken = [(path.name, path.read_bytes().hex()) for path in tmp_path.glob("*-*")]
    assert (done.returncode, broken) == (0, []), shown
    ran = re.search(r"Done (\d+) runs", done.stderr)
    assert ran is not None, shown
    assert int(ran[1]) >= runs, shown
