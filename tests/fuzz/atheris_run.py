"""Runs a target under atheris, in a process of its own: seeds, limits, a bounded time.

A harness imports what it fuzzes inside `instrumented()` and ends with `run(target, seeds)`.  Called
as `python -m tests.fuzz.atheris_NAME FOLDER SECONDS`; the seeds and what breaks go to FOLDER.  Exit
status 0: nothing broke.  Give more seconds to hunt longer.
"""

import sys
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path

import atheris

LONGEST_INPUT = 1 << 14
SLOWEST_S = 5
"""One input that takes longer counts as broken."""
MEMORY_MB = 1024


def instrumented(*packages: str) -> AbstractContextManager[None]:
    """Watch which code of `packages`, imported within, an input reaches."""
    context: AbstractContextManager[None] = atheris.instrument_imports(
        include=list(packages), enable_loader_override=False
    )
    return context


def run(target: Callable[[bytes], None], seeds: Iterable[bytes]) -> None:
    """Call `target` with seeds, mutations of them and chance bytes until the time is over."""
    folder, seconds = Path(sys.argv[1]), int(sys.argv[2])
    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds):
        (corpus / f"seed-{number}").write_bytes(seed)
    options = {
        "max_total_time": seconds,
        "max_len": LONGEST_INPUT,
        "len_control": 0,
        "timeout": SLOWEST_S,
        "rss_limit_mb": MEMORY_MB,
        "seed": 1,
        "print_final_stats": 1,
        "artifact_prefix": f"{folder}/",
    }
    flags = [f"-{name}={value}" for name, value in options.items()]
    atheris.Setup([sys.argv[0], *flags, str(corpus)], target)
    atheris.Fuzz()
