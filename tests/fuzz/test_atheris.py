"""The coverage-guided fuzzers for a few seconds each; `atheris_run` says how to hunt longer."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HARNESSES = sorted(path.stem for path in Path(__file__).parent.glob("atheris_*.py"))
HARNESSES.remove("atheris_run")
SECONDS = 4
LIMIT_S = 60
FEWEST_RUNS = 200
"""Fewer mean that the harness itself is broken, even on a busy machine."""

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or sys.version_info >= (3, 14),
    reason="atheris has no wheel for this system",
)


@pytest.mark.parametrize("name", HARNESSES)
def test_nothing_breaks(name: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", f"tests.fuzz.{name}", str(tmp_path), str(SECONDS)]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=LIMIT_S, check=False
    )
    shown = done.stderr[-6000:]
    broken = [(path.name, path.read_bytes().hex()) for path in tmp_path.glob("*-*")]
    assert (done.returncode, broken) == (0, []), shown
    ran = re.search(r"Done (\d+) runs", done.stderr)
    assert ran is not None, shown
    assert int(ran[1]) >= FEWEST_RUNS, shown
