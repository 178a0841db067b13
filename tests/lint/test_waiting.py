"""No test sleeps, counts seconds or looks at a clock; `tests/waiting.py` does, for all of them."""

import pytest

from tests.lint.waiting_rules import WAITS, hurries, sources


def test_tests_wait_for_conditions() -> None:
    broken = [f"{name}:{why}" for name, text in sources() for why in hurries(text)]
    assert not broken, "\n".join([*broken, f"see {', '.join(sorted(WAITS))}"])


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("time.sleep(0.1)", "sleeps"),
        ("await asyncio.sleep(seconds)", "sleeps"),
        ("sleep(1)", "sleeps"),
        ("import time", "imports time"),
        ("from time import perf_counter", "imports time"),
        ("since = loop.time()", "looks at a clock"),
        ("asyncio.timeout(5)", "a limit"),
        ("await asyncio.wait_for(reader, 1)", "a limit"),
        ("subprocess.run(line, timeout=60)", "a limit"),
        ("connect(url, open_timeout=30)", "a limit"),
        ("until(done, limit_s=3.5)", "a limit"),
    ],
)
def test_hurry_is_found(source: str, complaint: str) -> None:
    assert complaint in " ".join(hurries(f"async def f():\n  {source}"))


@pytest.mark.parametrize(
    "source",
    [
        "await asyncio.sleep(0)",
        "until(lambda: height(node) > last)",
        "subprocess.run(line, timeout=LIMIT_S)",
        "output.wait_for('Imported #1')",
        "machine.wait(5)",
        "start(request_timeout=0.05)",
    ],
)
def test_patience_is_let_alone(source: str) -> None:
    assert not list(hurries(f"async def f():\n  {source}"))
