"""Runs a target under atheris, in a process of its own: seeds, limits, so many inputs.

A harness imports what it fuzzes inside `instrumented()` and ends with `run(target, seeds)`.  Called
as `python -m tests.fuzz.atheris_NAME FOLDER RUNS`; the seeds and what breaks go to FOLDER.  Exit
status 0: nothing broke.  Give more runs to hunt longer.
"""

import sys
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path

import atheris

from tests.waiting import LIMIT_S

LONGEST_INPUT = 1 << 14
MEMORY_MB = 1024


def instrumented(*packages: str) -> AbstractContextManager[None]:
    """Watch which code of `packages`, imported within, an input reaches."""
    context: AbstractContextManager[None] = atheris.instrument_imports(
        include=list(packages), enable_loader_override=False
    )
    return context


def run(target: Callable[[bytes], None], seeds: Iterable[bytes]) -> None:
    """Call `target` with seeds, then with so many mutations of them."""
    folder, runs = Path(sys.argv[1]), int(sys.argv[2])
    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for seed in seeds:
        (corpus / f"seed-{runs}").write_bytes(seed)
        runs += 1  # seeds are run too
    options = {
        "runs": runs,
        "max_len": LONGEST_INPUT,
        "len_control": 0,
        "timeout": int(LIMIT_S),  # an input that hangs counts as broken
        "rss_limit_mb": MEMORY_MB,
        "seed": 1,
        "print_final_stats": 1,
        "artifact_prefix": f"{folder}/",
    }
    flags = [f"-{name}={value}" for name, value in options.items()]
    atheris.Setup([sys.argv[0], *flags, str(corpus)], target)
    atheris.Fuzz()
